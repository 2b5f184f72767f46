import type { KernelModel } from '../explore/kernel-model.ts';
import { judgedDependence } from '../explore/kernel-model.ts';
import { watched, type WatchedRun } from '../explore/watched-run.ts';
import { depend } from '../model/dependence.ts';
import { Machine } from '../model/machine.ts';
import type { Footprint } from '../model/thread-state.ts';
import { recordStep } from '../search/machine-engine.ts';
import { InternalError } from '../errors.ts';
import { type Goal, isReached } from './goal.ts';

/** A way to a goal. */
export interface Way {
  /** Who moves at each step from where the search began, numbered from 0; `~thread` is that a thread is killed. */
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
 * Threads of the model that may be killed are killed right after a step of theirs, if at all. That is not all that can happen, so where
 * there are such threads a shorter way is not excluded.
 *
 * @param from who has moved at each step so far, numbered from 0; `~thread` is that a thread was killed
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
  readonly #contracts: KernelModel['contracts'];
  readonly #run: WatchedRun;
  readonly #initial: readonly number[];
  /** The threads of the program, one bit each: those behind them stand for deaths. */
  readonly #threads: number;
  readonly #records: readonly number[] | null;
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
    this.#contracts = model.contracts;
    this.#threads = (1 << model.program.threads.length) - 1;
    this.#records = model.records;
  }

  from(path: readonly number[]): WaySearch {
    const machine = this.#machine;
    for (const move of path) recordStep(this.#run.recorder, machine, this.#moverOf(move));
    this.#start = path.length;
    const last = path.findLast((move) => move >= 0) ?? -1;
    const mayKill = machine.model.deaths !== undefined;
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
          complete: isComplete && (this.#best === null || !mayKill),
          preemptions: this.#isOver ? bound - 1 : bound,
        };
    }
  }

  #isThere(): boolean {
    const { recorder, judge } = this.#run;
    const seen = { events: recorder.events, findings: judge.findings, words: this.#machine.words };
    return isReached(this.#goal, { ...seen, initial: this.#initial, contracts: this.#contracts });
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
    const enabled = this.#enabled();
    const goesOn = last >= 0 && ((enabled >> last) & 1) !== 0;
    if (goesOn && this.#isMortal(last)) this.#tryKill(last, left, sleep, bound, sleepers);
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

  /** The threads that can move. One that comes after another on its record waits for the end of that one. */
  #enabled(): number {
    const machine = this.#machine;
    const enabled = machine.enabled() & this.#threads;
    const records = this.#records;
    if (records === null) return enabled;
    const isAlive = (thread: number): boolean => machine.at[thread].next !== null && !machine.isDead(thread);
    return threadsOf(enabled)
      .filter((thread) => !records.some((each, i) => i < thread && each === records[thread] && isAlive(i)))
      .reduce((mask, thread) => mask | (1 << thread), 0);
  }

  #isMortal(thread: number): boolean {
    return this.#machine.model.deaths?.some(({ of }) => of === thread) === true;
  }

  /** The thread of the model that makes a move: that of a kill is the one that stands for the death. */
  #moverOf(move: number): number {
    if (move >= 0) return move;
    const death = this.#machine.model.deaths?.find(({ of }) => of === ~move);
    if (death === undefined) throw new InternalError(`T${~move + 1} is not one that may be killed.`);
    return death.by;
  }

  /** Kills the thread that has just moved, and goes on from there. */
  #tryKill(thread: number, left: number, sleep: number, bound: number, sleepers: readonly Footprint[]): void {
    const machine = this.#machine;
    const { recorder, judge } = this.#run;
    const [depth, savedRun, savedJudge] = [machine.happened.length, recorder.save(), judge.save()];
    this.#step(~thread, { left, sleep, bound, sleepers });
    while (machine.happened.length > depth) machine.back();
    recorder.rewind(savedRun);
    judge.restore(savedJudge);
  }

  /** Lets a thread make a step, or kills it, and goes on from there. Returns what that touched. */
  #step(
    move: number,
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
    const mover = this.#moverOf(move);
    recordStep(this.#run.recorder, machine, mover);
    const { to } = machine.happened[machine.happened.length - 1];
    const footprint = machine.footprintOf(to, mover);
    if ((++this.#looked & LOOK) === 0 && performance.now() > this.#deadline) this.#isOver = true;
    if (this.#isThere()) {
      const path = machine
        .path()
        .slice(this.#start)
        .map((each) => {
          const victim = machine.killedBy(each);
          return victim === null ? each : ~victim;
        });
      if (path.length < (this.#best?.path.length ?? Infinity))
        this.#best = { path, preemptions: bound - left };
      return footprint;
    }
    let awake = sleep;
    for (const each of threadsOf(sleep)) if (depend(sleepers[each], footprint)) awake &= ~(1 << each);
    this.#explore(move < 0 ? ~move : move, left, awake, bound, sleepers);
    return footprint;
  }
}

function threadsOf(mask: number): number[] {
  const found: number[] = [];
  for (let thread = 0; mask >> thread !== 0; thread++) if (((mask >> thread) & 1) !== 0) found.push(thread);
  return found;
}
