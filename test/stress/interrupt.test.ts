import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { moduleUrl } from './variants/modules.ts';

const STRESS = new URL('../../dist/src/stress/stress.js', import.meta.url).href;

/** Runs a stress in a process of its own, which ends by itself only if no worker is left, and returns what it prints. */
function inProcess(
  options: Readonly<Record<string, unknown>>,
  abortAfterMs: number | null,
): Record<string, unknown> {
  const program = `
    import { stress } from ${JSON.stringify(STRESS)};
    const controller = new AbortController();
    const ms = ${abortAfterMs};
    if (ms !== null) setTimeout(() => controller.abort(), ms);
    const { verdict, interrupted, operations, seconds, findings, stops } = await stress({
      ...${JSON.stringify(options)},
      signal: controller.signal,
    });
    console.log(JSON.stringify({ verdict, interrupted, operations, seconds, findings, stops }));
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
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** The same, interrupted as late as it takes until there is something to see: on a busy machine threads are slow to start. */
function interrupted(
  options: Readonly<Record<string, unknown>>,
  isSeen: (result: Record<string, unknown>) => boolean,
): Record<string, unknown> {
  for (let ms = 300; ms < 20_000; ms *= 2) {
    const result = inProcess(options, ms);
    if (isSeen(result)) return result;
  }
  return expect.unreachable('nothing was to be seen before the interruption');
}

const hasStopped = ({ stops }: Record<string, unknown>): boolean => (stops as unknown[]).length > 0;
const hasWorked = ({ operations }: Record<string, unknown>): boolean => operations !== 0;

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
    expect(inProcess({ scheme: 'tagged', seconds: 3600 }, 0)).toMatchObject({
      interrupted: true,
      findings: [],
    });
  });
});

describe('no worker is left', () => {
  test.each(['cycle', 'wild', 'throws', 'exits'])('after a queue that %s', (fault) => {
    const variant = moduleUrl('faulty.mjs', { fault });
    const result = inProcess({ scheme: 'tagged', variant, seconds: 3600, watchdogMs: 400 }, null);
    expect(result).toMatchObject({ verdict: 'broken', interrupted: false });
  });

  test('after a run that ends in time', () => {
    const result = inProcess({ scheme: 'epochs', ops: 50_000, kill: 'T2@E9' }, null);
    expect(result).toMatchObject({ verdict: 'as-claimed', interrupted: false });
  });
});
