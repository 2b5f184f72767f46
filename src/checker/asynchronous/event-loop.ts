import type { ThreadMemory } from '../../model/thread-memory.ts';
import { SUSPEND } from '../../model/thread-memory.ts';
import { TooManyValues } from '../interned.ts';
import { Threw } from '../run-body.ts';
import { isThenable } from '../misuse.ts';
import type { ThreadWords } from '../thread-words.ts';

import { type EventWords, NoRoom } from './event-words.ts';
import { assertNoHostWork } from './host-work.ts';
import { parkAwaits, runJobs, type Unheeded } from './jobs.ts';
import type { Loop } from '../memory-access.ts';
import { type Home, ModelPort } from './ports.ts';
import { type Timer, Timers } from './timers.ts';

/** What the body of a thread came to that still listens: its state counts as an end. */
export class Settled {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** Something that the event loop can do next. */
interface Task {
  /** As people call it. */
  readonly name: string;
  readonly run: () => void;
  /** The timer that fires, if it is that. */
  readonly timer: Timer | null;
}

type WaitEnd = 'ok' | 'timed-out';

/** An asynchronous wait that has not come to its end. */
interface AsyncWait {
  readonly slot: number;
  readonly list: number;
  readonly word: string;
  readonly isTimed: boolean;
  isWoken: boolean;
  readonly resolve: (result: WaitEnd) => void;
}

/** Tasks that a thread may run one after the other without a step: more are taken for a loop without an end. */
const MOST_IDLE = 10_000;

/** Where a loop asks for a step, as a number of a place: its own code is no thread's. */
const LOOP_SITE = -1;

/**
 * The event loop of one thread, for one run of its code. A task runs, then all promise jobs and ticks, then the next task. What can be next:
 * a message on a port that listens, a timer that may be due (see `Timers`), an immediate, an asynchronous wait that was woken or whose time is
 * over. Each port is first come first served, and so are immediates; which of several that can be next is, is a choice, and all are tried.
 */
export class EventLoop implements Unheeded, Home, Loop {
  readonly words: ThreadWords;
  readonly events: EventWords;
  readonly timers: Timers = new Timers();
  readonly ports: ModelPort[] = [];
  /** Channels that the thread has made. */
  channels = 0;
  readonly #memory: ThreadMemory;
  readonly #declared = new Map<string, ModelPort>();
  #soon: { readonly name: string; readonly run: () => void; readonly handle: object }[] = [];
  #waits: AsyncWait[] = [];
  #settled: Settled | null = null;
  #threw: Threw | null = null;
  /** All that the thread has ever set, by their numbers from 1. */
  readonly #timers: Timer[] = [];
  #idle = 0;
  #asked = 0;

  constructor(words: ThreadWords, memory: ThreadMemory) {
    this.words = words;
    this.events = words.layout.events;
    this.#memory = memory;
  }

  /**
   * Runs a body, and what it brings, to its end. Returns what it came to, or what it threw, as a `Threw`.
   *
   * @param atEnd run when all is done
   */
  run(body: () => unknown, atEnd: () => void): unknown {
    const { words } = this;
    const outer = words.loop;
    const outerPark = this.#memory.onTooMuchInVain;
    const siteInCode = this.#memory.siteNow;
    words.loop = this;
    const parked: (() => void)[] = [];
    this.#memory.onTooMuchInVain = () => void parked.push(parkAwaits());
    try {
      return this.#run(body, atEnd);
    } finally {
      this.#memory.endHere();
      // What still runs of it is not heeded, and must not run later.
      runJobs(this);
      for (const restore of parked) restore();
      this.#memory.onTooMuchInVain = outerPark;
      this.#memory.siteNow = siteInCode;
      words.loop = outer;
    }
  }

