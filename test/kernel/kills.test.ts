import { expect, test } from 'vitest';
import { eager, schemes } from './laboratory.ts';
import { heirsMeet, killBeside } from './heirs.ts';
import type { StructureClass } from '../../src/laboratory/structure-class.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { structureById, usualStructure } from '../../src/laboratory/structures.ts';
import { TreiberStack } from '../../src/kernel/structures/treiber-stack.ts';
import { killPusherAndPopper, killTwice } from './kills.ts';
import { deep, some } from '../effort.ts';

const LISTS = ['michael-list', 'harris-list', 'scot-list', 'hash-set'].map(
  (id) => structureById(id) as StructureClass,
);
/** Those whose searches unlink nodes together. */
const CHAINING: readonly string[] = ['harris-list', 'scot-list'];

const cases = schemes.flatMap((scheme) => [0, 1, 2].map((cache) => ({ id: scheme.ID, scheme, cache })));

/** A few cases, each on another list in turn; each on all: kills.deep.test.ts. */
const onLists = (few: number) =>
  some(
    cases.filter(({ cache }) => cache !== 1),
    few,
  ).map((each, i) => {
    const structure = LISTS[i % LISTS.length] as StructureClass;
    return { ...each, structure, list: structure.ID };
  });

// Without a magazine, with one of 1 and one of 2, in turn; all pairs: kills.deep.test.ts.
test.each(
  some(
    cases.filter(({ cache }, i) => deep || cache === Math.floor(i / 3) % 3),
    4,
  ),
)(
  'a thread may die, and its heir too, under $id with magazines of $cache: nothing is lost, and every count is right',
  ({ scheme, cache }) => {
    expect(killTwice(scheme, cache, [29, 5])).toBeGreaterThan(30);
  },
);

// With a chain in hand, on its way in or out.
test.each(
  some(
    cases.filter(({ scheme, cache }) => scheme.CHAINS === true && cache !== 1),
    3,
  ),
)('the same with chains, under $id with magazines of $cache', ({ scheme, cache }) => {
  expect(
    killTwice(scheme, cache, [deep ? 3 : 29, deep ? 5 : 11], usualStructure, eager(scheme), 'stack', 3),
  ).toBeGreaterThan(30);
});

// Out of a cache that has them all or not, to a list that is freed as a whole, and back. Every access: kills.deep.test.ts.
test.each(
  some(
    ['tagged', 'epochs:period=4', 'hazard-pointers:threshold=5', 'qsbr:period=4'].flatMap((spec) =>
      [4, 1].map((cache) => ({ spec, cache })),
    ),
    3,
  ),
)(
  'the same with chains that move as a whole, under $spec with magazines of $cache',
  async ({ spec, cache }) => {
    const choice = await chooseScheme(spec);
    const pairs = killTwice(choice.scheme, cache, [deep ? 3 : 13, 37], usualStructure, choice, 'stack', 3);
    expect(pairs).toBeGreaterThan(30);
  },
);

// The places at which an heir's own death once did harm: it had put a batch of the dead thread with those to be freed, and the second
// heir did so again; and it had the dead thread's slot in the second place of a magazine, and the auditor took it for the dead thread's.
test.each([
  { id: 'hyaline', cache: 0, each: [26, 1] as const },
  { id: 'tagged', cache: 2, each: [113, 1] as const },
])('an heir may die before any access, under $id with magazines of $cache', ({ id, cache, each }) => {
  const scheme = schemes.find(({ ID }) => ID === id)!;
  expect(killTwice(scheme, cache, each)).toBeGreaterThan(90);
});

// What a thread that died says of a batch that it counted is out of date when the others have freed the batch and use its slots again.
test.each([
  ...some(cases, 3).map((each) => ({ ...each, accesses: 5 })),
  ...cases
    .filter(({ id, cache }) => id === 'hyaline' && cache === 0)
    .map((each) => ({ ...each, accesses: 1 })),
])(
  'a thread dies beside another one, which goes on for long before an heir comes, under $id with magazines of $cache',
  ({ scheme, cache, accesses }) => {
    expect(killBeside(scheme, cache, accesses).deaths).toBeGreaterThan(accesses === 1 ? 100 : 15);
  },
);

test.each(onLists(4))(
  'the same on $list, under $id with magazines of $cache',
  ({ scheme, cache, structure }) => {
    const { deaths, chained } = killBeside(scheme, cache, 7, structure);
    expect(deaths).toBeGreaterThan(15);
    if (CHAINING.includes(structure.ID)) expect(chained).toBeGreaterThan(0);
  },
);

test.each(
  some(
    cases.filter(({ cache }) => cache !== 1),
    3,
  ),
)('the same on a stack, under $id with magazines of $cache', ({ scheme, cache }) => {
  expect(killTwice(scheme, cache, [31, 11], TreiberStack)).toBeGreaterThan(15);
});

// What a chain is, and who ends its claims where slots are counted: chain.test.ts.
test.each(onLists(6))(
  'both die on $list, under $id with magazines of $cache',
  ({ scheme, cache, structure }) => {
    expect(killTwice(scheme, cache, [37, 11], structure)).toBeGreaterThan(15);
  },
);

// Whose values are in cells: what a dead thread had claimed is counted as such, and nobody else is given it.
test.each(
  some(
    ['vyukov-ring', 'chase-lev', 'scq', 'shann-ring'].map((id) => ({
      id,
      structure: structureById(id) as StructureClass,
    })),
    1,
  ),
)('both die on $id', ({ structure }) => {
  const tagged = schemes.find(({ ID }) => ID === 'tagged')!;
  expect(killTwice(tagged, 0, [1, 41], structure)).toBeGreaterThan(40);
  expect(killBeside(tagged, 0, 5, structure).deaths).toBeGreaterThan(5);
});

test.each(
  some(
    cases.filter(({ cache }) => cache !== 1),
    3,
  ),
)(
  'a thread dies in a push and the one that pops its slot too, under $id with magazines of $cache: what is protected is not freed',
  ({ scheme, cache }) => {
    const { pairs, linked } = killPusherAndPopper(scheme, cache, [1, 5]);
    expect(pairs).toBeGreaterThan(50);
    expect(linked).toBeGreaterThan(1);
  },
);

// With and without a magazine, in turn; all pairs: kills.deep.test.ts.
test.each(
  some(
    cases.filter(({ cache }, i) => cache === (i % 2 === 0 ? 0 : 2)),
    4,
  ),
)(
  'an heir that dies while another one adopts leaves it everything, in every order, under $id with magazines of $cache',
  ({ scheme, cache }) => {
    let [accesses, executions] = [0, 0];
    for (let died = true; died; accesses += 4) {
      const met = heirsMeet(scheme, cache, 1, accesses);
      ({ died } = met);
      executions += met.executions;
    }
    expect(accesses).toBeGreaterThan(15);
    expect(executions).toBeGreaterThan(50);
  },
);
