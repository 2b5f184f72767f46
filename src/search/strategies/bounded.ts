import { Words } from '../../platform-array.ts';
import { type Dependence, depend, FootprintBuilder, ofWaiting } from '../../model/dependence.ts';
import type { Footprint } from '../../model/thread-state.ts';
import { lowest, moveOf, waysOf } from '../../model/request.ts';
import { Machine, type Model } from '../../model/machine.ts';
import { Rows } from '../rows.ts';
import { type SearchOptions, type Searched, Tally, type Visit } from '../search.ts';
import { TraceNames } from '../trace-names.ts';
import type { Strategy } from '../strategy.ts';

/** What a bounded search asks for. */
export interface BoundedOptions extends SearchOptions {
  readonly stepLimit?: number;
  /** End when this many rows are remembered, of some 50 bytes each. Default 8 million. */
  readonly maxRows?: number;
}

const MAX_ROWS = 8_000_000;

/** What is still to be tried before an event. */
interface BoundedMoment {
  /** The thread that moved last, if it can go on; else -1. */
  first: number;
  /** The other threads that are still to be tried, one bit each. */
  others: number;
  /** How many preemptions there may still be, and how many after the step that is tried. */
  left: number;
  leftBelow: number;
  /** The threads that need not be tried, one bit each, and by thread the footprint of the step that each would make. */
  sleep: number;
  readonly sleepers: Footprint[];
  /** The thread that is tried, -1 before the first, and which of its answers. */
  thread: number;
  way: number;
  ways: number;
  /** What its step touches with the answers so far. */
  footprint: Footprint | null;
}

function newBoundedMoment(): BoundedMoment {
  return {
    first: -1,
    others: 0,
    left: 0,
    leftBelow: 0,
    sleep: 0,
    sleepers: [],
    thread: -1,
    way: 0,
    ways: 0,
    footprint: null,
  };
}

/**
 * Visits every class of executions that has one with this many preemptions, once, those with fewer preemptions first: iterative context
 * bounding (Musuvathi and Qadeer, PLDI 2007). A preemption is a switch from a thread that could go on. Executions of a class that was
 * visited are known by its name.
 *
 * Dropping executions over the bound from a reduced search would not be exact: the reduction keeps one execution of a class, which may be
 * one of those over the bound (Coons, Musuvathi and McKinley, "Bounded partial-order reduction", OOPSLA 2013). One reduction is exact:
 * **a thread that is preempted sleeps until another one makes a step that depends on the step that it would make itself.** For say t is
 * preempted before its step e, others make the steps B, and t comes back with e, which no step of B depends on. Then e can be made
 * before B: that execution is of the same class, and has no more preemptions.
 * - Where t left off for B it still does, which costs one preemption at most, as it did.
 * - Where a thread leaves off in B or at its end, it costs one if that thread could go on. That is as it was, unless e lets it go on:
 *   so a thread that leaves off since it is blocked wakes the threads that sleep before a step that depends on the words it waits for.
 * - Where t leaves off right after e, there are now t's steps before B, so that is the place above; and the thread that made the last step of B
 *   leaves off there for the thread that follows e, which costs no more than before, when it left off for t.
 *
 * Each such change moves a step to an earlier turn of its thread, so there is an end to them, and each class keeps an execution.
 *
 * Of a thread that sleeps before a choice the step is all of its answers together.
 */
export class BoundedSearch {
  readonly machine: Machine;
  readonly #tally: Tally;
  readonly #options: BoundedOptions;
  readonly #names: TraceNames;
  readonly #row: Int32Array;
  /** Names of executions that were visited, of all bounds. */
  readonly #ended: Rows;
  /** By depth. */
  readonly #moments: BoundedMoment[] = [];
  /** True if a thread was not interrupted since the bound forbade it. */
  #refused = false;

  constructor(model: Model, dependence: Dependence, visit: Visit, options: BoundedOptions = {}) {
    this.machine = new Machine(model, dependence, options.stepLimit);
    const { threads } = this.machine;
    this.#names = new TraceNames(threads, dependence.resources);
    this.#tally = new Tally(visit, options);
    this.#options = options;
    this.#row = new Words(this.#names.width);
    this.#ended = new Rows(this.#names.width);
  }

