import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import type { Chart } from '../report/plots/chart.ts';
import { type Option, text } from './arguments/option.ts';
import { checkWritable, writeFile } from './terminal/output.ts';

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
