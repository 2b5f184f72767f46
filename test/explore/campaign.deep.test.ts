import * as fc from 'fast-check';
import { describe, expect, test, vi } from 'vitest';
import { SearchControl } from '../../src/explore/campaign/search-control.ts';
import { type Campaign, campaignOf, type ExploreOptions } from '../../src/explore/campaign/campaign.ts';
import {
  type Checkpoint,
  checkResumable,
  searchName,
  parseCheckpoint,
  printCheckpoint,
} from '../../src/explore/campaign/checkpoint.ts';
import { explore } from '../../src/explore/explore.ts';
import { Machine } from '../../src/model/machine.ts';
import { merge, type NamedCheckpoint } from '../../src/explore/campaign/merge.ts';
import { type PartialResult, ResultTotal } from '../../src/explore/campaign/partial-result.ts';
import { parseShard, type Shard, unitsOf } from '../../src/explore/campaign/shard.ts';
import { sealed } from '../../src/observe/seal.ts';
import { UnitSearch } from '../../src/explore/campaign/unit-search.ts';

const PROGRAM = '[A] d | d e d';

/** What each of some units shows. */
function partsOf(campaign: Campaign, units: readonly number[]): PartialResult[] {
  const parts: PartialResult[] = [];
  const search = new UnitSearch(campaign, new SearchControl(Infinity), Infinity);
  search.runQueue(units, ({ partial, endedBy }) => {
    expect(endedBy).toBe(null);
    parts.push(partial);
  });
  expect(parts).toHaveLength(units.length);
  return parts;
}

function sumOf(parts: readonly PartialResult[]): PartialResult {
  const sum = new ResultTotal();
  for (const part of parts) sum.add(part);
  return sum.result();
}

/** What does not depend on which execution stands for its class. */
function counts({
  executions,
  bad,
  deadlocks,
  cut,
  histories,
  maxRetries,
  findings,
}: Omit<PartialResult, 'histories'> & { histories: unknown }) {
  const kinds = findings.map(({ kind }) => kind).toSorted();
  return { executions, bad, deadlocks, cut, histories, maxRetries, kinds };
}

const campaigns: readonly (readonly [string, ExploreOptions])[] = [
  ['an exhaustive search', { slots: 6, units: 40 }],
  ['a search by chance', { slots: 6, strategy: 'pct', runs: 400, seed: 3, units: 7 }],
];

describe.each(campaigns)('%s', (_name, options) => {
  test('is the same in units and in one piece', async () => {
    const { slots, strategy, runs, seed } = options;
    const whole = await explore(PROGRAM, 'naive', {
      slots,
      ...(strategy && { strategy, runs, seed }),
    } as ExploreOptions);
    expect(whole.units).toEqual({ done: 1, all: 1 });
    const split = await explore(PROGRAM, 'naive', options);
    expect(split.units.all).toBeGreaterThan(6);
    expect(split.units.done).toBe(split.units.all);
    expect(counts(split as never)).toEqual(counts(whole as never));
    expect(split.bad).toBeGreaterThan(0);
    expect(split.complete).toBe(strategy === undefined);
  });

  test('adds up to the same in any order, and after any pause', async () => {
    const campaign = await campaignOf(PROGRAM, 'naive', options);
    const all = [...campaign.units.keys()];
    const whole = sumOf(partsOf(campaign, all));
    const other = await campaignOf(PROGRAM, 'naive', options);
    const backwards = sumOf(partsOf(other, all.toReversed()));
    // Who is first to see something makes no difference, down to the schedules.
    expect(backwards).toEqual(whole);
    const shards = [1, 2, 3].map((part) => sumOf(partsOf(other, unitsOf({ part, of: 3 }, all.length))));
    expect(sumOf(shards)).toEqual(whole);
    expect(sumOf(shards.slice(1)).executions).toBeLessThan(whole.executions);
  });
});