  /**
   * With one preemption more each time, from none, until there are no more to be had: so the first thing that is found has the fewest
   * preemptions.
   */
  runUpTo(preemptions: number): Searched {
    for (let bound = 0; ; bound++) {
      this.#refused = false;
      this.#explore(bound);
      const searched = this.#tally.searched(this.machine.steps);
      if (!searched.complete || bound >= preemptions || !this.#refused) {
        return { ...searched, preemptions: bound, more: this.#refused };
      }
    }
  }

  /** Explores everything with so many preemptions. An execution may be longer than a stack of calls, so moments are the stack. */
  #explore(preemptions: number): void {
    if (!this.#enter(-1, preemptions, 0)) return;
    for (let depth = 0; depth >= 0;) {
      const moment = this.#momentAt(depth);
      if (!this.#next(moment)) {
        if (--depth >= 0) this.#takeBack(this.#momentAt(depth));
        continue;
      }
      const awake = this.#make(moment);
      if (awake !== null && this.#enter(moment.thread, moment.leftBelow, awake)) depth++;
      else this.#takeBack(moment);
    }
  }

  /** Prepares the moment after the events so far. The sleepers' footprints are those of this depth. False if nobody goes on. */
  #enter(last: number, left: number, sleepers: number): boolean {
    const { machine } = this;
    const enabled = machine.enabled();
    const goesOn = last >= 0 && ((enabled >> last) & 1) !== 0;
    const sleep = goesOn || last < 0 ? sleepers : this.#awakenedBy(last, sleepers);
    let others = enabled & ~sleep & ~(goesOn ? 1 << last : 0);
    if (enabled === 0) this.#end();
    // Where nobody may be interrupted there is one way to go on.
    if (left === 0 && goesOn && others !== 0) {
      this.#refused = true;
      others = 0;
    }
    if (!goesOn && others === 0) return false;
    const moment = this.#momentAt(machine.happened.length);
    moment.first = goesOn ? last : -1;
    moment.others = others;
    moment.left = left;
    moment.leftBelow = left;
    moment.sleep = sleep;
    moment.thread = -1;
    moment.ways = 0;
    moment.footprint = null;
    return true;
  }

  /** The next answer of the thread that is tried, or else the next thread. False if nothing is left. */
  #next(moment: BoundedMoment): boolean {
    const { stopped } = this.#tally;
    if (++moment.way < moment.ways) return !stopped;
    const { first, thread } = moment;
    // The thread that moved last goes on first, so that ends with few switches are found first.
    if (first >= 0 && thread < 0) return this.#take(moment, first);
    if (thread === first && first >= 0) {
      moment.sleepers[first] = moment.footprint as Footprint;
      moment.sleep |= 1 << first;
      moment.leftBelow = moment.left - 1;
    }
    if (stopped || moment.others === 0) return false;
    const next = lowest(moment.others);
    moment.others &= moment.others - 1;
    return this.#take(moment, next);
  }

  #take(moment: BoundedMoment, thread: number): true {
    moment.thread = thread;
    moment.way = 0;
    moment.ways = waysOf(this.machine.at[thread].next);
    moment.footprint = null;
    return true;
  }

  /** The thread that moved last is blocked by words that a sleeper may write: the sleeper's step could let it go on. */
  #awakenedBy(last: number, sleep: number): number {
    const { waits } = this.machine.at[last];
    // Whatever another thread does lets one go on that has gone a round.
    if (sleep !== 0 && this.machine.hasGoneRound(last)) return 0;
    if (waits === null || sleep === 0) return sleep;
    return this.#without(sleep, ofWaiting(waits), this.#momentAt(this.machine.happened.length).sleepers);
  }

  /** Those of the sleepers whose step does not depend on another one. */
  #without(sleep: number, footprint: Footprint, sleepers: readonly Footprint[]): number {
    let left = sleep;
    for (let thread = 0; thread < this.machine.threads; thread++) {
      if (((sleep >> thread) & 1) !== 0 && depend(sleepers[thread], footprint)) left &= ~(1 << thread);
    }
    return left;
  }

  #momentAt(depth: number): BoundedMoment {
    return (this.#moments[depth] ??= newBoundedMoment());
  }

  /** An execution has ended. */
  #end(): void {
    this.#names.copyTo(this.#row);
    const before = this.#ended.size;
    if (this.#ended.add(this.#row) === before) this.#tally.end(this.machine);
    else this.#tally.giveUp();
    if (before + this.#names.size >= (this.#options.maxRows ?? MAX_ROWS)) this.#tally.stop('memory');
  }

  /** Makes a step. Returns the threads that sleep then; null if what follows is not to be explored. */
  #make(moment: BoundedMoment): number | null {
    const { machine } = this;
    const { thread, way, ways, sleep, sleepers } = moment;
    const footprint = machine.step(moveOf(thread, way));
    moment.footprint = moment.footprint === null ? footprint : both(moment.footprint, footprint);
    this.#names.push(thread, footprint, ways === 1 ? null : way);
    this.#tally.step();
    if (this.#options.onStep?.(machine) === true) this.#tally.stop('visitor');
    if (this.#tally.stopped) return null;
    const asleep = this.#without(sleep, footprint, sleepers);
    const below = this.#momentAt(machine.happened.length).sleepers;
    for (let left = asleep; left !== 0; left &= left - 1) below[lowest(left)] = sleepers[lowest(left)];
    return asleep;
  }

  #takeBack({ thread }: BoundedMoment): void {
    this.#options.onBack?.(this.machine);
    this.machine.back();
    this.#names.pop(thread);
  }
}

/** All that two footprints touch. */
function both(one: Footprint, other: Footprint): Footprint {
  const builder = new FootprintBuilder();
  for (const each of [one, other])
    for (let i = 0; i < each.length; i += 2) builder.touch(each[i], each[i + 1]);
  return builder.build();
}

/** Everything that can happen with few preemptions. It is not split: two parts would meet the same classes, and count them twice. */
export const bounded: Strategy<null> = {
  id: 'bounded',
  about: 'Executions without a preemption first, then those with one, and so on to a bound; each class once.',
  exhausts: true,
  chance: false,
  splits: false,
  units: () => [null],
  run: ({ model, dependence, preemptions }, _unit, visit, options) =>
    new BoundedSearch(model, dependence, visit, options).runUpTo(preemptions),
};
