import { html, nothing, type TemplateResult } from 'lit-html';
import type { Mutant } from '../../../mutant/file.ts';
import { mutants, pageMutant } from './known-mutants.ts';

/** A choice among the mutants that the page came with, and what the one that is run is; nothing where it came with none. */
export function mutantBox(id: string, pick: (id: string) => void): TemplateResult | typeof nothing {
  if (mutants.length === 0) return nothing;
  const chosen = pageMutant(id)?.mutant;
  return html`<div class="form">
      <label
        >Mutant
        <select
          data-key="mutant"
          @change=${(event: Event) => pick((event.target as HTMLSelectElement).value)}
        >
          <option value="" ?selected=${chosen === undefined}>none: the lab as it is</option>
          ${mutants.map(
            ({ mutant }) =>
              html`<option value=${mutant.id} ?selected=${mutant === chosen}>
                ${mutant.row} ${mutant.id}
              </option>`,
          )}
        </select></label
      >
    </div>
    ${chosen === undefined ? nothing : about(chosen)}`;
}

function about({ title, origin, equivalent, edits }: Mutant): TemplateResult {
  return html`<p>
      ${title}. <span class="faint">Known from: ${origin}.</span>
      ${equivalent === undefined ? nothing : html`It changes nothing that could be seen: ${equivalent}.`}
    </p>
    ${edits.map(
      ({ file, search, replace }) =>
        html`<figure class="method">
          <figcaption>${file}</figcaption>
          <pre class="edit" tabindex="0">${lines('del', '−', search)}${lines('ins', '+', replace)}</pre>
        </figure>`,
    )}`;
}

function lines(kind: 'del' | 'ins', sign: string, all: readonly string[]): TemplateResult[] {
  return all.map((line) =>
    kind === 'del' ? html`<del>${sign} ${line}</del> ` : html`<ins>${sign} ${line}</ins> `,
  );
}
