import type { Machine } from '../machine.ts';
import type { Fault } from './judge.ts';

/** States that are remembered at most. */
const MOST_REMEMBERED = 200_000;

/**
 * Whether every thread can finish alone from where the machine stands, the others being stopped for ever: what lock-free code can, and
 * code that waits for others cannot. (It is obstruction freedom, strictly speaking: without it there is no lock freedom.)
 */
export class LockFreedom {
  readonly #finishes = new Set<string>();

  fault(machine: Machine): Fault | null {
    const state = machine.words.join();
    for (const [thread, { id, next }] of machine.at.entries()) {
      if (next === null) continue;
      const key = `${thread} ${id} ${state}`;
      if (this.#finishes.has(key)) continue;
      if (!finishesAlone(machine, thread)) {
        const details = [`T${thread + 1} cannot finish alone from here, the others being stopped.`];
        return { kind: 'not lock-free', cause: undefined, details };
      }
      if (this.#finishes.size >= MOST_REMEMBERED) this.#finishes.clear();
      this.#finishes.add(key);
    }
    return null;
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
