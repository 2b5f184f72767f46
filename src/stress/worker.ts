import type { Random } from '../random.ts';
import { LISTS, LIST_COUNT, LIST_WORDS, R_DAMAGES, R_LISTS, R_UNRECLAIMED } from '../kernel/layout.ts';
import { ABORT, OK, VALUE } from '../kernel/structure.ts';
import type { StructureCard } from '../kernel/structure-card.ts';
import { STOP } from '../threads/control-block.ts';
import {
  ASK,
  CHURN,
  FLIGHT,
  J_BEGUN,
  J_CAME_ROUND_TIME,
  J_DELIVERED,
  J_DEPARTED,
  J_DISORDER,
  J_DISORDER_FIRST,
  J_DISORDER_SECOND,
  J_DONE,
  J_EMPTY,
  J_FLIGHT,
  J_FULL,
  J_INHERITED,
  J_MOST,
  J_PASSED,
  J_PENDING,
  J_RECORD,
  J_SEQUENCE,
  J_TIMED,
  OUTCOME,
  OUTCOME_BITS,
  PUT,
  OPERATION_QUOTA,
  type StressWords,
  TAKE,
  TIME,
  TIMED_WORDS,
  TIMED_QUOTA,
  T_INVOKED,
  T_RETIRED,
  T_RETURNED,
  T_VALUE,
  T_WHAT,
} from './journals.ts';
import type { Membership, StressParticipant } from './membership.ts';
import { ahead, producerOf, SEQUENCE_MASK, valueOf } from './values.ts';

const {
  pending: PENDING,
  ok: ACCEPTED,
  full: FULL,
  value: DELIVERED,
  empty: EMPTY,
  yes: YES,
  no: NO,
  abort: ABORTED,
} = OUTCOME;

/** One in this number of looks of a mix asks whether the structure is empty. */
const LOOKS = 5;

/**
 * After this many refusals in a row (full or empty) a thread lets the others run: the thread that could change that may be waiting for a
 * core.
 */
const PATIENCE = 64;
const REST_MS = 0.05;

/** In a round in which threads come and go, a thread leaves after 1 to 2 * MEAN_STAY - 1 turns of its mix. */
const MEAN_STAY = 8192;
/** It comes back after this many empty reads at most; now and then it sleeps for a moment, which on a busy machine is a long one. */
const AWAY = 1 << 12;
const SELDOM = 64;

/** What a thread works with. */
export interface WorkerSetting {
  readonly thread: number;
  readonly membership: Membership;
  readonly shared: StressWords;
  /** False under a scheme that frees nothing. */
  readonly reclaims: boolean;
  /** Of the structure. */
  readonly card: StructureCard;
  /** How many keys it draws from, if the structure is a set. */
  readonly keys: number;
  /** For when it leaves, and for what it draws. */
  readonly random: Random;
}

/**
 * A thread at work on the structure: makes operations on values of its own, writes down what becomes of them, and ends the round when it
 * notices damage. It writes the journal of a thread and knows nothing of the others.
 */
export class StressWorker {
  readonly thread: number;
  readonly #membership: Membership;
  protected readonly random: Random;
  /** Null while it has left and no record was to be had. */
  protected participant: StressParticipant | null;
  /** The words of the control block, and those of the journals. */
  protected readonly control: Int32Array;
  protected readonly words: Int32Array;
  protected readonly journal: number;
  protected readonly log: Int32Array;
  readonly #timed: Int32Array;
  /** Where the operation in progress stands among those with times; beyond the end if it is not written down. */
  #entry = 0;
  #entriesEnd = 0;
  #turnsLeft = 0;
  /** The last sequence number that was delivered of each producer. */
  readonly #latest: Int32Array;
  /** True if what one thread takes out keeps the order of each producer. */
  readonly #keepsOrder: boolean;
  protected readonly endsWhenFull: boolean;
  readonly #idle = new Int32Array(new SharedArrayBuffer(4));
  #refusals = 0;
  #looks = 0;

  constructor({ thread, membership, shared: { control, journals }, reclaims, card, random }: WorkerSetting) {
    this.thread = thread;
    this.#membership = membership;
    this.random = random;
    this.control = control.words;
    this.words = journals.words;
    this.journal = journals.of(thread);
    this.log = journals.log(thread);
    this.#timed = journals.timed(thread);
    this.#latest = new Int32Array(journals.threads);
    this.#keepsOrder = card.order === 'FIFO';
    this.endsWhenFull = !reclaims;
    this.participant = membership.take(thread);
    this.words[this.journal + J_RECORD] = thread;
  }

