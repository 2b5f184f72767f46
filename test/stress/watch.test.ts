import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Crew } from '../../src/host/crew.ts';
import { B_BEGUN, B_STATE, Desk, RUNNING, STANDING } from '../../src/stress/desk.ts';
import { Watch } from '../../src/stress/watch.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Two threads, each in an operation. */
function watch(): { readonly desk: Desk; readonly watch: Watch; readonly pass: (ms: number) => void } {
  const desk = Desk.create(2);
  for (const thread of [1, 2]) Atomics.store(desk.words, desk.block(thread) + B_STATE, RUNNING);
  const watching = new Watch(desk, { alive: () => true } as unknown as Crew);
  watching.look(false);
  const pass = (ms: number): void => {
    for (let gone = 0; gone < ms; gone += 2) {
      vi.advanceTimersByTime(2);
      watching.look(false);
    }
  };
  return { desk, watch: watching, pass };
}

test('while a thread stands still on purpose nobody is late, but how long each has been in its operation is known', () => {
  const { desk, watch: watching, pass } = watch();
  desk.words[STANDING] = 2;
  pass(40);
  expect([watching.still(40), watching.same(40)]).toEqual([[], [1, 2]]);
  expect([watching.stands(1), watching.stands(2)]).toEqual([false, true]);
  desk.words[STANDING] = 0;
  pass(40);
  expect([watching.still(40), watching.same(80), watching.sameMs(1), watching.stillMs(1)]).toEqual([
    [1, 2],
    [1, 2],
    80,
    40,
  ]);
});

test('a thread that has begun another operation has just begun', () => {
  const { desk, watch: watching, pass } = watch();
  desk.words[STANDING] = -2;
  pass(40);
  desk.words[desk.block(1) + B_BEGUN]++;
  pass(2);
  expect([watching.same(40), watching.sameMs(1), watching.stands(2)]).toEqual([[2], 0, true]);
});
