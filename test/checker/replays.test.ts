import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { check, checkAsync, checkObject, type CheckFailure, type Passed } from '../../src/checker/index.ts';
import { withReplays } from '../../src/checker/replays.ts';
import { failureOf } from './failure-of.ts';

interface Counter {
  readonly counter: { load(): number; store(value: number): number; add(value: number): number };
}

/** What is under test, which is no part of the check: its text stays when this is repaired. */
let isRepaired = false;
const increment = ({ counter }: Counter): void => {
  if (isRepaired) counter.add(1);
  else counter.store(counter.load() + 1);
};

const counts = (more = {}): Passed =>
  check({
    words: { counter: 0 },
    threads: [increment, increment],
    finally: ({ counter }) => counter === 2,
    ...more,
  });

const operations = { increment, get: ({ counter }: Counter) => counter.load() };

const checksObject = (): unknown => checkObject({ words: { counter: 0 }, operations, calls: 3 });

const later = async (): Promise<void> => {
  await Promise.resolve();
  counts();
};

const failsOtherwise = (): void => {
  expect(counts).toThrow('What must hold');
  throw new Error('something else');
};

const waits = async ({ counter }: Counter): Promise<void> => {
  const seen = counter.load();
  await Promise.resolve();
  counter.store(seen + 1);
};

const checksLater = (): Promise<Passed> =>
  checkAsync({
    words: { counter: 0 },
    threads: [waits, waits],
    finally: ({ counter }) => counter === 2,
  });

let folder: string;
let file: string;
const kept = (): string => join(folder, '__lockfree__', 'counter.test.ts.json');
const said: string[] = [];

/** A test runner of one line: runs a test at once. */
const runs = (_name: string, body: () => unknown): unknown => body();

const inTest = (body: () => unknown, name = 'counts'): unknown => withReplays(runs, file)(name, body);
const failsIn = (body: () => unknown, name?: string): CheckFailure => failureOf(() => inTest(body, name));

beforeEach(() => {
  isRepaired = false;
  folder = mkdtempSync(join(tmpdir(), 'lockfree-lab-replays-'));
  file = join(folder, 'counter.test.ts');
  said.length = 0;
  vi.stubEnv('CI', '');
  vi.stubEnv('LOCKFREE_REPLAY', '');
  vi.spyOn(console, 'warn').mockImplementation((sentence: string) => void said.push(sentence));
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true });
});

describe('what made a test fail', () => {
  test('is kept beside its file as data, tried first by the next run, and gone when the test passes', () => {
    const first = failsIn(counts);
    expect(first.executions).toBeGreaterThan(1);
    expect(JSON.parse(readFileSync(kept(), 'utf8'))).toEqual({
      schemaVersion: 1,
      replays: [
        {
          test: 'counts',
          number: 1,
          check: expect.stringMatching(/^[\da-f]{16}$/),
          kind: 'property',
          program: null,
          replay: first.replay,
        },
      ],
    });

    const again = failsIn(counts);
    expect(again).toMatchObject({ executions: 1, replay: first.replay, trace: first.trace });
    expect(again.message).toContain(
      'It failed so the last time and was tried first: 4 steps and 1 preemption.',
    );

    isRepaired = true;
    inTest(counts);
    expect(existsSync(join(folder, '__lockfree__'))).toBe(false);
    // The repaired code makes fewer steps than the line has.
    expect(said).toEqual([
      expect.stringMatching(
        /^lockfree-lab: What failed in "counts" the last time cannot be tried first, and all is searched: The replay line "1,2x2,1" does not fit this check any more: at step 3 it moves T2, which has ended/,
      ),
    ]);
  });

  test('is told apart by test and by which of its checks it was', () => {
    const second = (): void => {
      check({ words: { counter: 0 }, threads: [increment] });
      counts();
    };
    failsIn(second, 'one');
    failsIn(counts, 'other');
    expect(failsIn(second, 'one').executions).toBe(1);
    isRepaired = true;
    inTest(counts, 'other');
    expect(readFileSync(kept(), 'utf8')).toMatch(/"test":"one","number":2/);
    expect(readFileSync(kept(), 'utf8')).not.toContain('"test":"other"');
  });

  test('is of the program that checkObject made', () => {
    const first = failsIn(checksObject);
    expect(readFileSync(kept(), 'utf8')).toContain(`"program":"[[['increment'], ['get']], [['increment']]]"`);
    const again = failsIn(checksObject);
    expect(again).toMatchObject({ executions: 1, trace: first.trace });
    expect(first.executions).toBeGreaterThan(1);
    isRepaired = true;
    inTest(checksObject);
    expect(existsSync(kept())).toBe(false);
  });

  test('is of a check with event loops, too', async () => {
    await expect(inTest(checksLater)).rejects.toThrow('What must hold at the end does not.');
    await expect(inTest(checksLater)).rejects.toThrow('It failed so the last time and was tried first');
  });

  test('is not tried where the check is another one now, which is said in one sentence', () => {
    const first = failsIn(counts);
    const again = failsIn(() => counts({ races: 'allow' }));
    expect(again.executions).toBe(first.executions);
    expect(said).toEqual([
      'lockfree-lab: What failed in "counts" the last time was another check than check 1 of it is now, so it is not tried first, and all is searched.',
    ]);
    // Limits are no part of it.
    expect(failsIn(() => counts({ races: 'allow', maxSeconds: 9 })).executions).toBe(1);
  });

  test('is kept of asynchronous tests too, and not of tests that run at the same time', async () => {
    await expect(inTest(later)).rejects.toThrow('What must hold at the end does not.');
    expect(existsSync(kept())).toBe(true);
    rmSync(kept());
    const together = [inTest(later, 'a'), inTest(later, 'b')] as Promise<void>[];
    expect((await Promise.allSettled(together)).map(({ status }) => status)).toEqual([
      'rejected',
      'rejected',
    ]);
    expect(existsSync(kept())).toBe(false);
    await expect(inTest(later)).rejects.toThrow('What must hold');
    expect(existsSync(kept())).toBe(true);
  });
});

