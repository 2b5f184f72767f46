import { Worker } from 'node:worker_threads';
import * as v from 'valibot';
import { UsageError } from '../errors.ts';
import { entryOf } from '../host/crew.ts';
import { isFirstThread } from '../host/first-thread.ts';
import { said } from '../host/own-fault.ts';
import { isOfTheLab, pathOf } from '../host/own-module.ts';
import { Patience } from '../host/patience.ts';

/** What is tried out. */
export type TriedKind = 'scheme' | 'structure';

/**
 * The trial of a scheme or a structure of the user's own: a worker loads it and lets two threads take turns with it, before this thread
 * does. What ends its process or never comes back is ended there, and said.
 */
interface Trial {
  readonly what: TriedKind;
  readonly url: string;
  /** The words of `T_…`. */
  readonly words: Int32Array;
}

export const TRIAL: v.GenericSchema<unknown, Trial> = v.strictObject({
  what: v.picklist(['scheme', 'structure']),
  url: v.string(),
  words: v.instance(Int32Array),
});

/** How far the worker has come. */
export const T_STAGE = 0;
/** 1 once it has asked for the end of its process. */
export const T_EXIT = 1;
/** The status that it asked for. */
export const T_STATUS = 2;
const TRIAL_WORDS = 3;

/** The stages of a trial, in words that follow "while". */
export const STAGES: Readonly<Record<TriedKind, readonly string[]>> = {
  scheme: [
    'it is loaded',
    'its bound and needs are asked for',
    'it is constructed',
    'two threads take turns at a queue with it',
  ],
  structure: ['it is loaded', 'it is constructed', 'two threads take turns at it'],
};

/** Posted when all of it was done, or the file says itself what is wrong with it; else what is wrong is posted. */
export const TRIED = 'tried';

/** It is loaded and tried in a few milliseconds. */
const PROCESSOR_MS = 4_000;
const CLOCK_MS = 60_000;
const trials = new Map<string, Promise<void>>();
let running = 0;

/** True while something is tried out: nothing has been done with it yet, and it may never come back. */
export function isTryingOut(): boolean {
  return running > 0;
}

/** Tries it once, and not again in workers. Throws a UsageError that says where it does not come back from. */
export async function tryOut(what: TriedKind, url: string): Promise<void> {
  if (!isFirstThread() || isOfTheLab(url)) return;
  let trial = trials.get(url);
  if (trial === undefined) {
    trial = run(what, url);
    trials.set(url, trial);
  }
  await trial;
}

async function run(what: TriedKind, url: string): Promise<void> {
  const words = new Int32Array(new SharedArrayBuffer(4 * TRIAL_WORDS));
  const worker = new Worker(entryOf('trial'), {
    workerData: { what, url, words } satisfies Trial,
    execArgv: [],
    // What it prints it prints again when this thread loads it.
    stdout: true,
    stderr: true,
  });
  running++;
  try {
    const complaint = await outcome(what, worker, words);
    if (complaint !== null) throw new UsageError(`The ${what} ${pathOf(url)} ${complaint}`);
  } finally {
    running--;
    await worker.terminate();
  }
}

/** What is wrong with it, as the rest of a sentence, or null. */
function outcome(what: TriedKind, worker: Worker, words: Int32Array): Promise<string | null> {
  const during = (): string => `while ${STAGES[what][Atomics.load(words, T_STAGE)]}`;
  return new Promise((resolve) => {
    const stop = new Patience(PROCESSOR_MS, CLOCK_MS).watch(() =>
      resolve(`does not come back ${during()}: look for a loop without an end.`),
    );
    const settle = (complaint: string | null): void => {
      stop();
      resolve(complaint);
    };
    worker.on('message', (message: string) => settle(message === TRIED ? null : message));
    worker.on('error', (error: unknown) => {
      settle(
        `leaves an error to nobody ${during()} (${said(error)}): let it throw where it is called, and handle its promises.`,
      );
    });
    worker.on('exit', () => {
      if (Atomics.load(words, T_EXIT) === 1) {
        settle(
          `calls process.exit(${Atomics.load(words, T_STATUS)}) ${during()}: a ${what} must not end its process.`,
        );
      } else settle(`never finishes loading: its top-level await has nothing that it could wait for.`);
    });
  });
}
