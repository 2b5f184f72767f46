import { describe, expect, test } from 'vitest';
import { CheckFailure, checkObjectAsync, UsageError, type Word } from '../../../src/checker/index.ts';

interface Words {
  readonly lock: Word<number>;
  readonly counter: Word<number>;
}

/** Waits without its thread until the lock is free. */
async function locked<T>({ lock }: Words, run: () => Promise<T>): Promise<T> {
  while (lock.compareExchange(0, 1) !== 0) {
    const waiting = lock.waitAsync(1);
    if (waiting.async) await waiting.value;
  }
  const result = await run();
  lock.store(0);
  lock.notify(1);
  return result;
}

/** Other threads may come between. */
async function increment({ counter }: Words): Promise<number> {
  const before = counter.load();
  await Promise.resolve();
  counter.store(before + 1);
  return before;
}

const next = (memory: Words): Promise<number> => locked(memory, () => increment(memory));

const words = { lock: 0, counter: 0 };
const model = {
  initial: 0,
  apply: (count: number): [number, number] => [count + 1, count],
};

describe('an object with asynchronous operations', () => {
  test('is right if its calls answer as one by one, from their begin to where they are settled', async () => {
    const { programs, complete } = await checkObjectAsync({ words, operations: { next }, model, calls: 2 });
    expect({ programs, complete }).toEqual({ programs: 3, complete: true });
  });

  test('is told with the smallest program in which they do not, and a line for it', async () => {
    const object = { words, operations: { next: increment }, model, calls: 3 };
    const failure = (await checkObjectAsync(object).catch((error: unknown) => error)) as CheckFailure;
    expect(failure).toBeInstanceOf(CheckFailure);
    expect(failure.kind).toBe('not linearizable');
    expect(failure.message).toContain("threads: [[['next']], [['next']]],");
    expect(failure.stack!.split('\n').find((line) => line.startsWith('    at '))).toContain(
      'objects.test.ts',
    );
    const threads = [[['next']], [['next']]] as const;
    const again = checkObjectAsync({ ...object, threads, replay: failure.replay });
    await expect(again).rejects.toThrow('No order of the 2 operations is one of the sequential model');
  });

  test('is held against itself, where nothing is to be chosen', async () => {
    const object = { words, operations: { next: increment }, calls: 2 };
    await expect(checkObjectAsync(object)).rejects.toThrow('is one of the object by one call at a time');
  });

  test('is refused with a sentence, if it cannot be one', async () => {
    await expect(checkObjectAsync({ words } as never)).rejects.toThrow(UsageError);
  });
});
