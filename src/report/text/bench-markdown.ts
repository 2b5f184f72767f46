import type { Cell } from '../../bench/cell.ts';
import {
  type NamedComparison,
  type NamedResult,
  peerRatios,
  type Ratio,
  type StructureRatio,
  structureRatios,
} from '../../bench/compare.ts';
import { UsageError } from '../../errors.ts';
import { type BenchResult, structuresOf } from '../../bench/result-file.ts';
import { structureById } from '../../laboratory/structures.ts';
import { withCommas } from '../../counted.ts';
import { visible } from '../../visible.ts';
import { comparedRows, comparisonRemarks } from './bench-comparison.ts';
import { conditionsText, duration, groups, nameOf, originLines, rate, shortName } from './bench-figures.ts';
import { measuringLines, unreclaimedText } from './bench-table.ts';

/** All of a result in Markdown, as GitHub has it: how it was measured, and a table for each workload and number of threads. */
export function benchMarkdown(result: BenchResult): string {
  const { cells, peers, sweep, stalls, corruptions = [], complete } = result;
  const measured = structuresOf(result).map((name) => structureById(name));
  const all = [...cells, ...peers];
  const ratios = structureRatios(result);
  return document([
    '## Benchmark',
    listOf([
      ...originItems(result),
      ...(complete ? [] : ['Not complete: the run was interrupted, or its time was over.']),
    ]),
    ...groups(all).flatMap((group) => [
      `### ${inline(conditionsText(group[0]))}`,
      tableOf(RATES, group),
      ...ratioTable(ratios.filter((each) => conditionsText(each) === conditionsText(group[0]))),
    ]),
    ...(sweep.length === 0
      ? []
      : [`### Memory: ${inline(conditionsText(sweep[0]))}`, tableOf(MEMORY, sweep)]),
    ...(stalls.length === 0 ? [] : ['### Stalls', tableOf(STALLED, stalls)]),
    ...(corruptions.length === 0 ? [] : ['### Without a promise', tableOf(CORRUPTED, corruptions)]),
    ...(all.length === 0
      ? []
      : [listOf([...measuringLines([...all, ...sweep], measured), SPREAD].map(inline))]),
  ]);
}

/** Where and how a result was made, an item of a list each: the command comes last. */
function originItems(result: BenchResult): string[] {
  const lines = originLines(result);
  return [...lines.slice(0, -1).map(inline), `Command: ${code(lines.at(-1) ?? '')}`];
}

/** What the marks of the tables mean. */
const SPREAD =
  'Mops/s is the median of the repetitions of one kind, spread their coefficient of variation; fair is the slowest thread over the fastest; ~ marks disturbed repetitions and far those of cores that share no cache.';

/** Several results in Markdown, each against the first. */
export function comparisonMarkdown(
  results: readonly NamedResult[],
  comparisons: readonly NamedComparison[],
): string {
  const [{ name: first }] = results;
  const heads = ['', first, ...comparisons.map(({ name }) => name)];
  return document([
    '## Benchmarks compared',
    markdownTable(
      heads.map((head, i) => [inline(head), i > 0] as const),
      comparedRows(comparisons).map((row) => row.map(inline)),
    ),
    listOf(comparisonRemarks(first, comparisons).map(inline)),
    '### Where and how they were made',
    listOf(
      results.flatMap(({ name, result }) => originItems(result).map((item) => `${inline(name)}: ${item}`)),
    ),
  ]);
}

type Column<T> = readonly [head: string, isNumber: boolean, of: (row: T) => string];

