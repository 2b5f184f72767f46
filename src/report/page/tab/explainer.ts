import { html, nothing, render, type TemplateResult } from 'lit-html';
import { entriesIn, entryAt } from '../../terms.ts';
import type { Entry } from '../../text/glossary-text.ts';

/** A pointer that rests so long asks what the word below it means. */
const REST_MS = 350;

/** As many letters of a page are looked through for its words. */
const MOST_LETTERS = 400_000;

/** Explains words: below the pointer, and those of the page in a list, by the glossary of `explain`. */
export class Explainer {
  readonly #tip: HTMLElement;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#tip = document.createElement('div');
    this.#tip.className = 'explained';
    this.#tip.setAttribute('role', 'status');
    this.#tip.hidden = true;
    document.body.append(this.#tip);
  }

  begin(): void {
    document.addEventListener('pointermove', (event) => this.#rest(event));
    document.addEventListener('pointerdown', () => this.#hide());
    document.addEventListener('scroll', () => this.#hide(), { passive: true });
    document.addEventListener('keydown', ({ key }) => {
      if (key === 'Escape') this.#hide();
    });
    const place = document.getElementById('tab');
    if (place !== null) this.#list(place.appendChild(document.createElement('div')));
  }

  #rest(event: PointerEvent): void {
    clearTimeout(this.#timer);
    if (event.target instanceof Node && this.#tip.contains(event.target)) return;
    this.#timer = setTimeout(() => this.#show(event), REST_MS);
  }

  #show({ clientX, clientY, target }: PointerEvent): void {
    const entry = entryBelow(clientX, clientY, target);
    if (entry === null) {
      this.#hide();
      return;
    }
    render(html`<strong>${entry.word}</strong> ${entry.means}`, this.#tip);
    this.#tip.hidden = false;
    const { width, height } = this.#tip.getBoundingClientRect();
    const left = Math.max(8, Math.min(clientX + 12, innerWidth - width - 8));
    const below = clientY + 18;
    const top = below + height > innerHeight - 8 ? Math.max(8, clientY - height - 12) : below;
    Object.assign(this.#tip.style, { left: `${left}px`, top: `${top}px` });
  }

  #hide(): void {
    clearTimeout(this.#timer);
    this.#tip.hidden = true;
  }

  /** All words of the page, for those who do not point: they are looked for when they are asked for. */
  #list(place: HTMLElement): void {
    const draw = (entries: readonly Entry[]): void => {
      render(
        html`<details class="words" @toggle=${open}>
          <summary>Words on this page</summary>
          ${entries.length === 0 ? nothing : listOf(entries)}
        </details>`,
        place,
      );
    };
    const open = (event: Event): void => {
      if ((event.target as HTMLDetailsElement).open)
        draw(entriesIn((document.getElementById('main')?.innerText ?? '').slice(0, MOST_LETTERS)));
    };
    draw([]);
  }
}

function listOf(entries: readonly Entry[]): TemplateResult {
  return html`<dl>
    ${entries.map(
      ({ word, means }) =>
        html`<dt>${word}</dt>
          <dd>${means}</dd>`,
    )}
  </dl>`;
}

/** The word at a point of the window. */
function entryBelow(x: number, y: number, target: EventTarget | null): Entry | null {
  if (target instanceof Element && target.matches('input, select, textarea, option')) return null;
  // A text of a picture is one word, or says what a word holds.
  if (target instanceof SVGTextElement) return entryAt(target.textContent ?? '', 0);
  const at = caretAt(x, y);
  if (at === null || !(at.node instanceof Text)) return null;
  // Beside the last word of a line there is nothing to be explained.
  const range = document.createRange();
  range.selectNodeContents(at.node);
  const isOver = [...range.getClientRects()].some(
    ({ left, right, top, bottom }) => x >= left && x <= right && y >= top && y <= bottom,
  );
  return isOver ? entryAt(at.node.data, at.offset) : null;
}

function caretAt(x: number, y: number): { readonly node: Node; readonly offset: number } | null {
  if ('caretPositionFromPoint' in document) {
    const found = document.caretPositionFromPoint(x, y);
    return found === null ? null : { node: found.offsetNode, offset: found.offset };
  }
  // Older browsers have the same by another name.
  const older = document as unknown as { caretRangeFromPoint(x: number, y: number): Range | null };
  const range = older.caretRangeFromPoint(x, y);
  return range === null ? null : { node: range.startContainer, offset: range.startOffset };
}