test('a finding is kept with the fewest preemptions, and of equals the first', async () => {
  const campaign = await campaignOf(PROGRAM, 'naive', { slots: 6, units: 40 });
  const { findings } = sumOf(partsOf(campaign, [...campaign.units.keys()]));
  const [first] = findings;
  for (const each of findings) expect(each.preemptions).toBeGreaterThanOrEqual(first!.preemptions);
  expect(findings.map(({ kind }) => kind)).toHaveLength(new Set(findings.map(({ kind }) => kind)).size);
});

test('threads that share a board make no execution too many, and each place of the queue goes to one', () => {
  const one = new SearchControl(5);
  const other = new SearchControl(5, one.buffer);
  const granted = Array.from({ length: 8 }, (_, i) => (i % 2 === 0 ? one : other).claim(i));
  expect(granted.filter(Boolean)).toHaveLength(5);
  expect(one.depth).toBe(4);
  expect([one.take(), other.take(), one.take()]).toEqual([0, 1, 2]);
  expect(one.stopped).toBe(false);
  other.stop();
  expect(one.stopped).toBe(true);
});

test('every unit is in one shard', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 300 }), (of, units) => {
      const shards = Array.from({ length: of }, (_, i) => unitsOf({ part: i + 1, of }, units));
      expect(shards.flat().toSorted((a, b) => a - b)).toEqual(unitsOf(null, units));
    }),
  );
  expect(
    ['1/1', '2/3', '0/3', '4/3', '1/0', '-1/3', '1', '1/3/3', 'a/b'].map((text) => parseShard(text)),
  ).toEqual([{ part: 1, of: 1 }, { part: 2, of: 3 }, ...Array.from({ length: 7 }, () => null)]);
});

async function written(shard: Shard | null, options: Partial<ExploreOptions> = {}): Promise<Checkpoint> {
  const campaign = await campaignOf('e | d', 'naive', { slots: 6, units: 4, ...options });
  const done = unitsOf(shard, campaign.units.length);
  return { search: searchName(campaign), shard, done, partial: sumOf(partsOf(campaign, done)), seconds: 1.5 };
}

