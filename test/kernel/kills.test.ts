import { expect, test } from 'vitest';
import { schemes } from './laboratory.ts';
import { heirsMeet } from './heirs.ts';
import { structureById } from '../../src/laboratory/structures.ts';
import { TreiberStack } from '../../src/kernel/structures/treiber-stack.ts';
import { killPusherAndPopper, killTwice } from './kills.ts';
import { deep, some } from '../effort.ts';

const LIST = structureById('michael-list');

const cases = schemes.flatMap((scheme) => [0, 1, 2].map((cache) => ({ id: scheme.ID, scheme, cache })));

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

test.each(
  some(
    cases.filter(({ cache }) => cache !== 1),
    3,
  ),
)('the same on a stack, under $id with magazines of $cache', ({ scheme, cache }) => {
  expect(killTwice(scheme, cache, [31, 11], TreiberStack)).toBeGreaterThan(15);
});

test.each(
  some(
    cases.filter(({ cache }) => cache !== 1),
    3,
  ),
)('the same on a list, under $id with magazines of $cache', ({ scheme, cache }) => {
  expect(killTwice(scheme, cache, [37, 11], LIST)).toBeGreaterThan(15);
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
