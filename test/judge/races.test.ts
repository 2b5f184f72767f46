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

test('what was saved is known again once it was restored, as often as one likes', () => {
  let raced = 0;
  const agree = property(steps, array(integer({ min: 0, max: 12 }), { maxLength: 4 }), (all, ends) => {
    const numbered = all.map((each, i) => ({ ...each, step: i + 1 }));
    const from = (races: Races, begin: number, end = all.length): Race[] =>
      numbered.slice(begin, end).flatMap((each) => races.step(each));
    const races = new Races(3, false);
    const middle = all.length >> 1;
    from(races, 0, middle);
    const saved = races.save();
    const fresh = new Races(3, false);
    from(fresh, 0, middle);
    const expected = from(fresh, middle);
    if (expected.length > 0) raced++;
    for (const end of [...ends, all.length]) {
      from(races, middle, end);
      races.restore(saved);
    }
    expect(from(races, middle)).toEqual(expected);
  });
  assert(agree, { numRuns: 200, seed: 16 });
  expect(raced).toBeGreaterThan(30);
});
