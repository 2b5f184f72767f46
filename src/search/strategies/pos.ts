import type { Random } from '../../random.ts';
import { isStep, writes } from '../../model/request.ts';
import type { Machine } from '../../model/machine.ts';
import { highest, type Policy, randomRuns, rangesOfRuns, type RunRange } from '../random-runs.ts';
import type { Strategy } from '../strategy.ts';

/**
 * Partial order sampling: Yuan, Yang and Gu, "Partial Order Aware Concurrency Sampling", CAV 2018. Every pending step has a random
 * priority and the highest moves. A step that raced with the one made draws its priority anew, so that losing one race says nothing about
 * the next.
 */
class Pos implements Policy {
  readonly #random: Random;
  readonly #priorities: Uint32Array;

  constructor(random: Random, threads: number) {
    this.#random = random;
    this.#priorities = Uint32Array.from({ length: threads }, () => random.next());
  }

  choose(machine: Machine, enabled: number): number {
    const thread = highest(enabled, this.#priorities);
    for (let other = 0; other < machine.threads; other++) {
      const isRacing = other !== thread && ((enabled >> other) & 1) !== 0 && race(machine, thread, other);
      if (isRacing) this.#priorities[other] = this.#random.next();
    }
    return thread;
  }

  /** What the thread does next is another step, with a priority of its own. */
  moved(_machine: Machine, thread: number): void {
    this.#priorities[thread] = this.#random.next();
  }
}

/** True if the pending steps of two threads go to the same word, and one of them would write it now. */
function race({ at, words }: Machine, thread: number, other: number): boolean {
  const [one, two] = [at[thread].next, at[other].next];
  if (!isStep(one) || !isStep(two) || one.address !== two.address) return false;
  const now = words[one.address];
  return writes(one, now) || writes(two, now);
}

export const pos: Strategy<RunRange> = {
  id: 'pos',
  about: 'Every pending step has a random priority; a step that lost a race draws another one.',
  exhausts: false,
  chance: true,
  splits: true,
  units: rangesOfRuns,
  run: (space, unit, visit, options) =>
    randomRuns(space, unit, (random, machine) => new Pos(random, machine.threads), visit, options),
};
