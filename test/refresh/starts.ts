import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdownTable, recordedOn } from './table.ts';

/** What `npm run starts` has measured. */
export interface Starts {
  /** When it was begun, in ISO 8601. */
  readonly begun: string;
  /** The processor, the system and the versions of Node and V8. */
  readonly machine: string;
  /** How often each command was started. */
  readonly rounds: number;
  readonly rows: readonly {
    readonly command: string;
    /** Milliseconds from its start to its end: the least, the median and the greatest of all rounds. */
    readonly took: readonly [least: number, median: number, greatest: number];
  }[];
}

/** The file that keeps them. */
export const STARTS = join(import.meta.dirname, '../../bench/starts.json');

/** How long commands take from a cold start, as a Markdown table; the first row is what the others are compared with. */
export function startsTable(
  { begun, machine, rounds, rows }: Starts = JSON.parse(readFileSync(STARTS, 'utf8')) as Starts,
): string {
  const nothing = rows[0]!.took;
  const lines = rows.map(({ command, took }) => {
    const [least, median, greatest] = took.map((ms) => ms.toFixed(0));
    const ratios = [took[1] / nothing[1], took[0] / nothing[0]].map((ratio) => ratio.toFixed(1));
    return [`\`${command}\``, median!, least!, greatest!, ...ratios];
  });
  const head = ['command', 'ms, median', 'least', 'greatest', 'times the first row, medians', 'leasts'];
  return [
    markdownTable(head, lines, 1),
    '',
    `${recordedOn(begun, machine)}. ${rounds} rounds, in which all commands take turns.`,
  ].join('\n');
}
