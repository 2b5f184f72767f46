import type { Model } from '../../src/model/machine.ts';
import { type PlainBody, bodyCode } from './plain-body.ts';

/** A small program whose executions are known. */
export interface Known {
  readonly name: string;
  readonly model: Model;
  readonly executions: number;
  /** What the threads return in an outcome that sequential consistency forbids. All executions of the others end differently. */
  readonly forbidden?: string;
}

export const model = (words: number, ...bodies: PlainBody[]): Model => ({
  words: new Int32Array(words),
  threads: bodies.map((body) => bodyCode(body)),
});

const many = (count: number, body: (thread: number) => PlainBody): PlainBody[] =>
  Array.from({ length: count }, (_, i) => body(i + 1));

const incrementing = [2, 5, 14, 43, 144].map((executions, i): Known => ({
  name: `${i + 2} threads that take a word from i - 1 to i`,
  model: model(1, ...many(i + 2, (thread) => (words) => words.cas(0, thread - 1, thread))),
  executions,
}));

const reading = [1, 2, 3, 4, 5, 8].map((readers): Known => ({
  name: `one writer and ${readers} readers`,
  model: model(1, (words) => words.store(0, 1), ...many(readers, () => (words) => words.load(0))),
  executions: 2 ** readers,
}));

const adding = [2, 6, 24, 120, 720].map((executions, i): Known => ({
  name: `${i + 2} threads that add to one word`,
  model: model(1, ...many(i + 2, () => (words) => words.add(0, 1))),
  executions,
}));

const litmus: readonly Known[] = [
  {
    name: 'store buffering',
    model: model(2, storeLoad(0, 1), storeLoad(1, 0)),
    executions: 3,
    forbidden: '0 0',
  },
  {
    name: 'message passing',
    model: model(
      2,
      (words) => void [words.store(0, 1), words.store(1, 1)],
      (words) => [words.load(1), words.load(0)].join(),
    ),
    executions: 3,
    forbidden: 'undefined 1,0',
  },
  {
    name: 'load buffering',
    model: model(2, loadStore(0, 1), loadStore(1, 0)),
    executions: 3,
    forbidden: '1 1',
  },
  {
    name: 'independent reads of independent writes',
    model: model(
      2,
      (words) => words.store(0, 1),
      (words) => words.store(1, 1),
      (words) => [words.load(0), words.load(1)].join(),
      (words) => [words.load(1), words.load(0)].join(),
    ),
    executions: 15,
    forbidden: 'undefined undefined 1,0 1,0',
  },
];

/**
 * "Last zero" of Abdulla, Aronis, Jonsson and Sagonas: each of `writers` threads makes its word one more than the word before, and a reader
 * looks for the last word that is 0. What the reader comes to depends on writes that are far apart, so that source sets begin many
 * executions that sleep sets have to give up.
 */
export function lastZero(writers: number): Known {
  const read: PlainBody = (words) => {
    let i = writers;
    while (words.load(i) !== 0) i--;
    return i;
  };
  return {
    name: `last zero with ${writers} writers`,
    model: model(
      writers + 1,
      read,
      ...many(writers, (thread) => (words) => words.store(thread, words.load(thread - 1) + 1)),
    ),
    executions: (writers + 3) * 2 ** (writers - 2),
  };
}

/** Small programs of the literature, with the executions that it counts. */
export const literature: readonly Known[] = [...incrementing, ...reading, ...adding, ...litmus];

function storeLoad(mine: number, other: number): PlainBody {
  return (words) => {
    words.store(mine, 1);
    return words.load(other);
  };
}

function loadStore(other: number, mine: number): PlainBody {
  return (words) => {
    const seen = words.load(other);
    words.store(mine, 1);
    return seen;
  };
}
