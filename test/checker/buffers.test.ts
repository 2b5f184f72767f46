import { describe, expect, test } from 'vitest';
import { check, type CheckFailure, loaded, type Passed } from '../../src/checker/index.ts';
import { failureOf } from './failure-of.ts';

interface Memory {
  readonly memory: SharedArrayBuffer;
}

const locked = ({ memory }: Memory): string => {
  const lock = new Int32Array(memory, 0, 1);
  while (Atomics.compareExchange(lock, 0, 0, 1) !== 0) Atomics.wait(lock, 0, 1);
  const sum = new Float64Array(memory, 8);
  sum[0]! += 0.5;
  const text = new Uint8Array(memory, 8).slice().join();
  Atomics.store(new Int32Array(memory), 0, 0);
  Atomics.notify(lock, 0, 1);
  return text;
};

const halves = (replay?: string): CheckFailure =>
  failureOf(() =>
    check({
      words: { memory: new SharedArrayBuffer(16) },
      threads: [
        ({ memory }) => void new DataView(memory).setInt16(9, 258),
        ({ memory }) => Atomics.load(new Int32Array(memory, 8), 0),
      ],
      ...(replay === undefined ? {} : { replay }),
    }),
  );

const wholeAndByte = (at: number): Passed =>
  check({
    words: { memory: new SharedArrayBuffer(8) },
    threads: [
      ({ memory }) => Atomics.store(new Int32Array(memory), 0, 7),
      ({ memory }) => Atomics.load(new Uint8Array(memory), at),
    ],
  });

describe('one buffer that threads see in several ways', () => {
  test('is one memory: a lock by its buffer, floats behind an offset, bytes as a copy of them', () => {
    const seen = new Set<string>();
    const { complete } = check({
      words: { memory: new SharedArrayBuffer(16) },
      threads: [locked, locked],
      finally: ({ memory }, results) => {
        seen.add(results.toSorted().join(' '));
        return new Float64Array(memory)[1] === 1;
      },
    });
    expect(complete).toBe(true);
    expect([...seen]).toEqual(['0,0,0,0,0,0,224,63 0,0,0,0,0,0,240,63']);
  });

  test('is told by type and index or byte, and its race is in the line that replays it', () => {
    const failure = halves();
    expect(failure.kind).toBe('race');
    expect(failure.trace).toContain('write memory.int16be@9 = 258');
    expect(failure.trace).toContain('memory.int32[2].load() ⇒ 131328');
    expect(failure.message).toContain('end  memory {uint8[8] 0, int16be@9 258}');
    expect(failure.replay).toBe('1,2 @memory.int16be@9');
    expect(halves(failure.replay)).toMatchObject({ kind: 'race', trace: failure.trace, executions: 1 });
  });

  test('has a race where atomic accesses overlap that are not of the same bytes', () => {
    const failure = failureOf(() => wholeAndByte(3));
    expect(failure.kind).toBe('race');
    expect(failure.message).toContain('touches with a write of other bytes');
    expect(wholeAndByte(4)).toMatchObject({ executions: 1, complete: true });
  });

  test('has steps that depend on each other only where bytes overlap', () => {
    const { executions } = check({
      words: { memory: new SharedArrayBuffer(8), whole: new Int32Array(1) },
      threads: [0, 1, 2, 3].map((at) => ({ memory, whole }: Memory & { readonly whole: Int32Array }) => {
        Atomics.store(new Uint8Array(memory), at, 1);
        Atomics.store(new Uint8Array(whole.buffer), at, 1);
        return new Int32Array(memory, 4)[0];
      }),
    });
    expect(executions).toBe(1);
  });

  test('lets a loop out that waits for a word of which another thread writes a half', () => {
    const { complete } = check({
      words: { memory: new SharedArrayBuffer(8) },
      threads: [
        ({ memory }) => {
          const whole = new BigInt64Array(memory);
          while (Atomics.load(whole, 0) === 0n);
          return Atomics.load(whole, 0);
        },
        ({ memory }) => Atomics.store(new Int32Array(memory), 1, 1),
      ],
      // They are not of the same bytes.
      races: 'allow',
      finally: (_, [seen]) => seen === 2n ** 32n,
    });
    expect(complete).toBe(true);
  });

  test('is named where a thread returns a view of it', () => {
    const failure = failureOf(() =>
      check({
        words: { memory: new SharedArrayBuffer(8), x: 0 },
        threads: [({ memory, x }) => [new Int16Array(memory), memory, x.add(1)]],
        finally: () => false,
      }),
    );
    expect(failure.message).toContain(
      'T1 returns [ Int16Array(4) of memory, SharedArrayBuffer of memory, 0 ]',
    );
  });

  test('may be waited on through one view and notified through another', () => {
    const said = new Set<string>();
    check({
      words: { memory: new SharedArrayBuffer(8) },
      threads: [
        ({ memory }) => Atomics.wait(new BigInt64Array(memory), 0, 0n),
        ({ memory }) => {
          Atomics.add(new BigInt64Array(memory), 0, 2n ** 40n);
          return Atomics.notify(new Int32Array(memory), 0);
        },
      ],
      finally: (_, results) => void said.add(results.join()),
    });
    expect([...said].toSorted()).toEqual(['not-equal,0', 'ok,1']);
  });
});

