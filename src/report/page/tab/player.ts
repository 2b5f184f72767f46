import { html, render, type TemplateResult } from 'lit-html';
import { markup } from '../../../markup.ts';
import { slotBiography, wordBiography } from '../biography.ts';
import { lanesPicture, type Span, spanAround, xOfStep } from '../lanes-picture.ts';
import { linesMarkup } from '../page-style.ts';
import { headMarkup } from '../run-section.ts';
import { type MomentView, Moments, type RowView, type RunView } from '../run-view.ts';
import { storyTable } from '../story-table.ts';
import { frame, PANES, showPane } from './panes.ts';

/** Rows of the story around the step that is looked at, where a run has more than fit. */
const ROWS = 60;

/** Steps through one run: a slider that moves all panes. */
export class Player {
  readonly root: HTMLElement;
  /** Is told whenever another step is shown. */
  onStep: (step: number) => void = () => {};
  #view: RunView;
  #moments: Moments;
  #rowsByStep: ReadonlyMap<number, readonly RowView[]> = new Map<number, RowView[]>();
  #span: Span = { from: 1, to: 1 };
  #step = 0;
  /** The first row of the story that is drawn; none yet is -1. */
  #firstRow = -1;

  constructor(root: HTMLElement, view: RunView) {
    this.root = root;
    this.#view = view;
    this.#moments = new Moments(view);
    this.root.addEventListener('focusin', (event) => this.#tell(event.target));
    this.root.addEventListener('pointerover', (event) => this.#tell(event.target));
    this.root.addEventListener('click', (event) => this.#jump(event.target));
    this.#prepare();
  }

  get view(): RunView {
    return this.#view;
  }

  get step(): number {
    return this.#step;
  }

  /** How things stand at the step that is shown. */
  get moment(): MomentView {
    return this.#moments.at(this.#step);
  }

  /** Shows another run in the place of this one. */
  load(view: RunView, step: number): void {
    this.#view = view;
    this.#moments = new Moments(view);
    showPane(this.#part('header'), headMarkup(view));
    showPane(this.#place('.came'), markup`<h3>What came of it</h3>${linesMarkup(view.foot)}`);
    this.#prepare();
    this.go(step);
  }

  /** Goes to a step: 0 is the start. */
  go(step: number): void {
    const { last } = this.#moments;
    this.#step = Math.max(0, Math.min(step, last));
    const moment = this.#moments.at(this.#step);
    for (const [name, pane] of Object.entries(PANES)) {
      showPane(this.#pane(name), pane(this.#view, moment, this.#step));
    }
    this.#moveNow();
    this.#showRows();
    this.#touched();
    this.#showCode();
    render(this.#controls(), this.#part('controls'));
    showPane(this.#part('caption'), markup`${this.caption()}`);
    const notes = (this.#rowsByStep.get(this.#step) ?? []).flatMap((row) => row.notes);
    showPane(this.#part('notes'), markup`${notes.map((note) => markup`<p class="note">${note}</p>`)}`);
    this.onStep(this.#step);
  }

  /** Goes to the first damage, or to the read that goes back to it. */
  goTo(what: 'damage' | 'cause'): void {
    const { damage } = this.#view;
    const step = (what === 'damage' ? damage?.step : damage?.since) ?? null;
    if (step !== null) this.go(step);
  }

  /** What the slider says, also aloud. */
  caption(): string {
    const rows = this.#rowsByStep.get(this.#step);
    if (this.#step === 0 || rows === undefined)
      return this.#moments.last === 0
        ? 'The start: no step was made yet.'
        : `The start: no step of ${this.#moments.last} was made.`;
    const told = rows.map(({ thread, text }) => `T${thread} ${text.replaceAll(/ +/g, ' ')}`).join('; ');
    return `Step ${this.#step} of ${this.#moments.last}: ${told}`;
  }

  #prepare(): void {
    // What stood in the frame of another run would go with it.
    this.#part('live').after(this.#place('.over-time'));
    showPane(this.#part('live'), frame(this.#view));
    // The diagram stands with the other panes, which the slider moves together with it.
    const over = this.#place('.over-time');
    this.#part('over-time').replaceChildren(over);
    const rows = new Map<number, RowView[]>();
    for (const row of this.#view.rows) rows.set(row.at, [...(rows.get(row.at) ?? []), row]);
    this.#rowsByStep = rows;
    this.#firstRow = -1;
    this.#span = { from: 0, to: 0 };
  }

  #part(name: string): HTMLElement {
    return this.#place(name === 'header' ? 'header' : `[data-part="${name}"]`);
  }

  #pane(name: string): HTMLElement {
    return this.#place(`[data-pane="${name}"]`);
  }

  #place(selector: string): HTMLElement {
    const found = this.root.querySelector<HTMLElement>(selector);
    if (found === null) throw new Error(`The page has no ${selector}.`);
    return found;
  }

  /** Draws the steps around this one if they are not drawn yet, and moves the line that shows where we are. */
  #moveNow(): void {
    const scroll = this.#place('[data-part="lanes"] .scroll');
    const span = spanAround(this.#view, this.#step);
    const inside = this.#step >= this.#span.from && this.#step <= this.#span.to;
    if (this.#span.to === 0 || !inside) {
      this.#span = span;
      showPane(scroll, lanesPicture(this.#view, span));
    }
    const x = xOfStep(Math.max(this.#step, this.#span.from - 0.5), this.#span);
    const line = scroll.querySelector('.now');
    line?.setAttribute('x1', String(x));
    line?.setAttribute('x2', String(x));
    if (x < scroll.scrollLeft + 20 || x > scroll.scrollLeft + scroll.clientWidth - 60)
      scroll.scrollLeft = x - scroll.clientWidth / 2;
  }

  /** The rows of the story around this step, all where there is room. */
  #showRows(): void {
    const { rows } = this.#view;
    const place = this.#place('[data-part="story"] .scroll');
    const at = rows.findLastIndex((row) => row.at <= this.#step);
    const from = rows.length <= 2 * ROWS ? 0 : Math.max(0, at - (at % ROWS) - ROWS / 2);
    if (from !== this.#firstRow) this.#drawRows(place, from);
    this.#firstRow = from;
    for (const row of place.querySelectorAll('tr[data-at]'))
      row.classList.toggle('current', row.getAttribute('data-at') === String(this.#step));
  }

  #drawRows(place: Element, from: number): void {
    const { rows } = this.#view;
    const part = rows.length <= 2 * ROWS ? rows : rows.slice(from, from + 2 * ROWS);
    const caption =
      part.length === rows.length
        ? 'Every step. Press a row to go there.'
        : `Steps ${part[0].at} to ${part[part.length - 1].at} of ${this.#moments.last}. Press a row to go there.`;
    showPane(place, storyTable(this.#view, part, caption));
  }

  /** Brings the lines that are about to be run into sight, each within its own listing. */
  #showCode(): void {
    for (const listing of this.#pane('source').querySelectorAll<HTMLElement>('pre')) {
      const line = listing.querySelector<HTMLElement>('.here');
      if (line !== null) listing.scrollTop = line.offsetTop - listing.clientHeight / 3;
    }
  }

  /** Marks the slots that the last step changed. */
  #touched(): void {
    if (this.#step === 0) return;
    const [before, now] = [this.#moments.at(this.#step - 1), this.#moments.at(this.#step)];
    for (const slot of this.#pane('slab').querySelectorAll('[data-slot]')) {
      const i = Number(slot.getAttribute('data-slot')) - 1;
      slot.classList.toggle('touched', now.slots[i] !== before.slots[i]);
    }
  }

  #jump(target: EventTarget | null): void {
    const row = target instanceof Element ? target.closest('[data-at], [data-step]') : null;
    const step = row?.getAttribute('data-at') ?? row?.getAttribute('data-step') ?? null;
    if (step !== null) this.go(Number(step));
  }

  /** The biography of the slot or of the word that is pointed at. */
  #tell(target: EventTarget | null): void {
    const at = target instanceof Element ? target.closest('[data-slot], [data-word]') : null;
    if (at === null) return;
    const [slot, word] = [at.getAttribute('data-slot'), at.getAttribute('data-word')];
    const told =
      slot === null
        ? wordBiography(this.#view, this.#step, Number(word))
        : slotBiography(this.#view, this.moment, this.#step, Number(slot));
    showPane(this.#part('biography'), markup`${told}`);
  }

  #controls(): TemplateResult {
    const { last } = this.#moments;
    const { damage } = this.#view;
    const go = (step: number) => (): void => this.go(step);
    return html`<div class="bar-controls">
      <div class="buttons">
        <button type="button" @click=${go(0)} ?disabled=${this.#step === 0} aria-label="First step">
          |◀
        </button>
        <button
          type="button"
          @click=${go(this.#step - 1)}
          ?disabled=${this.#step === 0}
          aria-label="Step back"
        >
          ◀
        </button>
        <button
          type="button"
          @click=${go(this.#step + 1)}
          ?disabled=${this.#step === last}
          aria-label="Step forward"
        >
          ▶
        </button>
        <button type="button" @click=${go(last)} ?disabled=${this.#step === last} aria-label="Last step">
          ▶|
        </button>
        <button
          type="button"
          @click=${() => this.goTo('cause')}
          ?disabled=${(damage?.since ?? null) === null}
        >
          * cause
        </button>
        <button type="button" @click=${() => this.goTo('damage')} ?disabled=${damage === null}>
          ! damage
        </button>
        <span class="faint">step ${this.#step} of ${last}</span>
      </div>
      <input
        type="range"
        min="0"
        max=${last}
        step="1"
        .value=${String(this.#step)}
        aria-label="Step"
        aria-valuetext=${this.caption()}
        @input=${(event: Event) => this.go(Number((event.target as HTMLInputElement).value))}
      />
    </div>`;
  }
}
