import { type Dependence, ofWaiting } from '../model/dependence.ts';
import { lowest, moveOf, moverOf, waysOf } from '../model/request.ts';
import { Machine, type Model } from '../model/machine.ts';
import type { Footprint } from '../model/thread-state.ts';
import { Events } from './events.ts';
import { fallAsleep, type Frame, isAsleep, newFrame, stillAsleep, type PlannedMove } from './frame.ts';
import { planAll, Reversals } from './reversals.ts';
import { type SearchOptions, type Searched, Tally, type Visit } from './search.ts';
import type { Branch } from './wakeup-tree.ts';

/** By thread its step, with nothing planned behind it. */
const UNPLANNED: readonly PlannedMove[] = Array.from({ length: 32 }, (_, move) => ({ move, below: null }));

/** Goes on after a step, with the threads that sleep then. */
type Onward = (sleep: number) => void;

/**
 * Visits one execution of each class of executions that differ only in the order of steps that do not depend on each other
 * (Mazurkiewicz traces), and gives up none: optimal DPOR of Abdulla, Aronis, Jonsson and Sagonas, "Source Sets: A Foundation for Optimal
 * Dynamic Partial Order Reduction", JACM 2017, with sleep sets and wakeup trees. Sleep sets alone see to it that no class is
 * visited twice (Godefroid 1996). An execution would be given up if all that could go on slept. That is excluded by what is planned (see
 * `insert`): where a branch is tried, each step that sleeps is followed by something in the branch that depends on it and wakes it,
 * so that at the end of the branch nobody sleeps.
 *
 * What goes beyond the paper, here and in `reversals.ts`:
 * - An await is blocked while its word has a value, so a race with a write can be reversed only if the await can be made before that write,
 *   which the words there tell. If it cannot, an earlier write may do, though it happens before the await around the later ones;
 *   so all are asked. An await that is blocked when an execution ends is asked in the same way: an earlier write may have let it
 *   through, and a later one closed it again. (In the paper a step that can be made stays so until it is made, so its races show
 *   sooner or later.)
 * - A choice is a step of its thread with several answers. With each answer it is another step, which sleeps for itself, since what comes
 *   with it up to the next step may depend on other things. Where one answer is tried, all are that do not sleep: no race leads
 *   from one to the other.
 * - A thread that has gone a round stands still until another one moves (see `Machine`), whatever that does. So a step that is planned may
 *   not be possible where it is to be made; then all threads that can move are tried there.
 *
 * In programs with choices and such rounds executions may be given up half-way, since what is tried beyond the branches need not
 * wake those that sleep; and so may they in parts of a search, above which nothing is reduced.
 */
export class Dpor {
  readonly machine: Machine;
  readonly #events: Events;
  readonly #frames: Frame[] = [];
  readonly #reversals: Reversals;
  readonly #tally: Tally;
  readonly #options: SearchOptions;

  constructor(
    model: Model,
    dependence: Dependence,
    visit: Visit,
    options: SearchOptions & { stepLimit?: number } = {},
    machine: Machine = new Machine(model, dependence, options.stepLimit),
  ) {
    this.machine = machine;
    this.#events = new Events(this.machine.threads, dependence.resources);
    this.#reversals = new Reversals(machine, this.#events, this.#frames);
    this.#tally = new Tally(visit, options);
    this.#options = options;
  }

  /** Explores what begins with these threads' steps, and is no part of what comes before it in the order of `branches`. */
  run(path: readonly number[] = []): Searched {
    const { steps } = this.machine;
    this.#frame(0).choosing = 0;
    this.#follow(path, 0, (sleep) => this.#explore(sleep));
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
      this.#frame(depth).fromAbove = sleep | this.#frame(depth).choosing;
      then(sleep);
      return;
    }
    const frame = this.#frame(depth);
    frame.sleep = sleep;
    frame.isFull = true;
    frame.enabled = machine.enabled();
    for (const thread of this.#inOrder(frame.enabled & ~sleep)) {
      if (thread === path[depth]) break;
      for (let ways = waysOf(machine.at[thread].next), way = 0; way < ways; way++)
        this.#take(frame, moveOf(thread, way));
    }
    for (let ways = waysOf(machine.at[path[depth]].next), way = 0; way < ways; way++) {
      const move = moveOf(path[depth], way);
      if (isAsleep(frame, move) || this.#tally.stopped) continue;
      const asleep = this.#make(frame, depth, move);
      if (asleep !== null) this.#follow(path, asleep, then);
      this.#takeBack(frame);
    }
  }

  /** Takes a move to be tried, which it is elsewhere. */
  #take(frame: Frame, move: number): void {
    fallAsleep(frame, this.machine, move, this.#lookAhead(move));
  }

