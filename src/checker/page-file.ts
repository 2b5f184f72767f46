import type * as fs from 'node:fs';
import type * as path from 'node:path';
import type { CheckFailure } from './check-failure.ts';
import { environment } from './environment.ts';
import { UsageError } from '../errors.ts';
import { hashOfText } from './text-hash.ts';

/** The folder for pages of failures. */
const FOLDER = 'LOCKFREE_HTML';

interface Host {
  readonly process?: { readonly getBuiltinModule?: (name: string) => unknown };
}

/** Writes a failure as a page, if the environment asks for that by `LOCKFREE_HTML`, and says where it is. */
export function writePageOf(failure: CheckFailure): void {
  const folder = environment(FOLDER);
  if (folder === undefined) return;
  const { process } = globalThis as Host;
  const files = process?.getBuiltinModule?.('node:fs') as typeof fs | undefined;
  const { join } = (process?.getBuiltinModule?.('node:path') ?? {}) as Partial<typeof path>;
  if (files === undefined || join === undefined) return;
  const page = failure.html();
  // Two failures that are told alike are one page.
  const file = join(folder, `${failure.kind.replaceAll(' ', '-')}-${hashOfText(page).slice(0, 12)}.html`);
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
