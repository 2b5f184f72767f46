import { html, nothing, type TemplateResult } from 'lit-html';
import type { Mutant } from '../../../mutant/file.ts';
import { mutants, pageMutant } from './known-mutants.ts';
import { picked, selectOption } from './select-option.ts';

/** A choice among the mutants that the page came with; nothing where it came with none. */
export function mutantField(id: string, pick: (id: string) => void): TemplateResult | typeof nothing {
  if (mutants.length === 0) return nothing;
  return html`<label
    >Mutant
    <select data-key="mutant" @change=${(event: Event) => pick(picked(event))}>
      ${selectOption('', 'none: the lab as it is', id === '')}
      ${mutants.map(({ mutant }) => selectOption(mutant.id, `${mutant.row} ${mutant.id}`, mutant.id === id))}
    </select></label
  >`;
}

/** What the mutant is that is run, with its edits; nothing where it is the lab's own kernel. */
export function aboutMutant(id: string): TemplateResult | typeof nothing {
  const mutant = pageMutant(id)?.mutant;
  return mutant === undefined ? nothing : about(mutant);
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
    kind === 'del' ? html`<del>${sign} ${line}</del>` : html`<ins>${sign} ${line}</ins>`,
  );
}
