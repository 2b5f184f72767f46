/**
 * Where the code of the model's threads is, in words that another thread can read: a loop that makes no access to the slab does not come
 * back to the thread that runs it, and only another one can tell which loop it is.
 */

/** 1 while code runs, and how often it was begun. */
const INSIDE = 0;
const BEGUN = 1;
/** The thread from 1, the step that it made last (0 before its first), and how many it has made. */
const THREAD = 2;
const STEP = 3;
const MADE = 4;
/** Who moved up to here, from 0, the thread that is inside last: of the model's machine. */
const LENGTH = 5;
const PATH = 6;
/** Longer executions keep their beginning. */
const MOST_MOVES = 10_000;

/** The code of a thread that has not come back. */
export interface Lost {
  readonly thread: number;
  /** The number of its last step; 0 if it had made none. */
  readonly step: number;
  readonly made: number;
  /** Who moved up to there, from 0, and it last; empty if that is not known. */
  readonly path: readonly number[];
}

export function whereaboutsBuffer(): SharedArrayBuffer {
  return new SharedArrayBuffer(4 * (PATH + MOST_MOVES));
}

let words: Int32Array | null = null;

/** From now on it is written there where the code of this thread's models is. */
export function keepWhereabouts(buffer: SharedArrayBuffer): void {
  words = new Int32Array(buffer);
}

/** Code of a thread, from 1, is run on from where it stands. What it calls `came` back is the end of that. */
export function wentInside(thread: number, step: number, made: number): void {
  if (words === null) return;
  words[THREAD] = thread;
  words[STEP] = step;
  words[MADE] = made;
  words[LENGTH] = 0;
  Atomics.add(words, BEGUN, 1);
  Atomics.store(words, INSIDE, 1);
}

/** The same, with who moved up to there. */
export function wentInsideBy(
  moves: readonly { readonly thread: number }[],
  thread: number,
  step: number,
  made: number,
): void {
  wentInside(thread + 1, step, made);
  if (words === null) return;
  const length = Math.min(moves.length, MOST_MOVES - 1);
  for (let i = 0; i < length; i++) words[PATH + i] = moves[i].thread;
  words[PATH + length] = thread;
  Atomics.store(words, LENGTH, length + (step === 0 ? 0 : 1));
}

export function cameOutside(): void {
  if (words !== null) Atomics.store(words, INSIDE, 0);
}

/** Looks from another thread. */
export class Lookout {
  readonly #words: Int32Array;
  #seen = -1;

  constructor(buffer: SharedArrayBuffer) {
    this.#words = new Int32Array(buffer);
  }

  /** False if the same code has been running since the last look. */
  cameOn(): boolean {
    const begun = Atomics.load(this.#words, BEGUN);
    const isSame = begun === this.#seen && Atomics.load(this.#words, INSIDE) === 1;
    this.#seen = begun;
    return !isSame;
  }

  /** The code that is running. */
  lost(): Lost {
    const [, , thread, step, made, length] = this.#words;
    return { thread, step, made, path: [...this.#words.subarray(PATH, PATH + length)] };
  }
}
