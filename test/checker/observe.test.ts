import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import {
  type Observation,
  ObservationFailure,
  observe,
  type Observing,
  UsageError,
} from '../../dist/src/checker/index.js';
import { deep } from '../effort.ts';

const checks = new URL('observed/checks.mjs', import.meta.url);
const root = join(import.meta.dirname, '../..');

type Told = Partial<Omit<Observing, 'module'>>;

function observed(name: string, told: Told = {}): Promise<Observation> {
  return observe({ module: checks, export: name, times: 60, seconds: 60, patience: 60, ...told });
}

async function failureOf(name: string, told: Told = {}): Promise<Observation> {
  const failure = await observed(name, told).catch((error: unknown) => error);
  if (failure instanceof ObservationFailure) return failure.observation;
  throw failure instanceof Error ? failure : new Error('nothing failed');
}

const all = ({ outcomes }: Observation): string[] => outcomes.map(({ outcome }) => outcome).toSorted();
const seen = ({ outcomes }: Observation): string[] =>
  outcomes.flatMap(({ outcome, count }) => (count > 0 ? [outcome] : [])).toSorted();
const total = ({ outcomes }: Observation): number => outcomes.reduce((sum, { count }) => sum + count, 0);

describe('on real threads the same bodies', () => {
  test('come to what the model allows, and all of that is listed', async () => {
    const observation = await observed('lostUpdate');
    expect(observation).toMatchObject({ rounds: 60, complete: true, interrupted: false });
    expect(all(observation)).toEqual(['counter 1', 'counter 2']);
    expect(total(observation)).toBe(60);
    const byOutcome = Object.fromEntries(observation.outcomes.map((each) => [each.outcome, each]));
    expect(byOutcome).toMatchObject({ 'counter 1': { holds: false }, 'counter 2': { holds: true } });
    expect(observation.text).toMatch(/^60 rounds on 2 worker threads in .* s; the model allows 2 outcomes\n/);
    expect(observation.text).toMatch(/counter 1 {3}finally fails$/m);
  });

  test.runIf(deep)('never come to what no order of steps leads to', async () => {
    const observation = await observed('storeBuffering');
    expect(all(observation)).toHaveLength(3);
    expect(all(observation)).not.toContain('x 1 · y 1 · T1 returns 0 · T2 returns 0');
  });

  test.runIf(deep)('may be told in other words, with values and results', async () => {
    const told = { outcome: (values: unknown, results: readonly unknown[]) => ({ values, results }) };
    const [first] = (await observed('made', told)).outcomes;
    expect(first!.outcome).toMatch(/^\{ results: \[ \d, \d \], values: Cell \{\} \}$/);
    const sums = await observed('lostUpdate', {
      outcome: (values) => `sum ${(values as { counter: number }).counter}`,
    });
    expect(all(sums)).toEqual(['sum 1', 'sum 2']);
  });

  test.runIf(deep)('work on objects that make makes, anew in each round over the same memory', async () => {
    const observation = await observed('made');
    expect(all(observation)).toEqual(['T1 returns 2 · T2 returns 7', 'T1 returns 7 · T2 returns 1']);
    expect(observation.outcomes.map(({ holds }) => holds)).toEqual([true, true]);
  });

  test.runIf(deep)('work on words of 64 bits, arrays and buffers', async () => {
    const observation = await observed('memories');
    expect(
      seen(observation).every((each) =>
        each.endsWith('list [1 9] · floats [0.5] · T1 returns 0 · T2 returns 0.5'),
      ),
    ).toBe(true);
    expect(all(observation).map((each) => each.split(' · ')[0])).toEqual(['big 5n', 'big 6n']);
  });

  test.runIf(deep)('throw, start and join threads, and call operations', async () => {
    expect(all(await observed('throwing'))).toEqual([
      "x 2 · T1 returns 'first' · T2 throws RangeError: second",
      "x 2 · T1 throws RangeError: second · T2 returns 'first'",
    ]);
    expect(seen(await observed('starting'))).toEqual(['sum 6 · T1 returns 6']);
    expect(all(await observed('operations')).length).toBe(3);
  });
});

describe('what the model never shows is forbidden', () => {
  test('and fails: a body that does something else on a worker thread', async () => {
    const observation = await failureOf('twoFaced');
    expect(all(observation).length).toBe(4);
    expect(observation.outcomes[0]).toMatchObject({ grade: 'forbidden' });
    const record = JSON.parse(JSON.stringify(new ObservationFailure(observation))) as object;
    expect(record).toMatchObject({
      schemaVersion: 1,
      rounds: observation.rounds,
      outcomes: observation.outcomes,
    });
    expect(observation.text).toMatch(/^ {2}forbidden +\d+ .*x 3 · T1 returns [01]/m);
    expect(observation.text).toMatch(
      /seen that the model never shows, and it was explored to its end: one of the two is wrong\.$/m,
    );
  });

  test.runIf(deep)('unless the model was not explored to its end: then nobody knows', async () => {
    const observation = await observed('bounded');
    expect(observation.complete).toBe(false);
    expect(observation.outcomes.map(({ grade }) => grade)).toContain('unknown');
    expect(observation.text).toContain('The model was not explored to its end');
  });

  test('with a word about plain accesses, where they race', async () => {
    expect((await failureOf('racing')).text).toContain('Plain accesses of x race.');
  });

  test.runIf(deep)('a round without an end is one: it is given up, told, and others follow', async () => {
    const { outcomes, text } = await failureOf('hanging', { patience: 0.2 });
    expect(outcomes[0]).toMatchObject({ outcome: 'no end', count: 3, grade: 'forbidden', holds: null });
    expect(text).toMatch(/3 rounds did not end within 0\.2 s: .*T2 had not\./);
  });

  test.runIf(deep)('but a round without an end that the model has, too, is not', async () => {
    const { outcomes, complete } = await observed('lostWakeUp', { patience: 0.3, times: 10 });
    expect(complete).toBe(false);
    expect(outcomes.find(({ outcome }) => outcome === 'no end')).toMatchObject({
      grade: expect.not.stringMatching('forbidden') as string,
    });
  });
});

