import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import { compareAll, structureRatios } from '../bench/compare.ts';
import { type BenchResult, readBench } from '../bench/result-file.ts';
import type { Suite } from '../bench/plan.ts';
import { doneOf, type LeftOut, leftOut, sizeOf } from '../bench/suite.ts';
import { tagWraps, versionWraps } from '../bench/tag-wrap.ts';
import { withCommas } from '../counted.ts';
import { UsageError } from '../errors.ts';
import { benchCsv, benchLongCsv, comparisonCsv } from '../report/text/bench-csv.ts';
import { benchText, leftOutLines } from '../report/text/bench-table.ts';
import { comparisonsText } from '../report/text/bench-comparison.ts';
import { noteText } from '../report/text/columns.ts';
import { visible } from '../visible.ts';
import type { Context, Result } from './arguments/command.ts';
import { checkFolder, pageCommand, writePlots } from './page.ts';
import { checkWritable, writeFile } from './terminal/output.ts';

/** Files that a result is written to; null for those that nobody asked for. */
interface ResultFiles {
  readonly csv: string | null;
  readonly 'long-csv'?: string | null;
  readonly markdown: string | null;
  readonly html: string | null;
  readonly plots: string | null;
}

/** Finds out whether they can be written. Throws a UsageError if not. */
export function checkResultFiles({ csv, markdown, html, plots, ...more }: ResultFiles): void {
  for (const path of [csv, more['long-csv'] ?? null, markdown, html]) if (path !== null) checkWritable(path);
  if (plots !== null) checkFolder(plots);
}

/** Prints a result, and writes it as a table, a page and plots where that was asked for. */
export async function tellResult(
  result: BenchResult,
  { csv, 'long-csv': long = null, markdown, html, plots }: ResultFiles,
  { print, style }: Context,
): Promise<Result> {
  if (long !== null) writeFile(long, benchLongCsv(result));
  if (csv !== null) writeFile(csv, benchCsv(result));
  if (markdown !== null) {
    const { benchMarkdown } = await import('../report/text/bench-markdown.ts');
    writeFile(markdown, benchMarkdown(result));
  }
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
      verdict: broken ? 'broken' : judgedWord(result),
      findings: [],
    },
  };
}

/** A run that did not come to its end may lack the experiments that are judged. */
function judgedWord({ complete }: BenchResult): 'as-claimed' | 'undecided' {
  return complete ? 'as-claimed' : 'undecided';
}

/** The same of a result that was measured before. */
export function tellFile(file: string, files: ResultFiles, context: Context): Promise<Result> {
  if (!existsSync(file))
    throw new UsageError(
      `There is no file ${file}: give a result of bench --out, or several to compare them.`,
    );
  checkResultFiles(files);
  return tellResult(readBench(file), files, context);
}

/** Why a run ended before all was measured. */
interface Unfinished {
  /** As the subject of a sentence and what became of it; null if it was interrupted. */
  readonly limit: string | null;
  /** Seconds that the first cell takes at least on an idle machine. */
  readonly needed: number;
  readonly out: string | null;
}

/**
 * Prints of a run that was interrupted, or whose time was over, how far it came, what is missing, and whether it can be continued.
 *
 * @returns what is missing
 */
export function tellLeftOut(
  result: BenchResult,
  planned: Suite,
  { limit, needed, out }: Unfinished,
  { print, style }: Context,
): readonly LeftOut[] {
  const done = doneOf(result);
  let next = `the same line continues from ${out}`;
  if (out === null) next = 'nothing was kept, since --out was not given';
  else if (done === 0) next = `there is no file ${out} yet, which is written with the first of them`;
  const short =
    done === 0 && limit !== null
      ? ` A cell takes about ${needed.toFixed(1)} s on an idle machine, and longer on a busy one: give more to --max-seconds.`
      : '';
  const told = `${limit ?? 'Interrupted'}: ${withCommas(done)} of ${withCommas(sizeOf(planned))} cells and experiments were finished; ${next}.${short}`;
  const missing = leftOut(planned, result);
  print(`\n${noteText(told, style)}\n${leftOutLines(missing, style).join('\n')}`);
  return missing;
}

/** The first of these options that was given; undefined if none was. */
export function firstGiven({ think, ...given }: Readonly<Record<string, unknown>>): string | undefined {
  const asked = Object.entries({ ...given, think: think === 'no' ? null : think });
  return asked.find(([, value]) =>
    Array.isArray(value) ? value.length > 0 : value !== null && value !== false,
  )?.[0];
}

/** Compares results, each of the others with the first: as text, and as a table, a page and plots where that was asked for. */
export async function compare(
  { print, style }: Context,
  files: readonly string[],
  asked: ResultFiles,
): Promise<Result> {
  const { csv, markdown, html, plots } = asked;
  const results = files.map((file) => {
    if (!existsSync(file)) throw new UsageError(`There is no file ${file}: give results of bench --out.`);
    return readBench(file);
  });
  if ((asked['long-csv'] ?? null) !== null)
    throw new UsageError('--long-csv is of one result, and several are compared: give one file, or --csv.');
  checkResultFiles(asked);
  const names = shortNames(files);
  const named = results.map((result, i) => ({ name: names[i], result }));
  const comparisons = compareAll(named);
  const [first, ...others] = names;
  const text = comparisonsText(named, comparisons, style);
  if (csv !== null) writeFile(csv, comparisonCsv(comparisons));
  if (markdown !== null) {
    const { comparisonMarkdown } = await import('../report/text/bench-markdown.ts');
    writeFile(markdown, comparisonMarkdown(named, comparisons));
  }
  if (plots !== null || html !== null) {
    const { comparisonCharts } = await import('../report/plots/bench-charts.ts');
    const charts = comparisonCharts(first, comparisons);
    if (plots !== null) await writePlots(plots, charts);
    if (html !== null) {
      const { comparisonPage } = await import('../report/page/report-pages.ts');
      writeFile(html, comparisonPage(named, comparisons, charts, pageCommand()));
    }
  }
  print(text);
  const [only] = comparisons;
  const two = { before: files[0], after: files[1], ...only, name: undefined };
  return {
    broken: false,
    document: {
      ...(others.length === 1 && two),
      results: files,
      origins: results.map(({ begun, machine, effort, seed, command }, i) => ({
        name: files[i],
        begun,
        machine,
        effort,
        seed,
        command,
      })),
      comparisons: comparisons.map((each, i) => ({ ...each, name: files[i + 1] })),
    },
  };
}

/** Files by what is different in their paths: the name alone, unless two have the same one. */
function shortNames(files: readonly string[]): string[] {
  const names = files.map((file) => basename(file));
  const shown = new Set(names).size === names.length ? names : files;
  return shown.map((name) => visible(name));
}
