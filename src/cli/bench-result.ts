import { existsSync } from 'node:fs';
import { structureRatios } from '../bench/compare.ts';
import { type BenchResult, readBench } from '../bench/result-file.ts';
import { tagWraps, versionWraps } from '../bench/tag-wrap.ts';
import { UsageError } from '../errors.ts';
import { benchCsv } from '../report/text/bench-csv.ts';
import { benchText } from '../report/text/bench-table.ts';
import type { Context, Result } from './arguments/command.ts';
import { pageCommand } from './page.ts';
import { checkFolder, writePlots } from './plots.ts';
import { checkWritable, writeFile } from './terminal/output.ts';

/** Files that a result is written to; null for those that nobody asked for. */
interface ResultFiles {
  readonly csv: string | null;
  readonly html: string | null;
  readonly plots: string | null;
}

/** Finds out whether they can be written. Throws a UsageError if not. */
export function checkResultFiles({ csv, html, plots }: ResultFiles): void {
  for (const path of [csv, html]) if (path !== null) checkWritable(path);
  if (plots !== null) checkFolder(plots);
}

/** Prints a result, and writes it as a table, a page and plots where that was asked for. */
export async function tellResult(
  result: BenchResult,
  { csv, html, plots }: ResultFiles,
  { print, style }: Context,
): Promise<Result> {
  if (csv !== null) writeFile(csv, benchCsv(result));
  if (plots !== null) {
    const { benchCharts } = await import('../report/plots/bench-charts.ts');
    await writePlots(plots, benchCharts(result));
  }
  if (html !== null) {
    const { benchPage } = await import('../report/page/report-pages.ts');
    writeFile(html, benchPage(result, pageCommand()));
  }
  print(benchText(result, style));
  const ratios = structureRatios(result);
  const broken = result.stalls.some(({ verdict }) => verdict === 'broken');
  const tagWrap = tagWraps(result.cells, result.structure);
  return {
    broken,
    document: {
      ...result,
      ...(ratios.length > 0 && { ratios }),
      tagWrap,
      versionWrap: versionWraps(result.cells),
      verdict: broken ? 'broken' : 'as-claimed',
      findings: [],
    },
  };
}

/** The same of a result that was measured before. */
export function tellFile(file: string, files: ResultFiles, context: Context): Promise<Result> {
  if (!existsSync(file))
    throw new UsageError(`There is no file ${file}: give a result of bench --out, or two to compare them.`);
  checkResultFiles(files);
  return tellResult(readBench(file), files, context);
}
