import { html, nothing, render, type TemplateResult } from 'lit-html';
import { levelNamed, levels } from '../../../../scenarios/levels.ts';
import { counted } from '../../../counted.ts';
import { lastStep } from '../../../observe/steps-back.ts';
import type { Level } from '../../../play/level.ts';
import { askText, isCas } from '../../text/play-text.ts';
import type { HintRequest } from './engine.ts';
import type { HintMessage } from './hinter.ts';
import { type LevelView, playedLevel } from './level-engine.ts';
import { firstSteps, scheduleOfMoves, turnsOf } from './moves.ts';
import type { Player } from './player.ts';
import { SolvedLevels } from './solved-levels.ts';
import type { ProofMessage } from './prover.ts';
import { threadButtons } from './thread-buttons.ts';
import { startWorker } from './start-worker.ts';

/** What is asked before a thread makes its compare-and-swap: what it would come to is known already. */
interface Question {
  readonly text: string;
  readonly label: string;
  readonly schedule: string;
  readonly succeeds: boolean;
}

/** Plays the levels: a button for each thread, undo, a goal, and a hint from the explorer. */
export class LevelBox {
  /** Is told whenever something was played. */
  onPlay: () => void = () => {};
  readonly #root: HTMLElement;
  readonly #player: Player;
  readonly #solved = new SolvedLevels();
  #level: Level;
  #played: LevelView | null = null;
  #schedule = '';
  #past: string[] = [];
  #asks = false;
  #question: Question | null = null;
  #answered = { right: 0, all: 0 };
  #told = '';
  #worker: Worker | null = null;
  /** The last thing that was asked for. */
  #last: Promise<void> = Promise.resolve();

  constructor(root: HTMLElement, player: Player, first: string) {
    this.#root = root;
    this.#player = player;
    this.#level = levelNamed(first) ?? levels[0];
  }