describe('code that is loaded by loaded', () => {
  test('may take functions and classes out of the global ones', async () => {
    const code = `
      const { add } = Atomics;
      export class Counters extends Int32Array {
        bump() { return add(this, 0, 1); }
        at(index) { return index === 0 ? -1 : super.at(index); }
      }`;
    const before = globalThis.Int32Array;
    const url = `data:text/javascript,${encodeURIComponent(code)}`;
    const { Counters } = (await loaded(() => import(/* @vite-ignore */ url))) as {
      Counters: new (buffer: SharedArrayBuffer) => Int32Array & { bump(): number };
    };
    expect(globalThis.Int32Array).toBe(before);
    const body = (counters: InstanceType<typeof Counters>): string =>
      [
        counters.bump() >= 0,
        counters instanceof Counters && counters instanceof Int32Array,
        counters.subarray(1) instanceof Counters,
        counters.subarray(1).slice() instanceof Counters,
        counters.at(0),
        counters.at(1),
        counters.length,
      ].join();
    const { complete } = check({
      make: () => new Counters(new SharedArrayBuffer(8)),
      threads: [body, body],
      finally: (counters, results) =>
        counters[0] === 2 && results.every((result) => result === 'true,true,true,true,-1,0,2'),
    });
    expect(complete).toBe(true);
    // Outside a check it does what it always does.
    expect(new Counters(new SharedArrayBuffer(4)).bump()).toBe(0);
  });
});

/** A lock as a package has it: it makes its own memory, and keeps where it is to itself. */
class Lock {
  readonly #memory = new Int32Array(new SharedArrayBuffer(8));
  readonly #most: number;
  #held = 0;

  constructor(most: number) {
    this.#most = most;
    this.#memory[1] = most;
  }

  run(work: () => void): number {
    while (Atomics.compareExchange(this.#memory, 0, 0, 1) !== 0) Atomics.wait(this.#memory, 0, 1);
    this.#held++;
    if (this.#memory[1]! < this.#most) throw new Error('It began as something else.');
    work();
    Atomics.store(this.#memory, 0, 0);
    Atomics.notify(this.#memory, 0);
    return this.#held;
  }
}

interface Guarded {
  readonly lock: Lock;
  readonly total: { value: number };
}

const make = ({ total }: Pick<Guarded, 'total'>): Guarded => ({ lock: new Lock(3), total });
const locks = ({ lock }: Guarded): number => lock.run(() => {});
const locksTwice = ({ lock }: Guarded): boolean => lock.run(() => lock.run(() => {})) > 0;

const addsTwice = ({ lock, total }: Guarded): number => {
  lock.run(() => total.value++);
  return lock.run(() => total.value++);
};

describe('objects that make makes', () => {
  test('are each thread’s own, and share memory that is written once', () => {
    const { complete, races } = check({
      words: { total: 0 },
      make,
      threads: [addsTwice, addsTwice],
      // One that is made for the end has its own past, and the memory of the end.
      finally: ({ lock, total }, held) =>
        total.value === 4 && held.join() === '2,2' && lock.run(() => {}) === 1,
    });
    expect({ complete, races }).toEqual({ complete: true, races: [] });
  });

  test('are told by the buffers that they made', () => {
    const failure = failureOf(() =>
      check({
        words: { total: 0 },
        make,
        threads: [locksTwice],
      }),
    );
    expect(failure).toMatchObject({ kind: 'deadlock', replay: '1x3' });
    expect(failure.message).toContain('T1 sleeps in buffer1.int32[0].wait.');
  });

  test('must not wait in finally, where no thread is left', () => {
    expect(() => check({ words: { total: 0 }, make, threads: [locks], finally: locksTwice })).toThrow(
      'finally waits for a word, and no thread runs that could write it',
    );
  });
});
