import type { Cell, Sample } from '../../src/bench/cell.ts';
import { throughputOf } from '../../src/bench/cell.ts';
import type { BenchResult } from '../../src/bench/result-file.ts';
import type { RepetitionKind } from '../../src/bench/repetition-kind.ts';
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

/** Repetitions of which the last is an outlier. */
export const steady: readonly Sample[] = [sample(10), sample(10.1), sample(9.9), sample(10), sample(20)];
/** A result with a cell, a peer, a sweep and a stall. */
export const full: BenchResult = result(
  [
    cell(steady),
    cell([sample(5, 'disturbed')], {
      scheme: 'no-reclaim',
      unreclaimedPeak: 900,
      unreclaimed: { mean: 450, p99: 890, peak: 900, bound: null, ageNs: null, series: [0, 450, 900] },
    }),
  ],
  {
    peers: [
      cell([sample(2), sample(2), sample(2)], {
        engine: 'peer',
        scheme: 'a "queue", locked',
        unreclaimedPeak: null,
        unreclaimed: null,
        latencyNs: null,
        failuresPerThousand: {},
        allocationsPerOperation: null,
        refused: 0.25,
      }),
    ],
    sweep: [
      cell(steady, {
        scheme: 'hazard-pointers:threshold=32',
        unreclaimed: {
          mean: 32,
          p99: 60,
          peak: 62,
          bound: 64,
          formula: 'threads x max(threshold, 2 x threads - 1)',
          ageNs: 3200,
          age: { p50: 2900, p99: 7000, max: 1_000_000, slots: 5000 },
          series: [0, 31, 62],
        },
      }),
      cell(steady, {
        scheme: 'no-reclaim',
        unreclaimed: {
          mean: 450,
          p99: 890,
          peak: 900,
          bound: null,
          formula: 'unbounded: every slot retired',
          ageNs: null,
          age: null,
          series: [0, 450, 900],
        },
      }),
    ],
    stalls: [
      {
        engine: 'atomics',
        scheme: 'epochs',
        threads: 2,
        stalled: 1,
        step: 'D12',
        points: [
          [0, 0],
          [1000, 500],
        ],
        slopePerThousand: 500,
        peak: 500,
        bound: null,
        seen: 'unbounded',
        claimed: 'bounded',
        verdict: 'broken',
      },
    ],
  },
);

/** The fields of a line of CSV. */
export function fields(line: string): string[] {
  return [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g)].map(
    ([, quoted, plain]) => quoted?.replaceAll('""', '"') ?? plain!,
  );
}
