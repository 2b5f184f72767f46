import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { self } from '../mutant/self.ts';
import type { Chart } from '../report/plots/chart.ts';
import { shellWord } from '../visible.ts';
import { type Option, text } from './arguments/option.ts';
import { checkWritable, writeFile } from './terminal/output.ts';

/** Where a page is written. */
export const htmlOption: Option<string | null> = text(
  'FILE',
  'Writes the same as a page for a browser, in one file that loads nothing: with pictures, and to be stepped through.',
);

/** The command line that makes a page again, but for the name of the page. */
export function pageCommand(): string {
  const args = process.argv.slice(2);
  const at = args.findIndex((arg) => arg === '--html' || arg.startsWith('--html='));
  const rest = at === -1 ? args : args.toSpliced(at, args[at] === '--html' ? 2 : 1);
  // A mutated copy of the lab is not told that it is one.
  const mutant = self === null ? [] : ['--mutant', self.id];
  return ['npx lockfree-lab', ...[...rest.slice(0, 1), ...mutant, ...rest.slice(1)].map(shellWord)].join(' ');
}

/** Finds out whether plots can be written into a folder, which is made if there is none. Throws a UsageError if not. */
export function checkFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `The folder ${folder} cannot be made (${code ?? 'no reason given'}): give another path.`,
      {
        cause: error,
      },
    );
  }
  checkWritable(join(folder, NUMBERS));
}

/** The file with the numbers of all plots. */
const NUMBERS = 'plots.csv';

/** Where plots are written. */
export const plotsOption: Option<string | null> = text(
  'DIR',
  'Writes every plot there as a picture (SVG), and plots.csv with all of their numbers.',
);

/** Writes plots into a folder. */
export async function writePlots(folder: string, charts: readonly Chart[]): Promise<void> {
  const { chartSvg } = await import('../report/plots/chart-svg.ts');
  const { chartsCsv } = await import('../report/plots/chart.ts');
  for (const chart of charts) writeFile(join(folder, `${chart.id}.svg`), `${chartSvg(chart).text}\n`);
  writeFile(join(folder, NUMBERS), chartsCsv(charts));
}
