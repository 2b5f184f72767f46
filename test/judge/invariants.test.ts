import { describe, expect, test } from 'vitest';
import { InvariantWatch } from '../../src/judge/damage/invariants.ts';
import { geometryOf } from '../../src/judge/audit/mark.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../../src/laboratory/shared.ts';
import { COUNT_INVARIANTS, SLAB_INVARIANTS, STRUCTURE_INVARIANTS } from '../../src/kernel/invariants.ts';
import { CARD as DEQUE } from '../../src/kernel/structures/chase-lev.ts';
import { CARD, HEAD, TAIL } from '../../src/kernel/structures/michael-scott.ts';
import * as layout from '../../src/kernel/layout.ts';

const { FREE_TOP, HELD, LINKED, RETIRED, R_LOADED, R_LOADED_COUNT, S_LIMBO, S_NEXT, S_STATE } = layout;
const { S_VALUE } = layout;

const INVARIANTS = [...CARD.invariants, ...STRUCTURE_INVARIANTS, ...SLAB_INVARIANTS];

/** Slots 1 to 3 in the queue, with A and B, and slots 4 to 8 on the free list; threads have caches. */
const words = attachWords(
  createBuffer({ slots: 8, threads: 1, initial: [65, 66], cache: 3 }, await chooseScheme('tagged')),
);
const geometry = geometryOf(words);
const record = geometry.record(1);

type Write = readonly [address: number, value: number];

const slot = (at: number, word: number, value: number): Write => [geometry.slot(at, word), value];
/** Takes slot 4 and makes a node of it that nothing leads to. */
const node: readonly Write[] = [
  [FREE_TOP, 5],
  slot(4, S_STATE, HELD),
  slot(4, S_NEXT, 0),
  slot(4, S_STATE, LINKED),
];
/** Moves Head on from slot 1, and retires that. */
const retired: readonly Write[] = [[HEAD, 2], slot(1, S_STATE, RETIRED)];

/** The first invariant that writes break, each a step of its own; and what contradicts it. */
function brokenBy(
  writes: readonly Write[],
  of: Int32Array = words,
): readonly [name: string, why: string] | null {
  const watch = new InvariantWatch(of, geometryOf(of));
  for (const [address, value] of writes) {
    const from = watch.length;
    watch.write(address, value);
    const broken = watch.broken(from, watch.length);
    expect(watch.holds(from, watch.length)).toBe(broken === null);
    if (broken) return [broken.invariant.name, broken.why];
  }
  return null;
}

const breaks: Readonly<Record<string, readonly [writes: readonly Write[], why: string]>> = {
  'Head before Tail': [
    [
      [TAIL, 2],
      [HEAD, 2],
      [HEAD, 3],
    ],
    'From Head, which names slot 3, next does not lead to slot 2, which Tail names',
  ],
  'Tail at the end': [
    [slot(3, S_NEXT, 0), [TAIL, 2], [TAIL, 1]],
    'After slot 1, which Tail names, comes slot 2, and after that slot 3',
  ],
  'one successor': [[[TAIL, 2], slot(2, S_NEXT, 0)], 'From Head next leads to slot 2, which had a successor'],
  'in at the end': [[...node, ...retired, slot(4, S_NEXT, 3)], 'From Head next does not lead to slot 4'],
  'out at the front': [
    [
      [TAIL, 3],
      [HEAD, 3],
    ],
    'The successor of slot 1 is slot 2',
  ],
  'linked nodes': [[slot(2, S_STATE, RETIRED)], 'Next leads to slot 2, which is not LINKED'],
  'kept values': [[slot(1, S_VALUE, 90), slot(3, S_VALUE, 90)], 'Slot 3 is inside'],
  'the free list ends': [[slot(8, S_NEXT, 6)], 'The last one on it is followed by slot 6'],
  'free slots': [[slot(7, S_STATE, HELD)], 'Slot 7 is there, and is not FREE'],
  'one owner': [[...retired, [FREE_TOP, 2]], 'Slot 2 is in the structure and on the free list'],
  'counted magazines': [
    [
      [FREE_TOP, 5],
      [record + R_LOADED_COUNT, 1],
      [record + R_LOADED, 4],
      [record + R_LOADED_COUNT, 2],
    ],
    'The magazine that begins with slot 4 has another number of slots than is written down for it',
  ],
};

describe('each invariant', () => {
  test('has a place here, and a sentence', () => {
    expect(INVARIANTS.map(({ name }) => name).toSorted()).toEqual(Object.keys(breaks).toSorted());
    for (const { says } of INVARIANTS) expect(says).toMatch(/^[A-Z].*\.$/);
  });

  test.each(Object.entries(breaks))('%s is broken by a write', (name, [writes, why]) => {
    expect(brokenBy(writes)).toEqual([name, why]);
  });
});

