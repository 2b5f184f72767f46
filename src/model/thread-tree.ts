import { InternalError, UsageError } from '../errors.ts';
import { withEffect } from './effect.ts';
import { isStep, type PlainRead, type Request } from './request.ts';
import { Rehearsals } from './rehearsals.ts';
import { backTo, LONGEST_ROUND, type RoundStep, MOST_BY_SITE, roundsAt, waitsAt } from './spin.ts';
import { type Answered, type Live, ThreadMemory, SUSPEND } from './thread-memory.ts';
import { lean, type ThreadState } from './thread-state.ts';
import type { Undo } from './undo.ts';
import { cameOutside } from './whereabouts.ts';

/**
 * The code of a thread in parts that follow each other. A part uses nothing but the memory and holds no state between two parts, so
 * running one again takes no more than the answers that it was given itself. A part that is suspended may return SUSPEND, which is quicker
 * than to throw it on.
 */
export type Parts = readonly (() => unknown)[];

/** The code of a thread, over the memory that it is given. Called once. */
export type Code = (memory: ThreadMemory) => Parts;

/**
 * One thread of a model as a tree of answers: from where it stands, each answer leads to where it stands next. Its code is run only to
 * grow the tree; else a step is a move of a pointer.
 */
export class ThreadTree {
  readonly memory: ThreadMemory;
  readonly root: ThreadState;
  readonly #growing: (from: ThreadState | null) => void;
  readonly #parts: Parts;
  readonly #effects: boolean;
  readonly #loops: Loops;
  /** Where the code was run to last, and what it was answered until then in its present part. */
  #last: ThreadState | null = null;
  #record: Answered[] = [];
  #size = 0;
  #made = 0;

  /**
   * @param spins after how many equal rounds a loop that changes nothing is blocked; 0 for never: see `spin.ts`
   * @param longest the longest round that is recognised; given, rounds are recognised too that give back what they took
   * @param growing told before code is run on from a place, or from the beginning
   * @param effects false if nobody asks what a step did that others may notice
   * @param stepLimit steps that the thread may make in an execution; a loop that would end later is taken to go on forever
   */
  constructor(
    code: Code,
    words: Int32Array,
    spins = 0,
    stepLimit = 1000,
    longest: number | null = null,
    growing: (from: ThreadState | null) => void = () => {},
    effects = true,
  ) {
    this.#growing = growing;
    this.#effects = effects;
    const rehearsals = new Rehearsals();
    this.#loops = {
      waits: (next, place) => {
        const { length } = this.memory.grown;
        const run = (round: readonly RoundStep[]): number => this.#takenUntil(place, round, stepLimit);
        return waitsAt(next, place, spins, rehearsals.at(place, length, run), longest ?? LONGEST_ROUND);
      },
      rounds: (next, place) =>
        longest === null
          ? null
          : roundsAt(next, place, (round) => this.#goesOn(place, round, stepLimit), longest),
    };
    this.memory = new ThreadMemory(words);
    this.#parts = code(this.memory);
    this.root = this.#grow(null, null, 0, words, null);
  }

  /** The places in the tree. */
  get size(): number {
    return this.#size;
  }

  /** Forgets all places but those on the way to one; the others are made again when they are met again. */
  forget(at: ThreadState): void {
    this.#size = 0;
    let kept: ThreadState | null = null;
    for (let place: ThreadState | null = at; place !== null; place = place.parent) {
      place.after = null;
      place.only = kept;
      kept = place;
      this.#size++;
    }
  }

  /** Forgets the way to a place where the code was run to last: from there it can only go on. */
  settle(at: ThreadState): void {
    if (at !== this.#last)
      throw new InternalError('A thread of the model was settled where its code was not run to.');
    const { parent } = at;
    if (parent === null) return;
    // Neither leads to the other any more.
    parent.only = null;
    parent.after = null;
    at.parent = null;
  }

  readonly #count = (): number => {
    this.#size++;
    return this.#made++;
  };

