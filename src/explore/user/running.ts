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
