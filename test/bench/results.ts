import type { Cell, Sample } from '../../src/bench/cell.ts';
import { throughputOf } from '../../src/bench/cell.ts';
import type { BenchResult } from '../../src/bench/result-file.ts';
import type { RepetitionKind } from '../../src/bench/round-trip.ts';
import { schemeContender } from '../../src/bench/scheme-contender.ts';
import { isLabel } from '../../src/laboratory/labels.ts';
import type { SchemeChoice } from '../../src/laboratory/registry.ts';
import type { StructureClass } from '../../src/laboratory/structure-class.ts';
import { benchCsv } from '../../src/report/text/bench-csv.ts';

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

/** The failures of each label that a structure counts under a scheme, as the CSV has them where the first label failed 1 time, the next one 2 times … */
export function failuresInCsv(scheme: SchemeChoice, structure?: StructureClass): Record<string, string> {
  const { counts } = schemeContender(scheme, 'atomics', structure).make({
    workload: 'pairs',
    threads: 1,
    capacity: 10,
    points: new Map(),
  });
  const counted = Object.keys(counts?.() ?? {}).filter(isLabel);
  const failuresPerThousand = Object.fromEntries(counted.map((label, i) => [label, i + 1]));
  const [heads, row] = benchCsv(result([cell([sample(1)], { failuresPerThousand })])).split('\r\n');
  const at = (label: string): number => heads.split(',').indexOf(`failures${label}PerThousand`);
  return Object.fromEntries(counted.map((label) => [label, row.split(',')[at(label)]]));
}
