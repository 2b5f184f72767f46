import { golden, goldenWithValues } from '../explore/golden-table.ts';
import { type KernelCounts, kernelCounts } from '../explore/kernel-counts.ts';
import { markdownTable } from './table.ts';

const digits = (many: number): string => many.toLocaleString('en-US');

function cell({ classes, judged, bad }: KernelCounts): string {
  return `${digits(classes)} → ${digits(judged)}${bad === 0 ? '' : `, **${digits(bad)} bad**`}`;
}

function standIn(program: string): string {
  const plain = golden.find((each) => each.program === program);
  const naive = goldenWithValues.find((each) => each.program === program && !each.counted);
  const executions = plain?.executions ?? naive?.executions;
  return executions === undefined ? '' : digits(executions);
}

/** A program, and its free list where that is no stack. */
function nameOf({ program, freeList }: KernelCounts): string {
  return freeList === undefined ? program : `${program} (${freeList})`;
}

/** The counts as a table in Markdown: a row for each program, a column for each scheme. */
export function countsTable(): string {
  const schemes = [...new Set(kernelCounts.map(({ scheme }) => scheme))];
  const programs = [...new Set(kernelCounts.map(nameOf))];
  const rows = programs.map((program) => {
    const of = kernelCounts.filter((each) => nameOf(each) === program);
    const histories = of.map((each) => each.histories);
    const [least, most] = [Math.min(...histories), Math.max(...histories)];
    const cells = schemes.map((scheme) => {
      const counts = of.find((each) => each.scheme === scheme);
      return counts ? cell(counts) : '';
    });
    const range = least === most ? digits(least) : `${digits(least)} to ${digits(most)}`;
    return [`\`${program.replaceAll('|', '\\|')}\``, standIn(program), ...cells, range];
  });
  const head = ['program', 'copy of their client', ...schemes.map((scheme) => `\`${scheme}\``), 'histories'];
  return markdownTable(head, rows);
}
