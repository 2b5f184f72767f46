// What a batch answers is judged: broken loops in place of the kernel's. More are among the mutants.
import { expect, test, vi } from 'vitest';
import { explore } from '../../src/explore/explore.ts';
import type { MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import { FULL, VALUE } from '../../src/kernel/structure.ts';
import type { Memory } from '../../src/kernel/memory.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';

type Loop = (queue: MichaelScottQueue<Scheme>, values: Memory, at: number, count: number) => number;

/** The kernel's loop, with what it enqueues, where it puts what it dequeues, and what it says of its count. */
const loop =
  (said: (count: number, asked: number) => number, place = (n: number): number => n): Loop =>
  (queue, values, at, count) => {
    const isEnqueues = broken.enqueues;
    for (let n = 0; n < count; n++) {
      const refused = isEnqueues
        ? queue.enqueue(values.peek(at + place(n))) === FULL
        : queue.dequeue() !== VALUE;
      if (refused) return said(n, count);
      if (!isEnqueues) values.poke(at + place(n), queue.result());
    }
    return said(count, count);
  };

const broken = vi.hoisted(() => ({ run: null as unknown, enqueues: false }));

vi.mock('../../src/kernel/batch.ts', () => ({
  putMany: (...given: Parameters<Loop>) => {
    broken.enqueues = true;
    return (broken.run as Loop)(...given);
  },
  takeMany: (...given: Parameters<Loop>) => {
    broken.enqueues = false;
    return (broken.run as Loop)(...given);
  },
}));

test.each([
  ['counts right', 'e3 d4 e', loop((n) => n), []],
  ['counts none of its values', '[A B C] d3', loop(() => 0), ['false empty', 'lost value']],
  [
    'forgets one at an empty queue',
    '[A B] d3',
    loop((n, asked) => (n < asked ? n - 1 : n)),
    ['false empty', 'lost value'],
  ],
  ['counts two too few of its enqueues', 'e3', loop((n) => n - 2), ['false full', 'value from nowhere']],
  ['counts more than it was asked for', '[A B] d2', loop((n) => n + 1), ['lost value']],
  ['counts more than there was', 'd2', loop((_, asked) => asked), ['value from nowhere']],
  ['does nothing', '[A] d2', () => 0, ['false empty']],
  ['says that it did, and did nothing', 'e2', (...given) => given[3], ['lost value']],
  [
    'puts each value over the one before',
    '[A B] d2',
    loop(
      (n) => n,
      () => 0,
    ),
    ['value from nowhere', 'lost value'],
  ],
  [
    'enqueues in another order',
    'e2 d d',
    loop(
      (n) => n,
      (n) => (n < 2 ? 1 - n : n),
    ),
    ['order broken'],
  ],
] as const satisfies readonly (readonly [string, string, Loop, readonly string[]])[])(
  'a batch that %s',
  async (_, program, run, kinds) => {
    broken.run = run;
    const { findings } = await explore(program, 'tagged', { slots: 8 });
    expect(findings.map(({ kind }) => kind)).toEqual(kinds);
  },
);