const RATES: readonly Column<Cell>[] = [
  ['contender', false, nameOf],
  ['Mops/s', true, ({ mopsMedian }) => rate(mopsMedian)],
  ['least', true, ({ mopsMin }) => rate(mopsMin)],
  ['most', true, ({ mopsMax }) => rate(mopsMax)],
  ['spread', true, spreadText],
  ['fair', true, ({ threads, fairness }) => (threads === 1 ? '' : fairness.toFixed(2))],
  ['p50', true, ({ latencyNs }) => (latencyNs === null ? '' : duration(latencyNs.p50))],
  ['p99', true, ({ latencyNs }) => (latencyNs === null ? '' : duration(latencyNs.p99))],
  ['p99.9', true, ({ latencyNs }) => (latencyNs === null ? '' : duration(latencyNs.p999))],
  ['max', true, ({ latencyNs }) => (latencyNs === null ? '' : duration(latencyNs.max))],
  ['unreclaimed', true, unreclaimedText],
  ['repetitions', true, repetitionsText],
];

/** Infinite for one repetition, and null in a file then. */
function spreadText({ coefficientOfVariation }: Cell): string {
  const known: number | null = coefficientOfVariation;
  return known === null || !Number.isFinite(known) ? '' : `${(100 * known).toFixed(1)} %`;
}

function repetitionsText({ samples, kind, outliers }: Cell): string {
  const marks = { disturbed: ' ~', far: ' far', near: '', alone: '' }[kind];
  const out = outliers.length === 0 ? '' : `, ${outliers.length} out`;
  return `${samples.length}${marks}${out}`;
}

const MEMORY: readonly Column<Cell>[] = [
  ['scheme', false, ({ scheme }) => scheme],
  ['Mops/s', true, ({ mopsMedian }) => rate(mopsMedian)],
  ['unreclaimed: mean', true, ({ unreclaimed }) => (unreclaimed === null ? '' : unreclaimed.mean.toFixed(1))],
  ['p99', true, ({ unreclaimed }) => (unreclaimed === null ? '' : withCommas(unreclaimed.p99))],
  ['peak', true, ({ unreclaimed }) => (unreclaimed === null ? '' : withCommas(unreclaimed.peak))],
  ['bound', true, boundText],
  ['retire to free: p50', true, ({ unreclaimed }) => (unreclaimed?.age ? duration(unreclaimed.age.p50) : '')],
  ['p99', true, ({ unreclaimed }) => (unreclaimed?.age ? duration(unreclaimed.age.p99) : '')],
];

function boundText({ unreclaimed }: Cell): string {
  if (unreclaimed === null) return '';
  return unreclaimed.bound === null ? 'none' : withCommas(unreclaimed.bound);
}

const STALLED: readonly Column<BenchResult['stalls'][number]>[] = [
  ['scheme', false, ({ scheme }) => scheme],
  ['stalled', false, ({ stalled, threads, step }) => `${stalled} of ${threads} at ${step}`],
  ['inside', true, ({ prefill = 0 }) => withCommas(prefill)],
  ['growth per 1,000 operations', true, ({ slopePerThousand }) => slopePerThousand.toFixed(1)],
  ['peak', true, ({ peak }) => withCommas(peak)],
  ['seen', false, ({ seen }) => seen],
  ['claimed', false, ({ claimed }) => claimed],
  ['verdict', false, ({ verdict }) => (verdict === 'broken' ? '**BROKEN**' : 'as claimed')],
];

const CORRUPTED: readonly Column<NonNullable<BenchResult['corruptions']>[number]>[] = [
  ['contender', false, nameOf],
  ['workload', false, (each) => conditionsText(each)],
  ['verdict', false, ({ verdict }) => verdict],
  ['what', false, ({ kind, note }) => (kind === null ? '' : `${kind}: ${note ?? ''}`)],
  ['operations', true, ({ operations }) => withCommas(operations)],
];

