import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { J_BEGUN, Journals } from '../../src/stress/journals.ts';
import { Stillness } from '../../src/stress/stillness.ts';
import { ControlBlock, WATCHER } from '../../src/threads/control-block.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Two threads, each in an operation. */
function two(): {
  readonly control: ControlBlock;
  readonly journals: Journals;
  readonly stillness: Stillness;
  readonly pass: (ms: number) => void;
} {
  const [control, journals] = [ControlBlock.create(2), Journals.create(2)];
  for (const thread of [1, 2]) control.run(thread);
  const stillness = new Stillness(control, journals);
  stillness.look(false);
  const pass = (ms: number): void => {
    for (let gone = 0; gone < ms; gone += 2) {
      vi.advanceTimersByTime(2);
      stillness.look(false);
    }
  };
  return { control, journals, stillness, pass };
}

const BOTH = [1, 2];

test('while a thread stands still on purpose nobody is late, but how long each has been in its operation is known', () => {
  const { control, stillness, pass } = two();
  control.words[WATCHER] = 2;
  pass(40);
  expect([stillness.still(BOTH, 40), stillness.same(BOTH, 40)]).toEqual([[], [1, 2]]);
  expect([stillness.stands(1), stillness.stands(2)]).toEqual([false, true]);
  control.words[WATCHER] = 0;
  pass(40);
  expect([
    stillness.still(BOTH, 40),
    stillness.same(BOTH, 80),
    stillness.sameMs(1),
    stillness.stillMs(1),
  ]).toEqual([[1, 2], [1, 2], 80, 40]);
});

test('a thread that has begun another operation has just begun', () => {
  const { control, journals, stillness, pass } = two();
  control.words[WATCHER] = -2;
  pass(40);
  journals.words[journals.of(1) + J_BEGUN]++;
  pass(2);
  expect([stillness.same(BOTH, 40), stillness.sameMs(1), stillness.stands(2)]).toEqual([[2], 0, true]);
});