describe('a checkpoint', () => {
  test('is read as it was written, and refused with a single sign changed or lost', async () => {
    const kept = await written({ part: 2, of: 3 });
    const text = printCheckpoint(kept);
    expect(parseCheckpoint(text, 'a.json')).toEqual(kept);
    const at = fc.integer({ min: 0, max: text.length - 3 });
    fc.assert(
      fc.property(at, fc.constantFrom('7', '"', ' ', 'x'), (place, sign) => {
        const damaged = text.slice(0, place) + sign + text.slice(place + 1);
        fc.pre(JSON.stringify(tryParse(damaged)) !== JSON.stringify(JSON.parse(text)));
        expect(() => parseCheckpoint(damaged, 'a.json')).toThrow(/^The (file|checkpoint) a\.json /);
        expect(() => parseCheckpoint(text.slice(0, place), 'a.json')).toThrow(
          /a\.json is damaged \(it is no JSON/,
        );
      }),
    );
  });

  test.each([
    ['[]', 'a.json is no checkpoint'],
    ['null', 'a.json is no checkpoint'],
    ['{"kind":"exploration","v":1}', 'has the format 1, and this version of the lab reads the format 6'],
    ['{"kind":"exploration","v":6}', 'a.json is damaged (its hash is missing)'],
    [JSON.stringify(sealed({ kind: 'exploration', v: 6 })), 'a.json is damaged (it has no proper "search")'],
    [
      `{"kind":"exploration","v":6,"hash":"","a":${'['.repeat(9999)}${']'.repeat(9999)}}`,
      'nested more deeply',
    ],
  ])('of %s is refused', (text, sentence) => {
    expect(() => parseCheckpoint(text, 'a.json')).toThrow(sentence);
  });

  test('is the same for a program that is only spaced otherwise', async () => {
    const { search } = await written(null);
    expect(searchName(await campaignOf(' e|d ', 'naive', { slots: 6, units: 4 }))).toEqual(search);
  });

  test.each([
    [{ program: 'e | e' }, 'is of the program "e | d", and asked for is the program "e | e"'],
    [{ scheme: 'tagged' }, 'is of the scheme naive, and asked for is the scheme tagged'],
    [{ slots: 7 }, 'is of a slab of 6 slots, and asked for is a slab of 7 slots'],
    [{ strategy: 'pos' }, 'is of the strategy exhaustive, and asked for is the strategy pos'],
    [{ stepLimit: 99 }, 'is of a limit of 1000 steps, and asked for is a limit of 99 steps'],
    [{ wanted: 9 }, 'is of a split into 4 units, and asked for is a split into 9 units'],
    [{ lab: 'other' }, /is of the code [0-9a-f]{12} of the lab, and asked for is the code other of the lab/],
  ])('is no beginning of %j', async (other, sentence) => {
    const kept = await written(null);
    expect(() => checkResumable('a.json', kept, { ...kept.search, ...other }, null)).toThrow(sentence);
  });

  test('of a shard is no beginning of another', async () => {
    const kept = await written({ part: 1, of: 2 });
    const other = { part: 2, of: 2 };
    expect(() => checkResumable('a.json', kept, kept.search, other)).toThrow(
      'is of shard 1/2, and asked for is shard 2/2',
    );
    expect(() => checkResumable('a.json', kept, kept.search, kept.shard)).not.toThrow();
  });
});

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

async function named(...shards: readonly string[]): Promise<NamedCheckpoint[]> {
  return Promise.all(
    shards.map(async (shard, i) => ({ path: `${i + 1}.json`, checkpoint: await written(parseShard(shard)) })),
  );
}

describe('parts are added up', () => {
  test('to the whole, in whatever order', async () => {
    const parts = await named('3/3', '1/3', '2/3');
    const whole = await written(null);
    expect(merge(parts)).toEqual({ partial: whole.partial, seconds: 4.5 });
  });

  test.each([
    [['1/3', '3/3'], 'it lacks the shard 2/3'],
    [['2/4'], 'it lacks the shards 1/4, 3/4, 4/4'],
    [['1/2', '2/2', '1/2'], '1.json and 3.json overlap (unit 0 is in both)'],
    [['1/2', '2/3'], /1\.json and 2\.json overlap \(unit \d+ is in both\)|lacks \d+ of its \d+ units/],
  ])('but not %j', async (shards, sentence) => {
    const parts = await named(...shards);
    expect(() => merge(parts)).toThrow(sentence);
  });

  test('but not those that are not finished', async () => {
    const [one, other] = await named('1/2', '2/2');
    const { checkpoint } = other!;
    const unfinished = { ...other!, checkpoint: { ...checkpoint, done: checkpoint.done.slice(1) } };
    expect(() => merge([one!, unfinished])).toThrow(
      /^2\.json has searched \d+ of its \d+ units: let it go on/,
    );
  });

  test('but not those of another search', async () => {
    const [one] = await named('1/2');
    const other = { path: '2.json', checkpoint: await written({ part: 2, of: 2 }, { slots: 7 }) };
    expect(() => merge([one!, other])).toThrow(
      '1.json is of a slab of 6 slots, and 2.json of a slab of 7 slots',
    );
  });
});

test.each(['exhaustive', 'bounded', 'pct'])(
  'what %s shows does not depend on how much of the threads is remembered',
  async (strategy) => {
    const options = { slots: 6, strategy, runs: 300 };
    const campaign = await campaignOf(PROGRAM, 'naive', options);
    const all = new UnitSearch(campaign, new SearchControl(Infinity), Infinity).run(0);
    const forget = vi.spyOn(Machine.prototype, 'forget');
    const other = await campaignOf(PROGRAM, 'naive', options);
    const few = new UnitSearch(other, new SearchControl(Infinity), Infinity, 100).run(0);
    expect(few).toEqual(all);
    expect(forget.mock.calls.length).toBeGreaterThan(10);
    forget.mockRestore();
  },
);
