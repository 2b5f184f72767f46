import { InternalError } from '../errors.ts';
import { AtOnce } from './at-once.ts';
import { CHOOSE, CLOCK, CRYPTO, MOST_WAYS, type Outside, RANDOM } from './chance.ts';
import type { Custom, Request } from '../model/request.ts';
import type { ThreadMemory } from '../model/thread-memory.ts';
import { NoCells } from './cells.ts';
import type { Element } from './element.ts';
import type { Value } from './kinds.ts';
import type { WordLayout } from './word-layout.ts';
import type { Arithmetic, AccessTarget, Loop, MemoryAccess } from './memory-access.ts';
import { Scratch } from './scratch.ts';
import { isThenable } from './misuse.ts';
import { textOf } from './text.ts';
import { waitsAsync } from './asynchronous/refusals.ts';
import type { AsyncWaitResult, WaitResult } from './types.ts';
import { siteInCode } from './where.ts';

/** True if a wait with this timeout ends only by being woken. */
export function sleepsForEver(timeout: number): boolean {
  return Number.isNaN(timeout) || timeout === Infinity;
}

/** What a word holds of milliseconds. */
const MOST_TIME = 2 ** 31 - 1;

/** The memory of a check for the code of one thread: what the views and the modelled `Atomics` are made of. */
export class ThreadWords implements MemoryAccess {
  readonly layout: WordLayout;
  readonly #memory: ThreadMemory;
  readonly #sleeper: number;
  /** Words whose plain accesses are steps. */
  readonly #points: ReadonlySet<number>;
  readonly #outside: Outside;
  /** Buffers that the thread made since its code began to run. */
  #own = new WeakSet<object>();
  /** Where accesses go while the thread's objects are made; else null. */
  #scratch: Scratch | null = null;
  /** What it does as one step at this moment; else null. */
  #atOnce: AtOnce | null = null;
  /** Counted from 1. */
  readonly number: number;
  /** Told when the thread is about to make a step for the first time. */
  locate: (() => void) | null = null;
  /** Makes a buffer that the threads share, while their objects are made; else null. */
  /** While its code runs that may be asynchronous, its event loop; else null. */
  loop: Loop | null = null;
  newShared: ((bytes: number, most: number | null) => object) | null = null;

  constructor(
    memory: ThreadMemory,
    thread: number,
    layout: WordLayout,
    points: ReadonlySet<number>,
    outside: Outside,
  ) {
    this.#outside = outside;
    this.#memory = memory;
    memory.siteNow = siteInCode;
    this.number = thread + 1;
    this.layout = layout;
    this.#sleeper = layout.sleeperOf(thread);
    this.#points = points;
  }

  /** Its code is run from the beginning. */
  begin(): void {
    this.#atOnce = null;
    this.#own = new WeakSet<object>();
  }

