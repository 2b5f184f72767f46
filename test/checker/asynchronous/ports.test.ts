import { receiveMessageOnPort } from 'node:worker_threads';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { checkAsync, type Port, type PortEvent } from '../../../src/checker/index.ts';
import { failureOf } from './failure-of.ts';
import { type Line, results, sends, type Words } from './line.ts';

/** A promise for a number of messages. */
function received(port: Port, count: number): Promise<unknown[]> {
  const got: unknown[] = [];
  return new Promise((resolve) => {
    port.on('message', (message: unknown) => {
      if (got.push(message) === count) resolve(got);
    });
  });
}

function listens({ flag }: Words, { ports: { line } }: Line): Promise<string> {
  flag.load();
  const log: string[] = [];
  return new Promise((resolve) => {
    Object.assign(line, {
      onmessage: ({ data, target }: PortEvent) => log.push(`onmessage ${data} ${target === line}`),
    });
    line.addEventListener('message', ({ data }) => void log.push(`event ${data}`), { once: true });
    line.on('message', (data) => void (data === 2 && resolve(log.join())));
  });
}

test('ports deliver in order, to every kind of listener', async () => {
  expect(await results([sends(1, 2), listens])).toEqual([
    JSON.stringify([null, 'onmessage 1 true,event 1,onmessage 2 true']),
  ]);
});

const one = (line: Port): Promise<unknown> => new Promise((resolve) => line.once('message', resolve));

const twice = async (_: Words, { ports: { line } }: Line): Promise<unknown[]> => [
  await one(line),
  await sleep(1),
  await one(line),
];

test('they keep what comes while nobody listens', async () => {
  expect(await results([sends('a', 'b'), twice])).toEqual(['[null,["a",null,"b"]]']);
});

const polls = (_: Words, { ports: { line } }: Line): unknown[] =>
  [1, 2].map(
    () => (receiveMessageOnPort(line as never) as { message: unknown } | undefined)?.message ?? 'none',
  );

test('they give a message at once, or none', async () => {
  expect(await results([sends(1), polls])).toEqual([
    '[null,["none","none"]]',
    '[null,["none",1]]',
    '[null,[1,"none"]]',
  ]);
});

test('what two senders send comes in any order, and of each of them in its own', async () => {
  const seen = new Set<string>();
  await checkAsync({
    ports: { a: [1, 3], b: [2, 3] },
    threads: [
      (_, { ports: { a } }) => ['a1', 'a2'].map((each) => a.postMessage(each)),
      (_, { ports: { b } }) => ['b1', 'b2'].map((each) => b.postMessage(each)),
      (_, { ports: { a, b } }) =>
        new Promise<string>((resolve) => {
          const log: string[] = [];
          for (const port of [a, b])
            port.on('message', (message: string) => void (log.push(message) === 4 && resolve(log.join(' '))));
        }),
    ],
    finally: (_, [, , order]) => void seen.add(order),
  });
  expect([...seen].toSorted()).toEqual([
    'a1 a2 b1 b2',
    'a1 b1 a2 b2',
    'a1 b1 b2 a2',
    'b1 a1 a2 b2',
    'b1 a1 b2 a2',
    'b1 b2 a1 a2',
  ]);
});

function closes(_: Words, { ports: { line } }: Line): void {
  line.postMessage('last');
  line.close();
  line.postMessage('lost');
}

function hears(_: Words, { ports: { line } }: Line): Promise<string> {
  const log: string[] = [];
  line.on('message', (message: string) => void log.push(message));
  return new Promise((resolve) => line.on('close', () => resolve([...log, 'closed'].join())));
}

test('they are closed by either side', async () => {
  expect(await results([closes, hears])).toEqual(['[null,"last,closed"]']);
});

async function asks(_: Words, { ports: { line } }: Line): Promise<unknown> {
  const { port1, port2 } = new MessageChannel();
  const answer = new Promise((resolve) => (port1 as unknown as Port).once('message', resolve));
  port1.postMessage('early');
  line.postMessage({ reply: port2 }, [port2]);
  const got = await answer;
  port1.close();
  return got;
}

function answers(_: Words, { ports: { line } }: Line): Promise<unknown> {
  return new Promise((resolve) => {
    line.once('message', async ({ reply }: { reply: Port }) => {
      const [first] = await received(reply, 1);
      reply.postMessage(`answer to ${String(first)}`);
      resolve(reply instanceof MessagePort);
    });
  });
}

test('they are sent on, with what has come for them', async () => {
  expect(await results([asks, answers])).toEqual(['["answer to early",true]']);
});

test('they copy what is sent, and share declared memory', async () => {
  const date = new Date(5);
  const sent = {
    list: Object.assign([1, -0, NaN, 2n, undefined], { length: 7 }),
    map: new Map([[{ a: 1 }, new Set(['b'])]]),
    date,
    again: date,
    error: new RangeError('far', { cause: 'near' }),
    bytes: Uint16Array.of(1, 2),
    text: /x/g,
    boxed: Object(true) as object,
  };
  const circle: { self?: unknown } = {};
  circle.self = circle;
  let got: { content: typeof sent; circle: typeof circle } | null = null;
  await checkAsync({
    words: { memory: new SharedArrayBuffer(8) },
    ports: { line: [1, 2] },
    threads: [
      ({ memory }, { ports: { line } }) =>
        line.postMessage({ view: new Int32Array(memory, 4), content: sent, circle }),
      async (_, { ports: { line } }) => {
        const [message] = (await received(line, 1)) as [
          { view: Int32Array; content: typeof sent; circle: object },
        ];
        Atomics.store(message.view, 0, 7);
        return { content: message.content, circle: message.circle };
      },
    ],
    finally: ({ memory }, [, others]) => {
      got = others;
      return new Int32Array(memory)[1] === 7;
    },
  });
  const { content, circle: round } = got as unknown as { content: typeof sent; circle: typeof circle };
  expect(content).toEqual(sent);
  expect(content.date).toBe(content.again);
  expect(round.self).toBe(round);
  const failure = await failureOf(() =>
    checkAsync({
      words: { flag: 0 },
      ports: { line: [1, 2] },
      threads: [sends(() => {}), ({ flag }) => flag.load()],
    }),
  );
  expect(failure.message).toContain('T1 throws DataCloneError');
});

test('a look at several of them at once is no race, and orders what comes before a message', async () => {
  const { races } = await checkAsync({
    words: { first: 0, second: 0 },
    ports: { a: [1, 3], b: [2, 3] },
    threads: [
      ({ first }, { ports: { a } }) => {
        first.value = 1;
        a.postMessage('a');
      },
      ({ second }, { ports: { b } }) => {
        second.value = 1;
        b.postMessage('b');
      },
      async ({ first, second }, { ports: { a, b } }) => {
        await Promise.all([one(a), one(b)]);
        return first.value + second.value;
      },
    ],
    finally: (_, [, , sum]) => sum === 2,
  });
  expect(races).toEqual([]);
});
