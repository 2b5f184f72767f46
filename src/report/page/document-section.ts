import { type Html, markup } from '../../markup.ts';

/** A document of `--json`, as it is shown: what a command found, and the figures beside it. */
export interface LabDocument {
  readonly verdict?: unknown;
  readonly findings?: unknown;
  readonly [name: string]: unknown;
}

/** As many findings are shown of one document. */
const MOST_FINDINGS = 40;

/** What a document says: its findings in a list, and all members that are a word or a number in a table. */
export function documentSection(document: LabDocument): Html[] {
  const findings = Array.isArray(document.findings) ? (document.findings as unknown[]) : [];
  const plain = Object.entries(document).filter(
    ([name, value]) => name !== 'verdict' && ['string', 'number', 'boolean'].includes(typeof value),
  );
  const list =
    findings.length > 0 &&
    markup`<h3>What was found</h3><ul class="findings">${findings.slice(0, MOST_FINDINGS).map(findingMarkup)}</ul>${
      findings.length > MOST_FINDINGS &&
      markup`<p class="faint">and ${findings.length - MOST_FINDINGS} more</p>`
    }`;
  return [
    markup`${list}<table class="members"><caption>Figures</caption><tbody>${plain.map(
      ([name, value]) => markup`<tr><th scope="row">${name}</th><td>${String(value)}</td></tr>`,
    )}</tbody></table>`,
  ];
}

function findingMarkup(finding: unknown): Html {
  const { kind, note, replay, step } = (
    typeof finding === 'object' && finding !== null ? finding : {}
  ) as Record<string, unknown>;
  return markup`<li><strong class="damage">${textOf(kind)}</strong>${typeof step === 'number' && ` at step ${step}`} ${textOf(note)} ${
    typeof replay === 'string' && markup`<code>${replay}</code>`
  }</li>`;
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
