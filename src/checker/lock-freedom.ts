import type { Machine } from '../model/machine.ts';
import type { Fault } from './check-judge.ts';
import { runOnward } from './onward.ts';
import { Settled } from './asynchronous/event-loop.ts';
import type { CheckedProgram } from './checked-program.ts';
import { lastRound } from './rounds.ts';
import { showPending } from './step-text.ts';

/** States that are remembered at most. */
const MOST_REMEMBERED = 200_000;

/**
 * Whether every thread that is to end can finish alone from where the machine stands, the others being stopped forever: what lock-free
 * code can, and code that waits for others cannot. (It is obstruction freedom, strictly speaking: without it there is no lock freedom.)
 */
export class LockFreedom {
  readonly #program: CheckedProgram;
  readonly #finishes = new Set<string>();

  constructor(program: CheckedProgram) {
    this.#program = program;
  }

  fault(machine: Machine): Fault | null {
    const state = machine.words.join();
    for (const [thread, place] of machine.at.entries()) {
      const { id, next, result } = place;
      if (next === null || result instanceof Settled || this.#program.serves(thread)) continue;
      if (this.#program.awaitsStart(thread, place)) continue;
      const key = `${thread} ${id} ${state}`;
      if (this.#finishes.has(key)) continue;
      const hindered = finishesAlone(machine, thread) ? null : this.#hindered(machine, thread);
      if (hindered !== null) return { kind: 'not lock-free', cause: undefined, details: [hindered] };
      if (this.#finishes.size >= MOST_REMEMBERED) this.#finishes.clear();
      this.#finishes.add(key);
    }
    return null;
  }

  /** What a thread does in the place of finishing alone; null if it only takes more steps than the limit says. */
  #hindered(machine: Machine, thread: number): string | null {
    const { layout } = this.#program;
    const [{ outcome, asleepIn, steps, last }] = runOnward(machine, thread);
    if (outcome === 'ended') return null;
    const does =
      asleepIn !== null
        ? `it sleeps in ${showPending(layout, asleepIn)}`
        : `it was still going after ${steps} steps, and its ${lastRound(layout, last)}`;
    return `T${thread + 1} does not finish alone from here, the others standing still: ${does}.`;
  }
}

function finishesAlone(machine: Machine, thread: number): boolean {
  let steps = 0;
  while (((machine.enabled() >> thread) & 1) !== 0) {
    machine.step(thread);
    steps++;
  }
  const finished = machine.at[thread].next === null;
  for (; steps > 0; steps--) machine.back();
  return finished;
}
