import type {
  CellDifference,
  LonelyCell,
  NamedComparison,
  NamedResult,
  ResultComparison,
} from '../../bench/compare.ts';
import { keyOf } from '../../bench/cell.ts';
import { conditionsText, nameOf, originLines, rate } from './bench-figures.ts';
import { fittedTable, padLeft, wrap } from './columns.ts';
import type { Style } from './style.ts';

/** Two results side by side: which differences are real, and why the others are not called so. */
export function comparisonText(comparison: ResultComparison, style: Style): string {
  const { differences } = comparison;
  const heads = ['', 'before', 'after', 'ratio', '95 % interval', 'p', ''];
  const rows = differences.map((difference) => [
    rowName(difference),
    padLeft(rate(difference.before), 6),
    padLeft(rate(difference.after), 6),
    difference.ratio.toFixed(2),
    intervalText(difference),
    pText(difference),
    verdictOn(difference, style),
  ]);
  const remarks = [
    `${realText(comparison)}: ${REAL}`,
    ...contextLines(comparison, 'the first', 'the second'),
  ];
  return [
    ...fittedTable(heads, rows, style),
    '',
    ...remarks.flatMap((line) => wrap(line, style.columns, '  ')),
  ].join('\n');
}

/** Several results: the rates of the first, and each of the others against them; with one other, its intervals too. Then where and how each was made. */
export function comparisonsText(
  results: readonly NamedResult[],
  comparisons: readonly NamedComparison[],
  style: Style,
): string {
  const table =
    comparisons.length === 1
      ? comparisonText(comparisons[0], style)
      : severalText(results[0].name, comparisons, style);
  const made = originsOf(results).flatMap((line) => wrap(line, style.columns, '  '));
  return [table, '', ...made.map((line) => style.faint(line))].join('\n');
}

function severalText(first: string, comparisons: readonly NamedComparison[], style: Style): string {
  const heads = ['', first, ...comparisons.map(({ name }) => name)];
  return [
    ...fittedTable(heads, comparedRows(comparisons, style), style),
    '',
    ...comparisonRemarks(first, comparisons).flatMap((line) => wrap(line, style.columns, '  ')),
  ].join('\n');
}

/** Where and how each of these results was made, a sentence each: the command comes last. */
function originsOf(results: readonly NamedResult[]): string[] {
  return results.map(({ name, result }) => `${name}: ${originLines(result).join('; ')}`);
}

/** A row for each cell: its name, the rate in the first result, and what each of the others makes of it. */
export function comparedRows(
  comparisons: readonly NamedComparison[],
  style: Style | null = null,
): string[][] {
  return rowsOf(comparisons).map(({ difference, others }) => [
    rowName(difference),
    padLeft(rate(difference.before), style === null ? 0 : 6),
    ...others.map((each) => (each === null ? '' : cellText(each, style))),
  ]);
}

/** What the rows mean, how many differences are real, and in what the results differ otherwise. */
export function comparisonRemarks(first: string, comparisons: readonly NamedComparison[]): string[] {
  return [
    `Million operations per second in ${first}, and how many times as many in each of the others. A ratio without a word is no difference that was seen; unlike are repetitions in another place (near cores in one and far ones in the other, or two threads of one core and two cores), and where it says disturbed, those of one of them at least had to share the cores: neither was compared.`,
    ...comparisons.map((each) =>
      [`${each.name}: ${realText(each)}.`, ...contextLines(each, first, each.name)].join(' '),
    ),
    `A difference is real if ${REAL} Intervals and p are in --csv and --json.`,
  ];
}

/** What the first result has and any of the others, with what each of them makes of it; null where one has no such cell. */
function rowsOf(comparisons: readonly NamedComparison[]): {
  readonly difference: CellDifference;
  readonly others: readonly (CellDifference | null)[];
}[] {
  const found = new Map<string, CellDifference>();
  for (const { differences } of comparisons)
    for (const difference of differences)
      if (!found.has(idOf(difference))) found.set(idOf(difference), difference);
  return [...found].map(([id, difference]) => ({
    difference,
    others: comparisons.map(({ differences }) => differences.find((each) => idOf(each) === id) ?? null),
  }));
}

function idOf({ list, cell }: CellDifference): string {
  return `${list} ${keyOf(cell)}`;
}

/** When a difference is called real. */
const REAL =
  'p is at most 0.01 (Mann and Whitney), the interval (bootstrap of medians) excludes 1, and the difference is larger than what two runs of one build differ by (5 % with one thread, 15 % with more).';

function realText({ differences }: ResultComparison): string {
  const real = differences.filter(({ isReal }) => isReal).length;
  return `${real} of ${differences.length} differences are real`;
}

function contextLines(
  { machines, conditions, incomplete, onlyBefore, onlyAfter }: ResultComparison,
  first: string,
  second: string,
): string[] {
  return [
    ...machines.map((each) => `The machines are not the same (${each}): differences may be theirs.`),
    ...conditions.map((each) => `They were not measured in the same way (${each}).`),
    ...incomplete.map(
      (which) => `The run of ${which === 'before' ? first : second} did not come to its end.`,
    ),
    ...(onlyBefore.length > 0 ? [`Only in ${first}: ${lonelyText(onlyBefore)}.`] : []),
    ...(onlyAfter.length > 0 ? [`Only in ${second}: ${lonelyText(onlyAfter)}.`] : []),
  ];
}

function rowName({ list, cell }: CellDifference): string {
  return `${sweepText(list)}${nameOf(cell)}, ${conditionsText(cell)}`;
}

function sweepText(list: CellDifference['list']): string {
  return list === 'sweep' ? 'sweep, ' : '';
}

/** The contenders under each of the conditions: `pairs, 2 threads (tagged, tagged (wasm))`. */
function lonelyText(cells: readonly LonelyCell[]): string {
  const found = new Map<string, string[]>();
  for (const cell of cells) {
    const where = `${sweepText(cell.list)}${conditionsText(cell)}`;
    found.set(where, [...(found.get(where) ?? []), nameOf(cell)]);
  }
  return [...found].map(([where, names]) => `${where} (${names.join(', ')})`).join('; ');
}

function intervalText({ interval }: CellDifference): string {
  return `${interval[0].toFixed(2)} to ${interval[1].toFixed(2)}`;
}

function pText({ p }: CellDifference): string {
  return p < 0.001 ? '<0.001' : p.toFixed(3);
}

const TOLD = {
  'none seen': 'no difference seen',
  unlike: 'unlike repetitions, not compared',
  disturbed: 'disturbed, not compared',
  faster: 'faster',
  slower: 'slower',
} as const;

function painted(text: string, verdict: CellDifference['verdict'], style: Style | null): string {
  if (style === null) return text;
  if (verdict === 'faster') return style.ok(text);
  if (verdict === 'slower') return style.damage(text);
  return verdict === 'none seen' ? style.faint(text) : style.note(text);
}

function verdictOn({ verdict }: CellDifference, style: Style): string {
  return painted(TOLD[verdict], verdict, style);
}

function cellText({ verdict, ratio }: CellDifference, style: Style | null): string {
  if (verdict === 'unlike' || verdict === 'disturbed') return painted(verdict, verdict, style);
  const text = ratio.toFixed(2);
  return verdict === 'none seen' ? text : `${text} ${painted(verdict, verdict, style)}`;
}
