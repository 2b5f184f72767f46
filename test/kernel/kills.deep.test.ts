import { expect, test } from 'vitest';
import { schemes } from './laboratory.ts';
import { heirsMeet, killBeside } from './heirs.ts';
import type { StructureClass } from '../../src/laboratory/structure-class.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { structureById, usualStructure } from '../../src/laboratory/structures.ts';
import { TreiberStack } from '../../src/kernel/structures/treiber-stack.ts';
import { killPusherAndPopper, killTwice } from './kills.ts';

const cases = schemes.flatMap((scheme) => [0, 1, 2].map((cache) => ({ id: scheme.ID, scheme, cache })));
const LISTS = ['michael-list', 'harris-list', 'scot-list', 'hash-set'].map(
  (id) => structureById(id) as StructureClass,
);
/** Those whose searches unlink nodes together. */
const CHAINING: readonly string[] = ['harris-list', 'scot-list'];
const onLists = cases
  .filter(({ cache }) => cache !== 1)
  .flatMap((each) => LISTS.map((structure) => ({ ...each, structure, list: structure.ID })));

test.each(cases)(
  'a thread may die before any access, and its heir before any of its own, under $id with magazines of $cache',
  ({ scheme, cache }) => {
    expect(killTwice(scheme, cache, [1, 1])).toBeGreaterThan(2000);
  },
  600_000,
);

test.each(cases)(
  'a thread may die before any access beside another one, which goes on for long before an heir comes, under $id with magazines of $cache',
  ({ scheme, cache }) => {
    expect(killBeside(scheme, cache, 1).deaths).toBeGreaterThan(80);
  },
  600_000,
);

test.each(onLists)(
  'on $list a thread may die before any access beside another one, under $id with magazines of $cache',
  ({ scheme, cache, structure }) => {
    const { deaths, chained } = killBeside(scheme, cache, 1, structure);
    expect(deaths).toBeGreaterThan(80);
    if (CHAINING.includes(structure.ID)) expect(chained).toBeGreaterThan(5);
  },
  600_000,
);

test.each(onLists)(
  'on $list a thread may die before any access, and its heir before any of its own, under $id with magazines of $cache',
  ({ scheme, cache, structure }) => {
    expect(killTwice(scheme, cache, [1, 1], structure)).toBeGreaterThan(2000);
  },
  600_000,
);

test.each(cases)(
  'on a stack a thread may die before any access, and its heir before any of its own, under $id with magazines of $cache',
  ({ scheme, cache }) => {
    expect(killTwice(scheme, cache, [1, 1], TreiberStack)).toBeGreaterThan(2000);
  },
  600_000,
);

test.each(
  ['chase-lev', 'scq', 'vyukov-ring', 'shann-ring'].map((id) => ({
    id,
    structure: structureById(id) as StructureClass,
  })),
)(
  'on $id a thread may die before any access, and its heir before any of its own',
  ({ structure }) => {
    const tagged = schemes.find(({ ID }) => ID === 'tagged')!;
    expect(killTwice(tagged, 0, [1, 1], structure)).toBeGreaterThan(1500);
    expect(killBeside(tagged, 0, 1, structure).deaths).toBeGreaterThan(25);
  },
  600_000,
);

test.each(cases.filter(({ id }) => !['naive', 'tagged', 'versions'].includes(id)))(
  'on segments a thread may die before any access, and its heir before any of its own, under $id with magazines of $cache',
  ({ scheme, cache }) => {
    expect(killTwice(scheme, cache, [1, 1], structureById('segments') as StructureClass)).toBeGreaterThan(
      2000,
    );
  },
  600_000,
);

test.each(cases)(
  'a thread may die before any access of a push, and the one that pops its slot before any of its own, under $id with magazines of $cache',
  ({ scheme, cache }) => {
    expect(killPusherAndPopper(scheme, cache, [1, 1]).pairs).toBeGreaterThan(200);
  },
  600_000,
);

test.each(
  [
    'tagged',
    'epochs:period=4',
    'qsbr:period=4',
    'hazard-pointers:threshold=5',
    'hazard-pointers:threshold=6,linger=on',
  ].flatMap((spec) =>
    [1, 2, 4].flatMap((cache) => (['stack', 'ring'] as const).map((list) => ({ spec, cache, list }))),
  ),
)(
  'a thread may die before any access of chains that move as a whole, and its heir before any of its own, under $spec with magazines of $cache and a $list',
  async ({ spec, cache, list }) => {
    const choice = await chooseScheme(spec);
    const pairs = killTwice(choice.scheme, cache, [1, 1], usualStructure, choice, list, 3);
    expect(pairs).toBeGreaterThan(2000);
  },
  600_000,
);

test.each(cases.filter(({ cache }) => cache !== 1))(
  'an heir may die before any access while two others adopt, in every order, under $id with magazines of $cache',
  ({ scheme, cache }) => {
    let [accesses, executions] = [0, 0];
    for (let died = true; died; accesses++) {
      const met = heirsMeet(scheme, cache, 2, accesses);
      ({ died } = met);
      executions += met.executions;
    }
    // Fewest under no-reclaim, where heirs have no lists to take over: 8,964.
    expect(executions).toBeGreaterThan(8000);
  },
  600_000,
);
