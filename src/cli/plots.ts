import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BenchResult } from '../bench/result-file.ts';
import { UsageError } from '../errors.ts';
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

/** Writes the plots of a result into a folder. */
export async function writePlots(folder: string, result: BenchResult): Promise<void> {
  const { benchCharts } = await import('../report/plots/bench-charts.ts');
  const { chartSvg } = await import('../report/plots/chart-svg.ts');
  const { chartsCsv } = await import('../report/plots/chart.ts');
  const charts = benchCharts(result);
  for (const chart of charts) writeFile(join(folder, `${chart.id}.svg`), `${chartSvg(chart).text}\n`);
  writeFile(join(folder, NUMBERS), chartsCsv(charts));
}
