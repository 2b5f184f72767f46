import { UsageError } from '../errors.ts';
import { noteText } from '../report/text/columns.ts';
import { stress } from '../stress/stress.ts';
import type { StressOptions } from '../stress/options.ts';
import type { StressResult } from '../stress/result.ts';
import type { Context } from './arguments/command.ts';
import { unfinished } from './terminal/ending.ts';

/** Stress runs of several schemes. */
export interface StressRuns {
  readonly results: readonly StressResult[];
  /** The schemes that cannot be run so, each with the sentence that says why. */
  readonly leftOut: readonly { readonly scheme: string; readonly reason: string }[];
  /** Those whose turn did not come, since the user interrupted. */
  readonly missing: readonly string[];
}

/**
 * One scheme after the other, until all had their turn or the run is interrupted. Of several, one that cannot be run so is left out.
 *
 * @throws UsageError if that is so of all, or of the only one
 */
export async function stressEach(
  specs: readonly string[],
  shared: StressOptions | ((scheme: string) => StressOptions),
  { signal, progress, remark }: Context,
  tell: (result: StressResult) => void | Promise<void>,
): Promise<StressRuns> {
  const results: StressResult[] = [];
  const refused: UsageError[] = [];
  const leftOut: { readonly scheme: string; readonly reason: string }[] = [];
  let [tried, told] = [0, 0];
  for (const scheme of specs) {
    if (signal.aborted && results.length > 0) break;
    tried++;
    const options: StressOptions = {
      ...(typeof shared === 'function' ? shared(scheme) : shared),
      scheme,
      signal,
      onProgress: (operations, seconds) =>
        progress.show(
          `${scheme}: ${(operations / 1e6).toFixed(1)} million operations in ${seconds.toFixed(1)} s`,
        ),
    };
    const result = await stress(options).catch((error: unknown) => {
      if (!(error instanceof UsageError) || specs.length === 1) throw error;
      refused.push(error);
      leftOut.push({ scheme, reason: error.message });
      return null;
    });
    progress.clear();
    // Not before one could be run: what is wrong with all is said once, as the error.
    if (results.length > 0 || result !== null)
      for (; told < leftOut.length; told++)
        remark(`${leftOut[told].scheme} is left out: ${leftOut[told].reason}`);
    if (result === null) continue;
    results.push(result);
    await tell(result);
  }
  if (results.length === 0 && refused.length > 0) throw refused[0];
  return { results, leftOut, missing: specs.slice(tried) };
}

/** Says of an interrupted run which schemes it lacks. */
export function tellUnfinished({ results, missing }: StressRuns, { signal, print, style }: Context): void {
  if (!signal.aborted) return;
  const last = results.at(-1);
  const lack = unfinished(last?.interrupted === true ? last.scheme : null, missing);
  if (lack !== null) print(`\n${noteText(lack, style)}`);
}
