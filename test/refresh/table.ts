/** A table in Markdown. The columns from number `numbersFrom` on, counted from 0, are of numbers, which stand at the right. */
export function markdownTable(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbersFrom: number = Infinity,
): string {
  const rule = head.map((_, i) => (i < numbersFrom ? '---' : '---:'));
  return [head, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** When a run was recorded, in ISO 8601, and where, as a sentence begins that says so. */
export function recordedOn(begun: string, machine: string): string {
  return `Recorded on ${begun.slice(0, 10)}: ${machine}`;
}

/** The least and the greatest of some ratios: `0.40 to 0.63`, or one of them if they look the same. */
export function extentOf(ratios: readonly number[]): string {
  const ends = [Math.min(...ratios), Math.max(...ratios)].map((ratio) => ratio.toFixed(2));
  return [...new Set(ends)].join(' to ');
}
