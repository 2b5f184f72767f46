import { UsageError } from '../../errors.ts';
import type { Thread } from '../types.ts';

/**
 * The words by which the threads of an observation agree within a batch of rounds. `SIZE` is how many rounds the present batch has,
 * `ARRIVED` counts arrivals at barriers, and `DONE` the rounds that are over; `RUNNING` is how many threads have begun in the present
 * round and not ended, and `AIMED` counts those that were about to begin, of all rounds. After them come two words for each thread:
 * whether it was started in this round, and whether it has ended.
 */
export const SIZE = 0;
const ARRIVED = 1;
export const DONE = 2;
const RUNNING = 3;
const AIMED = 4;
const FIRST = 5;

/** What the first word of a thread says. */
const HELD = 0;
const STARTED = 1;
const NEVER = 2;

/** These words for a number of threads, as they are at the start. */
export function newMeetingWords(threads: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * (FIRST + 2 * threads)));
}

function startOf(thread: number): number {
  return FIRST + 2 * thread;
}

function endOf(thread: number): number {
  return FIRST + 2 * thread + 1;
}

/** Threads, counted from 0, that have begun in the present round and not ended. */
export function unfinishedRound(meeting: Int32Array, threads: number): number[] {
  return Array.from({ length: threads }, (_, i) => i).filter(
    (i) => Atomics.load(meeting, startOf(i)) === STARTED && Atomics.load(meeting, endOf(i)) === 0,
  );
}

/** Looks at a barrier before a thread sleeps there: so long that threads with a core each do not sleep. */
const LOOKS = 20_000;
/** The same before a body, where nobody sleeps. */
const AIMING = 2000;
/** The longest pause before a body, in empty rounds; the pauses of a round are taken at random below a bound that goes up and down. */
const PAUSES = [0, 10, 100, 1000];

/** The part of one thread in the rounds of an observation. */
export class RealRounds {
  readonly #meeting: Int32Array;
  readonly #thread: number;
  readonly #held: readonly boolean[];
  #barriers = 0;
  #rounds = 0;
  readonly #onRefusal: (why: string) => void;

  /**
   * @param held the threads that wait for their start
   * @param onRefusal is told at once why the observation cannot go on, whatever the body catches: the other threads may wait for this one
   */
  constructor(
    meeting: Int32Array,
    thread: number,
    held: readonly boolean[],
    onRefusal: (why: string) => void,
  ) {
    this.#meeting = meeting;
    this.#thread = thread;
    this.#held = held;
    this.#onRefusal = onRefusal;
  }

  get isLeader(): boolean {
    return this.#thread === 0;
  }

  /** Waits until all threads have come here as often as this one. */
  meet(): void {
    const meeting = this.#meeting;
    const target = ++this.#barriers * this.#held.length;
    if (Atomics.add(meeting, ARRIVED, 1) + 1 >= target) {
      Atomics.notify(meeting, ARRIVED);
      return;
    }
    for (let i = 0; i < LOOKS; i++) if (Atomics.load(meeting, ARRIVED) >= target) return;
    for (let seen = Atomics.load(meeting, ARRIVED); seen < target; seen = Atomics.load(meeting, ARRIVED))
      Atomics.wait(meeting, ARRIVED, seen);
  }

  /** Sets the words of a round back, while all threads stand at a barrier. */
  reset(): void {
    for (const [thread, isHeld] of this.#held.entries()) {
      Atomics.store(this.#meeting, startOf(thread), isHeld ? HELD : STARTED);
      Atomics.store(this.#meeting, endOf(thread), 0);
    }
    Atomics.store(this.#meeting, RUNNING, this.#held.filter((isHeld) => !isHeld).length);
  }

  /**
   * Before a body: looks a moment for the others, some of which may have slept at the barrier, and then pauses for a random time, so that
   * the bodies meet, and in ever new ways.
   */
  aim(): void {
    const target = (this.#rounds + 1) * this.#held.length;
    Atomics.add(this.#meeting, AIMED, 1);
    for (let i = 0; i < AIMING && Atomics.load(this.#meeting, AIMED) < target; i++);
    const most = PAUSES[this.#rounds++ % PAUSES.length];
    for (let i = Math.floor(Math.random() * most); i > 0; i--) Atomics.load(this.#meeting, SIZE);
  }

  /** Waits for the start of a thread that another one starts. False if nobody is left who could. */
  awaitStart(): boolean {
    const at = startOf(this.#thread);
    while (Atomics.load(this.#meeting, at) === HELD) Atomics.wait(this.#meeting, at, HELD);
    return Atomics.load(this.#meeting, at) === STARTED;
  }

  /** The thread has ended in this round: if none is left, those that were never started are told so. */
  end(): void {
    const meeting = this.#meeting;
    Atomics.store(meeting, endOf(this.#thread), 1);
    Atomics.notify(meeting, endOf(this.#thread));
    if (Atomics.sub(meeting, RUNNING, 1) > 1) return;
    for (const thread of this.#held.keys()) {
      Atomics.compareExchange(meeting, startOf(thread), HELD, NEVER);
      Atomics.notify(meeting, startOf(thread));
    }
  }

  /** Counts a round that is over. */
  done(): void {
    Atomics.add(this.#meeting, DONE, 1);
  }

  /** Ends the observation with a sentence. */
  refuse(why: string): never {
    this.#onRefusal(why);
    throw new UsageError(why);
  }

  #assertHeld(number: number, does: string): number {
    if (this.#held[number - 1] === true) return number - 1;
    return this.refuse(
      `T${this.#thread + 1} ${does} T${number}, and there is no such thread that waits for its start: give its number from 1, and declare it as { code, waitsForStart: true }.`,
    );
  }

  /** What a body is given beside its words. */
  thread(call: Thread<unknown>['call']): Thread<unknown> {
    const meeting = this.#meeting;
    const number = this.#thread + 1;
    return {
      number,
      call,
      atOnce: (run) => run(),
      choose: () =>
        this.refuse(
          `T${number} calls thread.choose, which real threads cannot do: nothing would try every answer. Observe a body without it.`,
        ),
      start: (other) => {
        const at = startOf(this.#assertHeld(other, 'starts'));
        Atomics.add(meeting, RUNNING, 1);
        if (Atomics.compareExchange(meeting, at, HELD, STARTED) !== HELD)
          this.refuse(`T${number} starts T${other}, which was started before: each is started once.`);
        Atomics.notify(meeting, at);
      },
      join: (other) => {
        const at = endOf(this.#assertHeld(other, 'joins'));
        while (Atomics.load(meeting, at) === 0) Atomics.wait(meeting, at, 0);
      },
      ports: {},
    };
  }
}
