import type { CellDifference, ResultComparison } from '../../bench/compare.ts';
import { conditionsText, nameOf, rate } from './bench-figures.ts';
import { fittedTable, padLeft, wrap } from './columns.ts';
import type { Style } from './style.ts';

/** Two results side by side: which differences are real, and why the others are not called so. */
export function comparisonText(comparison: ResultComparison, style: Style): string {
  const { differences, onlyBefore, onlyAfter, machines } = comparison;
  const heads = ['', 'before', 'after', 'ratio', '95 % interval', 'p', ''];
  const rows = differences.map((difference) => [
    `${difference.list === 'sweep' ? 'sweep, ' : ''}${nameOf(difference.cell)}, ${conditionsText(difference.cell)}`,
    padLeft(rate(difference.before), 6),
    padLeft(rate(difference.after), 6),
    difference.ratio.toFixed(2),
    `${difference.interval[0].toFixed(2)} to ${difference.interval[1].toFixed(2)}`,
    difference.p < 0.001 ? '<0.001' : difference.p.toFixed(3),
    verdictOn(difference, style),
  ]);
  const real = differences.filter(({ isReal }) => isReal).length;
  const remarks = [
    `${real} of ${differences.length} differences are real: p at most 0.01 (Mann and Whitney), the interval (bootstrap of medians) excludes 1, and larger than what two runs of one build differ by (5 % with one thread, 15 % with more).`,
    ...machines.map((each) => `The machines are not the same (${each}): differences may be theirs.`),
    ...(onlyBefore.length > 0 ? [`Only in the first: ${onlyBefore.join('; ')}.`] : []),
    ...(onlyAfter.length > 0 ? [`Only in the second: ${onlyAfter.join('; ')}.`] : []),
  ];
  return [
    ...fittedTable(heads, rows, style),
    '',
    ...remarks.flatMap((line) => wrap(line, style.columns, '  ')),
  ].join('\n');
}

function verdictOn({ isReal, kind, ratio }: CellDifference, style: Style): string {
  if (kind === null) return style.note('unlike repetitions, not compared');
  if (kind === 'disturbed') return style.note('disturbed, not compared');
  if (!isReal) return style.faint('no difference seen');
  return ratio > 1 ? style.ok('faster') : style.damage('slower');
}
