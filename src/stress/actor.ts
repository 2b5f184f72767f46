import { R_DAMAGES } from '../kernel/layout.ts';
import { OK, VALUE } from '../kernel/michael-scott.ts';
import type { Participant } from '../engines/participant.ts';
import {
  ahead,
  B_BEGUN,
  B_DELIVERED,
  B_DISORDER,
  B_DISORDER_FIRST,
  B_DISORDER_SECOND,
  B_DONE,
  B_EMPTY,
  B_FLIGHT,
  B_FULL,
  B_PENDING,
  B_SEQUENCE,
  DEQUEUE,
  type Desk,
  ENQUEUE,
  FLIGHT,
  OUTCOMES,
  OUTCOME_BITS,
  producerOf,
  QUOTA,
  SEQUENCE_MASK,
  STOP,
  valueOf,
} from './desk.ts';

const [PENDING, ACCEPTED, FULL, DELIVERED, EMPTY] = OUTCOMES.keys();

/** After so many refusals in a row (full or empty) a thread lets the others run, for whoever could change that may be waiting for a core. */
const PATIENCE = 64;
const REST_MS = 0.05;

/** What an actor needs of a participant, whichever engine it is on. */
export interface Party extends Pick<Participant, 'thread' | 'memory' | 'record'> {
  readonly queue: Pick<Participant['queue'], 'enqueue' | 'dequeue' | 'result'>;
}

/**
 * A thread at work on the queue: makes operations on values of its own, writes down what becomes of them, and ends the round when it
 * notices damage. It does the books of a thread and knows nothing of the others.
 */
export class Actor {
  readonly #participant: Party;
  readonly #desk: Int32Array;
  readonly #block: number;
  readonly #log: Int32Array;
  /** The last sequence number that was delivered of each producer. */
  readonly #latest: Int32Array;
  readonly #endsWhenFull: boolean;
  readonly #idle = new Int32Array(new SharedArrayBuffer(4));
  #refusals = 0;

  constructor(participant: Party, desk: Desk, reclaims: boolean) {
    this.#participant = participant;
    this.#desk = desk.words;
    this.#block = desk.block(participant.thread);
    this.#log = desk.log(participant.thread);
    this.#latest = new Int32Array(desk.threads);
    this.#endsWhenFull = !reclaims;
  }

  get thread(): number {
    return this.#participant.thread;
  }

  /** The books of a new round. */
  begin(): void {
    for (const word of [B_PENDING, B_DELIVERED, B_DONE, B_FULL, B_EMPTY]) this.#desk[this.#block + word] = 0;
    this.#refusals = 0;
  }

  /** False once the round shall end. */
  goesOn(): boolean {
    const desk = this.#desk;
    return Atomics.load(desk, STOP) === 0 && desk[this.#block + B_DONE] < desk[QUOTA];
  }

  /** Enqueues this thread's next value. False if the queue was full. */
  enqueue(): boolean {
    const sequence = this.#desk[this.#block + B_SEQUENCE];
    const value = valueOf(this.thread, sequence);
    const flight = this.#invoke(ENQUEUE, value);
    const accepted = this.#participant.queue.enqueue(value) === OK;
    if (accepted) this.#desk[this.#block + B_SEQUENCE] = (sequence + 1) | 0;
    else this.#desk[this.#block + B_FULL]++;
    this.#answer(flight, ENQUEUE, accepted ? ACCEPTED : FULL, value);
    // What a scheme that frees nothing has used up does not come back in this round.
    if (!accepted && this.#endsWhenFull) Atomics.store(this.#desk, STOP, 1);
    return this.#unlessRefused(accepted);
  }

  /** Dequeues a value. False if the queue was empty. */
  dequeue(): boolean {
    const flight = this.#invoke(DEQUEUE, 0);
    const delivered = this.#participant.queue.dequeue() === VALUE;
    const value = delivered ? this.#participant.queue.result() : 0;
    if (delivered) this.#take(value);
    else this.#desk[this.#block + B_EMPTY]++;
    this.#answer(flight, DEQUEUE, delivered ? DELIVERED : EMPTY, value);
    return this.#unlessRefused(delivered);
  }

  #invoke(operation: number, value: number): number {
    const desk = this.#desk;
    const begun = desk[this.#block + B_BEGUN];
    desk[this.#block + B_BEGUN] = (begun + 1) | 0;
    desk[this.#block + B_PENDING] = operation;
    const flight = this.#block + B_FLIGHT + 2 * (begun & (FLIGHT - 1));
    desk[flight] = (operation << OUTCOME_BITS) | PENDING;
    desk[flight + 1] = value;
    return flight;
  }

  #answer(flight: number, operation: number, outcome: number, value: number): void {
    const desk = this.#desk;
    desk[flight] = (operation << OUTCOME_BITS) | outcome;
    desk[flight + 1] = value;
    desk[this.#block + B_PENDING] = 0;
    desk[this.#block + B_DONE]++;
    const { memory, record } = this.#participant;
    if (memory.peek(record.base + R_DAMAGES) !== 0) Atomics.store(desk, STOP, 1);
  }

  /** Logs a value, and checks that it is a later one of its producer's than the last one: what one thread takes out keeps that order. */
  #take(value: number): void {
    const desk = this.#desk;
    const logged = desk[this.#block + B_DELIVERED];
    this.#log[logged] = value;
    desk[this.#block + B_DELIVERED] = logged + 1;
    const producer = producerOf(value) - 1;
    // A value of nobody's is left to the books of the round.
    if (producer >= this.#latest.length) return;
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
