import { describe, expect, test } from 'vitest';
import { check, CheckFailure, checkModule, type Passed, UsageError } from '../../../src/checker/index.ts';
import { some } from '../../effort.ts';

const module = new URL('checks.mjs', import.meta.url);
const checks = (await import(module.href)) as Readonly<Record<string, object>>;

/** What a check says, without the time that it took. */
async function said(name: string, jobs: number): Promise<unknown> {
  try {
    return factsOf(await checkModule({ module, export: name, jobs }));
  } catch (error) {
    if (error instanceof CheckFailure) return JSON.stringify(error);
    throw error;
  }
}

const factsOf = ({ seconds: _seconds, ...facts }: Passed): Omit<Passed, 'seconds'> => facts;

describe('a check that a module exports', () => {
  const SHARED: readonly [string, object][] = [
    ['lock', { executions: 48, complete: true, symmetric: [] }],
    ['counters', { complete: true, symmetric: [[1, 2, 3]] }],
    ['racing', { complete: true, races: ['x', 'y'] }],
    ['byNumber', { complete: true, symmetric: [] }],
    ['polite', { complete: true }],
    ['byChance', { executions: 700, complete: false }],
  ];
  test.each(some(SHARED, 1))('says the same with one job and with two: %s', async (name, expected) => {
    const [one, two] = await Promise.all([said(name, 1), said(name, 2)]);
    expect(one).toMatchObject(expected);
    expect(two).toEqual(one);
    expect(one).toEqual(factsOf(check(checks[name] as never)));
  });

  const FAILING: readonly [string, string][] = [
    ['lost', 'property'],
    ['forbidden', 'race'],
    ['lostByChance', 'property'],
  ];
  test.each(some(FAILING, 1))('fails in the same way with one job and with two: %s', async (name, kind) => {
    const [one, two] = await Promise.all([said(name, 1), said(name, 2)]);
    expect(JSON.parse(one as string)).toMatchObject({ kind });
    expect(two).toBe(one);
    expect(() =>
      check({ ...checks[name], replay: (JSON.parse(one as string) as { replay: string }).replay } as never),
    ).toThrow(CheckFailure);
  });

  test('is told from where it was called', async () => {
    const failure = (await checkModule({ module, export: 'lost', jobs: 1 }).catch(
      (error: unknown) => error,
    )) as Error;
    expect(failure.stack!.split('\n').find((line) => line.startsWith('    at '))).toContain('jobs.test.ts');
  });

  test.each<[string, number, RegExp]>([
    ['bounded', 2, /has a bound of preemptions, which cannot be shared/],
    ['pct', 1, /has strategy: 'pct', which cannot be shared/],
    ['some', 2, /has maxExecutions, which cannot be shared/],
    ['asynchronous', 2, /use checkAsync/],
  ])('is refused with a sentence, if it cannot be shared: %s', async (name, jobs, why) => {
    const refused = checkModule({ module, export: name, jobs });
    await expect(refused).rejects.toThrow(UsageError);
    await expect(refused).rejects.toThrow(why);
  });

  test.each([
    [{ module, export: 'lok' }, /does not export "lok" \(did you mean "lock"\?\)/],
    [{ module: 'checks.mjs', export: 'lock' }, /"module" of checkModule is 'checks\.mjs'/],
    [{ module, export: 'lock', jobs: 0 }, /"jobs" of checkModule is 0: give a whole number from 1 to 256/],
  ])('that is asked for in a wrong way is refused: %#', async (what, why) => {
    await expect(checkModule(what as never)).rejects.toThrow(why);
  });
});
