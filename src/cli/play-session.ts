import { UsageError } from '../errors.ts';
import { noChainsNote } from '../laboratory/batch.ts';
import { lastStep } from '../observe/steps-back.ts';
import { type Game, type Position, positionAfter, wayFrom } from '../play/game.ts';
import { hang } from '../report/text/columns.ts';
import {
  askText,
  hintText,
  isCas,
  keysText,
  openingText,
  reachedText,
  rowsFrom,
  stateText,
  taskText,
} from '../report/text/play-text.ts';
import { parseSchedule, printSchedule } from '../schedule/schedule.ts';
import type { Context } from './arguments/command.ts';

/** A step that waits for the player to say whether it will succeed. */
interface Question {
  readonly thread: number;
  readonly label: string;
}

/** A game that is played by keys: what is pressed, and what is printed. */
export class PlaySession {
  readonly #game: Game;
  readonly #context: Context;
  #position: Position;
  /** The schedules that led here, the start first. */
  readonly #past: string[] = [];
  #rows = 0;
  #asks = false;
  #question: Question | null = null;
  #kills = false;
  /** Questions that were answered right, and all of them. */
  #answered = { right: 0, all: 0 };

  private constructor(game: Game, position: Position, context: Context, asks: boolean) {
    this.#game = game;
    this.#position = position;
    this.#context = context;
    this.#asks = asks;
  }

  static async begin(game: Game, context: Context, asks: boolean): Promise<PlaySession> {
    const position = await positionAfter(game, '');
    const chains = noChainsNote(position.run.program, position.run.choice);
    if (chains !== null) context.remark(chains);
    context.print(openingText(game, position, context.style));
    return new PlaySession(game, position, context, asks);
  }

  get position(): Position {
    return this.#position;
  }

  /** Plays a schedule on from the start, as far as it goes. */
  async play(schedule: string): Promise<void> {
    await this.#goTo(schedule);
  }

  /** Does what a key says. False if the player leaves. */
  async press(key: string): Promise<boolean> {
    if (this.#question !== null) {
      await this.#answer(this.#question, key);
      return true;
    }
    if (/^[1-9]$/.test(key)) {
      await this.#move(Number(key));
      return true;
    }
    this.#kills = key === 'k';
    switch (key) {
      case 'q':
        return false;
      case 'u':
        await this.#undo();
        break;
      case 'g':
        this.#say('goal     ', taskText(this.#game));
        break;
      case 'h':
        this.#say('hint     ', hintText(await wayFrom(this.#game, this.#position), this.#position));
        break;
      case 's':
        this.#context.print(stateText(this.#position, this.#context.style));
        break;
      case 'a':
        this.#asks = !this.#asks;
        this.#say(
          'asking   ',
          this.#asks ? 'before each compare-and-swap I ask whether it will succeed.' : 'off.',
        );
        break;
      case '?':
        this.#context.print(keysText(this.#context.style));
        break;
      default:
        if (/^[!-jl-~]$/.test(key)) this.#say('', `"${key}" is no key here; ? shows those that are.`);
    }
    return true;
  }

  /** The last lines: how the questions were answered. */
  leave(): void {
    const { right, all } = this.#answered;
    if (all > 0) this.#say('asked    ', `${right} of ${all} answered right.`);
  }

  #say(head: string, text: string): void {
    for (const line of hang(head, text, this.#context.style.columns)) this.#context.print(line);
  }

  async #move(thread: number): Promise<void> {
    const label = this.#position.next[thread - 1];
    if (label === undefined) {
      this.#say('', `There is no T${thread}: there are ${this.#position.next.length} threads.`);
    } else if (label === null) {
      this.#say('', `T${thread} makes no step any more: it has done all, or was killed.`);
    } else if (this.#kills) {
      await this.#goTo(this.#with({ thread, steps: 0, kill: true }));
    } else if (this.#asks && isCas(label)) {
      this.#question = { thread, label };
      this.#say('', `${askText(thread, label)} y or n`);
    } else await this.#goTo(this.#with({ thread, steps: 1, kill: false }));
    this.#kills = false;
  }

  async #answer({ thread, label }: Question, key: string): Promise<void> {
    if (key !== 'y' && key !== 'n') {
      this.#say('', 'Answer y or n.');
      return;
    }
    this.#question = null;
    await this.#goTo(this.#with({ thread, steps: 1, kill: false }));
    const succeeded = lastStep(this.#position.run.trace.events)?.ok === true;
    const isRight = succeeded === (key === 'y');
    this.#answered = { right: this.#answered.right + (isRight ? 1 : 0), all: this.#answered.all + 1 };
    this.#say('', `${isRight ? 'Right' : 'Wrong'}: ${label} ${succeeded ? 'succeeds' : 'fails'}.`);
  }

  /** The schedule so far with one more move. */
  #with({
    thread,
    steps,
    kill,
  }: {
    readonly thread: number;
    readonly steps: number;
    readonly kill: boolean;
  }): string {
    const { counted } = this.#position.run;
    return printSchedule([...parseSchedule(counted), { thread, until: { kind: 'count', steps }, kill }]);
  }

  async #goTo(schedule: string): Promise<void> {
    const { style, print } = this.#context;
    const before = this.#position;
    try {
      this.#position = await positionAfter(this.#game, schedule);
    } catch (error) {
      if (!(error instanceof UsageError) || this.#past.length === 0) throw error;
      // A thread that waits for another one cannot be moved, and the sentence says whom it waits for.
      this.#say('', error.message);
      return;
    }
    this.#past.push(before.run.counted);
    const { text, rows } = rowsFrom(this.#position, this.#rows, style);
    this.#rows = rows;
    if (text !== '') print(text);
    if (before.reached === null && this.#position.reached !== null)
      print(reachedText(this.#game, this.#position, style));
  }

  async #undo(): Promise<void> {
    const last = this.#past.pop();
    if (last === undefined) {
      this.#say('', 'Nothing was done yet that could be taken back.');
      return;
    }
    this.#position = await positionAfter(this.#game, last);
    const { rows } = rowsFrom(this.#position, Infinity, this.#context.style);
    this.#rows = rows;
    this.#say('undo     ', `back at step ${lastStep(this.#position.run.trace.events)?.step ?? 0}.`);
  }
}