  /**
   * Moves on from a place where a step was answered to the next place before a step, or to the end: makes the plain writes on the way
   * there, and notes in `undo` what they overwrote.
   */
  follow(from: ThreadState, answer: number, words: Int32Array, undo: Undo): ThreadState {
    let at = from;
    let given = answer;
    while (true) {
      const next = afterOf(at, given);
      // Growing goes on to the next step by itself.
      if (next === undefined) return this.#grow(at, from, given, words, undo);
      const { pokes } = next;
      for (let i = 0; i < pokes.length; i += 2) {
        undo.note(pokes[i], words[pokes[i]]);
        words[pokes[i]] = pokes[i + 1];
      }
      if (next.next === null || next.next.access !== 'peek') return next;
      given = words[next.next.address];
      at = next;
    }
  }

  /** Where an answer leads to, if that is known and takes neither a plain read nor a plain write of what others may touch. */
  known(from: ThreadState, answer: number): ThreadState | undefined {
    const next = afterOf(from, answer);
    return next === undefined || next.pokes.length > 0 || next.next?.access === 'peek' ? undefined : next;
  }

  /**
   * The earlier place that the thread has come back to by a round of no more steps and plain reads than `longest`; null if there is none.
   */
  backFrom(
    place: ThreadState,
    longest: number,
    stepLimit: number,
    isTaken: (to: ThreadState) => boolean,
  ): ThreadState | null {
    return backTo(place, (round) => this.#goesOn(place, round, stepLimit), longest, isTaken);
  }

  /** What the thread was answered up to a place, in the part that it is in there. */
  recordAt({ parent, given, own }: ThreadState): Answered[] {
    return [...recordOf(parent, given), ...own.map((answer) => ({ to: null, answer }))];
  }

  /** See `ThreadMemory.runLive`; the code is that of a part. */
  runLive(part: number, record: readonly Answered[], words: Int32Array, live: Live): boolean {
    return this.memory.runLive(record, words, live, this.#parts[part]);
  }

  /** Runs the thread's code on from a place with the answers of a round again and again, and says whether it went on in that way. */
  #goesOn(place: Grown, round: readonly RoundStep[], stepLimit: number): boolean {
    return this.#takenUntil(place, round, stepLimit) === Infinity;
  }

  /** The same; Infinity, or after how many answers in its part it did something else. */
  #takenUntil({ parent, given, own, part }: Grown, round: readonly RoundStep[], stepLimit: number): number {
    const record = recordOf(parent, given);
    for (const answer of own) record.push({ to: null, answer });
    const before = record.length;
    while (record.length < before + stepLimit) {
      for (const { request, answer, own: privates, site } of round) {
        record.push({ to: request, answer, site: record.length < before + MOST_BY_SITE ? site : 0 });
        for (const each of privates) record.push({ to: null, answer: each });
      }
    }
    return this.memory.rehearse(record, before, this.#parts[part]);
  }

  #grow(
    at: ThreadState | null,
    from: ThreadState | null,
    given: number,
    words: Int32Array,
    undo: Undo | null,
  ): ThreadState {
    this.#growing(from);
    try {
      return this.#grown(at, from, given, words, undo);
    } finally {
      cameOutside();
    }
  }

  #grown(
    at: ThreadState | null,
    from: ThreadState | null,
    given: number,
    words: Int32Array,
    undo: Undo | null,
  ): ThreadState {
    const growth = new Growth(this.memory, at, given, this.#loops, this.#count);
    this.#begin(at, given, words, undo, growth);
    let result: unknown;
    try {
      for (let part = growth.part; part < this.#parts.length; part++) {
        if (part !== growth.part || at === null) growth.begin(part);
        result = this.#parts[part]();
        if (this.memory.fault) throw this.memory.fault;
        if (result === SUSPEND) return this.#ended(growth, from, this.memory.pending, this.memory.settled);
        if (this.memory.unwinding) throw swallowed();
        if (this.memory.isReplaying) throw this.memory.endedEarly();
      }
    } catch (error) {
      if (error !== SUSPEND) throw error;
      return this.#ended(growth, from, this.memory.pending, this.memory.settled);
    }
    return this.#ended(growth, from, null, result);
  }

  /** Answers are often asked for where the last ones led: then what was answered until then is at hand. */
  #begin(at: ThreadState | null, given: number, words: Int32Array, undo: Undo | null, growth: Growth): void {
    if (at === null || at !== this.#last) this.#record = recordOf(at, given);
    else this.#record.push({ to: at.next, answer: given });
    this.#last = null;
    this.memory.begin(this.#record, words, undo, growth);
  }

  #ended(growth: Growth, from: ThreadState | null, next: Request | null, result: unknown): ThreadState {
    // The end of a growth may rehearse loops, on another record.
    const record = this.memory.grown;
    const last = growth.end(next, result);
    this.#last = last;
    this.#record = record;
    return from === null || !this.#effects ? last : withEffect(last, from, this.memory);
  }
}

