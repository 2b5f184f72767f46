import { describe, expect, test } from 'vitest';
import type { Variant } from '../../src/laboratory/variant.ts';
import { Random } from '../../src/random.ts';
import { explore } from '../../src/explore/explore.ts';
import { FREE_TOP, LINKED, S_NEXT, S_STATE, S_VALUE } from '../../src/kernel/layout.ts';
import { TAIL } from '../../src/kernel/structures/michael-scott.ts';
import { E3 } from '../../src/kernel/structures/michael-scott.ts';
import { cutsAgreeByClass, randomWriters } from './cuts.ts';
import { mutated } from './mutated.ts';
import { deep } from '../effort.ts';

describe('invariants are checked in every state of every execution that one stands for', () => {
  test.runIf(deep)('as those show that are run one by one', async () => {
    const random = new Random(1);
    const sum = { classes: 0, broken: 0, hidden: 0 };
    for (let i = 0; i < 80; i++) {
      const seen = (await cutsAgreeByClass(randomWriters(random)))!;
      for (const key of ['classes', 'broken', 'hidden'] as const) sum[key] += seen[key];
    }
    expect(sum.classes).toBeGreaterThan(sum.broken);
    // Classes in which an execution breaks an invariant, and another one does not.
    expect(sum.hidden).toBeGreaterThan(15);
  });

  test('and so is each step as the last of its state, whichever was made last', async () => {
    // T1 writes a value into slot 3 while it is free, and the same after T2 has linked the slot.
    const variant: Variant = {
      operations: {
        writes: ({ memory, geometry }) => {
          memory.store(192, geometry.slot(3, S_VALUE), 90);
          return { outcome: 'done' };
        },
        links: ({ memory, geometry }) => {
          memory.store(193, FREE_TOP, 4);
          memory.store(193, geometry.slot(3, S_NEXT), 0);
          memory.poke(geometry.slot(3, S_STATE), LINKED);
          memory.store(193, geometry.slot(2, S_NEXT), 3);
          return { outcome: 'done' };
        },
      },
    };
    const program = '[A] writes | links';
    expect(await cutsAgreeByClass({ program, variant })).toEqual({ classes: 1, broken: 1, hidden: 1 });
  });
});

test('what only another order of the steps shows is told in that order', async () => {
  // T1 moves Tail back and forth, each of which is allowed; T2 links a node behind slot 2, whatever Tail names.
  const variant: Variant = {
    operations: {
      swings: ({ memory }) => {
        memory.store(238, TAIL, 1);
        memory.store(238, TAIL, 2);
        return { outcome: 'done' };
      },
      enqueue: ({ memory, geometry, slab, record }, value) => {
        const node = slab.take();
        memory.poke(geometry.slot(node, S_VALUE), value);
        memory.store(E3, geometry.slot(node, S_NEXT), 0);
        memory.poke(geometry.slot(node, S_STATE), LINKED);
        memory.store(239, geometry.slot(2, S_NEXT), node);
        record.release();
        return { outcome: 'ok' };
      },
    },
  };
  const found = {
    kind: 'broken invariant',
    step: 6,
    thread: 1,
    label: 'step 238',
    note: 'T1 changed Tail from slot 2 to slot 1 by step 238. It breaks an invariant of the queue: Tail names the last node, or one behind which one step has linked all the rest. After slot 1, which Tail names, comes slot 2, and after that slot 3.',
    schedule: '2x5,1x2',
    preemptions: 0,
    charged: true,
  };
  const options = { slots: 6, variant };
  for (const strategy of ['exhaustive', 'bounded']) {
    const { findings } = await explore('[A] swings | e', 'tagged', { ...options, strategy });
    expect(findings).toEqual([found]);
  }
  const { schedule } = found;
  const { findings } = await explore('[A] swings | e', 'tagged', {
    ...options,
    strategy: 'replay',
    schedule,
  });
  expect(findings).toEqual([found]);
});

test('Tail stored at E17 is found, with one preemption', async () => {
  const { findings } = await explore('e | e e', 'tagged', {
    slots: 6,
    variant: mutated({ E17: 'forced' }),
    strategy: 'bounded',
    preemptions: 1,
    firstOnly: true,
  });
  expect(findings).toMatchObject([
    {
      kind: 'broken invariant',
      label: 'E17',
      preemptions: 1,
      note: 'T1 changed Tail from slot 4 to slot 2 by E17. It breaks an invariant of the queue: Tail names the last node, or one behind which one step has linked all the rest. After slot 2, which Tail names, comes slot 3, and after that slot 4.',
    },
  ]);
});

test.each([
  ['[A] d e die | adopt d', 'hazard-pointers:threshold=1', 20],
  ['[A] d die | adopt die | adopt', 'epochs:period=1', 20],
])('%s under %s, with caches, breaks none', async (program, scheme, slots) => {
  const { findings, executions } = await explore(program, scheme, { slots, cache: 1, maxExecutions: 120 });
  expect(findings).toEqual([]);
  expect(executions).toBeGreaterThan(100);
});
