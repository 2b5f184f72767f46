import { afterAll, describe, expect, test, vi } from 'vitest';
import { check, type Passed } from '../../../src/checker/index.ts';
import { failureOf } from '../failure-of.ts';
import { blockWith, compiled, fileOf, functionIn, urlOf } from './parts.ts';

/** A port whose messages arrive: it says in a word that one was sent, for which the other side waits. */
interface Port {
  postMessage(): void;
  received(): void;
}

function portOver(word: Int32Array): Port {
  return {
    postMessage: () => {
      Atomics.store(word, 0, 1);
      Atomics.notify(word, 0);
    },
    received: () => {
      while (Atomics.load(word, 0) === 0) Atomics.wait(word, 0, 0);
    },
  };
}

const cell = (): Int32Array => new Int32Array(new SharedArrayBuffer(4));

// Other files are run in this process.
afterAll(() => void vi.unstubAllGlobals());

describe('await-sync hands over a result of bytes', async () => {
  // It takes the global Worker when it is loaded, and hands it the buffer.
  let buffer: SharedArrayBuffer;
  vi.stubGlobal(
    'Worker',
    class {
      postMessage({ ab }: { ab: SharedArrayBuffer }): void {
        buffer = ab;
      }
    },
  );
  const { createWorker } = (await import(urlOf('await-sync/mod.js').href)) as {
    createWorker(): (of: () => void) => () => Uint8Array;
  };
  const writeOver = compiled<{ int32: Int32Array; data: Uint8Array }, (bytes: Uint8Array) => void>(
    functionIn(fileOf('await-sync/worker.js'), 'write'),
    ['int32', 'data'],
  );

  interface Sides {
    readonly port: Port;
    readonly runSync: () => Uint8Array;
    /** By the worker's own function. */
    readonly answer: (ok: number, bytes: Uint8Array) => void;
  }

  const make = (): Sides => {
    const port = portOver(cell());
    vi.stubGlobal(
      'MessageChannel',
      class {
        readonly port1 = port;
        readonly port2 = null;
      },
    );
    const runSync = createWorker()(() => {});
    const int32 = new Int32Array(buffer, 0, 2);
    const data = new Uint8Array(buffer, 8);
    const write = writeOver({ int32, data });
    return {
      port,
      runSync,
      answer: (ok, bytes) => {
        int32[1] = ok;
        write(bytes);
      },
    };
  };

  const handsOver = (bytes: readonly number[], races: 'forbid' | 'allow'): Passed =>
    check({
      make,
      threads: [
        ({ runSync }: Sides) => runSync().join(),
        ({ port, answer }: Sides) => {
          port.received();
          answer(1, new Uint8Array(bytes));
        },
      ],
      races,
      finally: (_, [got]) => got === bytes.join(),
    });

  test('with plain writes to the word that the other side waits on', () => {
    const failure = failureOf(() => handsOver([], 'forbid'));
    expect(failure.kind).toBe('race');
    expect(failure.message).toContain('write buffer2.int32[0] = -1');
    expect(handsOver([], 'allow').complete).toBe(true);
  });

  test('whose length the other side may see before the bytes are there', () => {
    const failure = failureOf(() => handsOver([7], 'allow'));
    expect(failure).toMatchObject({ kind: 'property', preemptions: 2, fewest: true });
    expect(failure.trace).toContain('buffer2.int32[0].wait(0) ⇒ not-equal, it is 1');
    expect(failure.message).toContain("T1 returns '0'");
  });
});

describe('coincident hands over the length of a result', () => {
  const callOver = compiled<Record<string, unknown>, () => unknown>(
    functionIn(fileOf('coincident/src/worker.js'), 'cb'),
    'i32a wait direct WORKAROUND channel name transferred checkTransferred transform decode'.split(' '),
  );
  const answerOver = compiled<Record<string, unknown>, () => Promise<void>>(
    `async () => ${blockWith(fileOf('coincident/src/main.js'), 'notify(i32, 0)')}`,
    'i32 data encode notify'.split(' '),
  );

  interface Sides {
    readonly port: Port;
    readonly call: () => unknown;
    readonly answer: () => Promise<void>;
  }

  const makeWith = (wait: (view: Int32Array, index: number) => void): (() => Sides) => {
    return () => {
      const port = portOver(cell());
      const i32a = new Int32Array(new SharedArrayBuffer(16));
      const call = callOver({
        i32a,
        wait,
        direct: true,
        WORKAROUND: false,
        channel: port,
        name: 'name',
        transferred: { get: () => [] },
        checkTransferred: false,
        transform: undefined,
        // The length is what is handed over; the bytes are another package's.
        decode: (length: number) => length,
      });
      const { notify } = Atomics;
      const answer = answerOver({
        i32: i32a,
        data: [i32a, 'result', null],
        encode: () => 5,
        notify,
      });
      return { port, call, answer };
    };
  };

  const handsOver = (wait: (view: Int32Array, index: number) => void, races: 'forbid' | 'allow'): Passed =>
    check({
      make: makeWith(wait),
      threads: [
        ({ call }: Sides) => call(),
        ({ port, answer }: Sides) => {
          port.received();
          // It has no await on this way. What suspends the thread rejects it.
          answer().catch(() => {});
        },
      ],
      races,
      finally: (_, [got]) => got === 5,
    });

  const ways = [
    ['sleeping', (view: Int32Array, index: number) => void (Atomics.wait as Function)(view, index)],
    [
      'asking again and again',
      (view: Int32Array, index: number) => {
        while (Atomics.load(view, index) < 1);
      },
    ],
  ] as const;

  test.each(ways)('by plain writes to the word that the other side waits on, %s', (_, wait) => {
    expect(failureOf(() => handsOver(wait, 'forbid'))).toMatchObject({ kind: 'race' });
    expect(handsOver(wait, 'allow').complete).toBe(true);
  });
});
