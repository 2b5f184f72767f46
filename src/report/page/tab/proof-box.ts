import { html, nothing, type TemplateResult } from 'lit-html';
import { unsafeHTML } from 'lit-html/directives/unsafe-html.js';
import { blockMarkup } from '../page-style.ts';
import { verdictMarkup } from '../run-section.ts';
import { programOf, type EngineRequest } from './engine.ts';
import type { Proof, ProofFinding, ProofMessage } from './prover.ts';
import { startWorker } from './start-worker.ts';

/** The proof of a program by the explorer, in a worker of the page. */
export class ProofBox {
  readonly #open: (finding: ProofFinding) => void;
  readonly #draw: () => void;
  #worker: Worker | null = null;
  #proof: Proof | null = null;
  #shorter: { readonly report: string; readonly finding: ProofFinding } | null = null;
  #complaint = '';
  #isKept = false;

  /**
   * @param open shows a failure as a story
   * @param draw is called when there is something new to show
   */
  constructor(open: (finding: ProofFinding) => void, draw: () => void) {
    this.#open = open;
    this.#draw = draw;
  }

  /** What was proved of another run is not shown any more, unless this run is one of its own findings. */
  forget(): void {
    if (this.#isKept) {
      this.#isKept = false;
      return;
    }
    this.#end();
    this.#proof = null;
    this.#shorter = null;
    this.#complaint = '';
  }

  template(request: EngineRequest): TemplateResult {
    const busy = this.#worker !== null;
    return html`<div class="form">
        <button type="button" class="go" ?disabled=${busy} @click=${() => this.begin(request)}>
          Prove: try every interleaving
        </button>
        ${
          busy
            ? html`<button type="button" @click=${() => this.#stop()}>Stop</button>
                <span class="faint"
                  >${this.#proof === null ? 'searching …' : 'making the failure smaller …'}</span
                >`
            : nothing
        }
      </div>
      <div aria-live="polite">${this.#told()}</div>`;
  }

  #told(): TemplateResult | typeof nothing {
    if (this.#complaint !== '') return html`<p class="complaint">${this.#complaint}</p>`;
    const proof = this.#proof;
    if (proof === null) return nothing;
    const shorter = this.#shorter;
    const report = shorter === null ? proof.report : `${proof.report}\n${shorter.report}`;
    const findings = shorter === null ? proof.findings : [shorter.finding, ...proof.findings];
    return html`${unsafeHTML(verdictMarkup(proof.verdict, proof.isBroken).text)}
      ${unsafeHTML(blockMarkup(report).text)}
      <ul class="findings">
        ${findings.map(
          (finding, i) =>
            html`<li>
              <button type="button" @click=${() => this.#show(finding)}>
                ${shorter !== null && i === 0 ? 'The shortest as a story' : 'As a story'}
              </button>
              <strong class="damage">${finding.kind}</strong> ${finding.note} <code>${finding.schedule}</code>
            </li>`,
        )}
      </ul>`;
  }

  #show(finding: ProofFinding): void {
    this.#isKept = true;
    this.#open(finding);
  }

  /** Proves it; what was proved before is forgotten. */
  begin(request: EngineRequest): void {
    this.forget();
    const worker = startWorker();
    this.#worker = worker;
    worker.addEventListener('message', (event: MessageEvent<ProofMessage>) => this.#hear(event.data));
    worker.addEventListener('error', (event) => this.#hear({ kind: 'failed', why: event.message }));
    worker.postMessage(programOf(request));
    this.#draw();
  }

  #hear(message: ProofMessage): void {
    if (message.kind === 'proved') this.#proof = message.proof;
    if (message.kind === 'shorter') this.#shorter = message;
    if (message.kind === 'failed') this.#complaint = message.why;
    if (message.kind === 'done' || message.kind === 'failed') this.#end();
    this.#draw();
  }

  #stop(): void {
    this.#end();
    this.#draw();
  }

  #end(): void {
    this.#worker?.terminate();
    this.#worker = null;
  }
}
