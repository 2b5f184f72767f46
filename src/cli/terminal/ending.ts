import { listed, plural } from '../../counted.ts';
import { constants } from 'node:os';
import { UsageError } from '../../errors.ts';
import { visible } from '../../visible.ts';
import { version } from '../../host/package-folder.ts';

/**
 * The exit statuses. What the machine has too little of is bad usage of it. One that was ended by a signal has 128 and the signal's
 * number.
 */
export const AS_CLAIMED = 0;
export const BROKEN = 1;
export const BAD_USAGE = 2;
/** As in BSD's sysexits.h. */
export const INTERNAL = 70;

/** Why a run was asked to end before its time: the reason of the abort signal. */
export class Interruption extends Error {
  override readonly name: string = 'Interruption';
  readonly status: number;

  constructor(signal: 'SIGINT' | 'SIGTERM' | 'SIGPIPE') {
    super(`The run was interrupted (${signal}).`);
    this.status = 128 + constants.signals[signal];
  }
}

/** Errors of the system that say that there is too little of something, and what to do about it. */
const SHORTAGES: Readonly<Record<string, string>> = {
  EMFILE: 'too many files are open: raise the limit, as with ulimit -n 1024, or ask for fewer threads',
  ENFILE: 'the system has too many files open: close some, or ask for fewer threads',
  ENOMEM: 'there is not enough memory: ask for fewer slots or threads, or close other programs',
  EAGAIN: 'the system grants no more threads or memory: ask for fewer threads, or raise its limits',
  ENOSPC: 'the disk is full: free some room on it',
  ERR_WORKER_INIT_FAILED:
    'a thread could not be started: ask for fewer threads, or raise the limits of the system',
  ERR_WORKER_OUT_OF_MEMORY:
    'the heap of Node is used up: ask for a smaller program, fewer slots or threads, or raise its limit, as with NODE_OPTIONS=--max-old-space-size=4096',
  MEMORY: 'a block of memory could not be had: ask for fewer slots or threads, or close other programs',
};

function shortageOf(error: unknown): string | null {
  const { code = '', message = '' } = (error ?? {}) as Partial<NodeJS.ErrnoException>;
  if (Object.hasOwn(SHORTAGES, code)) return SHORTAGES[code];
  const isMemory =
    error instanceof RangeError && /allocation failed|could not allocate memory/i.test(message);
  return isMemory ? SHORTAGES['MEMORY'] : null;
}

/** True for an error that says that the machine has too little of something: no fault of the lab, and none in what was typed. */
export function isShortage(error: unknown): boolean {
  return shortageOf(error) !== null;
}

/** What is said about an error: one sentence for bad usage; for a fault of the lab what a report of it needs. */
export function failure(error: unknown, args: readonly string[]): string {
  if (error instanceof UsageError) return visible(error.message);
  const shortage = shortageOf(error);
  if (shortage !== null) return `This machine cannot do it: ${shortage}.`;
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [
    'lockfree-lab has failed; the fault is its own and not in your input. Please report it with these lines:',
    `  command   lockfree-lab ${args.join(' ')}`,
    `  version   ${version()}, Node ${process.version}, ${process.platform} ${process.arch}`,
    ...trace.split('\n').map((line) => `  ${line}`),
  ]
    .map((line) => visible(line))
    .join('\n');
}

/**
 * What an interrupted run of several things lacks, as a sentence; null if it lacks nothing.
 *
 * @param cut what was not run to its end
 * @param missing what was not run at all
 */
export function unfinished(cut: string | null, missing: readonly string[]): string | null {
  const parts = [
    ...(cut === null ? [] : [`${cut} was not run to its end`]),
    ...(missing.length === 0 ? [] : [`${listed(missing)} ${plural(missing.length, 'was', 'were')} not run`]),
  ];
  return parts.length === 0 ? null : `Interrupted: ${parts.join(', and ')}.`;
}
