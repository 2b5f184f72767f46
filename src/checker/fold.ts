import { counted } from '../counted.ts';
import type { TableRow } from './step-table.ts';

/** The longest round that is looked for, and how often it must come one after the other to be folded. */
const LONGEST_ROUND = 64;
const LEAST = 4;

/**
 * The rows with rounds that repeat folded: the first one and the last one stay, and between them it is said how many there were. Rounds
 * are alike that do the same at the same lines, if need be with other values. What is marked is never folded.
 */
export function folded(rows: readonly TableRow[]): TableRow[] {
  const shapes = rows.map((row, i) => (row.mark === '' ? shapeOf(row) : `marked ${i}`));
  const kept: TableRow[] = [];
  for (let at = 0; at < rows.length;) {
    const { period, times } = repeatedFrom(shapes, at);
    if (times < LEAST) {
      kept.push(rows[at++]);
      continue;
    }
    const end = at + period * times;
    kept.push(
      ...rows.slice(at, at + period),
      between(rows, at, period, times),
      ...rows.slice(end - period, end),
    );
    at = end;
  }
  return kept;
}

function shapeOf({ thread, text, where }: TableRow): string {
  return `${thread} ${where} ${text.replaceAll(/-?\d+/g, '#')}`;
}

/** The shortest round that begins at an entry and repeats, and how often it comes. */
function repeatedFrom(
  shapes: readonly string[],
  at: number,
): { readonly period: number; readonly times: number } {
  for (let period = 1; period <= LONGEST_ROUND && at + LEAST * period <= shapes.length; period++) {
    let end = at + period;
    while (end < shapes.length && shapes[end] === shapes[end - period]) end++;
    const times = Math.floor((end - at) / period);
    if (times >= LEAST) return { period, times };
  }
  return { period: 0, times: 1 };
}

function between(rows: readonly TableRow[], at: number, period: number, times: number): TableRow {
  const inner = rows.slice(at + period, at + period * (times - 1));
  const isSame = inner.every(({ text }, i) => text === rows[at + (i % period)].text);
  const steps = inner.filter(({ step }) => step !== null);
  const values = isSame ? 'the same' : 'the like with other values';
  const count = times - 2;
  const numbers = steps.length === 0 ? '' : `, steps ${steps[0].step} to ${steps[steps.length - 1].step}`;
  return {
    step: null,
    thread: -1,
    text: `  … ${counted(count, 'round')} more of ${values}${numbers}`,
    where: '',
    mark: '',
  };
}