function ratioTable(ratios: readonly StructureRatio[]): string[] {
  if (ratios.length === 0) return [];
  const [{ of }] = ratios;
  const columns: readonly Column<StructureRatio>[] = [
    ['structure', false, ({ structure }) => shortName(structure)],
    ['under', false, ({ structure: _structure, ...each }) => nameOf(each)],
    [`times ${shortName(of)}`, true, ({ ratio }) => ratio.toFixed(2)],
    ['95 % interval', true, ({ interval: [low, high] }) => `${low.toFixed(2)} to ${high.toFixed(2)}`],
    ['', false, ({ kind }) => (kind === 'disturbed' ? '~' : '')],
  ];
  return [tableOf(columns, ratios)];
}

/**
 * How fast structures are against the first one, and peers against that under the first scheme, all conditions in one table each, in Markdown.
 * Throws if the result is of one structure.
 */
export function structuresMarkdown(result: BenchResult): string {
  const ratios = structureRatios(result);
  const peers = peerRatios(result);
  if (ratios.length === 0) throw new UsageError('There is one structure in this result: measure several.');
  return [
    listOf(originItems(result)),
    `Times ${shortName(ratios[0].of)}, under the same scheme, with its 95 % interval:`,
    pivot(ratios, under, ({ structure }) => shortName(structure)),
    ...(peers.length === 0
      ? []
      : [
          `Peers, times ${nameOf({ ...peers[0].of, structure: ratios[0].of })}:`,
          pivot(peers, conditionsText, nameOf),
        ]),
  ].join('\n\n');
}

/** Under what a structure and the first one were compared. */
function under({ structure: _structure, ...each }: StructureRatio): string {
  return `${conditionsText(each)} · ${nameOf(each)}`;
}

/** A table of ratios, with the longer side downwards. */
function pivot<R extends Ratio>(
  ratios: readonly R[],
  rowOf: (ratio: R) => string,
  columnOf: (ratio: R) => string,
): string {
  const [rows, columns] = [rowOf, columnOf].map((of) => [...new Set(ratios.map(of))]);
  if (columns.length > rows.length) return pivot(ratios, columnOf, rowOf);
  return markdownTable(
    ['', ...columns].map((head, i) => [inline(head), i > 0] as const),
    rows.map((row) => [
      inline(row),
      ...columns.map((column) => {
        const found = ratios.find((each) => rowOf(each) === row && columnOf(each) === column);
        return found === undefined ? '' : inline(ratioText(found));
      }),
    ]),
  );
}

/** `1.55 (1.46 to 1.59)`, with a mark if the repetitions were disturbed. */
function ratioText({ ratio, interval: [low, high], kind }: Ratio): string {
  return `${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})${kind === 'disturbed' ? ' ~' : ''}`;
}

function tableOf<T>(columns: readonly Column<T>[], rows: readonly T[]): string {
  return markdownTable(
    columns.map(([head, isNumber]) => [inline(head), isNumber] as const),
    rows.map((row) => columns.map(([, , of]) => marked(of(row)))),
  );
}

/** A cell's text; what is bold already is of ours. */
function marked(text: string): string {
  return text.startsWith('**') ? text : inline(text);
}

function markdownTable(
  heads: readonly (readonly [text: string, isNumber: boolean])[],
  rows: readonly (readonly string[])[],
): string {
  const all = [
    heads.map(([text]) => text),
    heads.map(([, isNumber]) => (isNumber ? '---:' : '---')),
    ...rows,
  ];
  return all.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

function listOf(lines: readonly string[]): string {
  return lines.map((line) => `- ${line}`).join('\n');
}

function document(blocks: readonly string[]): string {
  return `${blocks.join('\n\n')}\n`;
}

/** A text as Markdown shows it: a file may come from anywhere, and nothing in it is markup. */
function inline(text: string): string {
  return visible(text)
    .replaceAll(/[\\`*_<>|[\]]/g, String.raw`\$&`)
    .replaceAll('&', '&amp;');
}

/** A text as code, which nothing in it ends. */
function code(text: string): string {
  const shown = visible(text);
  const longest = Math.max(0, ...[...shown.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest === 0 ? `${fence}${shown}${fence}` : `${fence} ${shown} ${fence}`;
}
