import { describe, expect, test } from 'vitest';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { explore, type Exploration, type ExploreOptions } from '../../src/explore/explore.ts';
import { loopWithin } from '../../src/explore/memory-in-loop.ts';
import { structureById } from '../../src/laboratory/structures.ts';
import {
  explorationJson,
  explorationText,
  explorationVerdict,
} from '../../src/report/text/exploration-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';

const search = (options: Partial<ExploreOptions> = {}, scheme = 'naive'): Promise<Exploration> =>
  explore('[A] d | d e d', scheme, { slots: 6, ...options });
const verdict = async (of: Exploration): Promise<string> =>
  explorationVerdict(of, await chooseScheme(of.scheme), false);
const text = (of: Exploration): string => explorationText(of, plainStyle());

describe('a search says how much its result is about', () => {
  test('with a bound on preemptions', async () => {
    const none = await search({ preemptions: 0 });
    expect(none).toMatchObject({ bad: 0, preemptions: 0, more: true });
    expect(text(none)).toMatch(/^complete +to 0 preemptions; executions with more were not looked at$/m);
    expect(explorationJson(none, false)).toMatchObject({ complete: false, more: true });
    expect(await verdict(none)).toBe(
      `as claimed   naive promises no safety: no damage in the ${none.executions} executions that were made.`,
    );
  });

  test('without slots where a structure has cells alone', async () => {
    const found = await explore('vyukov-ring:e | d', 'tagged', { slots: 6 });
    const loop = loopWithin(await chooseScheme('tagged'), structureById('vyukov-ring'), 0);
    const ring = text({ ...found, memoryInLoop: loop }).replaceAll(/\s+/g, ' ');
    expect(ring).toMatch(/memory T2 put a value in and took one out \d+ times, beside T1/);
    expect(ring).not.toMatch(/in \d+ slots|as few slots/);
  });

  test('with a bound that leaves nothing out', async () => {
    const all = await explore('[A] d | e', 'naive', { slots: 6, preemptions: 50 });
    expect(all).toMatchObject({ bad: 0, more: false });
    expect(text(all)).toMatch(/^complete +nothing was left out$/m);
    expect(explorationJson(all, false)).toMatchObject({ complete: true });
    expect(await verdict(all)).toBe('as claimed   naive promises no safety: this program shows no damage.');
  });

  test.each([
    ['a limit of executions', { maxExecutions: 5 }, 'the 5 executions that were'],
    ['one execution', { maxExecutions: 1 }, 'the one execution that was'],
    ['chance', { strategy: 'random-walk', seed: 1, runs: 3, maxExecutions: 3 }, 'the 3 executions that were'],
  ])('with %s', async (_, options, seen) => {
    const naive = await search(options);
    expect(naive.bad).toBe(0);
    expect(await verdict(naive)).toBe(`as claimed   naive promises no safety: no damage in ${seen} made.`);
    expect(await verdict(await search(options, 'tagged'))).toBe(`as claimed   no damage in ${seen} made.`);
  });

  test('with an estimate of the whole, and a range that is open where no end can be said', async () => {
    const some = await search({ maxExecutions: 5 });
    const units = { done: 42, all: 256 };
    const said = (most: number | null): string => {
      const estimate = { executions: 7412, least: 4290, most };
      return text({ ...some, estimate, units }).replaceAll(/\n +/g, ' ');
    };
    expect(said(16_100)).toContain(
      'about 7,400 classes in all, most likely between 4,300 and 16,000, estimated from 42 units drawn at random: about ',
    );
    expect(said(null)).toContain(
      'about 7,400 classes in all, most likely at least 4,300, estimated from 42 units ',
    );
  });
});
