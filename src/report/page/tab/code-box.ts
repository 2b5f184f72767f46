import { html, nothing, render, type TemplateResult } from 'lit-html';
import { unsafeHTML } from 'lit-html/directives/unsafe-html.js';
import { failureMarkup } from '../../../checker/failure-page.ts';
import { CodeEditor } from './code-editor.ts';
import { codePlaceOf, hashOfCode, isSeconds, MOST_SECONDS, USUAL_SECONDS } from './code-place.ts';
import type { CodeMessage } from './code-run.ts';
import { CodeWorker } from './code-worker.ts';
import { Explainer } from './explainer.ts';

/** Code that a page came with. */
interface Example {
  readonly id: string;
  readonly title: string;
  readonly code: string;
}

/** The address is written so long after the last change: browsers refuse to write it often. */
const LINK_AFTER_MS = 300;

/** The pane for a user's own code. Nothing is run before its reader asks for that. */
class CodeBox {
  readonly #head: HTMLElement;
  readonly #editor: CodeEditor;
  readonly #end: HTMLElement;
  readonly #examples: readonly Example[];
  #seconds = USUAL_SECONDS;
  #isFromLink = false;
  #worker: CodeWorker | null = null;
  #heard: readonly CodeMessage[] | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** @param root whose examples are taken out, and given to choose from */
  constructor(root: HTMLElement) {
    this.#examples = Array.from(root.querySelectorAll<HTMLElement>('[data-example]'), (each) => ({
      id: each.dataset['example'] ?? '',
      title: each.querySelector('h2')?.textContent ?? '',
      code: each.querySelector('code')?.textContent ?? '',
    }));
    root.replaceChildren();
    const part = (): HTMLElement => root.appendChild(document.createElement('div'));
    this.#head = part();
    this.#editor = new CodeEditor(part());
    this.#end = part();
    this.#editor.onEdit = () => this.#changed();
    this.#editor.onRun = () => this.#run();
  }

  begin(): void {
    window.addEventListener('hashchange', () => this.#open());
    this.#open();
  }

  /** Shows what the address says. */
  #open(): void {
    const { example, code, seconds } = codePlaceOf(location.hash);
    this.#stop();
    this.#heard = null;
    this.#seconds = seconds;
    this.#isFromLink = code !== null;
    this.#editor.code = code ?? (this.#examples.find(({ id }) => id === example) ?? this.#examples[0]).code;
    this.#draw();
  }

  #changed(): void {
    this.#isFromLink = false;
    this.#stop();
    this.#heard = null;
    this.#draw();
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#link(), LINK_AFTER_MS);
  }

  #link(): void {
    const { code } = this.#editor;
    const example = this.#examples.find((each) => each.code === code)?.id ?? null;
    const place = { example, code: example === null ? code : null, seconds: this.#seconds };
    history.replaceState(null, '', hashOfCode(place));
  }

  #choose(id: string): void {
    const example = this.#examples.find((each) => each.id === id);
    if (example === undefined) return;
    this.#editor.code = example.code;
    this.#changed();
  }

  #limit(seconds: number): void {
    if (isSeconds(seconds)) this.#seconds = seconds;
    this.#link();
    this.#draw();
  }

  #run(): void {
    this.#stop();
    this.#isFromLink = false;
    this.#heard = [];
    this.#editor.mark([]);
    this.#worker = new CodeWorker(this.#editor.code, this.#seconds, (message) => this.#hear(message));
    this.#draw();
  }

  #hear(message: CodeMessage): void {
    this.#heard = [...(this.#heard ?? []), message];
    if (message.kind === 'ended') this.#worker = null;
    const lines = linesOf(this.#heard);
    if (lines.length > 0) this.#editor.mark(lines);
    this.#draw();
  }

  #stop(): void {
    this.#worker?.end();
    this.#worker = null;
  }

  #draw(): void {
    const { code } = this.#editor;
    const busy = this.#worker !== null;
    render(this.#top(code), this.#head);
    render(
      html`<p id="code-keys" class="faint">Tab leaves the text; Ctrl and Enter run it.</p>
        ${
          this.#isFromLink
            ? html`<p class="question" role="note">
                This code came with the link. Read it before you run it; nothing of it was run yet.
              </p>`
            : nothing
        }
        <div class="form">
          <button type="button" class="go" ?disabled=${busy} @click=${() => this.#run()}>
            Run: try every interleaving
          </button>
          <button
            type="button"
            ?disabled=${!busy}
            @click=${() => {
              this.#stop();
              this.#heard = null;
              this.#draw();
            }}
          >
            Stop
          </button>
          <span class="faint">${busy ? `running, for at most ${this.#seconds} s …` : nothing}</span>
        </div>
        <div class="outcome" aria-live="polite">
          ${this.#heard === null ? nothing : this.#told(this.#heard)}
        </div>`,
      this.#end,
    );
  }

  #top(code: string): TemplateResult {
    const known = this.#examples.find((each) => each.code === code)?.id;
    return html`<div class="form">
        <label class="wide"
          >Begin with
          <select @change=${(event: Event) => this.#choose((event.target as HTMLSelectElement).value)}>
            <option value="" ?selected=${known === undefined}>your own</option>
            ${this.#examples.map(
              ({ id, title }) => html`<option value=${id} ?selected=${id === known}>${title}</option>`,
            )}
          </select></label
        >
        <label
          >Time limit, seconds
          <input
            type="number"
            min="1"
            max=${MOST_SECONDS}
            .value=${String(this.#seconds)}
            @change=${(event: Event) => this.#limit(Number((event.target as HTMLInputElement).value))}
        /></label>
      </div>
      <label class="faint" for="own-code">The code: a module that calls check</label>`;
  }

  #told(heard: readonly CodeMessage[]): TemplateResult {
    const said = heard.flatMap((each) => (each.kind === 'said' ? [each.text] : []));
    return html`${heard.map((each) => this.#message(each))} ${isEmpty(heard) ? noCheck() : nothing}
    ${
      said.length === 0
        ? nothing
        : html`<h2>What it printed</h2>
            <pre class="report" tabindex="0">${said.join('\n')}</pre>`
    }`;
  }

  #message(message: CodeMessage): TemplateResult | typeof nothing {
    switch (message.kind) {
      case 'said':
      case 'ended':
        return nothing;
      case 'passed': {
        const { complete, summary, seconds } = message;
        const badge = complete
          ? html`<span class="badge good">nothing wrong</span>`
          : html`<span class="badge">not proved</span>`;
        return html`<p class="verdict">
          ${badge} ${summary} <span class="faint">${seconds.toFixed(2)} s</span>
        </p>`;
      }
      case 'failed':
        return html`<section class="failure" aria-label="A failure">
          <p class="verdict">
            <span class="badge bad">failed</span> ${message.record.headline} ${this.#places(message.lines)}
          </p>
          ${unsafeHTML(failureMarkup(message.record).text)}
        </section>`;
      case 'complaint':
        return html`<p class="complaint" role="alert">
          ${message.isOurs ? 'A fault of the lab: ' : 'In the code: '}${message.text}
          ${this.#places(message.line === null ? [] : [message.line])}
        </p>`;
    }
  }

  #places(lines: readonly number[]): TemplateResult[] {
    return lines.map(
      (line) =>
        html`<button type="button" class="place" @click=${() => this.#editor.goTo(line)}>
          line ${line}
        </button> `,
    );
  }
}

function linesOf(heard: readonly CodeMessage[]): number[] {
  return heard.flatMap((each) => {
    if (each.kind === 'failed') return [...each.lines];
    return each.kind === 'complaint' && each.line !== null ? [each.line] : [];
  });
}

/** True if the code has come to its end, and there is nothing to say of it. */
function isEmpty(heard: readonly CodeMessage[]): boolean {
  return heard.at(-1)?.kind === 'ended' && heard.every(({ kind }) => kind === 'ended' || kind === 'said');
}

function noCheck(): TemplateResult {
  return html`<p class="verdict">
    <span class="badge">nothing checked</span> The code came to its end, and called no check: see the
    examples.
  </p>`;
}

/** Makes a page that reads one in which code is run. */
export function beginCode(): void {
  const place = document.getElementById('code');
  if (place !== null) new CodeBox(place).begin();
  new Explainer().begin();
  document.documentElement.classList.add('scripted');
}
