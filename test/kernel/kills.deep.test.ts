import { expect, test } from 'vitest';
import { schemes } from './laboratory.ts';
import { heirsMeet, killBeside } from './heirs.ts';
import { TreiberStack } from '../../src/kernel/structures/treiber-stack.ts';
import { killPusherAndPopper, killTwice } from './kills.ts';

const cases = schemes.flatMap((scheme) => [0, 1, 2].map((cache) => ({ id: scheme.ID, scheme, cache })));

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
    expect(killBeside(scheme, cache, 1)).toBeGreaterThan(80);
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

test.each(cases)(
  'a thread may die before any access of a push, and the one that pops its slot before any of its own, under $id with magazines of $cache',
  ({ scheme, cache }) => {
    expect(killPusherAndPopper(scheme, cache, [1, 1]).pairs).toBeGreaterThan(200);
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
