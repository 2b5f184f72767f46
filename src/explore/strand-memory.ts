import { NotDeterministic } from '../engines/model.ts';
import type { Plain } from '../engines/controlled.ts';
import { labelOf } from '../engines/labels.ts';
import { Memory } from '../kernel/memory.ts';
import { type PlainRead, type Request, showRequest } from './local.ts';
import type { Undo } from './undo.ts';

/** Thrown through a thread's code to suspend it. A frozen constant: throwing it makes no stack trace. */
export const SUSPEND: object = Object.freeze({ reason: 'this thread is suspended' });

/** Something that a thread was answered: to what, or null for a plain read of a private word. */
export interface Answered {
  readonly to: Request | PlainRead | null;
  readonly answer: number;
}

/** What a thread does beyond its record, told while it does it. */
export interface Listener {
  /** It stands at a plain read of a word that others may write. Returns what it finds. */
  plainRead(address: number): number;
}

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
export class StrandMemory extends Memory {
  words: Int32Array;
  /** The words that nobody but this thread ever writes. */
  isPrivate: (address: number) => boolean = () => false;
  #record: readonly Answered[] = [];
  #at = 0;
  #unwinding = false;
  #pending: Request | null = null;
  #fault: NotDeterministic | null = null;
  #segment: Segment = { own: [], plain: [], pokes: [] };
  #undo: Undo | null = null;
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

  /** Blocks the thread until the word is no longer `value`. */
  await(step: number, address: number, value: number): number {
    return this.ask(step, 'await', address, value, 0);
  }

  peek(address: number): number {
    if (this.#unwinding) throw SUSPEND;
    if (this.#at < this.#record.length) {
      const { to, answer } = this.#record[this.#at++];
      if (to !== null && (to.access !== 'peek' || to.address !== address)) {
        throw this.#notDeterministic(`a plain read of word ${address}`, to);
      }
      return answer;
    }
    if (!this.#listener) return this.words[address];
    if (!this.isPrivate(address)) return this.#listener.plainRead(address);
    const answer = this.words[address];
    this.#segment.own.push(answer);
    this.#segment.plain.push({ kind: 'peek', address });
    return answer;
  }

  poke(address: number, value: number): void {
    if (this.#unwinding) throw SUSPEND;
    if (this.isReplaying) return;
    this.#undo?.note(address, this.words[address]);
    this.words[address] = value;
    this.#segment.plain.push({ kind: 'poke', address, value });
    this.#segment.pokes.push(address, value);
  }

  /** Takes note of something that is neither a step nor a plain access. */
  note(plain: Plain): void {
    if (this.#unwinding) throw SUSPEND;
    if (!this.isReplaying) this.#segment.plain.push(plain);
  }

  /** True while the thread does what it has done before. */
  get isReplaying(): boolean {
    return this.#at < this.#record.length;
  }

  /** Set once the thread asked for something else than its record holds, whoever caught what was thrown then. */
  get fault(): NotDeterministic | null {
    return this.#fault;
  }

  get unwinding(): boolean {
    return this.#unwinding;
  }

  /** The step that the thread was suspended at. */
  get pending(): Request | null {
    return this.#pending;
  }

  /** From here on the thread is answered from a record, then goes on for real. */
  begin(record: readonly Answered[], words: Int32Array, undo: Undo | null, listener: Listener): void {
    this.words = words;
    this.#record = record;
    this.#at = 0;
    this.#unwinding = false;
    this.#pending = null;
    this.#undo = undo;
    this.#listener = listener;
    this.newSegment();
  }

  newSegment(): Segment {
    const segment: Segment = { own: [], plain: [], pokes: [] };
    this.#segment = segment;
    return segment;
  }

  /** A new part begins: what was answered before is not needed to run it. */
  newPart(): void {
    this.#segment.own.length = 0;
  }

  get segment(): Segment {
    return this.#segment;
  }

  /** Asks for a step. */
  ask(step: number, access: Request['access'], address: number, first: number, second: number): number {
    // Whoever catches the constant, or has a `finally`, gets it again.
    if (this.#unwinding) throw SUSPEND;
    if (this.#at < this.#record.length) {
      const { to, answer } = this.#record[this.#at++];
      const same =
        to !== null &&
        to.access === access &&
        to.address === address &&
        to.step === step &&
        to.first === first &&
        to.second === second;
      if (!same) throw this.#notDeterministic(named({ step, access, address, first, second }), to);
      return answer;
    }
    this.#pending = { step, access, address, first, second };
    this.#unwinding = true;
    throw SUSPEND;
  }

  #notDeterministic(now: string, before: Request | PlainRead | null): NotDeterministic {
    let then = 'a plain read of a private word';
    if (before?.access === 'peek') then = `a plain read of word ${before.address}`;
    else if (before) then = named(before);
    this.#fault = new NotDeterministic(
      `The thread is not deterministic: run again on the same answers it asks for ${now}, and before it asked for ${then}. Use nothing but shared memory and arguments.`,
    );
    return this.#fault;
  }
}

function named(request: Request): string {
  return request.step === 0 ? showRequest(request) : `${labelOf(request.step)}, ${showRequest(request)}`;
}
