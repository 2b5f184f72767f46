import * as v from 'valibot';
import { UsageError } from '../errors.ts';
import { misfit, type Schema } from '../observe/members.ts';
import type { LabDocument } from '../report/page/document-section.ts';
import { visible } from '../visible.ts';

const verdict = v.nullable(v.string());

/** What every document of `--json` has, whatever its command adds. */
const DOCUMENT: Schema = v.looseObject({
  verdict,
  findings: v.array(v.looseObject({ kind: v.string() })),
});

/** The same of one that says of a check what such a check cannot see: it stops at the first failure. */
const CHECKED: Schema = v.looseObject({
  verdict,
  executions: v.number(),
  complete: v.boolean(),
  failure: v.nullable(v.looseObject({ kind: v.string() })),
});

/** A document of `--json` that was read from a file. Throws a UsageError if a member is missing or wrong that every one has. */
export function labDocument(value: LabDocument, file: string): LabDocument {
  const wrong = misfit('limits' in value ? CHECKED : DOCUMENT, value);
  if (wrong === null) return value;
  throw new UsageError(
    `The document ${visible(file)} is not as a command writes it: ${wrong} is missing or wrong; make it anew with --json.`,
  );
}
