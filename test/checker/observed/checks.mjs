// Checks that are run on worker threads: the module that `observe` is told of.
import { isMainThread } from 'node:worker_threads';

const increment = ({ counter }) => {
  const before = counter.load();
  counter.store(before + 1);
};

export const lostUpdate = {
  words: { counter: 0 },
  threads: [increment, increment],
  finally: ({ counter }) => counter === 2,
};

export const storeBuffering = {
  words: { x: 0, y: 0 },
  threads: [
    ({ x, y }) => {
      x.store(1);
      return y.load();
    },
    ({ x, y }) => {
      y.store(1);
      return x.load();
    },
  ],
};

/** On the model this body does something else than on a worker thread. */
export const twoFaced = {
  words: { x: 0 },
  threads: [({ x }) => x.add(isMainThread ? 1 : 2), ({ x }) => x.add(1)],
};

/** Ends on the model, and never on a worker thread. */
export const hanging = {
  words: { x: 0 },
  threads: [
    ({ x }) => {
      x.store(1);
    },
    ({ x }) => {
      x.load();
      for (;;) if (isMainThread) return;
    },
  ],
};

/** Sleeps on the model and on worker threads, unless it comes first. */
export const lostWakeUp = {
  words: { word: 0 },
  threads: [({ word }) => void word.wait(0), ({ word }) => void word.notify()],
};

export const throwing = {
  words: { x: 0 },
  threads: [
    ({ x }) => {
      if (x.add(1) === 1) throw new RangeError('second');
      return 'first';
    },
    ({ x }) => {
      if (x.add(1) === 1) throw new RangeError('second');
      return 'first';
    },
  ],
};

export const starting = {
  words: { sum: 0 },
  threads: [
    ({ sum }, thread) => {
      sum.value = 3;
      thread.start(2);
      thread.join(2);
      return sum.value;
    },
    { code: ({ sum }) => void (sum.value *= 2), waitsForStart: true },
    { code: ({ sum }) => sum.load(), waitsForStart: true },
  ],
};

class Cell {
  #words = new Int32Array(new SharedArrayBuffer(8));

  constructor(content) {
    this.#words[1] = content;
  }

  swap(content) {
    return Atomics.exchange(this.#words, 1, content);
  }
}

export const made = {
  make: () => new Cell(7),
  threads: [(cell) => cell.swap(1), (cell) => cell.swap(2)],
  finally: (cell, [a, b]) => new Set([a, b, cell.swap(0)]).size === 3,
};

export const memories = {
  words: { big: 5n, list: [1, 2], floats: new Float64Array([0.5]), bytes: new SharedArrayBuffer(4) },
  threads: [
    ({ big, list, bytes }) => {
      big.add(1n);
      Atomics.store(list, 1, 9);
      return Atomics.add(new Int32Array(bytes), 0, 1);
    },
    ({ big, floats }) => {
      big.exchange(big.load());
      return floats[0];
    },
  ],
};

export const operations = {
  words: { sum: 0 },
  operations: { add: ({ sum }, value) => sum.add(value), get: ({ sum }) => sum.load() },
  threads: [[['add', 1], ['get']], [['add', 2]]],
};

export const choosing = {
  words: { x: 0 },
  threads: [({ x }, thread) => x.add(thread.choose(2)), ({ x }) => x.load()],
};
export const uncloneable = {
  words: { x: 0 },
  threads: [({ x }) => [x.load(), () => 1], ({ x }) => x.load()],
};
export const exiting = {
  words: { x: 0 },
  threads: [({ x }) => (isMainThread ? x.load() : process.exit(3)), ({ x }) => x.load()],
};
export const changing = {
  words: { x: 0, ...(isMainThread ? {} : { y: 0 }) },
  threads: [({ x }) => x.load(), ({ x }) => x.add(1)],
};
export const racing = {
  words: { x: 0 },
  threads: [({ x }) => (isMainThread ? (x.value = 1) : (x.value = 2)), ({ x }) => x.value],
  races: 'allow',
};
export const number = 5;
export const bounded = { ...twoFaced, preemptions: 0 };
export const serving = {
  words: { x: 0 },
  threads: [{ code: ({ x }) => void x.wait(0), serves: true }, ({ x }) => x.load()],
};
export const drawing = { ...lostUpdate, random: [0] };

/** One thread is refused what it does while the other one waits for it. */
export const waitingForChoice = {
  words: { x: 0 },
  threads: [({ x }, thread) => x.store(1 + thread.choose(1)), ({ x }) => void (isMainThread || x.wait(0))],
};