  /** Runs something as one step: see `AtOnce`. What runs within it is a part of it. */
  atOnce<T>(name: string, run: () => T): T {
    if (this.#scratch !== null || this.#atOnce !== null) return run();
    const number = this.layout.names.numberOf(name);
    const atOnce = new AtOnce(this.#memory, this.layout, this.#sleeper, number);
    this.#atOnce = atOnce;
    try {
      if (this.#memory.isNew) this.locate?.();
      atOnce.begin();
      const came = run();
      if (!isThenable(came)) return came;
      void Promise.resolve(came).catch(() => {});
      return this.refuse(
        `${name} is to be one step of T${this.number}, and answers a promise: only what is synchronous can be done at once.`,
      );
    } finally {
      this.#atOnce = null;
    }
  }

  own(buffer: object): void {
    this.#own.add(buffer);
  }

  owns(buffer: object): boolean {
    return this.#own.has(buffer);
  }

  /** Runs what makes the thread's objects: what it does to memory it has done once for all threads, and does here on a copy. */
  making<T>(newShared: (bytes: number, most: number | null) => object, make: () => T): T {
    this.#scratch = new Scratch((why) => this.refuse(why));
    this.newShared = newShared;
    try {
      return make();
    } finally {
      this.#scratch = null;
      this.newShared = null;
    }
  }

  /** True while the thread's objects are made. */
  get isMaking(): boolean {
    return this.#scratch !== null;
  }

  /** A number from 0 to n - 1: all are tried. */
  choose(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > MOST_WAYS)
      this.refuse(
        `T${this.number} chooses one of ${textOf(n)}: give a whole number from 1 to ${MOST_WAYS}, of which every one is tried.`,
      );
    return this.#choose(n, CHOOSE);
  }

  /** A number from 0 to 1 that chance decides: what `Math.random` returns. */
  random(by: string): number {
    const { random } = this.#outside;
    if (random.length === 0)
      this.refuse(
        `T${this.number} calls ${by}, and the check does not say what it may return: give some numbers that make a difference, as in random: [0, 0.5, 0.99], or use thread.choose.`,
      );
    return random[this.#choose(random.length, by === 'Math.random' ? RANDOM : CRYPTO)];
  }

  /** Milliseconds since the start. Before the look some may pass, of whatever the check says. */
  lookAtClock(by: string): number {
    const { clock } = this.#outside;
    if (clock.length === 0)
      this.refuse(
        `T${this.number} looks at the clock by ${by}, and the check does not say what it may show: give milliseconds that may pass before a look, as in clock: [0, 1000].`,
      );
    const passed = clock[this.#choose(clock.length, CLOCK)];
    const before = this.askAt(passed === 0 ? 'load' : 'add', this.layout.clock, passed);
    if (before + passed > MOST_TIME)
      this.refuse(
        `The clock of the check comes to ${before + passed} ms, and it goes to ${MOST_TIME}: let less pass before each look.`,
      );
    return before + passed;
  }

  #choose(ways: number, about: number): number {
    if (ways === 1 && this.#atOnce === null) return 0;
    return this.askAt('choose', this.#sleeper, ways, about);
  }

  refuse(why: string): never {
    return this.#memory.refuse(why);
  }

  fail(fault: Error): never {
    return this.#memory.fail(fault);
  }

  /** The word that is 1 while the thread sleeps. */
  get sleeper(): number {
    return this.#sleeper;
  }

  load(at: AccessTarget): Value {
    if (this.#scratch !== null) return this.#scratch.load(at);
    return at.kind.decode(this.#ask('load', this.#element(at)));
  }

  store(at: AccessTarget, value: Value): Value {
    if (this.#scratch !== null) return this.#scratch.store(at, value);
    this.#ask('store', this.#element(at), at.kind.encode(value));
    return value;
  }

  compareExchange(at: AccessTarget, expected: Value, desired: Value): Value {
    if (this.#scratch !== null) return this.#scratch.compareExchange(at, expected, desired);
    const { kind } = at;
    return kind.decode(this.#ask('cas', this.#element(at), kind.encode(expected), kind.encode(desired)));
  }

  exchange(at: AccessTarget, value: Value): Value {
    if (this.#scratch !== null) return this.#scratch.exchange(at, value);
    return at.kind.decode(this.#ask('exchange', this.#element(at), at.kind.encode(value)));
  }

  change(access: Arithmetic, at: AccessTarget, value: Value): Value {
    if (this.#scratch !== null) return this.#scratch.change(access, at, value);
    const element = this.#element(at);
    return at.kind.decode(this.#ask(access, element, at.kind.encode(value), 0, element.arithmetic));
  }

  /** Sleeps if the word is as expected, until it is woken or the time is over: when that is, nobody knows. */
  wait(at: AccessTarget, expected: Value, timeout: number): WaitResult {
    if (this.#scratch !== null) return this.#scratch.wait(at, expected);
    const element = this.#element(at);
    const word = at.kind.encode(expected);
    if (this.#atOnce !== null) return this.#atOnce.wait(element, word, timeout, !sleepsForEver(timeout));
    // With no time to sleep it only looks: nobody can wake it.
    if (timeout <= 0) return this.#ask('wait', element, word) === word ? 'timed-out' : 'not-equal';
    const before = this.#ask('wait', element, word, this.#sleeper, element.fallAsleep);
    if (before !== word) return 'not-equal';
    const list = this.layout.listOf(element.address);
    const awake = sleepsForEver(timeout) ? null : this.layout.waiting.wakeOrTimeOut;
    const asleep = this.askAt('wake', this.#sleeper, 1, list, awake);
    return asleep === 1 ? 'timed-out' : 'ok';
  }

  /** As `wait`, and the thread goes on meanwhile. */
  waitAsync(at: AccessTarget, expected: Value, timeout: number): AsyncWaitResult {
    if (this.#scratch !== null || this.loop === null) return this.refuse(waitsAsync(this.number));
    const element = this.#element(at);
    const word = at.kind.encode(expected);
    if (timeout <= 0) {
      const isEqual = this.#ask('wait', element, word) === word;
      return { async: false, value: isEqual ? 'timed-out' : 'not-equal' };
    }
    const slot = this.loop.freeSlot();
    if (this.#ask('wait', element, word, slot, element.fallAsleep) !== word)
      return { async: false, value: 'not-equal' };
    const { address } = element;
    const list = this.layout.listOf(address);
    const name = this.layout.nameOf(address);
    return { async: true, value: this.loop.waitIn(slot, list, name, !sleepsForEver(timeout)) };
  }

  /** Lets a thread begin that waits for that. */
  start(number: number): void {
    const thread = this.#held('starts', number);
    if (this.askAt('exchange', this.layout.startOf(thread), 1) === 1)
      this.refuse(`T${this.number} starts T${number}, which was started before: start it once.`);
  }

  /** Sleeps until such a thread has ended. */
  join(number: number): void {
    this.askAt('await', this.layout.endOf(this.#held('joins', number)), 0);
  }

  /** Sleeps until it is started. */
  awaitStart(): void {
    this.askAt('await', this.layout.startOf(this.number - 1), 0);
  }

  /** Wakes those that join it. */
  sayEnd(): void {
    this.askAt('store', this.layout.endOf(this.number - 1), 1);
  }

  #held(does: string, number: number): number {
    if (this.#outside.held[number - 1] === true) return number - 1;
    const { length } = this.#outside.held;
    const isThread = Number.isInteger(number) && number >= 1 && number <= length;
    return this.refuse(
      isThread
        ? `T${this.number} ${does} T${number}, which begins by itself: let it wait for its start, as in threads: [body, { code, waitsForStart: true }].`
        : `T${this.number} ${does} the thread ${textOf(number)}, and the check has the threads 1 to ${length}.`,
    );
  }

  /**
   * Sleeps forever: on memory that no other thread knows, if `what` is 0. Its own word changes while it sleeps on a declared one, and never
   * here.
   */
  sleepAlone(what: number = 0): never {
    this.askAt('await', this.#sleeper, 0, what);
    throw new InternalError(`T${this.number} was woken, and nobody could.`);
  }

  /** Wakes the first `count` that sleep on the word, or all if it is Infinity, and says how many those are. */
  notify(at: AccessTarget, count: number): number {
    if (this.#scratch !== null) return this.#scratch.notify();
    const most = Math.max(0, Math.min(Math.trunc(count) || 0, 31));
    const { layout } = this;
    if (this.#atOnce !== null) return this.#atOnce.notify(this.#element(at), most);
    const list = this.askAt(
      'notify',
      layout.listOf(this.#element(at).address),
      most,
      0,
      layout.waiting.notify,
    );
    return Math.min(most, layout.lists.valueOf(list).length);
  }

  read(at: AccessTarget): Value {
    if (this.#scratch !== null) return this.#scratch.read(at);
    const element = this.#element(at);
    if (this.#atOnce !== null) return at.kind.decode(this.#atOnce.read(element));
    if (this.#isStep(element)) return at.kind.decode(this.#ask('read', element));
    const { custom, address } = element;
    if (custom === null) return at.kind.decode(this.#memory.peek(address));
    return at.kind.decode(custom.joined(custom.addresses.map((each) => this.#memory.peek(each))));
  }

  write(at: AccessTarget, value: Value): void {
    if (this.#scratch !== null) {
      this.#scratch.write(at, value);
      return;
    }
    const element = this.#element(at);
    const word = at.kind.encode(value);
    const { custom, address } = element;
    if (this.#atOnce !== null) this.#atOnce.write(element, word);
    else if (this.#isStep(element)) this.#ask('write', element, word);
    else if (custom === null) this.#memory.poke(address, word);
    else for (const [i, part] of custom.split(word).entries()) this.#memory.poke(custom.addresses[i], part);
  }

  #isStep({ address, cells, custom }: Element): boolean {
    return custom === null ? this.#points.has(address) : cells.some((each) => this.#points.has(each));
  }

  #element(at: AccessTarget): Element {
    if (at.element !== null) return at.element;
    const { region, start, kind, from, to } = at;
    at.element = this.layout.elementAt(region, start, kind);
    return at.element ?? this.#memory.fail(new NoCells(region.index, start, kind, [from, to]));
  }

  #ask(
    access: Request['access'],
    element: Element,
    first = 0,
    second = 0,
    custom: Custom | null = element.custom,
  ): number {
    if (this.#atOnce !== null) return this.#atOnce.access(access, element, first, second, custom);
    return this.askAt(access, element.address, first, second, custom);
  }

  /** A step of the thread. */
  askAt(
    access: Request['access'],
    address: number,
    first = 0,
    second = 0,
    custom: Custom | null = null,
  ): number {
    if (this.#atOnce !== null)
      this.refuse(
        `T${this.number} does something at once that cannot be a part of one step: there it may use shared memory, and neither chance nor the clock nor other threads.`,
      );
    if (this.#memory.isNew) this.locate?.();
    return this.#memory.ask(0, access, address, first, second, custom);
  }
}
