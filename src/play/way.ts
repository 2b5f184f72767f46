import type { KernelModel } from '../explore/kernel-model.ts';
import { judgedDependence } from '../explore/kernel-model.ts';
import { watched, type WatchedRun } from '../explore/watched-run.ts';
import { depend } from '../model/dependence.ts';
import { Machine } from '../model/machine.ts';
import type { Footprint } from '../model/thread-state.ts';
import { recordStep } from '../search/machine-engine.ts';
import { type Goal, isReached } from './goal.ts';

/** A way to a goal. */
export interface Way {
  /** Who moves at each step from where the search began, numbered from 0. */
  readonly path: readonly number[];
  /** Switches on the way from a thread that could have gone on. */
  readonly preemptions: number;
}

/** What a search for a way came to. */
export interface WaySearch {
  /** The shortest one: the fewest preemptions, and among those the fewest steps. Null if none was found. */
  readonly way: Way | null;
  /** True if nothing was left out: there is no shorter way, or none at all. */
  readonly complete: boolean;
  /** Every way with no more preemptions than this was tried. */
  readonly preemptions: number;
}

export interface WayLimits {
  readonly preemptions: number;
  readonly seconds: number;
}

/** Looks at the clock after so many steps. */
const LOOK = 255;

/**
 * Looks for the shortest way to a goal from where a path has led: with no preemption first, then with one, and so on. Of executions that
 * differ only in the order of steps that do not depend on each other, not all are tried: a thread that is preempted sleeps until another
 * one makes a step that its own next step depends on. `search/strategies/bounded.ts` says why each class keeps an execution with no more
 * preemptions; it has the same steps, so a shortest one is kept, too.
 *
 * @param from who has moved at each step so far, numbered from 0
 */
export function shortestWay(
  model: KernelModel,
  goal: Goal,
  from: readonly number[],
  limits: WayLimits,
): WaySearch {
  return new Search(model, goal, limits).from(from);
}

class Search {
  readonly #goal: Goal;
  readonly #limits: WayLimits;
  readonly #deadline: number;
  readonly #machine: Machine;
  readonly #run: WatchedRun;
  readonly #initial: readonly number[];
  /** Steps before the search began. */
  #start = 0;
  #best: Way | null = null;
  /** True if a thread was not interrupted since the bound forbade it. */
  #refused = false;
  #isOver = false;
  #looked = 0;

  constructor(model: KernelModel, goal: Goal, limits: WayLimits) {
    this.#goal = goal;
    this.#limits = limits;
    this.#deadline = performance.now() + 1000 * limits.seconds;
    this.#machine = new Machine(model, judgedDependence(model));
    this.#run = watched(model, this.#machine, false);
    this.#initial = model.program.initial;
  }

  from(path: readonly number[]): WaySearch {
    const machine = this.#machine;
    for (const thread of path) recordStep(this.#run.recorder, machine, thread);
    this.#start = path.length;
    const last = path.at(-1) ?? -1;
    if (this.#isThere()) return { way: { path: [], preemptions: 0 }, complete: true, preemptions: 0 };
    const { recorder, judge } = this.#run;
    const [savedRun, savedJudge] = [recorder.save(), judge.save()];
    for (let bound = 0; ; bound++) {
      this.#refused = false;
      this.#explore(last, bound, 0, bound, []);
      while (machine.happened.length > path.length) machine.back();
      recorder.rewind(savedRun);
      judge.restore(savedJudge);
      const isComplete = !this.#isOver && (this.#best !== null || !this.#refused);
      if (isComplete || this.#isOver || bound >= this.#limits.preemptions)
        return {
          way: this.#best,
          complete: isComplete,
          preemptions: this.#isOver ? bound - 1 : bound,
        };
    }
  }

  #isThere(): boolean {
    const { recorder, judge } = this.#run;
    const seen = { events: recorder.events, findings: judge.findings, words: this.#machine.words };
    return isReached(this.#goal, { ...seen, initial: this.#initial });
  }

  /**
   * Tries what can come next.
   *
   * @param last who moved last; -1 if nobody has
   * @param left how many preemptions are left of `bound`
   * @param sleep the threads that sleep, one bit each, and the footprints of their next steps by thread
   */
  #explore(last: number, left: number, sleep: number, bound: number, sleepers: readonly Footprint[]): void {
    const machine = this.#machine;
    const depth = machine.happened.length;
    if (this.#isOver || depth - this.#start + 1 >= (this.#best?.path.length ?? Infinity)) return;
    const enabled = machine.enabled();
    const goesOn = last >= 0 && ((enabled >> last) & 1) !== 0;
    const others = enabled & ~sleep & ~(goesOn ? 1 << last : 0);
    if (goesOn && left === 0) {
      if (others !== 0) this.#refused = true;
      this.#step(last, { left, sleep, bound, sleepers });
      return;
    }
    const { recorder, judge } = this.#run;
    const [savedRun, savedJudge] = [recorder.save(), judge.save()];
    const asleep = [...sleepers];
    let sleeping = sleep;
    for (const thread of [...(goesOn ? [last] : []), ...threadsOf(others)]) {
      const interrupts = goesOn && thread !== last;
      const footprint = this.#step(thread, {
        left: interrupts ? left - 1 : left,
        sleep: sleeping,
        bound,
        sleepers: asleep,
      });
      while (machine.happened.length > depth) machine.back();
      recorder.rewind(savedRun);
      judge.restore(savedJudge);
      if (thread !== last || !goesOn) continue;
      // It sleeps until another thread makes a difference to its next step.
      asleep[last] = footprint;
      sleeping |= 1 << last;
    }
  }

  /** Lets a thread make a step and goes on from there. Returns what the step touched. */
  #step(
    thread: number,
    {
      left,
      sleep,
      bound,
      sleepers,
    }: {
      readonly left: number;
      readonly sleep: number;
      readonly bound: number;
      readonly sleepers: readonly Footprint[];
    },
  ): Footprint {
    const machine = this.#machine;
    recordStep(this.#run.recorder, machine, thread);
    const { to } = machine.happened[machine.happened.length - 1];
    const footprint = machine.footprintOf(to, thread);
    if ((++this.#looked & LOOK) === 0 && performance.now() > this.#deadline) this.#isOver = true;
    if (this.#isThere()) {
      const path = machine.path().slice(this.#start);
      if (path.length < (this.#best?.path.length ?? Infinity))
        this.#best = { path, preemptions: bound - left };
      return footprint;
    }
    let awake = sleep;
    for (const each of threadsOf(sleep)) if (depend(sleepers[each], footprint)) awake &= ~(1 << each);
    this.#explore(thread, left, awake, bound, sleepers);
    return footprint;
  }
}

function threadsOf(mask: number): number[] {
  const found: number[] = [];
  for (let thread = 0; mask >> thread !== 0; thread++) if (((mask >> thread) & 1) !== 0) found.push(thread);
  return found;
}
