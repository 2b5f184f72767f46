import { structureById } from '../../laboratory/structures.ts';
import type { Cell } from '../../bench/cell.ts';
import type { CellDifference, NamedComparison } from '../../bench/compare.ts';
import type { Tail } from '../../bench/histogram.ts';
import { tagWraps, versionWraps } from '../../bench/tag-wrap.ts';
import { perThousand } from './bench-figures.ts';
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
  ['stride', ({ stride }) => stride ?? null],
  ['freeList', ({ freeList }) => freeList ?? null],
  ['keys', ({ keys }) => keys ?? null],
  ['roles', ({ roles }) => roles ?? null],
  ['payload', ({ payload }) => payload ?? null],
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
  ['touchedBytes', ({ touchedBytes }) => touchedBytes ?? null],
  ['processBytes', ({ processBytes }) => processBytes ?? null],
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
  ['restartsPerThousand', ({ unreclaimed }) => perThousand(unreclaimed?.frees, 'restarts')],
  ['scansPerThousand', ({ unreclaimed }) => perThousand(unreclaimed?.frees, 'scans')],
  ['advancesPerThousand', ({ unreclaimed }) => perThousand(unreclaimed?.frees, 'advances')],
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

/** A row of the long form: what it is, which one, at what place, and what was seen there. */
interface Single {
  readonly figure: string;
  readonly index: number;
  /** The number of a thread, or up to how many nanoseconds, slots, operations or bits; null where there is no such place. */
  readonly at: number | null;
  readonly value: number | null;
  readonly unit: string;
  readonly kind?: string;
}

/** The members of a key, as columns of the long form. */
const OF_KEY = [
  'engine',
  'scheme',
  'structure',
  'workload',
  'threads',
  'think',
  'prefill',
  'cache',
  'stride',
  'freeList',
  'keys',
  'roles',
  'payload',
] as const;

/** The columns of the long form, in their order. */
const LONG = ['begun', 'list', ...OF_KEY, 'figure', 'index', 'at', 'value', 'unit', 'kind'];

/**
 * A row for each single figure: a repetition, a bucket of a histogram, a look at the unreclaimed slots, a point of a stall, a width of a tag.
 * bench/README.md says what each is.
 */
export function benchLongCsv(result: BenchResult): string {
  const { cells, peers, sweep, stalls, begun, structure } = result;
  const rows: string[][] = [];
  const add = (list: string, key: Partial<Cell>, singles: readonly Single[]): void => {
    const isAlone = key.engine !== 'peer' && result.structures === undefined;
    const own = { ...key, structure: key.structure ?? (isAlone ? structureById(structure).ID : undefined) };
    const place = [begun, list, ...OF_KEY.map((name) => own[name])];
    const start = place.map((value) => field(value ?? null));
    for (const { figure, index, at, value, unit, kind = null } of singles)
      rows.push([...start, figure, String(index), field(at), field(value), unit, field(kind)]);
  };
  for (const [list, of] of Object.entries({ cells, peers, sweep }))
    for (const cell of of) add(list, cell, singlesOf(cell));
  for (const each of stalls) {
    const points = each.points.map(([at, value], index) => ({
      figure: 'stall',
      index,
      at,
      value,
      unit: 'slots',
    }));
    add('stalls', each, points);
  }
  for (const [figure, wraps] of Object.entries({
    'tag-wrap': tagWraps(cells, structure),
    'version-wrap': versionWraps(cells),
  })) {
    for (const { engine, workload, threads, widths } of wraps) {
      const scheme = figure === 'tag-wrap' ? 'tagged' : 'versions';
      const singles = widths.map(({ bits, wrapsInNs }, index) => ({
        figure,
        index,
        at: bits,
        value: wrapsInNs,
        unit: 'ns',
      }));
      add('wraps', { engine, scheme, workload: workload as Cell['workload'], threads }, singles);
    }
  }
  return linesOf([LONG, ...rows]);
}

/** Everything single that a cell has. Repetitions are numbered from 1, all else from 0. */
function singlesOf({ samples, latencyNs, unreclaimed }: Cell): Single[] {
  const { age, frees, series = [] } = unreclaimed ?? {};
  return [
    ...samples.flatMap(({ mops, perThread, roundTripNs, cpuShare, kind }, i): Single[] => {
      const of = (figure: string, at: number | null, value: number | null, unit: string): Single => ({
        figure,
        index: i + 1,
        at,
        value,
        unit,
        kind,
      });
      return [
        of('rate', null, mops, 'Mops/s'),
        ...perThread.map((each, thread) => of('thread-rate', thread + 1, each, 'Mops/s')),
        of('round-trip-before', null, roundTripNs[0], 'ns'),
        of('round-trip-after', null, roundTripNs[1], 'ns'),
        of('cpu-share', null, cpuShare, 'share'),
      ];
    }),
    ...pointsOf('latency', latencyNs?.buckets, 'operations'),
    ...(latencyNs?.buckets === undefined ? pointsOf('latency-tail', latencyNs?.tail, 'share') : []),
    ...pointsOf('age', age?.buckets, 'slots'),
    ...(age?.buckets === undefined ? pointsOf('age-tail', age?.tail, 'share') : []),
    ...pointsOf('frees', frees?.buckets, 'calls'),
    ...(frees?.buckets === undefined ? pointsOf('frees-tail', frees?.tail, 'share') : []),
    ...series.map((value, index) => ({ figure: 'unreclaimed', index, at: null, value, unit: 'slots' })),
  ];
}

function pointsOf(figure: string, points: Tail | undefined, unit: string): Single[] {
  return (points ?? []).map(([at, value], index) => ({ figure, index, at, value, unit }));
}

const OF_COMPARISON: readonly (readonly [
  name: string,
  of: (difference: CellDifference, other: string) => string | number | boolean | null,
])[] = [
  ['file', (_, other) => other],
  ['list', ({ list }) => list],
  ...COLUMNS.slice(
    1,
    COLUMNS.findIndex(([name]) => name === 'mopsMedian'),
  ).map(([name, of]) => [name, ({ cell, list }: CellDifference) => of(cell, list)] as const),
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
