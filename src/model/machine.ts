import {
  answerTo,
  change,
  chosenIn,
  isHeldBy,
  isStep,
  lowest,
  moveOf,
  moverOf,
  type Request,
  wordBefore,
} from './request.ts';
import {
  type Death,
  EMPTY_LIST,
  type Happening,
  type Footprint,
  foundBetween,
  isInVain,
  type ThreadState,
  victimOf,
} from './thread-state.ts';
import { type Dependence, Footprints } from './dependence.ts';
import { type Code, ThreadTree } from './thread-tree.ts';
import { type Symmetry, withResource } from './symmetry.ts';
import { Undo } from './undo.ts';
import { wentInside, wentInsideBy } from './whereabouts.ts';

/** Something to explore: words, and the code of each thread over them. */
export interface Model {
  /** The words at the start. They are copied. */
  readonly words: Int32Array;
  readonly threads: readonly Code[];
  /**
   * After how many equal rounds a loop that changes nothing is blocked until a word that it reads is written; 0, the default, for never.
   */
  readonly spins?: number;
  readonly deaths?: readonly Death[];
  /**
   * The longest round of a loop that is recognised. Given, a thread also stands still after a round that left all words as they were,
   * until another one has moved: to go it once more would lead to where it is. Default: only loops that write nothing, of 24 steps.
   */
  readonly longestRound?: number;
  /** Given, executions are made up to the numbers of threads that run the same code: see `symmetry.ts`. */
  readonly symmetry?: Symmetry;
}

/** Steps that one thread may make before it is stopped and the execution counts as cut. */
export const STEP_LIMIT = 1000;

/** All threads of a model over one memory, at one moment of an execution. Threads are numbered from 0 here. */
export class Machine {
  readonly model: Model;
  readonly words: Int32Array;
  readonly trees: readonly ThreadTree[];
  /** The words with what the threads write plainly before their first steps. */
  readonly #start: Int32Array;
  /** Where each thread stands. */
  readonly at: ThreadState[];
  readonly happened: Happening[] = [];
  readonly stepLimit: number;
  /** The threads that have a step to make and may make it, one bit each; and those that may have to wait before it. */
  #unended = 0;
  #bound = 0;
  readonly #undo = new Undo();
  /** What was changed for a moment. */
  readonly #aside = new Undo();
  readonly #marks: number[] = [];
  readonly #dependence: Dependence | null;
  readonly #footprints: Footprints;
  readonly #symmetry: Symmetry | null;
  /** By the thread that may die; null if none may. */
  readonly #deaths: ReadonlyMap<number, Death> | null;
  /**
   * A number for the state at each depth: equal numbers, equal states. States that are equal have equal numbers only where a thread has
   * gone a round from one to the other. Not kept where rounds are not asked for.
   */
  readonly #states: number[] | null;
  /** By depth, whether the step to it ended such a round. */
  readonly #goneRound: boolean[] = [false];
  #stateCount = 0;
  #steps = 0;
  /** The word of the last step right after it. */
  lastWritten = 0;

