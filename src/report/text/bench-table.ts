import { counted, listed, withCommas } from '../../counted.ts';
import type { Cell } from '../../bench/cell.ts';
import { type StructureRatio, structureRatios } from '../../bench/compare.ts';
import type { Corruption } from '../../bench/experiments.ts';
import { type BenchResult, structuresOf } from '../../bench/result-file.ts';
import type { StructureClass } from '../../laboratory/structure-class.ts';
import { cardOfStructure, operationThat, structureById } from '../../laboratory/structures.ts';
import { equation } from '../../judge/audit/audit.ts';
import type { LeftOut } from '../../bench/suite.ts';
import { tagWraps, versionWraps } from '../../bench/tag-wrap.ts';
import {
  bar,
  conditionsText,
  duration,
  groups,
  nameOf,
  originLines,
  rate,
  shortName,
} from './bench-figures.ts';
import { memoryText, reclaimingLines, stallText, tagText, versionText } from './bench-memory.ts';
import { fittedTable, headingLines, padLeft, table, widthOf, wrap } from './columns.ts';
import type { Style } from './style.ts';

/** All of a result for people: a table for each workload and number of threads, then the memory, then the stalls. */
export function benchText(result: BenchResult, style: Style): string {
  const { cells, peers, sweep, stalls, corruptions = [] } = result;
  const measured = structuresOf(result).map((name) => structureById(name));
  const only = measured.length === 1 ? measured[0] : null;
  const ratios = structureRatios(result);
  const found = groups([...cells, ...peers]);
  const sections = found.map((group) => {
    const own = corruptions.filter((each) => conditionsText(each) === conditionsText(group[0]));
    const rates = ratios.filter((each) => conditionsText(each) === conditionsText(group[0]));
    return [
      groupText(group, measured, style),
      ...ratioLines(rates, style),
      ...corruptionLines(own, style),
    ].join('\n');
  });
  const alone = corruptions.filter(
    (each) => !found.some(([first]) => conditionsText(first) === conditionsText(each)),
  );
  for (const each of alone) {
    sections.push(
      [...headingLines(conditionsText(each), style), ...corruptionLines([each], style)].join('\n'),
    );
  }
  if (sweep.length > 0) sections.push(memoryText(sweep, style));
  if (stalls.length > 0) sections.push(stallText(stalls, corruptions, style));
  const wraps = tagWraps(cells, result.structure);
  if (wraps.length > 0) sections.push(tagText(wraps, only, style));
  const versions = versionWraps(cells);
  if (versions.length > 0) sections.push(versionText(versions, style));
  const legend =
    [...cells, ...peers].length > 0 ? [legendText([...cells, ...peers, ...sweep], measured, style)] : [];
  const origin = originLines(result)
    .flatMap((line) => wrap(line, style.columns, '  '))
    .map((line) => style.faint(line))
    .join('\n');
  return [...sections, ...legend, origin].join('\n\n');
}

const BAR = 10;
/** Columns that a narrow terminal goes without, step by step: the bar, then the rarer latencies, then all but the rates. */
const DISPENSABLE: readonly (readonly number[])[] = [[], [2], [2, 8, 9], [2, 5, 6, 7, 8, 9]];

function groupText(group: readonly Cell[], measured: readonly StructureClass[], style: Style): string {
  const best = Math.max(...group.map(({ mopsMedian }) => mopsMedian));
  const heads = ['', 'Mops/s', '', 'min', 'max', 'fair', 'p50', 'p99', 'p99.9', 'max', 'unreclaimed'];
  const rows = group.map((cell) => [
    nameText(cell, style),
    padLeft(rate(cell.mopsMedian), 6),
    bar(cell.mopsMedian / best, BAR, style),
    padLeft(rate(cell.mopsMin), 6),
    padLeft(rate(cell.mopsMax), 6),
    cell.threads === 1 ? '' : cell.fairness.toFixed(2),
    ...latencies(cell),
    [unreclaimedText(cell), marks(cell, style)].filter((part) => part !== '').join(' '),
  ]);
  const lines = fitting(heads, rows, style);
  return [
    ...headingLines(conditionsText(group[0]), style),
    ...lines,
    ...failureLines(group, measured, style),
    ...reclaimingLines(group, style),
  ].join('\n');
}

