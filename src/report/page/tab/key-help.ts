import { html, render } from 'lit-html';

/** What the keys of a page do, each with where it does. */
const KEYS: readonly (readonly [key: string, does: string])[] = [
  ['← →', 'one step back, one step on'],
  ['Home End', 'the start, the last step'],
  ['d', 'the first damage'],
  ['c', 'the read that it goes back to'],
  ['1 … 9', 'a scheme; in a level a thread makes its step'],
  ['u', 'undo'],
  ['h', 'in a level: a hint'],
  ['Escape', 'the explanation of a word goes'],
  ['?', 'this help'],
];

/** A list of the keys at the end of a page, which the key `?` opens and closes. */
export class KeyHelp {
  readonly #root: HTMLElement;

  constructor(after: HTMLElement) {
    this.#root = document.createElement('div');
    after.append(this.#root);
    render(
      html`<details class="words">
        <summary>Keys</summary>
        <dl>
          ${KEYS.map(
            ([key, does]) =>
              html`<dt><kbd>${key}</kbd></dt>
                <dd>${does}</dd>`,
          )}
        </dl>
      </details>`,
      this.#root,
    );
  }

  toggle(): void {
    const details = this.#root.querySelector('details');
    if (details === null) return;
    details.open = !details.open;
    if (details.open) details.querySelector('summary')?.focus();
  }
}
