import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { checkAsync } from '../../../src/checker/index.ts';
import { failureOf } from './failure-of.ts';
import { type Line, results, sends, type Words } from './line.ts';

const words = { flag: 0 };

/** Begins with a step, without which there would be nothing to explore. */
async function order({ flag }: Words): Promise<string> {
  const log: string[] = [];
  setTimeout(() => log.push('timer 1'), 1);
  setTimeout(() => log.push('timer 5'), 5);
  setTimeout(() => log.push('other 1'), 1);
  queueMicrotask(() => {
    log.push('job');
    process.nextTick(() => log.push('late tick'));
    queueMicrotask(() => log.push('late job'));
  });
  process.nextTick(() => log.push('tick'));
  flag.load();
  await sleep(9);
  return log.join(', ');
}

async function immediately({ flag }: Words): Promise<string> {
  const log: string[] = [];
  setImmediate(() => log.push('immediate'));
  setTimeout(() => log.push('timer'), 1);
  flag.load();
  await promisify(setTimeout)(9);
  await promisify(setImmediate)();
  return log.join();
}

function ticks({ flag }: Words): Promise<number> {
  let count = 0;
  flag.load();
  return new Promise((resolve) => {
    const interval = setInterval(() => count++, 20);
    setTimeout(() => {
      clearInterval(interval);
      resolve(count);
    }, 50);
  });
}

function shorterLater({ flag }: Words): Promise<string> {
  return new Promise((resolve) => {
    flag.load();
    setTimeout(resolve, 50, 'long');
    setImmediate(() => void setTimeout(resolve, 10, 'short'));
  });
}

async function takesBack({ flag }: Words): Promise<string> {
  const log: string[] = [];
  const [timer, other] = [setTimeout(() => log.push('timer')), setTimeout(() => log.push('other'))];
  clearTimeout(timer);
  clearTimeout(Number(other));
  clearImmediate(setImmediate(() => log.push('immediate')));
  const late = AbortSignal.timeout(5);
  const aborted = sleep(100, null, { signal: late }).catch(({ name }: Error) => name);
  flag.load();
  return [...log, await aborted].join();
}

function polls({ flag }: Words): Promise<string> {
  return new Promise((resolve) => {
    const interval = setInterval(() => {
      if (flag.load() === 0) return;
      clearInterval(interval);
      resolve('seen');
    }, 10);
  });
}

const nothing = (): void => {};

describe('the tasks of one thread', () => {
  test('run in the order of Node: ticks, promise jobs, then timers, and an immediate at any time', async () => {
    const said = 'tick, job, late job, late tick, timer 1, other 1, timer 5';
    expect(await results([order, nothing])).toEqual([JSON.stringify([said, null])]);
    expect(await results([immediately, nothing])).toEqual([
      '["immediate,timer",null]',
      '["timer,immediate",null]',
    ]);
  });

  test('are in an order that is possible in time as a whole', async () => {
    expect(await results([ticks, nothing])).toEqual(['[1,null]', '[2,null]']);
    expect(await results([shorterLater, nothing])).toEqual(['["long",null]', '["short",null]']);
  });

  test('can be taken back', async () => {
    expect(await results([takesBack, nothing])).toEqual(['["AbortError",null]']);
  });

  test('poll until another thread has moved', async () => {
    expect(await results([polls, ({ flag }) => flag.store(1)])).toEqual(['["seen",1]']);
    const failure = await failureOf(() => checkAsync({ words, threads: [polls] }));
    expect(failure.kind).toBe('livelock');
  });
});

async function waitsForLine({ flag }: Words, { ports: { line } }: Line): Promise<unknown> {
  const late = sleep(50, 'late');
  const message = new Promise((resolve) => line.once('message', resolve));
  const first = await Promise.race([late, message]);
  flag.store(1);
  return first;
}

async function jobFirst(_: Words, { ports: { line } }: Line): Promise<string> {
  const log: string[] = [];
  const message = new Promise((resolve) => line.once('message', () => resolve(log.push('message'))));
  await Promise.resolve();
  log.push('job');
  await message;
  return log.join();
}

describe('a race of a message and a timer', () => {
  test('is won by either', async () => {
    expect(await results([sends('in time'), waitsForLine])).toEqual(['[null,"in time"]', '[null,"late"]']);
  });

  test('and a promise job comes before a message that is there', async () => {
    expect(await results([sends(1), jobFirst])).toEqual(['[null,"job,message"]']);
  });
});

async function serves({ flag }: Words): Promise<never> {
  for (let seen = 0; ;) {
    const waits = flag.waitAsync(seen);
    if (waits.async) await waits.value;
    else seen = flag.load();
  }
}

function notifies({ flag }: Words): void {
  flag.add(1);
  flag.notify();
}

describe('a thread that serves', () => {
  test('may sleep at the end, and else may not', async () => {
    const { complete } = await checkAsync({ words, threads: [{ code: serves, serves: true }, notifies] });
    expect(complete).toBe(true);
    const failure = await failureOf(() => checkAsync({ words, threads: [serves, notifies] }));
    expect(failure.kind).toBe('deadlock');
  });

  test('may be started and joined', async () => {
    const { complete } = await checkAsync({
      words,
      threads: [
        async ({ flag }, thread) => {
          thread.start(2);
          thread.join(2);
          return flag.load();
        },
        {
          code: async ({ flag }) => {
            await sleep(5);
            flag.store(3);
          },
          waitsForStart: true,
        },
      ],
      finally: (_, [seen]) => seen === 3,
    });
    expect(complete).toBe(true);
  });
});
