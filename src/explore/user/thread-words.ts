import { InternalError } from '../../errors.ts';
import type { Custom, Request } from '../../model/local.ts';
import type { StrandMemory } from '../../model/strand-memory.ts';
import type { Kind, Value } from './kinds.ts';
import type { Layout } from './layout.ts';
import type { WaitResult } from './types.ts';
import type { Waiting } from './waiting.ts';

/** Arithmetic of `Atomics`. */
export type Arithmetic = 'add' | 'sub' | 'and' | 'or' | 'xor';

/** True if a wait with this timeout ends only by being woken. */
export function sleepsForEver(timeout: number): boolean {
  return Number.isNaN(timeout) || timeout === Infinity;
}

/** The declared words for the code of one thread: what the views and the modelled `Atomics` are made of. */
export class ThreadWords {
  readonly layout: Layout;
  readonly #memory: StrandMemory;
  readonly #waiting: Waiting;
  readonly #sleeper: number;
  /** Words whose plain accesses are steps. */
  readonly #points: ReadonlySet<number>;
  /** Buffers that the thread made since its code began to run. */
  #own = new WeakSet<object>();
  /** Counted from 1. */
  readonly number: number;
  /** Told when the thread is about to make a step for the first time. */
  locate: (() => void) | null = null;

  constructor(
    memory: StrandMemory,
    thread: number,
    layout: Layout,
    waiting: Waiting,
    points: ReadonlySet<number>,
  ) {
    this.#memory = memory;
    this.number = thread + 1;
    this.layout = layout;
    this.#waiting = waiting;
    this.#sleeper = layout.sleeperOf(thread);
    this.#points = points;
  }

  /** Its code is run from the beginning. */
  begin(): void {
    this.#own = new WeakSet<object>();
  }

  own(buffer: object): void {
    this.#own.add(buffer);
  }

  owns(buffer: object): boolean {
    return this.#own.has(buffer);
  }

  /** Ends the check with a sentence, whatever the thread's code catches. */
  refuse(why: string): never {
    return this.#memory.refuse(why);
  }

  load(address: number, kind: Kind): Value {
    return kind.decode(this.#ask('load', address));
  }

  /** Answers with the value as it was given, as `Atomics.store` does. */
  store(address: number, kind: Kind, value: Value): Value {
    this.#ask('store', address, kind.encode(value));
    return value;
  }

  compareExchange(address: number, kind: Kind, expected: Value, desired: Value): Value {
    return kind.decode(this.#ask('cas', address, kind.encode(expected), kind.encode(desired)));
  }

  exchange(address: number, kind: Kind, value: Value): Value {
    return kind.decode(this.#ask('exchange', address, kind.encode(value)));
  }

  /** The word's former value, as all others answer too. */
  change(access: Arithmetic, address: number, kind: Kind, value: Value): Value {
    return kind.decode(this.#ask(access, address, kind.encode(value), 0, kind.arithmetic));
  }

  /** Sleeps if the word is as expected, until it is woken or the time is over: when that is, nobody knows. */
  wait(address: number, kind: Kind, expected: Value, timeout: number): WaitResult {
    const word = kind.encode(expected);
    // With no time to sleep it only looks: nobody can wake it.
    if (timeout <= 0) return this.#ask('wait', address, word) === word ? 'timed-out' : 'not-equal';
    const before = this.#ask('wait', address, word, this.#sleeper, this.#waiting.fallAsleep);
    if (before !== word) return 'not-equal';
    const list = this.layout.listOf(address);
    const awake = sleepsForEver(timeout) ? null : this.#waiting.wakeOrTimeOut;
    const asleep = this.#ask('wake', this.#sleeper, 1, list, awake);
    return asleep === 1 ? 'timed-out' : 'ok';
  }

  /** Sleeps forever on memory that no other thread knows. Its own word changes while it sleeps on a declared one, and never here. */
  sleepAlone(): never {
    this.#ask('await', this.#sleeper, 0);
    throw new InternalError(`T${this.number} was woken, and nobody could.`);
  }

  /** Wakes the first `count` that sleep on the word, or all if it is Infinity, and says how many those are. */
  notify(address: number, count: number): number {
    const most = Math.max(0, Math.min(Math.trunc(count) || 0, 31));
    const list = this.#ask('notify', this.layout.listOf(address), most, 0, this.#waiting.notify);
    return Math.min(most, this.layout.lists.valueOf(list).length);
  }

  /** A plain read. */
  read(address: number, kind: Kind): Value {
    return kind.decode(this.#points.has(address) ? this.#ask('read', address) : this.#memory.peek(address));
  }

  /** A plain write. */
  write(address: number, kind: Kind, value: Value): void {
    const word = kind.encode(value);
    if (this.#points.has(address)) this.#ask('write', address, word);
    else this.#memory.poke(address, word);
  }

  #ask(
    access: Request['access'],
    address: number,
    first = 0,
    second = 0,
    custom: Custom | null = null,
  ): number {
    if (this.locate !== null && this.#memory.isNew) this.locate();
    return this.#memory.ask(0, access, address, first, second, custom);
  }
}