  /** Opens the journal of a new round. */
  begin(): void {
    for (const word of [
      J_PENDING,
      J_DELIVERED,
      J_DONE,
      J_FULL,
      J_EMPTY,
      J_TIMED,
      J_PASSED,
      J_CAME_ROUND_TIME,
    ])
      this.words[this.journal + word] = 0;
    this.words[this.journal + J_MOST] = 1;
    this.#refusals = 0;
    this.#entry = 0;
    this.#entriesEnd = TIMED_WORDS * this.words[TIMED_QUOTA];
    this.#stay();
  }

  /** The round is over for this thread, and it waits for the next one: no other thread has to wait for it. */
  end(): void {
    this.participant?.scheme.offline();
  }

  /** False once the round is to end. */
  goesOn(): boolean {
    const words = this.words;
    if (Atomics.load(this.control, STOP) !== 0 || words[this.journal + J_DONE] >= words[OPERATION_QUOTA])
      return false;
    if (words[CHURN] === 0 && this.participant !== null) return true;
    return this.#comeAndGo();
  }

  #stay(): void {
    this.#turnsLeft = (1 + this.random.below(2 * MEAN_STAY - 1)) | 0;
  }

  /** Leaves if it is time to, and comes back. False if the round is to end before it has a record. */
  #comeAndGo(): boolean {
    const words = this.words;
    // What is on the lists of a record is told from its operations with times only while threads stay.
    if (this.participant !== null && (this.#entry < this.#entriesEnd || --this.#turnsLeft > 0)) return true;
    if (this.participant !== null) {
      this.participant.scheme.depart();
      this.participant = null;
      words[this.journal + J_RECORD] = 0;
      words[this.journal + J_DEPARTED]++;
      const away = this.random.below(AWAY);
      for (let i = 0; i < away; i++) Atomics.load(this.#idle, 0);
      if (this.random.below(SELDOM) === 0) Atomics.wait(this.#idle, 0, 0, REST_MS);
    }
    for (;;) {
      this.participant = this.#membership.join();
      if (this.participant !== null) break;
      if (Atomics.load(this.control, STOP) !== 0) return false;
      Atomics.wait(this.#idle, 0, 0, REST_MS);
    }
    words[this.journal + J_RECORD] = this.participant.thread;
    words[this.journal + J_INHERITED] += this.#retired();
    this.#stay();
    return true;
  }

  /** Slots on the lists of the thread's record; or as many as its scheme counts, if it keeps more of them elsewhere. */
  #retired(): number {
    const { memory, record } = this.participant as StressParticipant;
    let count = 0;
    for (let n = 0; n < LISTS; n++) count += memory.peek(record.base + R_LISTS + n * LIST_WORDS + LIST_COUNT);
    return Math.max(count, memory.peek(record.base + R_UNRECLAIMED));
  }

  /** Puts this thread's next value in. False if the answer was "full". */
  put(): boolean {
    const sequence = this.words[this.journal + J_SEQUENCE];
    const value = valueOf(this.thread, sequence);
    const flight = this.invoke(PUT, value);
    const accepted = this.putOne(value) === OK;
    if (accepted) this.words[this.journal + J_SEQUENCE] = (sequence + 1) | 0;
    else this.words[this.journal + J_FULL]++;
    this.answer(flight, PUT, accepted ? ACCEPTED : FULL, value);
    // What a scheme that frees nothing has used up does not come back in this round.
    if (!accepted && this.endsWhenFull) Atomics.store(this.control, STOP, 1);
    return this.unlessRefused(accepted);
  }

  /** Takes a value out. False if the structure was empty. */
  take(): boolean {
    const flight = this.invoke(TAKE, 0);
    const answered = this.takeOne();
    const delivered = answered === VALUE;
    const value = delivered ? this.structure.result() : 0;
    if (delivered) this.keep(value);
    // One that gives up has found something.
    else if (answered !== ABORT) this.words[this.journal + J_EMPTY]++;
    const refusal = answered === ABORT ? ABORTED : EMPTY;
    this.answer(flight, TAKE, delivered ? DELIVERED : refusal, value);
    return this.unlessRefused(delivered);
  }

  protected putOne(value: number): number {
    return this.structure.put(value);
  }

  protected takeOne(): number {
    return this.structure.take();
  }

  protected get structure(): StressParticipant['structure'] {
    return (this.participant as StressParticipant).structure;
  }

  /**
   * Asks now and then whether the structure is empty, while operations are written down with their times: else the answer would go
   * unjudged.
   */
  look(): void {
    if (this.looks()) this.ask();
  }

  /** Asks, as a part of the work of a mix. */
  lookUp(): void {
    this.ask();
    this.words[this.journal + J_DONE]++;
  }

  protected ask(): void {
    const flight = this.invoke(ASK, 0);
    const isEmpty = this.structure.isEmpty();
    this.answer(flight, ASK, isEmpty ? YES : NO, 0);
  }

  /** True now and then, while operations are written down with their times. */
  protected looks(): boolean {
    return this.#entry < this.#entriesEnd && ++this.#looks % LOOKS === 0;
  }

  protected invoke(operation: number, value: number): number {
    const words = this.words;
    words[this.journal + J_PENDING] = operation;
    const flight = this.nextFlight();
    words[flight] = (operation << OUTCOME_BITS) | PENDING;
    words[flight + 1] = value;
    this.noteBegin(operation, value, 0);
    return flight;
  }

  /** Where the next operation is in the flight recorder. */
  protected nextFlight(): number {
    const begun = this.words[this.journal + J_BEGUN];
    this.words[this.journal + J_BEGUN] = (begun + 1) | 0;
    return this.journal + J_FLIGHT + 2 * (begun & (FLIGHT - 1));
  }

  /** How many more operations are written down with their times; not above 0 if none is. */
  protected get room(): number {
    return (this.#entriesEnd - this.#entry) / TIMED_WORDS;
  }

  /** Writes down that an operation begins, `place` places behind the next one that has times. */
  protected noteBegin(operation: number, value: number, place: number): void {
    const entry = this.#entry + place * TIMED_WORDS;
    if (entry >= this.#entriesEnd) return;
    const timed = this.#timed;
    timed[entry + T_WHAT] = (operation << OUTCOME_BITS) | PENDING;
    timed[entry + T_VALUE] = value;
    timed[entry + T_INVOKED] = Atomics.load(this.words, TIME);
  }

  protected answer(flight: number, operation: number, outcome: number, value: number): void {
    const words = this.words;
    if (this.#entry < this.#entriesEnd) this.#noteTime((operation << OUTCOME_BITS) | outcome, value);
    words[flight] = (operation << OUTCOME_BITS) | outcome;
    words[flight + 1] = value;
    words[this.journal + J_PENDING] = 0;
    // One that moves no value is no work.
    if (operation !== ASK) words[this.journal + J_DONE]++;
    const { memory, record } = this.participant as StressParticipant;
    if (memory.peek(record.base + R_DAMAGES) !== 0) Atomics.store(this.control, STOP, 1);
  }

  #noteTime(what: number, value: number): void {
    const timed = this.#timed;
    timed[this.#entry + T_WHAT] = what;
    timed[this.#entry + T_VALUE] = value;
    timed[this.#entry + T_RETURNED] = Atomics.add(this.words, TIME, 1) + 1;
    timed[this.#entry + T_RETIRED] = this.#retired();
    this.#entry += TIMED_WORDS;
    this.words[this.journal + J_TIMED]++;
  }

  /** Logs a value; and where it is due, checks that it is a later one of its producer's than the last one. */
  protected keep(value: number): void {
    const words = this.words;
    const logged = words[this.journal + J_DELIVERED];
    this.log[logged] = value;
    words[this.journal + J_DELIVERED] = logged + 1;
    const producer = producerOf(value) - 1;
    // A value that no thread put in is judged at the end of the round.
    if (!this.#keepsOrder || producer >= this.#latest.length) return;
    const latest = this.#latest[producer];
    this.#latest[producer] = value & SEQUENCE_MASK;
    if (ahead(value, latest) > 0 || words[this.journal + J_DISORDER] !== 0) return;
    words[this.journal + J_DISORDER_FIRST] = valueOf(producer + 1, latest);
    words[this.journal + J_DISORDER_SECOND] = value;
    words[this.journal + J_DISORDER] = 1;
    Atomics.store(this.control, STOP, 1);
  }

  protected unlessRefused(done: boolean): boolean {
    if (done) this.#refusals = 0;
    else if (++this.#refusals >= PATIENCE) {
      this.#refusals = 0;
      this.participant?.scheme.offline();
      Atomics.wait(this.#idle, 0, 0, REST_MS);
    }
    return done;
  }
}
