import { MessagePort } from 'node:worker_threads';
import * as v from 'valibot';
import { MOST_PLAIN } from './controlled.ts';
import { Memory } from '../kernel/memory.ts';

/**
 * The words that a stepped worker and its coordinator share: a block for each thread. The worker writes its next step, announces it
 * at the gate and waits; the coordinator grants it; the worker makes the step and runs on to its next one.
 */
export const GATE = 0;
export const STEP = 1;
export const ACCESS = 2;
export const ADDRESS = 3;
/** What is written or added, or what a compare-and-swap expects. */
export const FIRST = 4;
/** What a compare-and-swap wants to write. */
export const SECOND = 5;
const RESULT = 6;
/** Entries of the log: what the thread did since its last step that was no step. Three words each. */
export const LOGGED = 7;
export const LOG = 8;
/** Plain accesses, and at most some answers of operations. */
const LOG_ENTRIES = MOST_PLAIN + 64;
export const BLOCK_WORDS: number = LOG + 3 * LOG_ENTRIES;

/** The workerData of `workers/stepped`. */
interface StepperData {
  readonly block: Int32Array;
  readonly complaints: MessagePort;
}

export const STEPPER_DATA: v.GenericSchema<unknown, StepperData> = v.strictObject({
  block: v.instance(Int32Array),
  complaints: v.instance(MessagePort),
});

/** What the gate says. */
const CLOSED = 1;
export const GRANTED = 2;
/** The program of the thread has ended. */
export const FINISHED = 3;
/** Nobody will grant another step: unwind. */
export const ABANDONED = 4;

/** The worker has ended itself, or was ended by an error that nothing caught. */
export const GONE = 5;

/** Thrown through a program whose run was abandoned. */
export const ABANDON: Error = new Error('this run was abandoned');

/** What a log entry says, and what its two other words are. */
export const PEEK = 1;
/** Address and value. */
export const POKE = 2;
/**
 * The index of the call in the thread's program; and 0, or NOW for one that has begun by the step before it, or for the count of a batch of this many calls, their
 * number.
 */
export const INVOKE = 3;
export const NOW = -1;
/** The number of the outcome, and the value. */
export const RETURN = 4;

const [LOAD, STORE, CAS, EXCHANGE, ADD, AWAIT, OR] = [0, 1, 2, 3, 4, 5, 6];

/** The kernel's words where every step waits at the thread's gate. */
export class SteppedMemory extends Memory {
  readonly words: Int32Array;
  readonly #block: Int32Array;

  constructor(words: Int32Array, block: Int32Array) {
    super();
    this.words = words;
    this.#block = block;
  }

  load(step: number, address: number): number {
    this.#pass(step, LOAD, address, 0, 0);
    return this.#result(Atomics.load(this.words, address));
  }

  store(step: number, address: number, value: number): void {
    this.#pass(step, STORE, address, value, 0);
    Atomics.store(this.words, address, value);
  }

  cas(step: number, address: number, expected: number, desired: number): boolean {
    this.#pass(step, CAS, address, expected, desired);
    return this.#result(Atomics.compareExchange(this.words, address, expected, desired)) === expected;
  }

  exchange(step: number, address: number, value: number): number {
    this.#pass(step, EXCHANGE, address, value, 0);
    return this.#result(Atomics.exchange(this.words, address, value));
  }

  add(step: number, address: number, value: number): number {
    this.#pass(step, ADD, address, value, 0);
    return this.#result(Atomics.add(this.words, address, value));
  }

  or(step: number, address: number, bits: number): number {
    this.#pass(step, OR, address, bits, 0);
    return this.#result(Atomics.or(this.words, address, bits));
  }

  /** Blocks the thread until the word is no longer `value`: the coordinator does not grant the step before. */
  await(step: number, address: number, value: number): number {
    this.#pass(step, AWAIT, address, value, 0);
    return this.#result(Atomics.load(this.words, address));
  }

  peek(address: number): number {
    this.log(PEEK, address, 0);
    return this.words[address];
  }

  poke(address: number, value: number): void {
    this.log(POKE, address, value);
    this.words[address] = value;
  }

  /** Adds an entry to the log, which the coordinator reads and empties while this thread waits. */
  log(kind: number, first: number, second: number): void {
    const entry = this.#block[LOGGED];
    if (entry >= LOG_ENTRIES) this.#hang();
    const at = LOG + 3 * entry;
    this.#block[at] = kind;
    this.#block[at + 1] = first;
    this.#block[at + 2] = second;
    this.#block[LOGGED] = entry + 1;
  }

  /** It makes no step any more: it stays here, and the coordinator finds that it hangs. */
  #hang(): never {
    while (true) Atomics.wait(this.#block, GATE, Atomics.load(this.#block, GATE));
  }

  #result(value: number): number {
    this.#block[RESULT] = value;
    return value;
  }

  /** Announces the next step and waits until it is granted. All that the block says is written before the gate closes. */
  #pass(step: number, access: number, address: number, first: number, second: number): void {
    const block = this.#block;
    // A `finally` of the program may come here again while it is being unwound.
    if (Atomics.load(block, GATE) === ABANDONED) throw ABANDON;
    block[STEP] = step;
    block[ACCESS] = access;
    block[ADDRESS] = address;
    block[FIRST] = first;
    block[SECOND] = second;
    Atomics.store(block, GATE, CLOSED);
    Atomics.notify(block, GATE);
    while (Atomics.load(block, GATE) === CLOSED) Atomics.wait(block, GATE, CLOSED);
    if (Atomics.load(block, GATE) === ABANDONED) throw ABANDON;
  }
}
