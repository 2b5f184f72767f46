import { structureById } from '../../laboratory/structures.ts';
import type { Cell } from '../../bench/cell.ts';
import type { CellDifference, NamedComparison } from '../../bench/compare.ts';
import { restartsPerThousand } from './bench-figures.ts';
import type { BenchResult } from '../../bench/result-file.ts';

type Column = readonly [name: string, of: (cell: Cell, list: string) => string | number | boolean | null];

const COLUMNS: readonly Column[] = [
  ['list', (_, list) => list],
  ['engine', ({ engine }) => engine],
  ['scheme', ({ scheme }) => scheme],
  ['workload', ({ workload }) => workload],
  ['threads', ({ threads }) => threads],
  ['think', ({ think }) => think],
  ['prefill', ({ prefill }) => prefill],
  ['cache', ({ cache }) => cache ?? null],
  ['keys', ({ keys }) => keys ?? null],
  ['mopsMedian', ({ mopsMedian }) => mopsMedian],
  ['mopsMin', ({ mopsMin }) => mopsMin],
  ['mopsMax', ({ mopsMax }) => mopsMax],
  ['kind', ({ kind }) => kind],
  ['repetitions', ({ samples }) => samples.length],
  ['outliers', ({ outliers }) => outliers.length],
  ['coefficientOfVariation', ({ coefficientOfVariation }) => coefficientOfVariation],
  ['fairness', ({ fairness }) => fairness],
  ['refused', ({ refused }) => refused],
  ['sharedBytes', ({ sharedBytes }) => sharedBytes ?? null],
  ['allocationsPerOperation', ({ allocationsPerOperation }) => allocationsPerOperation],
  ['heapBytesPerOperation', ({ heapBytesPerOperation }) => heapBytesPerOperation],
  ['latencyP50Ns', ({ latencyNs }) => latencyNs?.p50 ?? null],
  ['latencyP99Ns', ({ latencyNs }) => latencyNs?.p99 ?? null],
  ['latencyP999Ns', ({ latencyNs }) => latencyNs?.p999 ?? null],
  ['latencyMaxNs', ({ latencyNs }) => latencyNs?.max ?? null],
  ['unreclaimedMean', ({ unreclaimed }) => unreclaimed?.mean ?? null],
  ['unreclaimedP99', ({ unreclaimed }) => unreclaimed?.p99 ?? null],
  ['unreclaimedPeak', ({ unreclaimedPeak }) => unreclaimedPeak],
  ['unreclaimedBound', ({ unreclaimed }) => unreclaimed?.bound ?? null],
  ['clockMovesPerThousand', ({ clockMovesPerThousand }) => clockMovesPerThousand ?? null],
  ['freesPerCallMean', ({ unreclaimed }) => unreclaimed?.frees?.mean ?? null],
  ['freesPerCallMax', ({ unreclaimed }) => unreclaimed?.frees?.max ?? null],
  ['restartsPerThousand', ({ unreclaimed }) => restartsPerThousand(unreclaimed?.frees)],
  ['collections', ({ unreclaimed }) => unreclaimed?.collections?.times ?? null],
  ['collectionP50Ns', ({ unreclaimed }) => unreclaimed?.collections?.p50 ?? null],
  ['collectionMaxNs', ({ unreclaimed }) => unreclaimed?.collections?.max ?? null],
  ['ageP50Ns', ({ unreclaimed }) => unreclaimed?.age?.p50 ?? null],
  ['ageP99Ns', ({ unreclaimed }) => unreclaimed?.age?.p99 ?? null],
  ['ageMaxNs', ({ unreclaimed }) => unreclaimed?.age?.max ?? null],
];

/** A column for each step whose failures any of the cells counts. */
function failureColumns(cells: readonly Cell[]): Column[] {
  const steps = new Set(cells.flatMap(({ failuresPerThousand }) => Object.keys(failuresPerThousand)));
  return [...steps].map((step) => [
    `failures${step}PerThousand`,
    ({ failuresPerThousand }) => failuresPerThousand[step] ?? null,
  ]);
}

/** Where a row comes from: rows of several files can stand in one table. */
const ORIGINS: readonly (readonly [
  name: string,
  of: (result: BenchResult, cell: Cell) => string | number | null,
])[] = [
  ['cpu', ({ machine }) => machine.cpu],
  ['cores', ({ machine }) => machine.cores],
  ['system', ({ machine }) => machine.system],
  ['node', ({ machine }) => machine.node],
  ['v8', ({ machine }) => machine.v8],
  // Of a peer among several nobody knows.
  [
    'structure',
    ({ structure, structures }, cell) => {
      const name = cell.structure ?? structure;
      return name === undefined && structures !== undefined ? null : structureById(name).ID;
    },
  ],
  ['begun', ({ begun }) => begun],
  ['seed', ({ seed }) => seed],
  ['command', ({ command }) => command],
];

/** A row for each cell, as RFC 4180 has it; what was not measured is empty. */
export function benchCsv(result: BenchResult): string {
  const { cells, peers, sweep } = result;
  const lists = { cells, peers, sweep };
  const columns = [...COLUMNS, ...failureColumns([...cells, ...peers, ...sweep])];
  const rows = Object.entries(lists).flatMap(([list, of]) =>
    of.map((cell) => [
      ...columns.map(([, value]) => field(value(cell, list))),
      ...ORIGINS.map(([, value]) => field(value(result, cell))),
    ]),
  );
  return linesOf([[...columns, ...ORIGINS].map(([name]) => name), ...rows]);
}

const OF_COMPARISON: readonly (readonly [
  name: string,
  of: (difference: CellDifference, other: string) => string | number | boolean | null,
])[] = [
  ['file', (_, other) => other],
  ['list', ({ list }) => list],
  ...COLUMNS.slice(1, 9).map(
    ([name, of]) => [name, ({ cell, list }: CellDifference) => of(cell, list)] as const,
  ),
  ['structure', ({ cell }) => cell.structure ?? null],
  ['before', ({ before }) => before],
  ['after', ({ after }) => after],
  ['ratio', ({ ratio }) => ratio],
  ['low', ({ interval }) => interval[0]],
  ['high', ({ interval }) => interval[1]],
  ['p', ({ p }) => p],
  ['kind', ({ kind }) => kind],
  ['verdict', ({ verdict }) => verdict],
];

/** A row for each cell of each result that was held against the first. */
export function comparisonCsv(comparisons: readonly NamedComparison[]): string {
  const rows = comparisons.flatMap(({ name, differences }) =>
    differences.map((difference) => OF_COMPARISON.map(([, of]) => field(of(difference, name)))),
  );
  return linesOf([OF_COMPARISON.map(([name]) => name), ...rows]);
}

function linesOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.join(',')}\r\n`).join('');
}

function field(value: string | number | boolean | null): string {
  if (value === null || (typeof value === 'number' && !Number.isFinite(value))) return '';
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
