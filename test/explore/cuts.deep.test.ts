import { expect, test } from 'vitest';
import { Random } from '../../src/random.ts';
import { explore } from '../../src/explore/explore.ts';
import { cutsAgreeByClass, cutsAgreeByState, randomWriters } from './cuts.ts';
import { mutated, randomMutation } from './mutated.ts';

const LARGER = [
  'e d | e d',
  'e | e e',
  '[A] d | d e d',
  '[A] d e | d',
  'e | e | d',
  '[A B] d | d | e',
  'e e | d d',
];
const SCHEMES = ['tagged', 'naive', 'no-reclaim'];

/** A program on a kernel with one or two steps changed. */
function drawn(
  random: Random,
  programs: readonly string[],
): Parameters<typeof cutsAgreeByClass>[0] & { mutation: string } {
  const mutation = randomMutation(random);
  const cache = random.below(4) === 0 ? 1 : 0;
  return {
    program: programs[random.below(programs.length)]!,
    scheme: SCHEMES[random.below(SCHEMES.length)]!,
    variant: mutated(mutation),
    mutation: JSON.stringify(mutation),
    slots: cache === 0 ? 6 : 12,
    cache,
  };
}

test('random stores: what the search finds in a class is what its executions show, run one by one', async () => {
  const random = new Random(1000);
  let hidden = 0;
  for (let i = 0; i < 2000; i++) hidden += (await cutsAgreeByClass(randomWriters(random)))?.hidden ?? 0;
  expect(hidden).toBeGreaterThan(200);
});

test.each([
  ['[A] d | d', { D13: 'forced' }],
  ['[A] d | e', { F3: 'forced' }],
] as const)('%s with %j: the same', async (program, mutation) => {
  const seen = await cutsAgreeByClass({ program, variant: mutated(mutation) });
  expect(seen!.broken).toBeGreaterThan(0);
});

test('random kernels on larger programs: a search over all states finds a broken invariant exactly where the reduced search does', async () => {
  const random = new Random(1002);
  const counts = { true: 0, false: 0, null: 0 };
  for (let i = 0; i < 25; i++) {
    const asked = drawn(random, LARGER);
    counts[`${await cutsAgreeByState(asked, 1000)}`]++;
  }
  expect(counts.true).toBeGreaterThan(2);
  expect(counts.false).toBeGreaterThan(2);
});

const programs = [
  'e | d',
  'e d | e d',
  '[A] d | d e d',
  '[A B] d i | d e i',
  '[A] d die | e',
  '[A] d die | adopt d',
  '[A] d leave | adopt d',
  '[A] d e die | d adopt e',
  '[A B] d | d | e',
  '[A] d die | adopt die | adopt e',
];
const schemes = ['no-reclaim', 'tagged', 'hazard-pointers:threshold=1', 'epochs:period=1'];

test.each(schemes.flatMap((scheme) => programs.map((program) => [program, scheme] as const)))(
  '%s under %s breaks no invariant, with caches and without',
  async (program, scheme) => {
    for (const cache of [0, 1, 2]) {
      const options = { slots: 14 + 4 * cache, cache, maxExecutions: 400 };
      expect((await explore(program, scheme, options)).findings).toEqual([]);
    }
  },
);
