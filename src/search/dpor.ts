import { type Dependence, depend, ofWaiting } from '../model/dependence.ts';
import { Events } from './events.ts';
import type { Footprint } from '../model/thread-state.ts';
import { isStep, partsOf, waysOf } from '../model/request.ts';
import { Machine, moveOf, type Model } from '../model/machine.ts';
import { lowest, type SearchOptions, type Searched, Tally, type Visit } from './search.ts';

/** What the search knows of the moment before an event. */
interface Frame {
  /** The threads that can move there, one bit each. */
  enabled: number;
  /** The threads that are to be tried there, one bit each. */
  backtrack: number;
  /** The threads that need not be tried: what begins with their step was explored before, here or further up. */
  sleep: number;
  /** By thread that sleeps the footprint of its step. */
  readonly sleepers: Footprint[];
  /** The threads before a choice of which some answers need not be tried, one bit each. All of them sleep if the thread does. */
  choosing: number;
  /** By such a thread and answer the footprint that the step had with it; null if it is to be tried. */
  readonly chosen: (Footprint | null)[][];
}

/** Goes on after a step, with the threads that sleep then. */
type Onward = (sleep: number) => void;

/**
 * Visits one execution of each class of executions that differ only in the order of steps that do not depend on each other
 * (Mazurkiewicz traces): Algorithm 1 of Abdulla, Aronis, Jonsson and Sagonas, "Optimal Dynamic Partial Order Reduction", POPL 2014,
 * source sets with sleep sets. Sleep sets alone see to it that no class is visited twice (Godefroid 1996); source sets leave out most
 * of what the sleep sets would otherwise have to give up half-way.
 *
 * Four things go beyond the paper.
 * - The sleep set is asked as well before a thread is added to a backtrack set: an initial of v that sleeps means that all that begins
 *   like v was or will be explored.
 * - An await is blocked while its word has a value, so a race with a write can be reversed only if the await could have been made just
 *   before that write, which the word before the write tells: writes of one word are in one order in all executions of a class. If
 *   it could not, an earlier write may do, though it happens before the await around the later ones; so all are asked. An await that is
 *   blocked when an execution ends or is given up is asked in the same way: an earlier write may have let it through, and a later one closed
 *   it again. (In the paper a step that can be made stays so until it is made, so its races show sooner or later.)
 * - A thread that has gone a round stands still until another one moves (see `Machine`), whatever that does. So an initial of v may not be
 *   able to move where v is to begin; then another initial is taken, and if there is none, all threads that can move.
 * - A choice is a step of its thread with several answers. With each answer it is another step, which sleeps for itself, since what comes
 *   with it up to the next step may depend on other things. To try a thread is to try all of them that do not sleep.
 */
export class Dpor {
  readonly machine: Machine;
  readonly #events: Events;
  readonly #frames: Frame[] = [];
  readonly #tally: Tally;
  readonly #options: SearchOptions;
  readonly #onward: Onward = (sleep) => this.#explore(sleep);

  constructor(
    model: Model,
    dependence: Dependence,
    visit: Visit,
    options: SearchOptions & { stepLimit?: number } = {},
    machine: Machine = new Machine(model, dependence, options.stepLimit),
  ) {
    this.machine = machine;
    this.#events = new Events(this.machine.threads, dependence.resources);
    this.#tally = new Tally(visit, options);
    this.#options = options;
  }

  /** Explores what begins with these threads' steps, and is no part of what comes before it in the order of `branches`. */
  run(path: readonly number[] = []): Searched {
    const { steps } = this.machine;
    this.#frame(0).choosing = 0;
    this.#follow(path, 0, this.#onward);
    return this.#tally.searched(this.machine.steps - steps);
  }