const body = ({ x }: { x: { load(): number } }): number => x.load();
const mine = { words: { x: 0 }, threads: [body, body] };

describe('is refused in one sentence:', () => {
  const checked = [
    ['choosing', 'T1 calls thread.choose, which real threads cannot do'],
    ['waitingForChoice', 'T1 calls thread.choose'],
    ['uncloneable', 'T1 returns what cannot be sent from a worker thread'],
    ['exiting', 'The worker thread of T1 ended by itself (exit code 3)'],
    ['changing', 'The module makes another check on a worker thread'],
    ['lostUpdates', 'does not export "lostUpdates" (did you mean "lostUpdate"?)'],
    ['number', '"number" of file:'],
    ['serving', 'T1 of the check serves'],
    ['drawing', 'The check has "random", which real threads cannot keep to'],
  ] as const;
  // Each has worker threads of its own.
  test.each(checked.filter((_, i) => deep || i % 3 === 0))('%s', async (name, sentence) => {
    const refused = await observed(name).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UsageError);
    expect((refused as Error).message).toContain(sentence);
    expect((refused as Error).message).not.toContain('\n');
  });

  test.each([
    ['nothing', undefined, 'observe is given nothing'],
    ['no module', mine, '"module" is missing in observe'],
    ['a module that is no file', { ...mine, module: 'checks.mjs' }, 'give the URL of a file'],
    [
      'an unknown option',
      { ...mine, module: checks, time: 5 },
      'There is no "time" in observe (did you mean "times"?)',
    ],
    ['no rounds', { ...mine, module: checks, times: 0 }, '"times" of observe is 0'],
    ['two checks', { ...mine, module: checks, export: 'made' }, 'leave one of them out'],
    [
      'a module that is not there',
      { module: new URL('no.mjs', checks), export: 'x' },
      'observe cannot load file:',
    ],
    ['a call that no worker comes to', { ...mine, module: checks }, 'did not come to this call of observe'],
    ['a replay', { ...mine, module: checks, replay: '1' }, 'nobody can say when a real thread moves'],
  ])('%s', async (_, what, sentence) => {
    const refused = await observe(what as never).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(UsageError);
    expect((refused as Error).message).toContain(sentence);
  });
});

describe('its worker threads end', () => {
  test('when the signal says so: what was seen until then is the result', async () => {
    const stop = new AbortController();
    let told = 0;
    const outcome = (): string => {
      // In the middle of a batch of rounds.
      if (++told === 20) setTimeout(() => stop.abort(), 20);
      return 'any';
    };
    const observation = await observed('lostUpdate', { times: 1e9, signal: stop.signal, outcome });
    expect(observation.interrupted).toBe(true);
    expect(all(observation)).toEqual(['any']);
    expect(observation.rounds).toBeGreaterThan(10);
    expect(observation.text).toContain('It was ended early by its signal.');
    expect((await observed('lostUpdate', { signal: AbortSignal.abort() })).rounds).toBe(0);
  });

  test.runIf(deep)('after so many seconds', async () => {
    const { rounds, seconds } = await observed('lostUpdate', { times: 1e9, seconds: 0.2 });
    expect(rounds).toBeLessThan(1e9);
    expect(seconds).toBeGreaterThan(0.2);
  });

  test.runIf(deep)('so that the process ends by itself, and on Ctrl-C', async () => {
    const path = join(import.meta.dirname, 'observed/script.mjs');
    const { stdout } = await promisify(execFile)(process.execPath, [path, '50'], { cwd: root });
    // The second call is made in the same module, and what the module prints it prints once.
    expect(stdout).toBe('begin\ncounter 1,counter 2\ntaken 1,taken 2\n');
    const child = spawn(process.execPath, [path, '1000000000'], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await new Promise((resolve) => void child.stdout.once('data', resolve));
    setTimeout(() => child.kill('SIGINT'), 500);
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
      child.once('exit', (...how) => resolve(how));
    });
    expect([code, signal]).toEqual([null, 'SIGINT']);
  });
});

const typed = (): unknown[] => [
  observe({
    module: import.meta.url,
    words: { x: 0, ring: [1n] },
    threads: [({ x }) => x.load(), ({ ring }) => ring[0]],
    outcome: ({ x, ring }, [first, second]) => {
      const told: [number, BigInt64Array, number, bigint | undefined] = [x, ring, first, second];
      return told;
    },
  }),
  observe({ module: checks, export: 'made', outcome: (_, results) => results.length }),
  // @ts-expect-error -- a check or a name is missing
  observe({ module: checks }),
  // @ts-expect-error -- there is no such word
  observe({ module: checks, words: { x: 0 }, threads: [({ y }) => y.load()] }),
];

test('its types are those of check, with what is told beside it', () => {
  expect(typed).toBeTypeOf('function');
});
