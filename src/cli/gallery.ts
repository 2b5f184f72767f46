import { UsageError } from '../errors.ts';
import type { Report } from '../gallery/report.ts';
import { show } from '../gallery/show.ts';
import { galleryJson, galleryText } from '../report/text/gallery-text.ts';
import type { Context, Options, Result } from './arguments/command.ts';

/**
 * Runs both samples of a report, and tells them.
 *
 * @param values of the options of the command, which are for scenarios
 */
export async function runReport(
  report: Report,
  values: Readonly<Record<string, unknown>>,
  options: Options,
  context: Context,
): Promise<Result> {
  const given = Object.keys(options).find((name) => values[name] !== options[name].fallback);
  if (given !== undefined) {
    throw new UsageError(
      `--${given} is for scenarios, and "${report.id}" is a report of the gallery, whose two samples are run as they are: leave it out.`,
    );
  }
  context.progress.show(`both samples of ${report.id}`);
  const shown = await show(report);
  context.progress.clear();
  context.print(galleryText(shown, context.style));
  return { broken: !shown.asReported, document: galleryJson(shown) };
}
