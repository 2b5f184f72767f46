import type { CheckFailure } from './check-failure.ts';
import { environment } from './environment.ts';
import { UsageError } from '../errors.ts';
import { nodeModule } from './node-module.ts';
import { hashOfText } from './text-hash.ts';

/** The folder for pages of failures. */
const FOLDER = 'LOCKFREE_HTML';

/** Writes a failure as a page, if the environment asks for that by `LOCKFREE_HTML`, and says where it is. */
export function writePageOf(failure: CheckFailure): void {
  const folder = environment(FOLDER);
  if (folder === undefined) return;
  const [files, paths] = [nodeModule('fs'), nodeModule('path')];
  if (files === undefined || paths === undefined) return;
  const page = failure.html();
  // Two failures that are told alike are one page.
  const file = paths.join(
    folder,
    `${failure.kind.replaceAll(' ', '-')}-${hashOfText(page).slice(0, 12)}.html`,
  );
  try {
    files.mkdirSync(folder, { recursive: true });
    files.writeFileSync(file, page);
  } catch (error) {
    throw new UsageError(
      `The failure cannot be written as a page to ${file} (${String((error as Error).message)}): let ${FOLDER} be a folder that can be written to, or leave it out.`,
      { cause: failure },
    );
  }
  // oxlint-disable-next-line no-console -- a test runner shows it beside the test that it is about
  console.warn(`lockfree-lab: the failure as a page is ${file}.`);
}
