import type { Cell, Sample } from '../../src/bench/cell.ts';
import { throughputOf } from '../../src/bench/cell.ts';
import type { BenchResult } from '../../src/bench/result-file.ts';
import type { RepetitionKind } from '../../src/bench/round-trip.ts';

export function sample(mops: number, kind: RepetitionKind = 'near'): Sample {
  return { mops, perThread: [mops / 2, mops / 2], roundTripNs: [100, 101], cpuShare: 1, kind };
}

/** A cell with these repetitions. */
export function cell(samples: readonly Sample[], more: Partial<Cell> = {}): Cell {
  return {
    engine: 'atomics',
    scheme: 'tagged',
    workload: 'pairs',
    threads: 2,
    think: false,
    prefill: 0,
    ...throughputOf(samples),
    failuresPerThousand: { A3: 1.5, E9: 0 },
    allocationsPerOperation: 0.5,
    heapBytesPerOperation: 0,
    refused: 0,
    latencyNs: { p50: 100, p99: 200, p999: 3000, max: 4_000_000, clock: 40 },
    unreclaimedPeak: 0,
    unreclaimed: { mean: 0, p99: 0, peak: 0, bound: 0, ageNs: 0, series: [0, 0] },
    samples,
    ...more,
  };
}

export function result(cells: readonly Cell[], more: Partial<BenchResult> = {}): BenchResult {
  return {
    schemaVersion: 1,
    kind: 'bench',
    command: 'npx lockfree-lab bench',
    seed: 1,
    machine: { cpu: 'a processor', cores: 2, system: 'Linux 6', node: '20.19.0', v8: '11.3' },
    effort: { roundMs: 10, warmUps: 1, leastRepetitions: 3, mostRepetitions: 5, variation: 0.1 },
    begun: '2026-01-01T00:00:00.000Z',
    complete: true,
    cells,
    peers: [],
    sweep: [],
    stalls: [],
    ...more,
  };
}