test('what the queue and the slab do breaks none', () => {
  const steps: readonly Write[] = [
    ...node,
    slot(3, S_NEXT, 4),
    [TAIL, 4],
    ...retired,
    slot(1, S_LIMBO, 0),
    [record + layout.R_LISTS + layout.LIST_TOP, 1],
    [record + layout.R_LISTS + layout.LIST_TOP, 0],
    slot(1, S_STATE, layout.FREE),
    slot(1, S_NEXT, 5),
    [FREE_TOP, 1],
  ];
  expect(brokenBy(steps)).toBeNull();
});

describe('each invariant of a deque', async () => {
  const deque = attachWords(
    createBuffer(
      { slots: 4, threads: 1, structure: 'chase-lev', initial: [65, 66] },
      await chooseScheme('tagged'),
    ),
  );
  const array = geometryOf(deque);
  const at = (name: string): number => {
    const all = Array.from({ length: array.cells }, (_, n) =>
      DEQUE.cells!.name(n, array.cells, array.threads),
    );
    return array.cell(all.indexOf(name));
  };
  const broken: Readonly<Record<string, readonly [writes: readonly Write[], why: string]>> = {
    'Top grows': [
      [
        [at('Top'), 1],
        [at('Top'), 0],
      ],
      'It goes from 1 to 0',
    ],
    'Bottom moves by one': [[[at('Bottom'), 4]], 'It goes from 2 to 4'],
    'within bounds': [
      [
        [at('Bottom'), 1],
        [at('Bottom'), 0],
        [at('Bottom'), -1],
        [at('Bottom'), -2],
      ],
      'Top is 0, and Bottom is -2',
    ],
    'kept cells': [
      [
        [at('cell 2'), 67],
        [at('cell 1'), 67],
      ],
      'It is that of index 1, Top is 0, and Bottom is 2',
    ],
  };

  test('has a place here', () => {
    expect(DEQUE.invariants.map(({ name }) => name).toSorted()).toEqual(Object.keys(broken).toSorted());
  });

  test.each(Object.entries(broken))('%s is broken by a write', (name, [writes, why]) => {
    expect(brokenBy(writes, deque)).toEqual([name, why]);
  });

  test('a push, a steal and a pop that finds nothing break none', () => {
    const steps: readonly Write[] = [
      [at('cell 2'), 67],
      [at('Bottom'), 3],
      [at('Top'), 1],
      [at('Top'), 2],
      [at('Top'), 3],
      [at('Bottom'), 2],
      [at('Bottom'), 3],
    ];
    expect(brokenBy(steps, deque)).toBeNull();
  });
});

describe('the invariant of counts', async () => {
  const size = { slots: 8, threads: 1, initial: [65, 66] };
  const counted = attachWords(createBuffer(size, await chooseScheme('reference-counting')));
  const own = geometryOf(counted);
  const at = (of: number): number => own.slot(of, layout.COUNT_WORD);
  const next = (of: number): number => own.slot(of, S_NEXT);
  const state = (of: number): number => own.slot(of, S_STATE);
  const announced = own.record(1) + layout.R_ANNOUNCE;
  const [{ name, says }] = COUNT_INVARIANTS;

  test.each<[string, readonly Write[], number]>([
    ['a claim is given up while a link has it', [[at(2), 1]], 2],
    ['a root names a slot without a claim', [[TAIL, 2]], 2],
    ['a thread announces one without a claim', [[announced, 4]], 4],
    [
      'a count begins anew under a thread that uses the slot',
      [
        [at(4), 3],
        [announced, 4],
        [at(4), 1],
      ],
      4,
    ],
    [
      'the link of a retired slot has its claim as well',
      [
        [at(2), 7],
        [TAIL, 2],
        [HEAD, 2],
        [state(1), RETIRED],
        [at(2), 5],
      ],
      2,
    ],
  ])('%s', (_, writes, slotNamed) => {
    expect(says).toMatch(/^[A-Z].*\.$/);
    expect(brokenBy(writes, counted)).toEqual([
      name,
      `More words name slot ${slotNamed} than its count has claims`,
    ]);
  });

  test('a slot that names itself, and one that is cut off or free, needs none', () => {
    const steps: readonly Write[] = [
      [at(2), 7],
      [TAIL, 2],
      [HEAD, 2],
      [state(1), RETIRED],
      [next(1), 1],
      [at(2), 5],
      [at(1), 0],
      [at(5), 0],
    ];
    expect(brokenBy(steps, counted)).toBeNull();
  });

  test('other schemes have words of their own there', () => {
    expect(brokenBy([[announced, 4]])).toBeNull();
  });
});