  /** Which level is played, and what was played of it. */
  get place(): { readonly id: string; readonly schedule: string } {
    return { id: this.#level.id, schedule: this.#schedule };
  }

  /** Shows a level with what was played of it. */
  async open(id: string, schedule: string, step: number | null = null): Promise<void> {
    this.#level = levelNamed(id) ?? this.#level;
    this.#past = [];
    this.#told = '';
    this.#question = null;
    this.#endHint();
    if (!(await this.#show(schedule, step)) && schedule !== '') await this.#show('', null);
  }

  /** Lets a thread make its step, from the step that is shown; before a compare-and-swap it may be asked what will come of it. */
  move(thread: number): Promise<void> {
    return this.#afterwards(() => this.#move(thread));
  }

  undo(): Promise<void> {
    return this.#afterwards(() => this.#undo());
  }

  /** What is asked for comes after what was asked for before, however fast keys are pressed. */
  #afterwards(does: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(does);
    return this.#last;
  }

  async #move(thread: number): Promise<void> {
    const next = this.#player.moment.threads[thread - 1]?.next ?? '';
    if (next === '' || this.#question !== null) return;
    const turns = firstSteps(turnsOf(this.#schedule), this.#player.step);
    const schedule = scheduleOfMoves([...turns, { thread, steps: 1, kill: false }]);
    if (this.#asks && isCas(next)) {
      const { position } = await playedLevel(this.#level, schedule);
      const succeeds = lastStep(position.run.trace.events)?.ok === true;
      this.#question = { text: askText(thread, next), label: next, schedule, succeeds };
      this.draw();
      this.#root.querySelector<HTMLElement>('.question button')?.focus();
      return;
    }
    await this.#play(schedule);
  }

  async #undo(): Promise<void> {
    this.#question = null;
    const last = this.#past.pop();
    if (last !== undefined) await this.#show(last, null);
  }

  /** Asks the explorer, in a worker of the page, for the next step. */
  hint(): void {
    if (this.#worker !== null) return;
    const worker = startWorker();
    this.#worker = worker;
    this.#told = 'The explorer looks for the shortest way …';
    worker.addEventListener('message', ({ data }: MessageEvent<HintMessage | ProofMessage>) => {
      if (data.kind === 'hint') this.#told = data.text;
      if (data.kind === 'failed') this.#told = data.why;
      this.#endHint();
      this.draw();
    });
    const request: HintRequest = { kind: 'hint', level: this.#level.id, schedule: this.#schedule };
    worker.postMessage(request);
    this.draw();
  }

  draw(): void {
    render(this.#box(), this.#root);
  }

  async #answer(said: boolean): Promise<void> {
    const question = this.#question;
    if (question === null) return;
    this.#question = null;
    const { label, schedule, succeeds } = question;
    const isRight = said === succeeds;
    this.#answered = { right: this.#answered.right + (isRight ? 1 : 0), all: this.#answered.all + 1 };
    await this.#play(schedule);
    this.#told = `${isRight ? 'Right' : 'Wrong'}: ${label} ${succeeds ? 'succeeds' : 'fails'}. ${this.#answered.right} of ${this.#answered.all} answered right.`;
    this.draw();
  }

  async #play(schedule: string): Promise<void> {
    const before = this.#schedule;
    this.#told = '';
    this.#endHint();
    if (!(await this.#show(schedule, null))) return;
    this.#past.push(before);
    const { reached, preemptions } = this.#played?.position ?? { reached: null, preemptions: 0 };
    if (reached !== null) this.#solved.solved(this.#level.id, preemptions);
    this.draw();
  }

  /** False if the schedule cannot be played: then it is said why. */
  async #show(schedule: string, step: number | null): Promise<boolean> {
    try {
      this.#played = await playedLevel(this.#level, schedule);
      this.#schedule = schedule;
      const { view } = this.#played;
      this.#player.load(view, step ?? view.changes.length);
      this.onPlay();
      return true;
    } catch (error) {
      this.#told = error instanceof Error ? error.message : String(error);
      return false;
    } finally {
      this.draw();
    }
  }

  #endHint(): void {
    this.#worker?.terminate();
    this.#worker = null;
  }

  #box(): TemplateResult {
    const { number, title, task, par, scheme, slots } = this.#level;
    const { reached = null, preemptions = 0 } = this.#played?.position ?? {};
    return html`<nav aria-label="Levels">
        <ol class="level-list">
          ${levels.map((each) => this.#entry(each))}
        </ol>
      </nav>
      <section class="box level" aria-label="Level ${number}">
        <h2>${number}. ${title}</h2>
        <p class="task">${task}</p>
        <p class="faint">
          ${this.#player.view.threads.map((line) => html`<code>${line.replace(/ +/, ': ')}</code>, `)} under
          <code>${scheme}</code>, ${counted(slots, 'slot')}
        </p>
        <p class="score">
          <b>${counted(preemptions, 'preemption')}</b> so far
          <span class="faint">· par ${par}</span>
        </p>
        <div class="form" role="group" aria-label="Who moves next">
          ${threadButtons(this.#player.moment, this.#question !== null, (thread) => void this.move(thread))}
        </div>
        <div class="form">
          <button type="button" ?disabled=${this.#past.length === 0} @click=${() => this.undo()}>Undo</button>
          <button
            type="button"
            ?disabled=${this.#schedule === ''}
            @click=${() => this.open(this.#level.id, '')}
          >
            Begin again
          </button>
          <button
            type="button"
            ?disabled=${this.#worker !== null || reached !== null}
            @click=${() => this.hint()}
          >
            Hint
          </button>
          <label class="check"
            ><input
              type="checkbox"
              .checked=${this.#asks}
              @change=${(event: Event) => (this.#asks = (event.target as HTMLInputElement).checked)}
            />
            ask me before each compare-and-swap</label
          >
        </div>
        <div aria-live="polite">
          ${this.#questionBox()} ${this.#told === '' ? nothing : html`<p class="told">${this.#told}</p>`}
          ${reached === null ? nothing : this.#reachedBox(preemptions)}
        </div>
      </section>`;
  }

  #entry({ id, number, title, par }: Level): TemplateResult {
    const best = this.#solved.of(id);
    const isCurrent = id === this.#level.id;
    const star = best !== null && best <= par ? '★' : '✓';
    const says = best === null ? '' : `, solved with ${counted(best, 'preemption')}, par ${par}`;
    return html`<li>
      <button
        type="button"
        aria-current=${isCurrent ? 'true' : nothing}
        aria-label="Level ${number}, ${title}${says}"
        @click=${() => this.open(id, '')}
      >
        <span class="faint">${number}</span> <span class="title">${title}</span>
        <span class="star">${best === null ? nothing : star}</span>
      </button>
    </li>`;
  }

  #questionBox(): TemplateResult | typeof nothing {
    if (this.#question === null) return nothing;
    return html`<div class="question" role="group" aria-label="Will it succeed?">
      <p>${this.#question.text}</p>
      <button type="button" @click=${() => this.#answer(true)}>Yes</button>
      <button type="button" @click=${() => this.#answer(false)}>No</button>
    </div>`;
  }

  #reachedBox(preemptions: number): TemplateResult {
    const { par, moral, number } = this.#level;
    const next = levels.find((each) => each.number === number + 1);
    const how = preemptions <= par ? 'that is par' : `par is ${par}`;
    return html`<div class="reached">
      <p><span class="badge good">reached</span> with ${counted(preemptions, 'preemption')}: ${how}.</p>
      <p>${moral}</p>
      ${
        next === undefined
          ? html`<p>That was the last level.</p>`
          : html`<button type="button" class="go" @click=${() => this.open(next.id, '')}>
              Next: ${next.title}
            </button>`
      }
    </div>`;
  }
}
