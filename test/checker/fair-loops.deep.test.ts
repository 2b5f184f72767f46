import { describe, expect, test } from 'vitest';
import { check } from '../../src/checker/check.ts';
import type { Word } from '../../src/checker/types.ts';
import { bounded, runs } from '../effort.ts';
import { expectAgreement, servedAgreement } from './fair-loops-agree.ts';

describe.each([
  ['two threads', 2, false],
  ['three threads', 3, false],
  ['two threads that ask chance', 2, true],
  ['three threads that ask chance', 3, true],
] as const)('loops of %s', (_, threads, draws) => {
  test.each(['check', 'states'] as const)(
    'are all decided, livelock is told where it is real and nowhere else, and every end is seen, by %s',
    (way) => expectAgreement(threads, draws, way, runs(300, 24), 101),
  );

  test('are decided where the last of them serves', () => {
    expect(servedAgreement(threads, draws, runs(200, 24), 102)).toBeGreaterThan(0.95);
  });
});

interface Bounded {
  readonly m: Word<number>;
  readonly n: Word<number>;
  readonly slot: Word<number>;
  readonly room: Word<number>;
  readonly item: Word<number>;
}

/** A mutex whose word is 0, 1 where a thread has it, and 2 where others may wait for it. */
function lock(m: Word<number>): void {
  if (m.compareExchange(0, 1) !== 0) while (m.exchange(2) !== 0) m.wait(2);
}

function unlock(m: Word<number>): void {
  if (m.exchange(0) === 2) m.notify(1);
}

/** Waits for an event without the mutex. */
function until(m: Word<number>, event: Word<number>): void {
  const seen = event.load();
  unlock(m);
  event.wait(seen);
  lock(m);
}

function tell(event: Word<number>): void {
  event.add(1);
  event.notify(1);
}

function put({ m, n, slot, room, item }: Bounded, value: number): void {
  lock(m);
  while (n.value === 1) until(m, room);
  n.value = 1;
  slot.value = value;
  tell(item);
  unlock(m);
}

function take({ m, n, slot, room, item }: Bounded): number {
  lock(m);
  while (n.value === 0) until(m, item);
  n.value = 0;
  const { value } = slot;
  tell(room);
  unlock(m);
  return value;
}

// The full form takes about 18 s of processor time.
test('a bounded queue of a mutex and two conditions is decided', { timeout: 300_000 }, () => {
  const values = bounded ? [1] : [1, 2];
  const { executions, complete } = check({
    maxSeconds: 240,
    words: { m: 0, n: 0, slot: 0, room: 0, item: 0 },
    threads: [
      (w: Bounded) => {
        for (const value of values) put(w, value);
      },
      (w: Bounded) => values.map(() => take(w)),
    ],
    finally: (_, [, got]) => String(got) === values.join(),
  });
  expect({ executions, complete }).toEqual({ executions: bounded ? 80 : 551_120, complete: true });
});
