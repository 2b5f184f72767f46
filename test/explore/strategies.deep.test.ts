import { describe, expect, test } from 'vitest';
import { BoundedSearch } from '../../src/search/strategies/bounded.ts';
import { memoryDependence } from '../../src/model/dependence.ts';
import { explore } from '../../src/explore/explore.ts';
import { Histories } from './histories.ts';
import type { Machine, Model } from '../../src/model/machine.ts';
import { type PlainBody, bodyCode } from './plain-body.ts';
import { strategies, strategyOf } from '../../src/search/strategies/all.ts';
import { guaranteeOfPct, stepsOfRun } from '../../src/search/strategies/pct.ts';
import type { SearchSpace, Unit } from '../../src/search/strategy.ts';
import { client, FIRST_VALUE } from './michael-scott-client.ts';

const byChance = strategies.filter(({ chance }) => chance).map(({ id }) => id);

function spaceOf(model: Model, options: Partial<SearchSpace> = {}): SearchSpace {
  const dependence = memoryDependence(model.words.length);
  const whole = { preemptions: Infinity, depth: 2, runs: 1000, seed: 7, schedule: '1' };
  return { model, dependence, ...whole, ...options };
}

const plain = (words: number, ...bodies: PlainBody[]): Model => ({
  words: new Int32Array(words),
  threads: bodies.map((body) => bodyCode(body)),
});

const aba = client('[A] d | d e d', { values: true, reuse: true });

/** The executions of all units of a strategy, each by who moved. */
function executionsOf(id: string, space: SearchSpace, wanted: number): string[] {
  const executions: string[] = [];
  const strategy = strategyOf(id);
  for (const unit of strategy.units(space, wanted)) {
    const again = JSON.parse(JSON.stringify(unit)) as Unit;
    strategy.run(space, again, (machine) => void executions.push(machine.path().join('')), {
      stepLimit: 1000,
    });
  }
  return executions;
}

describe('every strategy', () => {
  test.each(strategies.map(({ id }) => id))('%s does the same in parts, and again', (id) => {
    const space = spaceOf(client('e | d'), { runs: 100, schedule: '1x5,2x3' });
    const whole = executionsOf(id, space, 1);
    expect(whole.length).toBeGreaterThan(0);
    expect(executionsOf(id, space, 7)).toEqual(whole);
  });

  test.each(byChance)('%s makes other runs from another seed', (id) => {
    const one = executionsOf(id, spaceOf(client('e | d'), { runs: 50 }), 1);
    expect(executionsOf(id, spaceOf(client('e | d'), { runs: 50, seed: 8 }), 1)).not.toEqual(one);
  });

  test.each([...byChance, 'exhaustive', 'bounded'])('%s finds threads that wait for each other', (id) => {
    const waits = plain(
      2,
      (words) => {
        words.await(0, 0);
        words.store(1, 1);
      },
      (words) => {
        words.await(1, 0);
        words.store(0, 1);
      },
    );
    const space = spaceOf(waits, { runs: 10 });
    const [unit] = strategyOf(id).units(space, 1);
    const { executions, deadlocks } = strategyOf(id).run(space, unit!, () => false, { stepLimit: 9 });
    expect(deadlocks).toBe(executions);
    expect(deadlocks).toBeGreaterThan(0);
  });

  test('an unknown one is refused with a guess', () => {
    expect(() => strategyOf('ptc')).toThrow(/no strategy "ptc" \(did you mean "pct"\?\): give one of exhaus/);
  });
});

/** The share of runs whose history no queue can have. */
function rate(id: string, depth: number, runs: number): number {
  const histories = new Histories([FIRST_VALUE]);
  let bad = 0;
  const space = spaceOf(aba, { depth, runs });
  const visit = (machine: Machine): void => {
    if (histories.verdict(machine).linearizable !== true) bad++;
  };
  for (const unit of strategyOf(id).units(space, 1)) {
    expect(strategyOf(id).run(space, unit, visit, { stepLimit: 1000 }).executions).toBe(runs);
  }
  return bad / runs;
}

/** Rates of shared experience; in 20,000 runs, four standard deviations of 4 % are 0.6 %. */
describe('how often a run shows the ABA of [A] d | d e d', () => {
  test.each([
    ['pos', 2, 0.037],
    ['pct', 2, 0.037],
    ['pct', 3, 0.054],
    ['random-walk', 2, 0],
    ['pct', 1, 0],
  ])('%s of depth %i: %f', (id, depth, expected) => {
    expect(Math.abs(rate(id, depth, 20_000) - expected)).toBeLessThan(0.006);
  });

  test('PCT keeps what it promises, and the random walk is far below', () => {
    const { rate: promised, formula } = guaranteeOfPct(2, stepsOfRun(spaceOf(aba)), 2);
    expect(formula).toBe('1/(2·38)');
    expect(rate('pct', 2, 5000)).toBeGreaterThan(promised);
    expect(rate('random-walk', 2, 5000)).toBeLessThan(promised / 10);
  });

  test.each(['pct', 'pos'])(
    '%s finds it on the kernel within 300 runs, whatever the seed',
    async (strategy) => {
      for (const seed of [1, 2, 3]) {
        const options = { slots: 6, strategy, seed, runs: 300 };
        const { findings, guarantee, complete } = await explore('[A] d | d e d', 'naive', options);
        expect(findings.map(({ kind }) => kind)).toContain('ABA');
        expect(guarantee?.formula ?? 'none').toMatch(strategy === 'pct' ? /^1\/\(2·4\d\)$/ : 'none');
        expect(complete).toBe(false);
      }
    },
  );
});

const counts: PlainBody = (words) => {
  for (let i = 0; i < 15; i++) words.add(0, 1);
};

test('what a random search remembers of the threads is bounded', () => {
  let most = 0;
  let last = 0;
  let dropped = 0;
  const space = spaceOf(plain(1, counts, counts, counts), { runs: 4000 });
  const visit = ({ places }: Machine): void => {
    if (places < last) dropped++;
    last = places;
    most = Math.max(most, places);
  };
  strategyOf('random-walk').run(space, { from: 0, to: 4000 }, visit, { stepLimit: 1000 });
  expect(dropped).toBeGreaterThan(0);
  expect(most).toBeLessThan(100_100);
});

const replayed = (schedule: string) =>
  explore('[A] d | d e d', 'naive', { slots: 6, strategy: 'replay', schedule });

describe('a replay', () => {
  test('shows again what a search has found', async () => {
    const { findings } = await explore('[A] d | d e d', 'naive', { slots: 6, preemptions: 1 });
    const { schedule } = findings.find(({ kind }) => kind === 'ABA')!;
    const again = await replayed(schedule);
    expect(again).toMatchObject({ executions: 1, bad: 1 });
    expect(again.findings[0]).toMatchObject({ kind: 'ABA', schedule });
  });

  test.each([
    ['T1@end', 'is not by counts alone'],
    ['3x2', 'moves T3, and the program has 2 threads'],
    ['1x99,2', 'does not fit: T1 has ended before step'],
  ])('of %s is refused', async (schedule, sentence) => {
    await expect(replayed(schedule)).rejects.toThrow(sentence);
  });
});

test('a bounded search whose memory is full says so, and is not complete', () => {
  const model = client('e d | e d');
  const search = new BoundedSearch(model, memoryDependence(model.words.length), () => false, {
    maxRows: 300,
  });
  expect(search.runUpTo(9)).toMatchObject({ complete: false, endedBy: 'memory' });
});
