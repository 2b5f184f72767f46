import { UsageError } from '../errors.ts';
import { MOST_PLAIN, type Plain } from '../engines/controlled.ts';
import { labelOf } from '../laboratory/labels.ts';
import { Memory } from '../kernel/memory.ts';
import { type Custom, type PlainRead, type Request, showRequest } from './request.ts';
import type { Undo } from './undo.ts';

/** Thrown through a thread's code to suspend it. A frozen constant: throwing it makes no stack trace. */
export const SUSPEND: object = Object.freeze({ reason: 'this thread is suspended' });

/** Thrown when a thread made too many plain accesses and no step between them: the word that it was at. */
export class EndlessPlain extends UsageError {
  readonly address: number;

  constructor(address: number) {
    super(
      `A thread made ${MOST_PLAIN} plain accesses and no step between them, the last one of word ${address}.`,
    );
    this.address = address;
  }
}

/** The way out for code that does not do the same again. */
const DETERMINISM =
  'It may use nothing but shared words and its own variables, and nothing that it changes outside itself.';

/** Something that a thread was answered: to what, or null for a plain read of a private word. */
export interface Answered {
  readonly to: Request | PlainRead | null;
  readonly answer: number;
  /** Where it must be asked for. Default: anywhere. */
  readonly site?: number;
}

/** Answers what a thread asks for beyond its record, so that it goes on. */
export interface Live extends Listener {
  /** Makes a step. Returns its answer, or null to suspend the thread there. */
  step(request: Request): number | null;
}

/** What a thread does beyond its record, told while it does it. */
export interface Listener {
  /** It stands at a plain read of a word that others may write. Returns what it finds. */
  plainRead(address: number, isAtomic: boolean): number;
}

/** So many steps are asked for without success before that is told. */
const MOST_IN_VAIN = 1000;

const NOTHING_YET: Segment = { own: [], plain: [], pokes: [] };

/** A segment of a thread's life between two answers, while it is gathered. */
export interface Segment {
  readonly own: number[];
  readonly plain: Plain[];
  readonly pokes: number[];
}

/**
 * The words as one thread of the model sees them. Its code is run from the beginning of a part against the record of its own earlier
 * answers; at the first step beyond the record it is suspended by throwing a constant. Plain writes within the record are not
 * repeated.
 */
export class ThreadMemory extends Memory {
  words: Int32Array;
  /** The words that nobody but this thread ever writes. */
  isPrivate: (address: number) => boolean = () => false;
  /** The word that says whether the thread lives, and what it holds then; null if nobody ends the thread. */
  life: readonly [address: number, alive: number] | null = null;
  /** How the thread and its steps are called in messages. */
  name = 'The thread';
  named: (request: Request) => string = (request) =>
    request.step === 0 ? showRequest(request) : `${labelOf(request.step)}, ${showRequest(request)}`;
  /** True if a loop of plain accesses is an end of the thread, since no other one may write what it reads; else it is a fault. */
  stopsInPlain = false;
  /** How a word is called in messages. */
  nameOf: (address: number) => string = (address) => `word ${address}`;
  /** Told when code that is not heeded any more asks again and again, as a loop does that catches whatever is thrown. */
  onTooMuchInVain: (() => void) | null = null;
  /** What its state counts as the result while it has not ended; undefined if there is none. */
  settled: unknown = undefined;
  /** How many steps it has asked for since its code began to run. */
  asked = 0;
  /** Where in its code the thread asks for the step that it comes to next, if that is known: see `Local`. */
  site = 0;
  /** Says where the code is at this moment, if that can be told. */
  siteNow: (() => number) | null = null;
  #record: Answered[] = [];
  #at = 0;
  #unwinding = false;
  /** True once it is suspended or over: what of the code still runs is heeded no more. */
  #deaf = false;
  /** How many steps it has asked for since then. */
  #inVain = 0;
  #pending: Request | null = null;
  #fault: Error | null = null;
  #plains = 0;
  /** While a loop is rehearsed, where in the record it begins; else Infinity. */
  #rehearsedFrom = Infinity;
  /** What is gathered now. */
  segment: Segment = NOTHING_YET;
  #undo: Undo | null = null;
  /** Makes the steps that follow the record at once; null if the thread is suspended there. */
  #live: Live | null = null;
  #listener: Listener | null = null;

  constructor(words: Int32Array) {
    super();
    this.words = words;
  }

  load(step: number, address: number): number {
    return this.ask(step, 'load', address, 0, 0);
  }

  store(step: number, address: number, value: number): void {
    this.ask(step, 'store', address, value, 0);
  }

  cas(step: number, address: number, expected: number, desired: number): boolean {
    return this.ask(step, 'cas', address, expected, desired) === expected;
  }

