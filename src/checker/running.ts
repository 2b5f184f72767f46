import type { ThreadWords } from './thread-words.ts';

let running: ThreadWords | null = null;

/** The thread whose code runs at this moment, or null: what is looked at outside a thread is not the model's. */
export function runningThread(): ThreadWords | null {
  return running;
}

/** Runs the code of a thread, from its beginning. */
export function runAs<T>(words: ThreadWords, code: () => T): T {
  const before = running;
  running = words;
  words.begin();
  try {
    return code();
  } finally {
    running = before;
  }
}

/** What runs while no thread does, as people call it: `make`, `finally`; or null. */
let alone: string | null = null;

/** Runs something of a user's that no thread runs beside: a wait in it would never end. */
export function runAlone<T>(what: string, run: () => T): T {
  const before = alone;
  alone = what;
  try {
    return run();
  } finally {
    alone = before;
  }
}

/** See `runAlone`. */
export function aloneNow(): string | null {
  return running === null ? alone : null;
}

type NewShared = (bytes: number, most: number | null) => object;

let making: NewShared | null = null;

/** What makes the buffers that threads share, while `make` runs: for a thread, at the start, or for the end of an execution. */
export function newSharedNow(): NewShared | null {
  return running === null ? making : running.newShared;
}

/** Runs `make` outside a thread. */
export function makingBy<T>(newShared: NewShared, make: () => T): T {
  const before = making;
  making = newShared;
  try {
    return make();
  } finally {
    making = before;
  }
}