/** How fast each structure is against the first one, scheme by scheme. */
function ratioLines(ratios: readonly StructureRatio[], style: Style): string[] {
  if (ratios.length === 0) return [];
  const rivals = [...new Set(ratios.map(({ structure }) => structure))];
  const rows = [...new Set(ratios.map(rowOf))];
  const heads = [`times ${shortName(ratios[0].of)}`, ...rivals.map(shortName)];
  return [
    '',
    ...fittedTable(
      heads,
      rows.map((row) => [
        row,
        ...rivals.map((rival) =>
          ratioText(
            ratios.find((each) => rowOf(each) === row && each.structure === rival),
            style,
          ),
        ),
      ]),
      style,
    ),
  ];
}

function rowOf({ engine, scheme, cache, freeList }: StructureRatio): string {
  const slab = { ...(cache !== undefined && { cache }), ...(freeList !== undefined && { freeList }) };
  return nameOf({ engine, scheme, ...slab });
}

function ratioText(ratio: StructureRatio | undefined, style: Style): string {
  if (ratio === undefined) return '';
  const [low, high] = ratio.interval;
  const text = `${ratio.ratio.toFixed(2)} ${style.faint(`${low.toFixed(2)} to ${high.toFixed(2)}`)}`;
  return ratio.kind === 'disturbed' ? `${text} ${style.note('[~]')}` : text;
}

/** Who has no throughput there, and the auditor's words on why. */
function corruptionLines(corruptions: readonly Corruption[], style: Style): string[] {
  return corruptions.flatMap((each) => {
    const { verdict, kind, note, audit, operations, seconds } = each;
    const name = nameOf(each);
    const when = `${counted(operations, 'operation')} in ${duration(seconds * 1e9)}`;
    if (verdict !== 'corrupted') {
      return wrap(`${name}  no damage seen in ${when}, which proves nothing`, style.columns, '  ');
    }
    const [first, ...rest] = wrap(
      `${name}  CORRUPTED within ${when}, ${kind}: ${note} ${equation(audit, style)}.`,
      style.columns,
      '  ',
    );
    return [first.replace('CORRUPTED', style.damage('CORRUPTED')), ...rest];
  });
}

function kept(row: readonly string[], without: readonly number[]): string[] {
  return row.filter((_, i) => !without.includes(i));
}

/** The table with as many columns as there is room for. */
function fitting(heads: readonly string[], rows: readonly (readonly string[])[], style: Style): string[] {
  const all = [heads.map((head) => style.faint(head)), ...rows];
  const tables = DISPENSABLE.map((without) =>
    table(
      all.map((row) => kept(row, without)),
      ' ',
    ),
  );
  const fits = tables.find((lines) => lines.every((line) => widthOf(line) <= style.columns));
  if (fits) return fits;
  // Where not even the rates fit beside each other, a cell has a paragraph, with all but the bar.
  const [, bars] = DISPENSABLE;
  return fittedTable(
    kept(heads, bars),
    rows.map((row) => kept(row, bars)),
    style,
    ' ',
  );
}

function nameText(cell: Cell, style: Style): string {
  return cell.engine === 'peer' ? cell.scheme : style.accent(nameOf(cell));
}

function latencies({ latencyNs }: Cell): string[] {
  if (latencyNs === null) return ['', '', '', ''];
  const { p50, p99, p999, max } = latencyNs;
  return [p50, p99, p999, max].map((ns) => padLeft(duration(ns), 5));
}

/** The most slots that were unreclaimed, beside the bound. */
export function unreclaimedText({ unreclaimed, unreclaimedPeak, engine }: Cell): string {
  if (unreclaimed === null || engine === 'peer') return '';
  const peak = withCommas(unreclaimedPeak ?? 0);
  if (unreclaimed.ageNs === null && peak !== '0') return `${peak}, leaks`;
  const { bound } = unreclaimed;
  return bound === null ? peak : `${peak} of ${withCommas(bound)}`;
}

/** What a reader has to know before he compares: the kind of the repetitions, and how many lie far out. */
function marks({ kind, outliers }: Cell, style: Style): string {
  const notes = [
    ...(kind === 'disturbed' ? ['~'] : []),
    ...(kind === 'far' ? ['far'] : []),
    ...(outliers.length === 0 ? [] : [`${outliers.length} out`]),
  ];
  return notes.length === 0 ? '' : style.note(`[${notes.join(', ')}]`);
}

const LEAST_FAILURES = 0.05;