  /**
   * @param of what depends on what; null for a run along one path, of which nobody asks that
   * @param beside another machine of the same model, whose trees of answers this one walks too: see `beside`
   */
  constructor(model: Model, of: Dependence | null, stepLimit: number = STEP_LIMIT, beside?: Machine) {
    this.model = model;
    this.words = model.words.slice();
    this.#dependence = of;
    this.#footprints = beside ? beside.#footprints : new Footprints();
    this.#symmetry = model.symmetry ?? null;
    this.stepLimit = stepLimit;
    const { longestRound = null } = model;
    this.#states = longestRound === null ? null : [0];
    this.trees = beside?.trees ?? this.#newTrees();
    if (beside !== undefined) this.words.set(beside.#start);
    this.#start = this.words.slice();
    this.at = this.trees.map(({ root }) => root);
    for (const [thread, root] of this.at.entries()) this.#note(thread, root);
    this.#deaths = model.deaths ? new Map(model.deaths.map((death) => [death.of, death])) : null;
  }

  /**
   * Another machine of the model, which stands at its start. What threads did on one of the two, the other one knows; each has its own
   * words and its own way.
   */
  beside(): Machine {
    return new Machine(this.model, this.#dependence, this.stepLimit, this);
  }

  /** The words at the start, with what the threads write plainly before their first step. */
  get start(): Int32Array {
    return this.#start;
  }

  #newTrees(): ThreadTree[] {
    const { model, stepLimit } = this;
    const { spins = 0, longestRound = null } = model;
    return model.threads.map((code, thread) => {
      const growing = (from: ThreadState | null): void => this.#growing(thread, from);
      const effects = this.#dependence !== null;
      return new ThreadTree(code, this.words, spins, stepLimit, longestRound, growing, effects);
    });
  }

  /** Says where a thread's code is run on from. */
  #growing(thread: number, from: ThreadState | null): void {
    const next = from?.next ?? null;
    const [step, made] = [isStep(next) ? next.step : 0, from === null ? 0 : from.steps + 1];
    // A run along one path forgets its way.
    if (this.#dependence === null) wentInside(thread + 1, step, made);
    else wentInsideBy(this.happened, thread, step, made);
  }

  get threads(): number {
    return this.trees.length;
  }

  /** The places in the threads' trees of answers. */
  get places(): number {
    return this.trees.reduce((places, { size }) => places + size, 0);
  }

  /** Steps made so far in all executions. */
  get steps(): number {
    return this.#steps;
  }

  /** The threads that can move, one bit each. */
  enabled(): number {
    let mask = this.#unended;
    const asked = this.#deaths === null ? mask & this.#bound : mask;
    for (let left = asked; left !== 0; left &= left - 1) {
      const thread = lowest(left);
      const { steps, waits, rounds } = this.at[thread];
      if (
        (this.#deaths !== null && this.isDead(thread)) ||
        (waits !== null && this.isBlocked(thread)) ||
        (rounds !== null && this.hasGoneRound(thread)) ||
        (steps === 0 && this.#symmetry !== null && this.#isBehind(thread))
      )
        mask &= ~(1 << thread);
    }
    return mask;
  }

  /** A thread stands at a place now. */
  #note(thread: number, { next, steps, waits, rounds }: ThreadState): void {
    const bit = 1 << thread;
    if (next === null || steps >= this.stepLimit) this.#unended &= ~bit;
    else this.#unended |= bit;
    if (waits !== null || rounds !== null || (steps === 0 && this.#symmetry !== null)) this.#bound |= bit;
    else this.#bound &= ~bit;
  }

  /** True if a thread that runs the same code must make its first step before. */
  #isBehind(thread: number): boolean {
    const before = this.#symmetry?.before[thread] ?? -1;
    return before >= 0 && this.at[before].steps === 0;
  }

  /** True if the thread was killed, or has said of itself that it dies. */
  isDead(thread: number): boolean {
    const death = this.#deaths?.get(thread);
    if (death === undefined) return false;
    return death.isShared === true
      ? this.at[death.by].next === null
      : this.words[death.status] !== death.alive;
  }

  /** The thread that a thread kills with its step; null if it kills none. */
  killedBy(thread: number): number | null {
    return victimOf(this.model, thread);
  }

  /** What keeps a thread from its next step: words and values by turns; null if nothing does. */
  obstacle(thread: number): readonly number[] | null {
    const { waits, next } = this.at[thread];
    const death = this.#deaths?.get(thread);
    if (next !== null && death !== undefined && this.isDead(thread))
      return [death.status, this.words[death.status]];
    if (next?.access === 'begin') return this.#foundInVain(thread);
    return this.isBlocked(thread) ? waits : null;
  }

  /** True if the thread waits for a word that nobody has written. */
  isBlocked(thread: number): boolean {
    const { waits, next } = this.at[thread];
    if (next?.access === 'begin') return this.#foundInVain(thread) !== null;
    return waits !== null && isHeldBy(waits, this.words);
  }

  /**
   * Of a thread that stands before a step of many accesses: what it would find on the way to where it would have to wait, as words and
   * values by turns; null if it need not.
   */
  #foundInVain(thread: number): readonly number[] | null {
    const from = this.at[thread];
    const to = this.trees[thread].follow(from, 0, this.words, this.#aside);
    this.#aside.rewind(this.words, 0);
    return isInVain(to) ? foundBetween(from, to) : null;
  }

  /** True if the thread's last round led from the state that is now to the same state, and no other thread has moved on since. */
  hasGoneRound(thread: number): boolean {
    const states = this.#states;
    if (states === null || this.at[thread].rounds === null) return false;
    const last = this.happened.findLastIndex((each) => each.thread === thread) + 1;
    return this.#goneRound[last] && states[last] === states[states.length - 1];
  }

  /** After a step: the state is a new one, unless the thread has just gone a round to where it was. */
  #noteState(states: number[], thread: number, { rounds }: ThreadState): void {
    const depth = this.happened.length;
    const round = rounds?.find((steps) => this.#isRound(thread, steps)) ?? 0;
    this.#goneRound.push(round > 0);
    states.push(round > 0 ? states[depth - round] : ++this.#stateCount);
  }

  /** True if the last steps were all made by one thread, and left all words as they were. */
  #isRound(thread: number, steps: number): boolean {
    const from = this.happened.length - steps;
    for (let i = from; i < this.happened.length; i++) if (this.happened[i]?.thread !== thread) return false;
    return this.#undo.isRestored(this.words, this.#marks[from]);
  }

  /** True if every thread has ended, by itself or killed. */
  get hasEnded(): boolean {
    return this.at.every(({ next }, thread) => next === null || this.isDead(thread));
  }

  /** True if a thread was stopped since it made too many steps. */
  get isCut(): boolean {
    for (let thread = 0; thread < this.at.length; thread++) {
      const { next, steps } = this.at[thread];
      if (next !== null && steps >= this.stepLimit && !this.isDead(thread)) return true;
    }
    return false;
  }

  /** Lets a thread make its step, and returns what it touched. A move that chooses nothing answers a choice by 0. */
  step(move: number): Footprint {
    const thread = moverOf(move);
    const from = this.at[thread];
    const request = from.next as Request;
    const before = request.access === 'choose' ? chosenIn(move) : wordBefore(request, this.words);
    this.#marks.push(this.#undo.length);
    this.lastWritten = change(request, before, this.words, this.#undo);
    const to = this.trees[thread].follow(from, answerTo(request, before), this.words, this.#undo);
    this.at[thread] = to;
    this.#note(thread, to);
    this.happened.push({ thread, from, to, before });
    if (this.#states !== null) this.#noteState(this.#states, thread, to);
    this.#steps++;
    return this.footprintOf(to, thread);
  }

  /**
   * Where a move would lead from a place of its thread now if of the events from one on only some had been made, none of which depends on
   * one that was not; null if the thread is blocked there, or dead.
   *
   * @param isMade by number of the event, 1 if it was made
   */
  instead(event: number, isMade: ArrayLike<number>, move: number, from: ThreadState): ThreadState | null {
    if (from.steps === 0 && this.#symmetry !== null && !this.#isLetIn(event, isMade, moverOf(move)))
      return null;
    const known = this.#knownInstead(event, isMade, move, from);
    if (known !== undefined) return known;
    const { words } = this;
    const aside = this.#aside;
    for (let i = this.happened.length - 1; i >= event; i--) {
      if (isMade[i] !== 1)
        this.#undo.restore(words, this.#marks[i], this.#marks[i + 1] ?? this.#undo.length, aside);
    }
    const to = this.#wouldMove(move, from, aside);
    aside.rewind(words, 0);
    return to;
  }

  /** True if the thread that must move before another one has, or would have. */
  #isLetIn(event: number, isMade: ArrayLike<number>, thread: number): boolean {
    const before = this.#symmetry?.before[thread] ?? -1;
    const first = this.happened.findIndex((each) => each.thread === before);
    return before < 0 || (first >= 0 && (first < event || isMade[first] === 1));
  }

  /** The same if it follows from the words that the step is about, and the thread was there before; else undefined. */
  #knownInstead(
    event: number,
    isMade: ArrayLike<number>,
    move: number,
    from: ThreadState,
  ): ThreadState | null | undefined {
    const { waits } = from;
    const request = from.next as Request;
    const { custom, access, address } = request;
    // What a step of many accesses is about shows only when it is tried.
    if (custom !== null || access === 'choose' || access === 'begin' || this.#deaths !== null)
      return undefined;
    if (waits !== null) {
      let i = 0;
      while (i < waits.length && this.#wordInstead(event, isMade, waits[i]) === waits[i + 1]) i += 2;
      if (i === waits.length) return null;
    }
    return this.trees[move].known(from, answerTo(request, this.#wordInstead(event, isMade, address)));
  }

  /** What a word would hold then. */
  #wordInstead(event: number, isMade: ArrayLike<number>, address: number): number {
    let word = this.words[address];
    let end = this.#undo.length;
    for (let i = this.happened.length - 1; i >= event; i--) {
      const from = this.#marks[i];
      if (isMade[i] !== 1) word = this.#undo.firstOf(address, from, end, word);
      end = from;
    }
    return word;
  }

  /** Makes a move over the words as they are. The words that it changes are noted in `aside`. */
  #wouldMove(move: number, from: ThreadState, aside: Undo): ThreadState | null {
    const { words } = this;
    const thread = moverOf(move);
    const death = this.#deaths?.get(thread);
    if (death !== undefined && words[death.status] !== death.alive) return null;
    const request = from.next as Request;
    if (from.waits !== null && request.access !== 'begin' && isHeldBy(from.waits, words)) return null;
    const before = request.access === 'choose' ? chosenIn(move) : wordBefore(request, words);
    change(request, before, words, aside);
    const to = this.trees[thread].follow(from, answerTo(request, before), words, aside);
    return isInVain(to) ? null : to;
  }

  /** What the step touched by which a thread came to a place. */
  footprintOf(to: ThreadState, thread: number): Footprint {
    if (this.#dependence === null) return EMPTY_LIST;
    to.footprint ??= this.#footprints.one(this.#touchedBy(to, thread, this.#dependence));
    return to.footprint;
  }

  #touchedBy(to: ThreadState, thread: number, dependence: Dependence): Footprint {
    const resource = to.steps === 1 ? (this.#symmetry?.resource[thread] ?? -1) : -1;
    const footprint = dependence.footprint(to);
    return resource < 0 ? footprint : withResource(footprint, resource);
  }

  /** Takes the last step back. */
  back(): void {
    const { thread, from } = this.happened.pop() as Happening;
    this.#undo.rewind(this.words, this.#marks.pop() as number);
    if (this.#states !== null) {
      this.#states.pop();
      this.#goneRound.pop();
    }
    this.at[thread] = from;
    this.#note(thread, from);
  }

  /** What was done so far can be taken back no more, and is forgotten: for a run along one path. */
  settle(): void {
    this.happened.length = 0;
    this.#marks.length = 0;
    this.#undo.clear();
    for (const [thread, tree] of this.trees.entries()) tree.settle(this.at[thread]);
  }

  /** Takes all steps back. */
  rewind(): void {
    while (this.happened.length > 0) this.back();
  }

  /** Keeps no more of the threads' trees than the way to where they stand. */
  forget(): void {
    for (const [thread, tree] of this.trees.entries()) tree.forget(this.at[thread]);
  }

  /** The moves, in order. */
  path(): number[] {
    return this.happened.map(({ thread, from, before }) =>
      from.next?.access === 'choose' ? moveOf(thread, before) : thread,
    );
  }
}
