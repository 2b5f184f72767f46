import { html, nothing, render, type TemplateResult } from 'lit-html';
import type { StructureCard } from '../../../kernel/structure-card.ts';
import type { StructureClass } from '../../../laboratory/structure-class.ts';
import { cardOfStructure, structures, usualStructure } from '../../../laboratory/structures.ts';
import { counted } from '../../../counted.ts';
import type { RunView } from '../run-view.ts';
import { canProve, type EngineRequest, schemeOf, schemesFor, viewed } from './engine.ts';
import { pageMutant } from './known-mutants.ts';
import { aboutMutant } from './mutant-field.ts';
import { firstSteps, scheduleOfMoves, switchesIn, type Turn, turnsOf } from './moves.ts';
import type { Player } from './player.ts';
import { ProofBox } from './proof-box.ts';
import { runForm } from './run-form.ts';
import { threadButtons } from './thread-buttons.ts';

/** Handles of a schedule, where there are no more turns than that. */
const MOST_HANDLES = 14;

/** Makes other runs in the place of the one that a page shows: another scheme, another schedule, another program, step by step. */
export class Studio {
  /** Is told of each run that is made, with the step that is shown. */
  onRun: (request: EngineRequest, step: number) => void = () => {};
  readonly #root: HTMLElement;
  readonly #player: Player;
  readonly #own: { readonly view: RunView; readonly request: EngineRequest };
  readonly #proof: ProofBox;
  #request: EngineRequest;
  #turns: readonly Turn[];
  #past: { readonly request: EngineRequest; readonly step: number }[] = [];
  #complaint = '';
  #schemes: readonly string[] = [];
  #busy = false;