/** Of a thread that has come to a place not yet in the tree, and stands before a step. */
interface Loops {
  /** What it waits for. */
  waits(next: Request, place: Grown): readonly number[] | null;
  /** The rounds that it may have gone. */
  rounds(next: Request, place: Grown): readonly number[] | null;
}

type Grown = Pick<
  ThreadState,
  'parent' | 'given' | 'startsPart' | 'own' | 'plain' | 'pokes' | 'part' | 'site'
>;

/** New places of a tree, made while the thread's code runs. */
class Growth {
  readonly #memory: ThreadMemory;
  readonly #count: () => number;
  readonly #loops: Loops;
  #parent: ThreadState | null;
  #given: number;
  #startsPart = false;
  part: number;

  constructor(
    memory: ThreadMemory,
    parent: ThreadState | null,
    given: number,
    loops: Loops,
    count: () => number,
  ) {
    this.#memory = memory;
    this.#loops = loops;
    this.#parent = parent;
    this.#given = given;
    this.#count = count;
    this.part = parent?.part ?? 0;
  }

  begin(part: number): void {
    this.part = part;
    this.#startsPart = true;
    this.#memory.newPart();
  }

  plainRead(address: number, isAtomic: boolean): number {
    const place = this.end({ access: 'peek', address, isAtomic }, undefined);
    this.#parent = place;
    this.#given = this.#memory.words[address];
    this.#startsPart = false;
    this.#memory.newSegment();
    return this.#given;
  }

  end(next: Request | PlainRead | null, result: unknown): ThreadState {
    const parent = this.#parent;
    const { own, plain, pokes } = this.#memory.segment;
    const here = {
      parent,
      given: this.#given,
      part: this.part,
      startsPart: this.#startsPart,
      own: lean(own),
      plain: lean(plain),
      pokes: lean(pokes),
      site: isStep(next) ? this.#memory.site : 0,
    };
    const waits = isStep(next) ? this.#loops.waits(next, here) : null;
    const place: ThreadState = {
      id: this.#count(),
      ...here,
      next,
      waits,
      rounds:
        isStep(next) && (waits === null || next.access === 'begin') ? this.#loops.rounds(next, here) : null,
      steps: (parent?.steps ?? 0) + (parent !== null && isStep(parent.next) ? 1 : 0),
      only: null,
      after: null,
      effect: null,
      footprint: null,
      result,
    };
    if (parent !== null) setAfter(parent, this.#given, place);
    return place;
  }
}

/** Where an answer leads to, if that is known. */
function afterOf({ only, after }: ThreadState, given: number): ThreadState | undefined {
  if (only !== null && only.given === given) return only;
  return after?.get(given);
}

function setAfter(at: ThreadState, given: number, place: ThreadState): void {
  if (at.only === null) at.only = place;
  else {
    at.after ??= new Map();
    at.after.set(given, place);
  }
}

/** All that the thread was answered in its present part, up to a place and the answer given there. */
function recordOf(at: ThreadState | null, given: number): Answered[] {
  if (at === null) return [];
  const backwards: Answered[] = [{ to: at.next, answer: given }];
  for (let place: ThreadState = at; ; place = place.parent as ThreadState) {
    const { own } = place;
    for (let i = own.length - 1; i >= 0; i--) backwards.push({ to: null, answer: own[i] });
    if (place.startsPart) return backwards.toReversed();
    backwards.push({ to: (place.parent as ThreadState).next, answer: place.given });
  }
}

function swallowed(): UsageError {
  return new UsageError(
    'The code of a thread caught what the model throws to suspend a thread and went on: let errors that are not yours pass.',
  );
}
