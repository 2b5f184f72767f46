import type { Random } from '../random.ts';
import { LISTS, LIST_COUNT, LIST_WORDS, R_DAMAGES, R_LISTS, R_UNRECLAIMED } from '../kernel/layout.ts';
import { OK, VALUE } from '../kernel/structure.ts';
import type { StructureCard } from '../kernel/structure-card.ts';
import {
  ahead,
  ASK,
  B_BEGUN,
  B_DELIVERED,
  B_DEPARTED,
  B_DISORDER,
  B_DISORDER_FIRST,
  B_DISORDER_SECOND,
  B_DONE,
  B_EMPTY,
  B_FLIGHT,
  B_FULL,
  B_INHERITED,
  B_PASSED,
  B_PENDING,
  B_RECORD,
  B_ROUND_TIME,
  B_SEQUENCE,
  B_TIMED,
  CHURN,
  type Desk,
  FLIGHT,
  OUTCOMES,
  OUTCOME_BITS,
  producerOf,
  PUT,
  QUOTA,
  SEQUENCE_MASK,
  STOP,
  TAKE,
  TIME,
  TIMED,
  T_INVOKED,
  T_RETIRED,
  T_RETURNED,
  T_VALUE,
  T_WHAT,
  valueOf,
  WINDOW,
} from './desk.ts';
import type { Membership, Party } from './membership.ts';

const [PENDING, ACCEPTED, FULL, DELIVERED, EMPTY, YES, NO] = OUTCOMES.keys();

/** One in this number of looks of a mix asks whether the structure is empty. */
const LOOKS = 5;

/**
 * After so many refusals in a row (full or empty) a thread lets the others run: the thread that could change that may be waiting for a
 * core.
 */
const PATIENCE = 64;
const REST_MS = 0.05;

/** In a round in which threads come and go, a thread leaves after 1 to 2 * MEAN_STAY - 1 turns of its mix. */
const MEAN_STAY = 8192;
/** It comes back after so many empty reads at most; now and then it sleeps for a moment, which on a busy machine is a long one. */
const AWAY = 1 << 12;
const SELDOM = 64;

/**
 * A thread at work on the structure: makes operations on values of its own, writes down what becomes of them, and ends the round when it
 * notices damage. It does the books of a thread and knows nothing of the others.
 */
export class Actor {
  readonly thread: number;
  readonly #membership: Membership;
  readonly #random: Random;
  /** Null while it has left and no record was to be had. */
  #party: Party | null;
  readonly #desk: Int32Array;
  readonly #block: number;
  readonly #log: Int32Array;
  readonly #window: Int32Array;
  /** Where the operation in progress stands in the window; beyond the end if it is not written down. */
  #entry = 0;
  #entriesEnd = 0;
  #turnsLeft = 0;
  /** The last sequence number that was delivered of each producer. */
  readonly #latest: Int32Array;
  /** True if what one thread takes out keeps the order of each producer. */
  readonly #keepsOrder: boolean;
  readonly #endsWhenFull: boolean;
  readonly #idle = new Int32Array(new SharedArrayBuffer(4));
  #refusals = 0;
  #looks = 0;

  /** @param random for when it leaves */
  constructor(
    thread: number,
    membership: Membership,
    desk: Desk,
    { reclaims, order }: { readonly reclaims: boolean; readonly order: StructureCard['order'] },
    random: Random,
  ) {
    this.thread = thread;
    this.#membership = membership;
    this.#random = random;
    this.#desk = desk.words;
    this.#block = desk.block(thread);
    this.#log = desk.log(thread);
    this.#window = desk.window(thread);
    this.#latest = new Int32Array(desk.threads);
    this.#keepsOrder = order === 'FIFO';
    this.#endsWhenFull = !reclaims;
    this.#party = membership.take(thread);
    this.#desk[this.#block + B_RECORD] = thread;
  }

  /** The books of a new round. */
  begin(): void {
    for (const word of [B_PENDING, B_DELIVERED, B_DONE, B_FULL, B_EMPTY, B_TIMED, B_PASSED, B_ROUND_TIME])
      this.#desk[this.#block + word] = 0;
    this.#refusals = 0;
    this.#entry = 0;
    this.#entriesEnd = TIMED * this.#desk[WINDOW];
    this.#stay();
  }