  constructor(root: HTMLElement, player: Player) {
    this.#root = root;
    this.#player = player;
    this.#request = requestOf(player.view);
    this.#own = { view: player.view, request: this.#request };
    this.#turns = turnsOf(player.view.subject.schedule);
    this.#schemes = schemesFor(this.#request.id);
    this.#proof = new ProofBox(
      (finding) => {
        const { program, slots, schedule } = finding;
        const scheme = schemeOf(this.#request);
        void this.run({ ...this.#request, id: program, scheme, slots, schedule }, null);
      },
      () => this.draw(),
    );
    this.draw();
  }

  get request(): EngineRequest {
    return this.#request;
  }

  /** True if the run that is shown is not the page's own. */
  get isOther(): boolean {
    return this.#player.view !== this.#own.view;
  }

  /**
   * Runs the engine and shows what came of it, or says why it cannot be run.
   *
   * @param step to be shown; null is the first damage, or the end
   */
  async run(request: EngineRequest, step: number | null): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    try {
      const view = await viewed(request);
      const at = step ?? view.damage?.step ?? view.changes.length;
      this.#past.push({ request: this.#request, step: this.#player.step });
      this.#show(view, { ...request, scheme: view.subject.scheme, schedule: view.subject.schedule }, at);
    } catch (error) {
      this.#complaint = error instanceof Error ? error.message : String(error);
    } finally {
      this.#busy = false;
      this.draw();
    }
  }

  /** Lets a thread make one step more, from the step that is shown. */
  async move(thread: number): Promise<void> {
    const turns = [...firstSteps(this.#turns, this.#player.step), { thread, steps: 1, kill: false }];
    await this.run({ ...this.#request, schedule: scheduleOfMoves(turns) }, this.#player.step + 1);
  }

  /** Takes the last change back. */
  async undo(): Promise<void> {
    const last = this.#past.pop();
    if (last === undefined) return;
    await this.run(last.request, last.step);
    // Undoing is no change that could be undone.
    this.#past.pop();
    this.draw();
  }

  /** Shows the run that the page came with. */
  reset(): void {
    const { view, request } = this.#own;
    this.#past.push({ request: this.#request, step: this.#player.step });
    this.#show(view, request, view.damage?.step ?? view.changes.length);
    this.draw();
  }

  /** Runs the same under the scheme of a place in the list, from 1. */
  async choose(place: number): Promise<void> {
    const scheme = this.#schemes[place - 1];
    if (scheme !== undefined) await this.#change({ scheme });
  }

  draw(): void {
    render(this.#box(), this.#root);
  }

  #show(view: RunView, request: EngineRequest, step: number): void {
    this.#request = request;
    this.#turns = turnsOf(view.subject.schedule);
    this.#schemes = schemesFor(request.id);
    this.#complaint = '';
    this.#proof.forget();
    this.#player.load(view, step);
    this.onRun(request, this.#player.step);
  }

  /** The same run with something else in it. Another program or scheme has other steps, and is run from its beginning. */
  async #change(change: Partial<EngineRequest>): Promise<void> {
    const isScenario = this.#player.view.subject.number > 0 && change.id === undefined;
    const schedule = isScenario && change.scheme !== undefined ? null : this.#request.schedule;
    await this.run({ ...this.#request, schedule, ...change }, null);
  }

  #box(): TemplateResult {
    return html`<section class="box" aria-label="Run it anew">
      <h3>Run it anew <span class="faint">with the same engine, in this tab</span></h3>
      ${this.#form()} ${aboutMutant(this.#request.mutant)} ${this.#threads()} ${this.#handles()}
      ${this.#complaint === '' ? nothing : html`<p class="complaint" role="alert">${this.#complaint}</p>`}
      ${canProve(this.#request) ? this.#proof.template(this.#request) : nothing}
    </section>`;
  }

  #form(): TemplateResult {
    return runForm(
      {
        request: this.#request,
        subject: this.#player.view.subject,
        schemes: this.#schemes,
        canUndo: this.#past.length > 0,
        isOther: this.isOther,
      },
      {
        subject: (id) => this.#pickSubject(id),
        structure: (id) => this.#pickStructure(id),
        mutant: (id) => void this.#pickMutant(id),
        change: (change) => void this.#change(change),
        undo: () => void this.undo(),
        reset: () => this.reset(),
      },
    );
  }

  #pickSubject(id: string): void {
    const scheme = schemeOf(this.#request);
    const program = id === '' ? { ...this.#request, ...USUAL, scheme, schedule: '' } : null;
    void this.run(
      program ?? { id, scheme: '', slots: null, cache: 0, schedule: null, mutant: '' },
      program === null ? null : 0,
    );
  }

  /** Runs the program that kills a mutant, and lets the explorer find how. */
  async #pickMutant(id: string): Promise<void> {
    const witness = pageMutant(id)?.mutant.witness;
    if (witness?.program === undefined) {
      await this.run({ ...this.#request, mutant: '' }, null);
      return;
    }
    const { program, scheme, slots = null, cache = 0 } = witness;
    const request = { id: program, scheme, slots, cache, schedule: '', mutant: id };
    await this.run(request, 0);
    if (this.#request.mutant === id) this.#proof.begin(this.#request);
  }

  #pickStructure(id: string): void {
    const structure = structures.find(({ ID }) => ID === id) ?? usualStructure;
    void this.run({ ...this.#request, id: exampleFor(structure), slots: null, schedule: '' }, 0);
  }

  #threads(): TemplateResult {
    const buttons = threadButtons(this.#player.moment, this.#busy, (thread) => void this.move(thread));
    const count = switchesIn(firstSteps(this.#turns, this.#player.step));
    return html`<div class="form" role="group" aria-label="Who moves next">
      <span class="faint">Who moves next, after step ${this.#player.step}:</span> ${buttons}
      <span class="faint">${counted(count, 'switch', 'switches')} so far</span>
    </div>`;
  }

  #handles(): TemplateResult | typeof nothing {
    if (this.#turns.length === 0 || this.#turns.length > MOST_HANDLES) return nothing;
    const most = Math.max(12, ...this.#turns.map(({ steps }) => steps + 6));
    return html`<details>
      <summary>Handles: how many steps each turn has</summary>
      <div class="handles">
        ${this.#turns.map(
          ({ thread, steps, kill }, i) =>
            html`<label
              >T${thread} ×${steps}${kill ? '!' : ''}
              <input
                type="range"
                min="0"
                max=${most}
                .value=${String(steps)}
                aria-label="Steps of turn ${i + 1}, thread ${thread}"
                @change=${(event: Event) => this.#drag(i, Number((event.target as HTMLInputElement).value))}
            /></label>`,
        )}
      </div>
    </details>`;
  }

  #drag(turn: number, steps: number): void {
    if (this.#turns[turn].steps === steps) return;
    const turns = this.#turns.map((each, i) => (i === turn ? { ...each, steps } : each));
    void this.run({ ...this.#request, schedule: scheduleOfMoves(turns) }, null);
  }
}

/** The program that is there where none was given: the smallest one that naive reuse fails. */
const USUAL = { id: '[A] d | d e d', slots: null };

/** Small programs, by the order in which values come out. */
const EXAMPLES: Readonly<Record<StructureCard['order'], string>> = {
  FIFO: USUAL.id,
  LIFO: '[A B] pop | pop pop push',
  DEQUE: '[A B] pop pop | steal',
  SET: '[1] +2 | -1',
};

/** A small program of a structure. */
function exampleFor(structure: StructureClass): string {
  const body = EXAMPLES[cardOfStructure(structure).order];
  return structure === usualStructure ? body : `${structure.ID}:${body}`;
}

function requestOf({ subject }: RunView): EngineRequest {
  const { id, scheme, slots, cache, freeList, schedule, mutant } = subject;
  return { id, scheme, slots, cache, ...(freeList && { freeList }), schedule, mutant };
}
