import { existsSync } from 'node:fs';
import { compareResults } from '../bench/compare.ts';
import { readBench } from '../bench/result-file.ts';
import { UsageError } from '../errors.ts';
import { comparisonText } from '../report/text/bench-table.ts';
import type { Context, Result } from './arguments/command.ts';

/** Throws a UsageError for an option that would do nothing, since two results are compared and nothing is measured. */
export function refuseBesideFiles({ think, ...given }: Readonly<Record<string, unknown>>): void {
  const asked = Object.entries({ ...given, think: think === 'no' ? null : think });
  const idle = asked.find(([, value]) =>
    Array.isArray(value) ? value.length > 0 : value !== null && value !== false,
  );
  if (idle !== undefined)
    throw new UsageError(
      `--${idle[0]} is for a measurement, and files are only shown or compared: leave one of them out.`,
    );
}

/** Compares two results. */
export function compare({ print, style }: Context, files: readonly string[]): Result {
  const [before, after] = files.map((file) => {
    if (!existsSync(file)) throw new UsageError(`There is no file ${file}: give two results of bench --out.`);
    return readBench(file);
  });
  const comparison = compareResults(before, after);
  print(comparisonText(comparison, style));
  return { broken: false, document: { before: files[0], after: files[1], ...comparison } };
}
