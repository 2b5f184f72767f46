import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { moduleUrl } from './variants/modules.ts';

const STRESS = new URL('../../dist/src/stress/stress.js', import.meta.url).href;

type Result = Record<string, unknown>;

/** Runs a stress, or several one after the other, in a process of its own, which ends by itself only if no worker is left. */
function inProcess(runs: readonly Readonly<Result>[], abortAfterMs: number | null): Result[] {
  const program = `
    import { stress } from ${JSON.stringify(STRESS)};
    const controller = new AbortController();
    const ms = ${abortAfterMs};
    if (ms !== null) setTimeout(() => controller.abort(), ms);
    const results = [];
    for (const options of ${JSON.stringify(runs)}) {
      const { verdict, interrupted, operations, seconds, findings, stops } = await stress({
        ...options,
        signal: controller.signal,
      });
      results.push({ verdict, interrupted, operations, seconds, findings, stops });
    }
    console.log(JSON.stringify(results));
  `;
  const { status, signal, stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '-e', program],
    {
      encoding: 'utf8',
      timeout: 120_000,
    },
  );
  expect({ status, signal, stderr }).toEqual({ status: 0, signal: null, stderr: '' });
  return JSON.parse(stdout) as Result[];
}

/** The same, interrupted as late as it takes until there is something to see: on a busy machine threads are slow to start. */
function interrupted(options: Readonly<Result>, isSeen: (result: Result) => boolean): Result {
  for (let ms = 300; ms < 20_000; ms *= 2) {
    const [result] = inProcess([options], ms);
    if (isSeen(result!)) return result!;
  }
  return expect.unreachable('nothing was to be seen before the interruption');
}

const hasStopped = ({ stops }: Result): boolean => (stops as unknown[]).length > 0;
const hasWorked = ({ operations }: Result): boolean => operations !== 0;

describe('an interrupted run', () => {
  test('returns what was done so far and leaves no worker', () => {
    const result = interrupted({ scheme: 'hazard-pointers', threads: 4, seconds: 3600 }, hasWorked);
    expect(result).toMatchObject({ verdict: 'as-claimed', interrupted: true, findings: [] });
    expect(result['operations']).toBeGreaterThan(0);
  });

  test('does so with a stalled thread', () => {
    const result = interrupted({ scheme: 'tagged', stall: 'T2@D12', seconds: 3600 }, hasStopped);
    expect(result).toMatchObject({ interrupted: true, stops: [{ thread: 2, reason: 'stalled' }] });
  });

  test('does so with a thread in an endless loop, long before the watchdog', () => {
    const variant = moduleUrl('faulty.mjs', { fault: 'spin' });
    const options = { scheme: 'tagged', variant, seconds: 3600, watchdogMs: 600_000 };
    const result = interrupted(options, hasStopped);
    expect(result).toMatchObject({ interrupted: true, findings: [] });
    const hung = expect.objectContaining({ because: 'interrupted' }) as object;
    expect(result['stops']).toContainEqual(expect.objectContaining({ reason: 'hung', label: 'D2', hung }));
  });

  test('ends even if it was interrupted before it began', () => {
    expect(inProcess([{ scheme: 'tagged', seconds: 3600 }], 0)).toMatchObject([
      { interrupted: true, findings: [] },
    ]);
  });
});

test('no worker is left after a queue that breaks in any way, nor after a run that ends in time', () => {
  const broken = ['cycle', 'wild', 'throws', 'exits'].map((fault) => ({
    scheme: 'tagged',
    variant: moduleUrl('faulty.mjs', { fault }),
    seconds: 3600,
    watchdogMs: 400,
  }));
  const results = inProcess([...broken, { scheme: 'epochs', ops: 50_000, kill: 'T2@E9' }], null);
  expect(results).toMatchObject([
    ...broken.map(() => ({ verdict: 'broken', interrupted: false })),
    { verdict: 'as-claimed', interrupted: false },
  ]);
});