describe('nothing is kept', () => {
  test('of a test that passes, or that expects the failure', () => {
    inTest(() => check({ words: { counter: 0 }, threads: [increment] }));
    inTest(() => expect(counts).toThrow('What must hold'));
    expect(existsSync(join(folder, '__lockfree__'))).toBe(false);
  });

  test('of a test that fails for another reason', () => {
    expect(() => inTest(failsOtherwise)).toThrow('something else');
    expect(existsSync(join(folder, '__lockfree__'))).toBe(false);
  });

  test.each([
    ['CI', 'true'],
    ['LOCKFREE_REPLAY', 'off'],
  ])('where %s is %s', (name, value) => {
    failsIn(counts);
    vi.stubEnv(name, value);
    expect(failsIn(counts).executions).toBeGreaterThan(1);
    rmSync(kept());
    failsIn(counts);
    expect(existsSync(kept())).toBe(false);
  });

  test('outside of a test', () => {
    failureOf(counts);
    expect(existsSync(join(folder, '__lockfree__'))).toBe(false);
  });
});

describe('a file of replays', () => {
  test.each([
    ['{', /cannot be read as what failed the last time, so nothing is tried first: .*JSON/],
    ['{"schemaVersion":2,"replays":[]}', /Invalid type: Expected 1 but received 2/],
    ['{"schemaVersion":1,"replays":[{"test":1}]}', /Invalid type: Expected string but received 1/],
  ])('that was altered is said to be so, and written anew: %s', (content, why) => {
    const first = failsIn(counts);
    writeFileSync(kept(), content);
    expect(failsIn(counts).executions).toBe(first.executions);
    expect(said).toEqual([expect.stringMatching(why)]);
    expect(failsIn(counts).executions).toBe(1);
  });

  test('runs no code', () => {
    failsIn(checksObject);
    const before = readFileSync(kept(), 'utf8');
    const code = `globalThis.wasRun = true`;
    writeFileSync(kept(), before.replace(/"program":"[^"]*"/, `"program":"${code}"`));
    expect(failsIn(checksObject).executions).toBeGreaterThan(1);
    expect(said[0]).toContain(`checkObject does not make the program ${code} any more.`);
    expect(globalThis).not.toHaveProperty('wasRun');
  });

  test('that cannot be written is said once the test has failed', () => {
    writeFileSync(join(folder, '__lockfree__'), '');
    failsIn(counts);
    expect(said.at(-1)).toMatch(/What failed cannot be kept in .*, so the next run searches it anew:/);
  });
});

test('a test function keeps what a test runner knows of it', () => {
  const seen: unknown[] = [];
  const runner = Object.assign((...given: unknown[]) => void seen.push(given), {
    only: (...given: unknown[]) => void seen.push(['only', given]),
    each: 7,
  });
  const own = withReplays(runner, pathToFileURL(file));
  own('by callback', { timeout: 5 }, (_t: unknown, done: () => void) => done());
  own.only('alone', () => {});
  own('to do');
  expect(own.each).toBe(7);
  const [[, options, body], [only, [name]], todo] = seen as [
    [string, object, { readonly length: number }],
    [string, [string]],
    unknown,
  ];
  expect([options, body.length, only, name, todo]).toEqual([{ timeout: 5 }, 2, 'only', 'alone', ['to do']]);
});

describe('LOCKFREE_REPLAY', () => {
  test('is the line of the one execution that is run', () => {
    vi.stubEnv('LOCKFREE_REPLAY', '1,2x2,1');
    expect(failureOf(counts)).toMatchObject({ executions: 1, replay: '1,2x2,1' });
    vi.stubEnv('LOCKFREE_REPLAY', '1x2,2x2');
    expect(counts()).toMatchObject({ executions: 1, complete: false });
  });

  test('keeps nothing', () => {
    vi.stubEnv('LOCKFREE_REPLAY', '1,2x2,1');
    failsIn(counts);
    expect(existsSync(join(folder, '__lockfree__'))).toBe(false);
  });

  test('is named where its line does not fit', () => {
    vi.stubEnv('LOCKFREE_REPLAY', '1x9');
    expect(counts).toThrow(
      /does not fit this check any more: at step 3.*It comes from LOCKFREE_REPLAY, which is tried on every check that runs: let your test runner run the one test/,
    );
    expect(() => checkObject({ words: { counter: 0 }, operations })).toThrow(
      /a replay line alone: give the threads.*LOCKFREE_REPLAY/,
    );
  });

  test('gives way to what a check says', () => {
    vi.stubEnv('LOCKFREE_REPLAY', '1x9');
    expect(failureOf(() => counts({ replay: '1,2x2,1' })).replay).toBe('1,2x2,1');
  });
});
