import { noteText } from '../report/text/columns.ts';
import { stress } from '../stress/stress.ts';
import type { StressOptions } from '../stress/options.ts';
import type { StressResult } from '../stress/result.ts';
import type { Context } from './arguments/command.ts';
import { unfinished } from './terminal/ending.ts';

/** One scheme after the other, until all had their turn or the run is interrupted. */
export async function stressEach(
  specs: readonly string[],
  shared: StressOptions | ((scheme: string) => StressOptions),
  { signal, progress }: Context,
  tell: (result: StressResult) => void | Promise<void>,
): Promise<StressResult[]> {
  const results: StressResult[] = [];
  for (const scheme of specs) {
    if (signal.aborted && results.length > 0) break;
    const result = await stress({
      ...(typeof shared === 'function' ? shared(scheme) : shared),
      scheme,
      signal,
      onProgress: (operations, seconds) =>
        progress.show(
          `${scheme}: ${(operations / 1e6).toFixed(1)} million operations in ${seconds.toFixed(1)} s`,
        ),
    });
    progress.clear();
    results.push(result);
    await tell(result);
  }
  return results;
}

/** Says of an interrupted run which schemes it lacks. */
export function tellUnfinished(
  results: readonly StressResult[],
  specs: readonly string[],
  { signal, print, style }: Context,
): void {
  if (!signal.aborted) return;
  const last = results.at(-1);
  const lack = unfinished(last?.interrupted === true ? last.scheme : null, specs.slice(results.length));
  if (lack !== null) print(`\n${noteText(lack, style)}`);
}