  /**
   * Splits what begins with a path: into a path for each thread that can move next and does not sleep. If nobody can move the path is all
   * there is; if all who can sleep, there is nothing.
   */
  branches(path: readonly number[]): (readonly number[])[] {
    let branches: (readonly number[])[] = [];
    this.#frame(0).choosing = 0;
    this.#follow(path, 0, (sleep) => {
      const enabled = this.machine.enabled();
      branches = enabled === 0 ? [path] : this.#inOrder(enabled & ~sleep).map((thread) => [...path, thread]);
    });
    return branches;
  }

  /**
   * Makes the steps of a path, which the paths of its siblings stand beside: one for every thread that can move and does not sleep. So no
   * race further down needs to add one, and who sleeps follows from the path: those whose siblings come before count as explored.
   */
  #follow(path: readonly number[], sleep: number, then: Onward): void {
    const { machine } = this;
    const depth = this.#events.length;
    if (depth === path.length) {
      then(sleep);
      return;
    }
    const frame = this.#frame(depth);
    frame.sleep = sleep;
    frame.backtrack = -1;
    frame.enabled = machine.enabled();
    for (const thread of this.#inOrder(frame.enabled & ~sleep)) {
      if (thread === path[depth]) break;
      for (let ways = waysOf(machine.at[thread].next), way = 0; way < ways; way++) {
        const footprint = machine.step(moveOf(thread, way));
        machine.back();
        this.#fallAsleep(frame, thread, way, footprint);
      }
    }
    while (((frame.sleep >> path[depth]) & 1) === 0 && !this.#tally.stopped)
      this.#try(frame, depth, path[depth], (asleep) => this.#follow(path, asleep, then));
  }

  /** The thread that moved last goes on if it may, so that the first executions have few switches. */
  #inOrder(threads: number): number[] {
    const last = this.machine.happened.at(-1)?.thread ?? 0;
    const order = (threads >> last) & 1 ? [last] : [];
    for (let left = threads & ~(1 << last); left !== 0; left &= left - 1) order.push(lowest(left));
    return order;
  }

  /** Explores what begins with the events so far. The frame of this depth holds the sleepers. */
  #explore(sleep: number): void {
    const { machine } = this;
    const enabled = machine.enabled();
    const awake = enabled & ~sleep;
    if (awake === 0) {
      this.#askBlocked();
      if (enabled === 0) this.#tally.end(machine);
      else this.#tally.giveUp();
      return;
    }
    const depth = this.#events.length;
    const frame = this.#frame(depth);
    frame.sleep = sleep;
    frame.enabled = enabled;
    // The thread that moved last goes on if it may, so that the first executions have few switches.
    const last = machine.happened.at(-1)?.thread ?? 0;
    frame.backtrack = 1 << ((awake >> last) & 1 ? last : lowest(awake));
    while (!this.#tally.stopped) {
      const left = frame.backtrack & ~frame.sleep & enabled;
      if (left === 0) return;
      this.#try(frame, depth, lowest(left), this.#onward);
    }
  }

  /** Tries a thread, in the first way that does not sleep. From then on that one does. */
  #try(frame: Frame, depth: number, thread: number, then: Onward): void {
    const { machine } = this;
    const { waits } = machine.at[thread];
    const way = ((frame.choosing >> thread) & 1) === 0 ? 0 : frame.chosen[thread].indexOf(null);
    const footprint = machine.step(moveOf(thread, way));
    this.#events.push(thread, footprint, waits !== null, (event) => {
      if (waits === null || !this.#wasBlocked(event, waits)) this.#reverse(event, thread, footprint);
    });
    if (this.#options.onStep?.(machine) === true) this.#tally.stop('visitor');
    else then(this.#stillAsleep(frame, depth, thread, footprint));
    this.#options.onBack?.(machine);
    this.#events.pop();
    machine.back();
    this.#fallAsleep(frame, thread, way, footprint);
  }

  /** A thread was tried in one way. */
  #fallAsleep(frame: Frame, thread: number, way: number, footprint: Footprint): void {
    const ways = waysOf(this.machine.at[thread].next);
    if (ways === 1) frame.sleepers[thread] = footprint;
    else {
      if (((frame.choosing >> thread) & 1) === 0)
        frame.chosen[thread] = Array.from({ length: ways }, () => null);
      frame.choosing |= 1 << thread;
      frame.chosen[thread][way] = footprint;
      if (frame.chosen[thread].includes(null)) return;
    }
    frame.sleep |= 1 << thread;
  }

  /** A thread that sleeps and does not depend on the step sleeps on. */
  #stillAsleep(frame: Frame, depth: number, thread: number, footprint: Footprint): number {
    const below = this.#frame(depth + 1);
    let sleep = frame.choosing === 0 ? 0 : this.#stillChoosing(frame, below, thread, footprint);
    if (frame.choosing === 0) below.choosing = 0;
    for (let other = 0; other < this.machine.threads; other++) {
      if (other === thread || (((frame.sleep & ~frame.choosing) >> other) & 1) === 0) continue;
      if (depend(frame.sleepers[other], footprint)) continue;
      sleep |= 1 << other;
      below.sleepers[other] = frame.sleepers[other];
    }
    return sleep;
  }

  /** The same for threads before a choice, of which some answers sleep on, or all. */
  #stillChoosing(frame: Frame, below: Frame, thread: number, footprint: Footprint): number {
    let sleep = 0;
    let choosing = 0;
    for (let other = 0; other < this.machine.threads; other++) {
      if (other === thread || ((frame.choosing >> other) & 1) === 0) continue;
      const chosen = frame.chosen[other].map((each) =>
        each === null || depend(each, footprint) ? null : each,
      );
      if (chosen.every((each) => each === null)) continue;
      below.chosen[other] = chosen;
      choosing |= 1 << other;
      if (!chosen.includes(null)) sleep |= 1 << other;
    }
    below.choosing = choosing;
    return sleep;
  }

  /** Sees to it that the race of an event with the next step of a thread is explored in the other order too. */
  #reverse(event: number, thread: number, footprint: Footprint): void {
    const frame = this.#frames[event];
    const initials = this.#events.initials(event, thread, footprint);
    const { enabled } = frame;
    if ((initials & ((frame.backtrack & enabled) | frame.sleep)) !== 0) return;
    const able = initials & enabled;
    frame.backtrack |= able === 0 ? enabled : able & -able;
  }

  /** True if a step that waits could surely not be made just before an event. Of several words it cannot be told so easily. */
  #wasBlocked(event: number, waits: readonly number[]): boolean {
    const { from, before } = this.machine.happened[event];
    if (waits.length !== 2 || !isStep(from.next)) return false;
    if (from.next.custom === null) return from.next.address === waits[0] && before === waits[1];
    const found = partsOf(from.next, before);
    return found.some((word, i) => i % 2 === 0 && word === waits[0] && found[i + 1] === waits[1]);
  }

  /** Threads that wait at the end of an execution. */
  #askBlocked(): void {
    for (let thread = 0; thread < this.machine.threads; thread++) {
      const waits = this.machine.obstacle(thread);
      if (waits === null) continue;
      const footprint = ofWaiting(waits);
      // It is asked as if it were made now, and is not.
      this.#events.push(thread, footprint, true, (event) => {
        if (!this.#wasBlocked(event, waits)) this.#reverse(event, thread, footprint);
      });
      this.#events.pop();
    }
  }

  #frame(depth: number): Frame {
    this.#frames[depth] ??= { enabled: 0, backtrack: 0, sleep: 0, sleepers: [], choosing: 0, chosen: [] };
    return this.#frames[depth];
  }
}
