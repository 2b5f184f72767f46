import { constants } from 'node:os';
import { UsageError } from '../errors.ts';
import { visible } from '../visible.ts';
import { version } from './version.ts';

/** The exit statuses. One that was ended by a signal has 128 and the signal's number. */
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

/** npm passes on a Ctrl-C that the terminal has sent us as well, so one that comes within this time is the same one. */
const SAME_MS = 300;

/**
 * A signal that is aborted when somebody wants the run to end: by Ctrl-C, by SIGTERM, or by closing the pipe that reads stdout. The
 * first asks the command to end in good order, a second one ends the process at once.
 */
export function interruptions(): AbortSignal {
  const controller = new AbortController();
  let asked = 0;
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      const interruption = new Interruption(signal);
      if (asked !== 0 && performance.now() - asked > SAME_MS) process.exit(interruption.status);
      asked ||= performance.now();
      controller.abort(interruption);
    });
  }
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    controller.abort(new Interruption('SIGPIPE'));
  });
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return controller.signal;
}

/** What is said about an error: one sentence for bad usage; for a fault of the lab what a report of it needs. */
export function failure(error: unknown, args: readonly string[]): string {
  if (error instanceof UsageError) return visible(error.message);
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