  /** What a move would touch. */
  #lookAhead(move: number): Footprint {
    const footprint = this.machine.step(move);
    this.machine.back();
    return footprint;
  }

  /** The thread that moved last goes on if it may, so that the first executions have few switches; else the lowest one does. */
  #first(threads: number): number {
    const { happened } = this.machine;
    const last = happened.length === 0 ? 0 : happened[happened.length - 1].thread;
    return (threads >> last) & 1 ? last : lowest(threads);
  }

  /** The threads in the order in which they are tried. */
  #inOrder(threads: number): number[] {
    const order: number[] = [];
    if (threads === 0) return order;
    order.push(this.#first(threads));
    for (let left = threads & ~(1 << order[0]); left !== 0; left &= left - 1) order.push(lowest(left));
    return order;
  }

  /** Explores what begins with the events so far. An execution may be longer than a stack of calls, so frames are the stack. */
  #explore(sleep: number): void {
    const least = this.#events.length;
    if (!this.#enter(sleep, null)) return;
    for (let depth = least; depth >= least;) {
      const frame = this.#frame(depth);
      const branch = this.#next(frame);
      if (branch === null) {
        depth--;
        if (depth >= least) this.#takeBack(this.#frame(depth));
        continue;
      }
      const asleep = this.#make(frame, depth, branch.move);
      if (asleep !== null && this.#enter(asleep, branch.below)) depth++;
      else this.#takeBack(frame);
    }
  }

  /** Prepares the frame of this depth, which holds the sleepers, for what is to be tried there. False if nobody goes on. */
  #enter(sleep: number, branches: Branch[] | null): boolean {
    const { machine } = this;
    const enabled = machine.enabled();
    const awake = enabled & ~sleep;
    if (awake === 0) {
      this.#end(enabled === 0);
      return false;
    }
    const frame = this.#frame(this.#events.length);
    frame.sleep = sleep;
    frame.enabled = enabled;
    frame.isFull = false;
    frame.branches = branches;
    frame.tried = 0;
    frame.first = null;
    if (branches !== null) return true;
    const thread = this.#first(awake);
    if (waysOf(machine.at[thread].next) > 1) this.#planAnswers(frame, thread);
    else frame.first = UNPLANNED[thread];
    return true;
  }

  /** What is tried next at a moment; null if nothing is left. */
  #next(frame: Frame): PlannedMove | null {
    const { first } = frame;
    if (first !== null) {
      frame.first = null;
      return first;
    }
    while (frame.branches !== null && frame.tried < frame.branches.length && !this.#tally.stopped) {
      const branch = frame.branches[frame.tried++];
      const thread = moverOf(branch.move);
      if (((frame.enabled >> thread) & 1) === 0) planAll(frame);
      else if (!isAsleep(frame, branch.move)) {
        if (waysOf(this.machine.at[thread].next) > 1) this.#planAnswers(frame, thread, branch.move);
        return branch;
      }
    }
    return null;
  }

  /** Plans to try all answers of a thread that do not sleep. */
  #planAnswers(frame: Frame, thread: number, but = -1): void {
    const { machine } = this;
    const ways = waysOf(machine.at[thread].next);
    frame.branches ??= [];
    for (let way = 0; way < ways; way++) {
      const move = moveOf(thread, way);
      if (move === but || isAsleep(frame, move) || frame.branches.some((each) => each.move === move))
        continue;
      frame.branches.push({ move, ways, footprint: this.#lookAhead(move), below: null });
    }
  }

  /** Makes a move. Returns the threads that sleep then; null if what follows is not to be explored. */
  #make(frame: Frame, depth: number, move: number): number | null {
    const { machine } = this;
    const thread = moverOf(move);
    const from = machine.at[thread];
    const footprint = machine.step(move);
    const { races } = this.#events;
    const met = this.#events.look(thread, footprint, from.waits !== null);
    for (let i = 0; i < met; i++) this.#reversals.race(races[i], move, from, footprint, 'unsure');
    this.#events.add();
    this.#reversals.push(move, waysOf(from.next), footprint);
    this.#tally.step();
    frame.move = move;
    frame.footprint = footprint;
    if (this.#options.onStep?.(machine) === true) this.#tally.stop('visitor');
    if (this.#tally.stopped) return null;
    return stillAsleep(frame, this.#frame(depth + 1), machine.threads, thread, footprint);
  }

  /** Takes the move back that was made last. From then on it sleeps. */
  #takeBack(frame: Frame): void {
    const { machine } = this;
    this.#options.onBack?.(machine);
    this.#events.pop();
    this.#reversals.pop();
    machine.back();
    fallAsleep(frame, machine, frame.move, frame.footprint);
  }

  /** Nobody is left to move, or all that could sleep. */
  #end(isWhole: boolean): void {
    this.#askBlocked(isWhole);
    this.#reversals.end(isWhole);
    if (isWhole) this.#tally.end(this.machine);
    else this.#tally.giveUp();
  }

  /** Threads that wait at the end of an execution. */
  #askBlocked(isWhole: boolean): void {
    for (let thread = 0; thread < this.machine.threads; thread++) {
      const waits = this.machine.obstacle(thread);
      if (waits === null) continue;
      const footprint = ofWaiting(waits);
      const from = this.machine.at[thread];
      // It is asked as if it were made now, and is not.
      const { races } = this.#events;
      const met = this.#events.look(thread, footprint, true);
      const weakly = isWhole ? 'counts' : 'ignored';
      for (let i = 0; i < met; i++) this.#reversals.race(races[i], thread, from, footprint, weakly);
    }
  }

  #frame(depth: number): Frame {
    return (this.#frames[depth] ??= newFrame());
  }
}
