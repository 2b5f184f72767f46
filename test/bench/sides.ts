import { schemeSide as sideOf } from '../../dist/src/bench/scheme-side.js';
import type { Conditions } from '../../src/bench/side.ts';
import type { BenchEngine } from '../../src/bench/scheme-side.ts';
import type { Side } from '../../src/bench/side.ts';
import { chooseScheme } from '../../dist/src/laboratory/registry.js';

export async function schemeSide(spec: string, engine: BenchEngine = 'atomics'): Promise<Side> {
  return sideOf(await chooseScheme(spec), engine);
}

/** A side for one thread that has a fault; `none` for a sound one. */
export function faultySide(fault: string): Side {
  return {
    engine: 'peer',
    scheme: `faulty-${fault}`,
    module: new URL(`faulty.mjs?fault=${fault}`, import.meta.url).href,
    exhausts: false,
    bound: () => null,
    refusal: () => null,
    make: () => ({ seat: () => ({ state: null }) }),
  };
}

export function conditions(more: Partial<Conditions> = {}): Conditions {
  return { workload: 'pairs', threads: 2, think: false, prefill: 0, capacity: 256, seed: 1, ...more };
}
