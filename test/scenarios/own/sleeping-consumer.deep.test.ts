import { Worker } from 'node:worker_threads';
import { describe, expect, test } from 'vitest';
import { close, type Queue, receive, send } from '../../../scenarios/own/sleeping-consumer.ts';
import { check, CheckFailure } from '../../../src/checker/index.ts';
import { chooseScheme } from '../../../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../../../src/laboratory/shared.ts';
import { audit } from '../../../src/judge/audit/audit.ts';

/**
 * A queue of equal values: how many there are. What counts here is only that each of its operations is one step, or many that are as one.
 */
function counted(count: Int32Array): Queue {
  return {
    enqueue: () => {
      Atomics.add(count, 0, 1);
      return 1;
    },
    dequeue: () => {
      for (;;) {
        const many = Atomics.load(count, 0);
        if (many === 0) return 0;
        if (Atomics.compareExchange(count, 0, many, many - 1) === many) return 1;
      }
    },
    result: () => 7,
  };
}

interface Words {
  readonly count: Int32Array;
  readonly signal: Int32Array;
  readonly sending: Int32Array;
}

type Receive = typeof receive;

/** A producer of so many values; the last producer that ends closes the queue. */
function producer(values: number): (words: Words) => void {
  return ({ count, signal, sending }) => {
    for (let i = 0; i < values; i++) send(counted(count), signal, 7);
    if (Atomics.sub(sending, 0, 1) === 1) close(signal);
  };
}

/** Receives until the queue is closed, and answers how many values there were. */
function consumer(take: Receive): (words: Words) => number {
  return ({ count, signal }) => {
    let received = 0;
    while (take(counted(count), signal) !== null) received++;
    return received;
  };
}

function checked(producers: readonly number[], consumers: number, take: Receive = receive) {
  return check({
    words: { count: [0], signal: [0], sending: [producers.length] },
    threads: [
      ...producers.map((values) => producer(values)),
      ...Array.from({ length: consumers }, () => consumer(take)),
    ],
    finally: ({ count }, results) => {
      const received = results.slice(producers.length).reduce((sum: number, each) => sum + Number(each), 0);
      expect([count[0], received]).toEqual([0, producers.reduce((sum, values) => sum + values, 0)]);
    },
    maxSeconds: 150,
  });
}

/** Looks before it notes the signal. */
function late(queue: Queue, signal: Int32Array): number | null {
  for (;;) {
    if (queue.dequeue() === 1) return queue.result();
    const seen = Atomics.load(signal, 0);
    if ((seen & 1) !== 0) return null;
    Atomics.wait(signal, 0, seen);
  }
}

/** A compiled module. */
function url(path: string): string {
  return new URL(`../../../dist/${path}`, import.meta.url).href;
}

describe('in every order', () => {
  test.each([
    [[2], 1],
    [[1], 2],
    [[1, 1], 1],
  ])(
    'producers of %j values and %i consumers: each value is received, and all end',
    (producers, consumers) => {
      const { complete, executions } = checked(producers, consumers);
      expect(complete).toBe(true);
      expect(executions).toBeGreaterThan(10);
    },
  );

  test('a consumer that looks before it notes the signal sleeps past a value', () => {
    expect(() => checked([1], 1, late)).toThrow(CheckFailure);
  });
});

test('on threads: a consumer sleeps, wakes for each value, and ends when the queue is closed', async () => {
  const choice = await chooseScheme('hazard-pointers');
  const buffer = createBuffer({ slots: 100, threads: 3 }, choice);
  const signal = new Int32Array(new SharedArrayBuffer(4));
  const head = `
    import { parentPort, workerData } from 'node:worker_threads';
    import { AtomicsMemory, attachWords, chooseScheme, joinLaboratory } from ${JSON.stringify(url('src/index.js'))};
    import { close, receive, send } from ${JSON.stringify(url('scenarios/own/sleeping-consumer.js'))};
    const { buffer, signal, spec } = workerData;
    const { queue, scheme } = joinLaboratory(new AtomicsMemory(attachWords(buffer)), await chooseScheme(spec));`;
  const start = (code: string): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const source = `data:text/javascript,${encodeURIComponent(`${head}\n${code}`)}`;
      const worker = new Worker(new URL(source), { workerData: { buffer, signal, spec: choice.spec } });
      worker.on('message', resolve).on('error', reject);
    });
  const consumers = [1, 2].map(() =>
    start(`
      let sum = 0;
      for (let value = receive(queue, signal); value !== null; value = receive(queue, signal)) sum += value;
      scheme.depart();
      parentPort.postMessage(sum);`),
  );
  const sent = await start(`
    let sum = 0;
    for (let value = 1; value <= 1000; value++) {
      // Now and then it waits, so that the consumers fall asleep.
      if (value % 100 === 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
      while (!send(queue, signal, value));
      sum += value;
    }
    close(signal);
    scheme.depart();
    parentPort.postMessage(sum);`);
  const received = (await Promise.all(consumers)) as number[];
  expect(sent).toBe(500_500);
  expect(received.reduce((sum, each) => sum + each, 0)).toBe(sent);
  const { leaked, conflicts } = audit(attachWords(buffer));
  expect([leaked, conflicts]).toEqual([0, 0]);
});