/** What an operation that does not count was answered. */
function refusedText(measured: readonly StructureClass[]): string {
  const orders = measured.map((each) => cardOfStructure(each).order);
  if (orders.includes('SET')) return 'found no slot free';
  return orders.includes('DEQUE')
    ? 'found it full or empty, or another thread took the value'
    : 'found it full or empty';
}

function failureLines(group: readonly Cell[], measured: readonly StructureClass[], style: Style): string[] {
  return group.flatMap((cell) => {
    const parts = Object.entries(cell.failuresPerThousand)
      .filter(([, count]) => count >= LEAST_FAILURES)
      .map(([step, count]) => `${step} ${count.toFixed(1)}`);
    if (cell.refused >= 0.01)
      parts.push(`${Math.round(100 * cell.refused)} % of all attempts ${refusedText(measured)}`);
    if (parts.length === 0) return [];
    const text = `  ${nameOf(cell)}: of 1,000 operations failed ${parts.join(', ')}`;
    const plain = parts.length === 1 && cell.refused >= 0.01 ? `  ${nameOf(cell)}: ${parts[0]}` : text;
    return wrap(plain, style.columns, '    ').map((line) => style.faint(line));
  });
}

/** What is counted. */
function operationText(measured: readonly StructureClass[]): string {
  const card = cardOfStructure(measured[0]);
  const [put, take, ask] = (['put', 'take', 'ask'] as const).map((does) => operationThat(card, does));
  if (card.order === 'SET')
    return `An operation is each ${put}, ${take} or ${ask} that was answered, whether it changed the set or not`;
  if (measured.length > 1) return 'An operation has put a value in or taken one out';
  const names = card.operations.flatMap(({ does, name }) => (does === 'ask' ? [] : [name]));
  return `An operation is a successful ${names.join(' or ')}`;
}

function legendText(cells: readonly Cell[], measured: readonly StructureClass[], style: Style): string {
  return measuringLines(cells, measured)
    .flatMap((line) => wrap(line, style.columns, '  '))
    .map((line) => style.faint(line))
    .join('\n');
}

/** What is counted, what is in the latencies, and what the machine was like meanwhile: a sentence or two each. */
export function measuringLines(cells: readonly Cell[], measured: readonly StructureClass[]): string[] {
  const clocks = cells.flatMap(({ latencyNs }) => latencyNs?.clock ?? []).toSorted((a, b) => a - b);
  const clock = clocks[clocks.length >> 1] ?? 0;
  const trips = cells
    .flatMap(({ samples }) => samples.flatMap(({ roundTripNs }) => roundTripNs))
    .filter((ns) => ns !== null)
    .toSorted((a, b) => a - b);
  const ofCalls = cells.some(({ engine }) => /-(batched|chained)$/.test(engine))
    ? ', and those of batches and chains are of whole calls'
    : '';
  const disturbed = cells.filter(({ kind }) => kind === 'disturbed').length;
  return [
    `${operationText(measured)}; latencies are from a pass of their own and have the clock in them (${duration(clock)})${ofCalls}.`,
    trips.length === 0
      ? 'No cross-core round trip was measured.'
      : `Cross-core round trip around the repetitions: median ${duration(trips[trips.length >> 1])}, ${duration(trips[0])} to ${duration(trips.at(-1) ?? 0)}.`,
    ...(disturbed === 0
      ? []
      : [
          `${disturbed} of ${cells.length} cells are marked ~ (disturbed): other work was on the cores, and their figures are of all repetitions and mean little.`,
        ]),
  ];
}

/** What a run that did not come to its end lacks: a line for each sort of it. */
export function leftOutLines(missing: readonly LeftOut[], style: Style): string[] {
  return missing.flatMap((sort) =>
    wrap(`  left out: ${sortText(sort)}`, style.columns, '    ').map((line) => style.faint(line)),
  );
}

const SORTS = { sweep: 'the sweep of parameters', corruptions: 'runs without a promise', stalls: 'stalls' };

function sortText({ list, conditions, missing, of }: LeftOut): string {
  const what =
    list === 'cells' && conditions !== undefined
      ? conditionsText(conditions)
      : SORTS[list as keyof typeof SORTS];
  if (missing.length === of) return `${what}: all ${withCommas(of)}`;
  const names = [...new Set(missing.map((each) => nameOf(each)))];
  return `${what}: ${withCommas(missing.length)} of ${withCommas(of)} (${listed(names)})`;
}