  /** False once the round is to end. */
  goesOn(): boolean {
    const desk = this.#desk;
    if (Atomics.load(desk, STOP) !== 0 || desk[this.#block + B_DONE] >= desk[QUOTA]) return false;
    if (desk[CHURN] === 0 && this.#party !== null) return true;
    return this.#comeAndGo();
  }

  #stay(): void {
    this.#turnsLeft = (1 + this.#random.below(2 * MEAN_STAY - 1)) | 0;
  }

  /** Leaves if it is time to, and comes back. False if the round is to end before it has a record. */
  #comeAndGo(): boolean {
    const desk = this.#desk;
    // What is on the lists of a record is told from its window only while threads stay.
    if (this.#party !== null && (this.#entry < this.#entriesEnd || --this.#turnsLeft > 0)) return true;
    if (this.#party !== null) {
      this.#party.scheme.depart();
      this.#party = null;
      desk[this.#block + B_RECORD] = 0;
      desk[this.#block + B_DEPARTED]++;
      const away = this.#random.below(AWAY);
      for (let i = 0; i < away; i++) Atomics.load(this.#idle, 0);
      if (this.#random.below(SELDOM) === 0) Atomics.wait(this.#idle, 0, 0, REST_MS);
    }
    for (;;) {
      this.#party = this.#membership.join();
      if (this.#party !== null) break;
      if (Atomics.load(desk, STOP) !== 0) return false;
      Atomics.wait(this.#idle, 0, 0, REST_MS);
    }
    desk[this.#block + B_RECORD] = this.#party.thread;
    desk[this.#block + B_INHERITED] += this.#retired();
    this.#stay();
    return true;
  }

  /** Slots on the lists of the thread's record; or as many as its scheme counts, if it keeps more of them elsewhere. */
  #retired(): number {
    const { memory, record } = this.#party as Party;
    let count = 0;
    for (let n = 0; n < LISTS; n++) count += memory.peek(record.base + R_LISTS + n * LIST_WORDS + LIST_COUNT);
    return Math.max(count, memory.peek(record.base + R_UNRECLAIMED));
  }

  /** Puts this thread's next value in. False if the answer was "full". */
  put(): boolean {
    const sequence = this.#desk[this.#block + B_SEQUENCE];
    const value = valueOf(this.thread, sequence);
    const flight = this.#invoke(PUT, value);
    const accepted = (this.#party as Party).structure.put(value) === OK;
    if (accepted) this.#desk[this.#block + B_SEQUENCE] = (sequence + 1) | 0;
    else this.#desk[this.#block + B_FULL]++;
    this.#answer(flight, PUT, accepted ? ACCEPTED : FULL, value);
    // What a scheme that frees nothing has used up does not come back in this round.
    if (!accepted && this.#endsWhenFull) Atomics.store(this.#desk, STOP, 1);
    return this.#unlessRefused(accepted);
  }

  /** Takes a value out. False if the structure was empty. */
  take(): boolean {
    const flight = this.#invoke(TAKE, 0);
    const { structure } = this.#party as Party;
    const delivered = structure.take() === VALUE;
    const value = delivered ? structure.result() : 0;
    if (delivered) this.#keep(value);
    else this.#desk[this.#block + B_EMPTY]++;
    this.#answer(flight, TAKE, delivered ? DELIVERED : EMPTY, value);
    return this.#unlessRefused(delivered);
  }

  /**
   * Asks now and then whether the structure is empty, while operations are written down with their times: else the answer would go
   * unjudged.
   */
  look(): void {
    if (this.#entry >= this.#entriesEnd || ++this.#looks % LOOKS !== 0) return;
    const flight = this.#invoke(ASK, 0);
    const isEmpty = (this.#party as Party).structure.isEmpty();
    this.#answer(flight, ASK, isEmpty ? YES : NO, 0);
  }

  #invoke(operation: number, value: number): number {
    const desk = this.#desk;
    const begun = desk[this.#block + B_BEGUN];
    desk[this.#block + B_BEGUN] = (begun + 1) | 0;
    desk[this.#block + B_PENDING] = operation;
    const flight = this.#block + B_FLIGHT + 2 * (begun & (FLIGHT - 1));
    desk[flight] = (operation << OUTCOME_BITS) | PENDING;
    desk[flight + 1] = value;
    if (this.#entry < this.#entriesEnd) {
      const window = this.#window;
      window[this.#entry + T_WHAT] = (operation << OUTCOME_BITS) | PENDING;
      window[this.#entry + T_VALUE] = value;
      window[this.#entry + T_INVOKED] = Atomics.load(desk, TIME);
    }
    return flight;
  }

  #answer(flight: number, operation: number, outcome: number, value: number): void {
    const desk = this.#desk;
    if (this.#entry < this.#entriesEnd) this.#noteTime((operation << OUTCOME_BITS) | outcome, value);
    desk[flight] = (operation << OUTCOME_BITS) | outcome;
    desk[flight + 1] = value;
    desk[this.#block + B_PENDING] = 0;
    // One that moves no value is no work.
    if (operation !== ASK) desk[this.#block + B_DONE]++;
    const { memory, record } = this.#party as Party;
    if (memory.peek(record.base + R_DAMAGES) !== 0) Atomics.store(desk, STOP, 1);
  }

  #noteTime(what: number, value: number): void {
    const window = this.#window;
    window[this.#entry + T_WHAT] = what;
    window[this.#entry + T_VALUE] = value;
    window[this.#entry + T_RETURNED] = Atomics.add(this.#desk, TIME, 1) + 1;
    window[this.#entry + T_RETIRED] = this.#retired();
    this.#entry += TIMED;
    this.#desk[this.#block + B_TIMED]++;
  }

  /** Logs a value; and where it is due, checks that it is a later one of its producer's than the last one. */
  #keep(value: number): void {
    const desk = this.#desk;
    const logged = desk[this.#block + B_DELIVERED];
    this.#log[logged] = value;
    desk[this.#block + B_DELIVERED] = logged + 1;
    const producer = producerOf(value) - 1;
    // A value that no thread put in is judged at the end of the round.
    if (!this.#keepsOrder || producer >= this.#latest.length) return;
    const latest = this.#latest[producer];
    this.#latest[producer] = value & SEQUENCE_MASK;
    if (ahead(value, latest) > 0 || desk[this.#block + B_DISORDER] !== 0) return;
    desk[this.#block + B_DISORDER_FIRST] = valueOf(producer + 1, latest);
    desk[this.#block + B_DISORDER_SECOND] = value;
    desk[this.#block + B_DISORDER] = 1;
    Atomics.store(desk, STOP, 1);
  }

  #unlessRefused(done: boolean): boolean {
    if (done) this.#refusals = 0;
    else if (++this.#refusals >= PATIENCE) {
      this.#refusals = 0;
      Atomics.wait(this.#idle, 0, 0, REST_MS);
    }
    return done;
  }
}
