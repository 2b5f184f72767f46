import { schemeContender as sideOf } from '../../dist/src/bench/scheme-contender.js';
import type { Conditions } from '../../src/bench/contender.ts';
import type { BenchEngine } from '../../src/bench/scheme-contender.ts';
import type { WorkerContender } from '../../src/bench/contender.ts';
import { chooseScheme } from '../../dist/src/laboratory/registry.js';

export async function schemeContender(
  spec: string,
  engine: BenchEngine = 'atomics',
): Promise<WorkerContender> {
  return sideOf(await chooseScheme(spec), engine);
}

/** A contender for one thread that has a fault; `none` for a sound one. */
export function faultyContender(fault: string): WorkerContender {
  return {
    engine: 'peer',
    scheme: `faulty-${fault}`,
    module: new URL(`faulty.mjs?fault=${fault}`, import.meta.url).href,
    exhausts: false,
    bound: () => null,
    refusal: () => null,
    make: () => ({ partsFor: () => ({ state: null }) }),
  };
}

export function conditions(more: Partial<Conditions> = {}): Conditions {
  return { workload: 'pairs', threads: 2, think: false, prefill: 0, capacity: 256, seed: 1, ...more };
}
