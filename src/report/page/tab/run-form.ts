import { html, nothing, type TemplateResult } from 'lit-html';
import { live } from 'lit-html/directives/live.js';
import { structures, usualStructure } from '../../../laboratory/structures.ts';
import type { Subject } from '../run-view.ts';
import { type EngineRequest, known, partsOfProgram } from './engine.ts';
import { mutantField } from './mutant-field.ts';
import { picked, selectOption } from './select-option.ts';

/** What stands in the form by which another run is made. */
interface FormState {
  readonly request: EngineRequest;
  /** What is shown. */
  readonly subject: Subject;
  /** By their places: those that a key chooses. */
  readonly schemes: readonly string[];
  readonly canUndo: boolean;
  readonly isOther: boolean;
}

/** What is done where something is chosen. */
interface FormActions {
  readonly subject: (id: string) => void;
  readonly structure: (id: string) => void;
  readonly mutant: (id: string) => void;
  readonly change: (change: Partial<EngineRequest>) => void;
  readonly undo: () => void;
  readonly reset: () => void;
}

/** The form by which another run is made. */
export function runForm(state: FormState, actions: FormActions): TemplateResult {
  const { request, subject, canUndo, isOther } = state;
  const isProgram = subject.number === 0;
  const things = [['', 'a program'], ...known().map(({ id, title }) => [id, title])] as const;
  return html`<div class="form">
    <label
      >What
      <select @change=${(event: Event) => actions.subject(picked(event))}>
        ${things.map(([id, title]) => selectOption(id, title, isProgram ? id === '' : id === request.id))}
      </select></label
    >
    ${isProgram ? programFields(request.id, actions) : nothing} ${schemeField(state, actions)}
    <label
      >Slots
      <input
        type="number"
        min="2"
        max="4096"
        .value=${live(String(request.slots ?? subject.slots))}
        @change=${(event: Event) => actions.change({ slots: Number(picked(event)) })}
    /></label>
    ${mutantField(request.mutant, actions.mutant)}
    <button type="button" @click=${actions.undo} ?disabled=${!canUndo}>Undo</button>
    <button type="button" @click=${actions.reset} ?disabled=${!isOther}>As it was</button>
  </div>`;
}

function schemeField({ request, subject, schemes }: FormState, { change }: FormActions): TemplateResult {
  const current = [request.scheme, subject.scheme].find((each) => schemes.includes(each));
  // With parameters of its own it is not among those that a key chooses.
  const other = current === undefined ? [selectOption(request.scheme, subject.schemeName, true)] : [];
  return html`<label
    >Scheme
    <select data-key="scheme" @change=${(event: Event) => change({ scheme: picked(event) })}>
      ${other} ${schemes.map((each, i) => selectOption(each, `${i + 1} ${each}`, each === current))}
    </select></label
  >`;
}

function programFields(id: string, { structure: pick, change }: FormActions): TemplateResult {
  const { structure, body } = partsOfProgram(id);
  const current = structure || usualStructure.ID;
  return html`<label
      >Structure
      <select @change=${(event: Event) => pick(picked(event))}>
        ${structures.map(({ ID }) => selectOption(ID, ID, ID === current))}
      </select></label
    ><label class="wide"
      >Program
      <input
        type="text"
        spellcheck="false"
        autocomplete="off"
        .value=${live(body)}
        @change=${(event: Event) => change({ id: programOn(structure, picked(event)), schedule: '' })}
    /></label>`;
}

/** A program on a structure, which it names unless it is the usual one. */
function programOn(structure: string, body: string): string {
  return structure === '' || structure === usualStructure.ID ? body : `${structure}:${body}`;
}
