import { describe, expect, test } from 'vitest';
import { schemes } from '../../dist/src/laboratory/registry.js';
import { stress } from '../../dist/src/stress/stress.js';
import { pairs, runs } from '../effort.ts';

/** Operations of a run: 20 million. */
const OPS = runs(20_000_000, 400);

/** Every scheme of the lab but the one that is there to break, and those of the parameters that change what a scheme does. */
const SAFE: readonly string[] = [
  ...schemes.map(({ ID }) => ID).filter((id) => id !== 'naive'),
  'debra:free=one',
  'epochs:region=8',
  'hyaline:eras=on',
  'reference-counting:cut=on',
  'hazard-pointers:linger=on',
];

describe.each(pairs(SAFE, ['atomics', 'wasm']))('%s on %s', (scheme, engine) => {
  test('makes a long run without a finding, and keeps to what it claims of garbage', async () => {
    const { findings, failures, verdict, operations, history, garbage, audit } = await stress({
      scheme,
      engine,
      threads: 3,
      mix: 'random',
      ops: OPS,
    });
    expect({ findings, failures, verdict }).toEqual({ findings: [], failures: [], verdict: 'as-claimed' });
    expect(operations).toBeGreaterThanOrEqual(OPS);
    expect(history).toMatchObject({ conserved: true, ordered: true });
    expect(history.delivered).toBeGreaterThan(0);
    if (garbage.bound !== null) expect(garbage.peak).toBeLessThanOrEqual(garbage.bound);
    expect(audit.totals.unreclaimedCounted).toBe(audit.unreclaimed);
  });
});
