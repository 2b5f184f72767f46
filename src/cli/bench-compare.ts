import { existsSync, readFileSync } from 'node:fs';
import { compareResults } from '../bench/compare.ts';
import { type BenchResult, parseBench } from '../bench/result-file.ts';
import { UsageError } from '../errors.ts';
import { comparisonText } from '../report/text/bench-comparison.ts';
import { shellWord } from '../visible.ts';
import type { Context, Result } from './arguments/command.ts';

/** The result in a file. Throws a UsageError if there is none. */
export function resultIn(file: string): BenchResult {
  let contents: string;
  try {
    contents = readFileSync(file, 'utf8');
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new UsageError(
      `The result ${file} cannot be read (${code ?? message}): give a file that bench --out has written.`,
      { cause: error },
    );
  }
  return parseBench(contents, file);
}

/** Throws a UsageError for an option that would do nothing, since two results are compared and nothing is measured. */
export function refuseBesideFiles({ think, ...given }: Readonly<Record<string, unknown>>): void {
  const asked = Object.entries({ ...given, think: think === 'no' ? null : think });
  const idle = asked.find(([, value]) =>
    Array.isArray(value) ? value.length > 0 : value !== null && value !== false,
  );
  if (idle !== undefined)
    throw new UsageError(
      `--${idle[0]} is for a measurement, and files are only compared: leave one of them out.`,
    );
}

/** Compares two results. */
export function compare({ print, style }: Context, files: readonly string[]): Result {
  if (files.length !== 2) {
    throw new UsageError(
      `One result file cannot be compared: write lockfree-lab bench ${shellWord(files[0])} AFTER.`,
    );
  }
  const [before, after] = files.map((file) => {
    if (!existsSync(file)) throw new UsageError(`There is no file ${file}: give two results of bench --out.`);
    return resultIn(file);
  });
  const comparison = compareResults(before, after);
  print(comparisonText(comparison, style));
  return { broken: false, document: { before: files[0], after: files[1], ...comparison } };
}