  exchange(step: number, address: number, value: number): number {
    return this.ask(step, 'exchange', address, value, 0);
  }

  add(step: number, address: number, value: number): number {
    return this.ask(step, 'add', address, value, 0);
  }

  or(step: number, address: number, bits: number): number {
    return this.ask(step, 'or', address, bits, 0);
  }

  /** Blocks the thread until the word is no longer `value`. */
  await(step: number, address: number, value: number): number {
    return this.ask(step, 'await', address, value, 0);
  }

  /** @param isAtomic true if it is a part of a step that was begun, and counts as atomic */
  peek(address: number, isAtomic = false): number {
    if (this.#deaf) throw SUSPEND;
    if (this.#at < this.#record.length) {
      const { to, answer } = this.#record[this.#at++];
      if (to !== null && (to.access !== 'peek' || to.address !== address)) {
        throw this.#notDeterministic(`a plain read of ${this.nameOf(address)}`, to);
      }
      return answer;
    }
    if (this.#rehearsedFrom !== Infinity) this.#suspend(null);
    if (!this.#listener) return this.words[address];
    this.#count(address);
    if (!this.isPrivate(address))
      return this.#keep({ access: 'peek', address, isAtomic }, this.#listener.plainRead(address, isAtomic));
    const answer = this.words[address];
    this.#gathered().own.push(answer);
    this.#gathered().plain.push(isAtomic ? { kind: 'peek', address, isAtomic } : peekOf(address));
    return this.#keep(null, answer);
  }

  /** While the thread comes to new places its record grows with it. */
  #keep(to: PlainRead | null, answer: number): number {
    if (this.#live !== null) return answer;
    this.#record.push({ to, answer });
    this.#at++;
    return answer;
  }

  /** What the thread was answered in its present part. */
  get grown(): Answered[] {
    return this.#record;
  }

  poke(address: number, value: number, isAtomic = false): void {
    if (this.#deaf) throw SUSPEND;
    if (this.isReplaying) {
      // Whether a round that writes in its steps has left all words as they were is for the words to show.
      if (!isAtomic) this.#stray();
      return;
    }
    this.#count(address);
    this.#undo?.note(address, this.words[address]);
    this.words[address] = value;
    this.#gathered().plain.push({ kind: 'poke', address, value, isAtomic });
    this.#gathered().pokes.push(address, value);
  }

  /** Takes note of something that is neither a step nor a plain access. */
  note(plain: Plain): void {
    if (this.#deaf) throw SUSPEND;
    if (this.isReplaying) this.#stray();
    else this.#gathered().plain.push(plain);
  }

  /**
   * True while the thread is on its way to a place that was not seen before: it neither repeats what it did, nor runs on to see how it
   * fares.
   */
  get isNew(): boolean {
    return !this.isReplaying && this.#live === null;
  }

  /** True while the thread does what it has done before. */
  get isReplaying(): boolean {
    return this.#at < this.#record.length;
  }

  /** Refuses what the thread asks for; its code may catch what is thrown, and is refused all the same. */
  refuse(why: string): never {
    return this.fail(new UsageError(why));
  }

  /** The same with an error of the caller's. */
  fail(fault: Error): never {
    // What code still asks for once it is not heeded any more is no fault.
    if (this.#deaf) throw SUSPEND;
    this.#fault = fault;
    throw fault;
  }

  /**
   * Set once the thread was refused something or asked for something else than its record holds, even if what was thrown then was caught.
   */
  get fault(): Error | null {
    return this.#fault;
  }

  get unwinding(): boolean {
    return this.#unwinding;
  }

  /** The thread is over, though some of its code may still run, as of a promise that nobody awaits: that is heeded no more. */
  endHere(): void {
    this.#deaf = true;
  }

  /** True once it is suspended or over. */
  get isDeaf(): boolean {
    return this.#deaf;
  }

  /** The step that the thread was suspended at. */
  get pending(): Request | null {
    return this.#pending;
  }

  /** From here on the thread is answered from a record, then goes on for real. */
  begin(record: Answered[], words: Int32Array, undo: Undo | null, listener: Listener | null): void {
    this.words = words;
    this.#record = record;
    this.#at = 0;
    this.#unwinding = false;
    this.#deaf = false;
    this.asked = 0;
    this.#inVain = 0;
    this.#pending = null;
    this.settled = undefined;
    this.#undo = undo;
    this.#listener = listener;
    this.#plains = 0;
    this.site = 0;
    this.newSegment();
  }

  /**
   * Runs code against a made-up record, to see whether it would do all of that; nothing is written. Infinity if it came to the end of the
   * record, and from an answer on made no plain write on the way; else how many of the answers it took before it did something else.
   */
  rehearse(record: Answered[], from: number, run: () => unknown): number {
    this.begin(record, this.words, null, null);
    this.#rehearsedFrom = from;
    try {
      run();
    } catch {
      // Whatever it threw, how far it came says all.
    }
    this.#rehearsedFrom = Infinity;
    const goesOn = this.#unwinding && this.#fault === null;
    this.#fault = null;
    return goesOn ? Infinity : this.#at;
  }

  /**
   * Runs code against a record and then on, each step being made at once on the words given. True if the code came to its end.
   */
  runLive(record: readonly Answered[], words: Int32Array, live: Live, run: () => unknown): boolean {
    const before = this.words;
    this.begin([...record], words, null, live);
    this.#live = live;
    try {
      run();
    } catch (error) {
      if (error !== SUSPEND && this.#fault === null) throw error;
    } finally {
      this.#live = null;
      this.words = before;
    }
    const fault = this.#fault;
    this.#fault = null;
    // A loop of plain accesses goes on as well.
    if (fault !== null && !(fault instanceof EndlessPlain)) throw fault;
    return fault === null && !this.#unwinding;
  }

  newSegment(): void {
    this.segment = NOTHING_YET;
  }

  /** Most segments gather nothing, and take no room. */
  #gathered(): Segment {
    if (this.segment === NOTHING_YET) this.segment = { own: [], plain: [], pokes: [] };
    return this.segment;
  }

  /** A new part begins: what was answered before is not needed to run it. */
  newPart(): void {
    this.#record = [];
    this.#at = 0;
    if (this.segment !== NOTHING_YET) this.segment.own.length = 0;
  }

  /** Asks for a step. */
  ask(
    step: number,
    access: Request['access'],
    address: number,
    first: number,
    second: number,
    custom: Custom | null = null,
  ): number {
    this.asked++;
    // Code that catches the constant, or has a `finally`, gets it again.
    if (this.#deaf) {
      if (++this.#inVain === MOST_IN_VAIN) this.onTooMuchInVain?.();
      throw SUSPEND;
    }
    if (this.#at < this.#record.length) {
      const { to, answer, site = 0 } = this.#record[this.#at++];
      const same =
        to !== null &&
        (site === 0 || site === this.siteNow?.()) &&
        to.access === access &&
        to.address === address &&
        to.step === step &&
        to.first === first &&
        to.second === second &&
        to.custom === custom;
      if (!same)
        throw this.#notDeterministic(this.named({ step, access, address, first, second, custom }), to);
      return answer;
    }
    const request = { step, access, address, first, second, custom };
    const answer = this.#live?.step(request) ?? null;
    if (answer === null) {
      if (this.siteNow !== null && this.#rehearsedFrom === Infinity) this.site = this.siteNow();
      return this.#suspend(request);
    }
    this.#plains = 0;
    return answer;
  }

  /** Stops the thread for good, before a step that is never made: it goes on forever without one. */
  getStuck(address: number): never {
    return this.#suspend({ step: 0, access: 'stuck', address, first: 0, second: 0, custom: null });
  }

  #suspend(pending: Request | null): never {
    this.#pending = pending;
    this.#unwinding = true;
    this.#deaf = true;
    throw SUSPEND;
  }

  /** In a rehearsal, a plain write or a note is no part of a round that changes nothing. */
  #stray(): void {
    if (this.#at > this.#rehearsedFrom) throw this.#notDeterministic('something else', null);
  }

  /** A loop of plain accesses would go on forever within one step. */
  #count(address: number): void {
    if (++this.#plains <= MOST_PLAIN) return;
    if (this.stopsInPlain) this.getStuck(address);
    this.#fault = new EndlessPlain(address);
    throw this.#fault;
  }

  /** The thread has ended, and its record goes on. */
  endedEarly(): Error {
    const { to } = this.#record[this.#at];
    return new NotDeterministic(
      `${this.name} is not deterministic: run again on the same answers it ends, and before it went on to ${this.#asked(to)}. ${DETERMINISM}`,
    );
  }

  #asked(to: Request | PlainRead | null): string {
    if (to === null) return 'a plain read of a private word';
    return to.access === 'peek' ? `a plain read of ${this.nameOf(to.address)}` : this.named(to);
  }

  #notDeterministic(now: string, before: Request | PlainRead | null): Error {
    this.#fault = new NotDeterministic(
      `${this.name} is not deterministic: run again on the same answers it asks for ${now}, and before it asked for ${this.#asked(before)}. ${DETERMINISM}`,
    );
    return this.#fault;
  }
}

const peeks: Plain[] = [];

/** Plain reads are many, and one for each word is enough. */
function peekOf(address: number): Plain {
  peeks[address] ??= { kind: 'peek', address };
  return peeks[address];
}

/** A thread's code asked for another step when it was run again. */
export class NotDeterministic extends UsageError {
  override readonly name = 'NotDeterministic';
}
