import {
  array,
  assert,
  type Arbitrary,
  constant,
  constantFrom,
  integer,
  nat,
  property,
  record,
  tuple,
} from 'fast-check';
import { expect, test } from 'vitest';
import { type Race, Races, type RaceStep } from '../../src/judge/damage/races.ts';

const WORDS = 4;
const word = nat(WORDS - 1);
const steps: Arbitrary<readonly Omit<RaceStep, 'step'>[]> = array(
  record({
    thread: integer({ min: 1, max: 3 }),
    access: constantFrom('load', 'store', 'add'),
    address: word,
    reads: array(word, { maxLength: 1 }),
    writes: array(tuple(word, constant(7)), { maxLength: 1 }),
  }),
  { minLength: 2, maxLength: 12 },
);

test('the races of words that are plainly accessed are the same if no other word is looked at', () => {
  let [raced, left] = [0, 0];
  const agree = property(steps, (all) => {
    const plain = new Set(all.flatMap(({ reads, writes }) => [...reads, ...writes.map(([at]) => at)]));
    const racesOf = (watched: ReadonlySet<number> | null): Race[] => {
      const races = new Races(3, false, watched);
      return all.flatMap((each, i) => races.step({ ...each, step: i + 1 }));
    };
    const found = racesOf(null);
    if (found.length > 0) raced++;
    if (plain.size < WORDS) left++;
    expect(racesOf(plain)).toEqual(found);
  });
  assert(agree, { numRuns: 200, seed: 15 });
  expect([raced > 50, left > 50]).toEqual([true, true]);
});