  #run(body: () => unknown, atEnd: () => void): unknown {
    this.#task(() => {
      const came = body();
      if (!isThenable(came)) this.#settled = new Settled(came);
      else
        void Promise.resolve(came).then(
          (value) => (this.#settled = new Settled(value)),
          (reason: unknown) => this.thrown(reason),
        );
    });
    for (let task = this.#next(); task !== null && this.#threw === null; task = this.#next()) {
      this.timers.beginTask(task.timer);
      this.#task(task.run);
    }
    if (this.#threw !== null) return this.#threw;
    atEnd();
    return (this.#settled as Settled).value;
  }

  #task(run: () => void): void {
    this.guarded(run);
    runJobs(this);
    if (this.#memory.fault !== null) throw this.#memory.fault;
    if (this.#memory.unwinding) throw SUSPEND;
  }

  /** Runs a callback: what it throws ends the thread, as it ends a worker. */
  guarded(run: () => unknown): void {
    try {
      run();
    } catch (error) {
      this.thrown(error);
    }
  }

  thrown(error: unknown): void {
    this.#ended(new Threw(error));
  }

  rejected(reason: unknown): void {
    this.#ended(new Threw(reason, 'leaves a promise that nobody handles, rejected with'));
  }

  #ended(threw: Threw): void {
    if (this.#memory.isDeaf || this.#memory.fault !== null) return;
    if (threw.error instanceof TooManyValues)
      this.guarded(() => this.words.refuse((threw.error as Error).message));
    this.#threw = threw;
    this.#memory.endHere();
  }

  /** The next task; null if there is none any more. */
  #next(): Task | null {
    if (this.#threw !== null) return null;
    if (this.#settled !== null && !this.#holds) return null;
    const unknown = this.#unknown();
    const ready = this.#ready();
    if (ready.length === 0 && unknown.length === 0) return this.#sleep();
    if (unknown.length > 0) this.#look(unknown, ready.length === 0);
    const tasks = unknown.length > 0 ? this.#ready() : ready;
    const task = tasks[tasks.length === 1 ? 0 : this.#choose(tasks)];
    this.#idle = this.#memory.asked === this.#asked ? this.#idle + 1 : 0;
    this.#asked = this.#memory.asked;
    if (this.#idle > MOST_IDLE) this.#memory.getStuck(this.words.sleeper);
    return task ?? this.#next();
  }

  /** True if something keeps the thread from its end, though its body has ended. */
  get #holds(): boolean {
    return (
      this.#soon.length > 0 ||
      this.#waits.length > 0 ||
      this.timers.all.some(({ holds }) => holds) ||
      this.ports.some(({ holds }) => holds)
    );
  }

  /** What can be next, as far as it is known. */
  #ready(): Task[] {
    const messages = this.ports.filter(({ isReady }) => isReady);
    const waits = this.#waits.filter(({ isTimed, isWoken }) => isTimed || isWoken);
    const [soon] = this.#soon;
    return [
      ...messages.map((port) => taskOf(`a message on ${port.name}`, () => port.deliver())),
      ...waits.map((wait) => taskOf(`waitAsync of ${wait.word}`, () => this.#wake(wait))),
      ...this.timers
        .due()
        .map((timer) => taskOf(`the timer of ${timer.delay} ms`, () => this.#fire(timer), timer)),
      ...(soon === undefined ? [] : [taskOf(soon.name, () => this.#runSoon())]),
    ];
  }

  /** Where something may have come that is not known. */
  #unknown(): (ModelPort | AsyncWait)[] {
    return [
      ...this.ports.filter(({ isUnknown }) => isUnknown),
      ...this.#waits.filter(({ isTimed, isWoken }) => !isTimed && !isWoken),
    ];
  }

  /** Looks whether something has come there, and waits for it if nothing else can be next. */
  #look(unknown: readonly (ModelPort | AsyncWait)[], waits: boolean): void {
    const isQuiet = this.#waits.length === 0;
    if (this.#settled !== null && waits && isQuiet) this.#memory.settled = this.#settled;
    const [one] = unknown;
    const access = waits ? 'await' : 'load';
    if (unknown.length === 1) {
      if (one instanceof ModelPort) one.known = this.#ask(access, one.queue, waits ? one.known : 0);
      else if (waits) one.isWoken = this.#ask('wake', one.slot, 1, one.list) === 0;
      else one.isWoken = this.#ask('load', one.slot) === 0;
    } else {
      const seen = unknown.map((each) => (each instanceof ModelPort ? each.known : 1));
      const addresses = unknown.map((each) => (each instanceof ModelPort ? each.queue : each.slot));
      const look = this.events.look(addresses, waits ? seen : null);
      const found = this.events.found(this.#ask(access, addresses[0], 0, 0, look));
      for (const [i, each] of unknown.entries()) {
        if (each instanceof ModelPort) each.known = found[i];
        else each.isWoken = found[i] === 0;
      }
    }
    this.#memory.settled = undefined;
  }

  #choose(tasks: readonly Task[]): number {
    if (tasks.length === 0) return 0;
    const choice = this.events.numberOfChoice(tasks.map(({ name }) => name));
    return this.#ask('choose', this.words.sleeper, tasks.length, this.words.layout.decisions.length + choice);
  }

  /** The body awaits something that nothing is left to bring. */
  #sleep(): never {
    if (this.#memory.isNew) assertNoHostWork(this.words);
    return this.words.sleepAlone(AWAITS);
  }

  #ask(...given: Parameters<ThreadWords['askAt']>): number {
    const { siteNow } = this.#memory;
    this.#memory.siteNow = siteNow === null ? null : () => LOOP_SITE;
    try {
      return this.words.askAt(...given);
    } finally {
      this.#memory.siteNow = siteNow;
    }
  }

  #wake(wait: AsyncWait): void {
    const { layout } = this.words;
    if (!wait.isWoken) {
      const asleep = this.#ask('wake', wait.slot, 1, wait.list, layout.waiting.wakeOrTimeOut);
      wait.isWoken = asleep === 0;
    }
    this.#waits = this.#waits.filter((each) => each !== wait);
    wait.resolve(wait.isWoken ? 'ok' : 'timed-out');
  }

  #fire(timer: Timer): void {
    this.guarded(timer.run);
    if (timer.repeat !== null && !timer.isCleared) this.timers.set(timer);
  }

  /** A number for a timer, by which it can be cleared. */
  numberOfTimer(timer: Timer): number {
    return this.#timers.push(timer);
  }

  timerNumbered(number: unknown): Timer | undefined {
    return this.#timers[Number(number) - 1];
  }

  clearTimer(timer: Timer): void {
    timer.isCleared = true;
    this.timers.clear(timer);
  }

  /** Something that is done in a task of its own, first come first served. */
  soon(name: string, run: () => void, handle: object = {}): void {
    this.#soon.push({ name, run, handle });
  }

  /** Takes that back. */
  notSoon(handle: unknown): void {
    this.#soon = this.#soon.filter((each) => each.handle !== handle);
  }

  #runSoon(): void {
    const next = this.#soon.shift();
    if (next !== undefined) this.guarded(next.run);
  }

  /** A word for one more asynchronous wait. */
  freeSlot(): number {
    const { number } = this.words;
    const taken = new Set(this.#waits.map(({ slot }) => slot));
    for (let wait = 0; ; wait++) {
      const slot = this.events.waitOf(number - 1, wait);
      if (slot === null) return this.words.fail(new NoRoom('waits', number - 1));
      if (!taken.has(slot)) return slot;
    }
  }

  /** A promise for the end of a wait that has begun. */
  waitIn(slot: number, list: number, word: string, isTimed: boolean): Promise<WaitEnd> {
    return new Promise((resolve) => {
      this.#waits.push({ slot, list, word, isTimed, isWoken: false, resolve });
    });
  }

  /** The thread's end of a declared pair of ports; null if it has none. */
  portNamed(name: string): ModelPort | null {
    const known = this.#declared.get(name);
    if (known !== undefined) return known;
    const port = this.events.declaredPort(name, this.words.number - 1);
    if (port === null) return null;
    const made = new ModelPort(this, { port, taken: 0 });
    this.#declared.set(name, made);
    return made;
  }
}

/** What a thread sleeps in that awaits what nothing is left to bring: the second operand of its step. */
export const AWAITS = 1;

function taskOf(name: string, run: () => void, timer: Timer | null = null): Task {
  return { name, run, timer };
}
