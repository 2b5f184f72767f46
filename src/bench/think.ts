import type { Random } from '../random.ts';

/** Think time between operations, in nanoseconds, drawn anew each time. */
const LEAST_THINK_NS = 50;
const MOST_THINK_NS = 150;

const CALIBRATION = 1_000_000;
/** The fastest of a few tries is the one that nobody disturbed. */
const TRIES = 5;

/** Spins for a random time without touching shared memory or the clock, whose reading alone takes longer. */
export class Thinker {
  readonly #random: Random;
  readonly #least: number;
  readonly #range: number;
  /** What the spinning computes; kept, so that it cannot be optimized away. */
  #state = 1;

  constructor(random: Random) {
    this.#random = random;
    let fastest = Infinity;
    for (let i = 0; i < TRIES; i++) {
      const began = performance.now();
      this.#spin(CALIBRATION);
      fastest = Math.min(fastest, performance.now() - began);
    }
    const turnsPerNs = CALIBRATION / (fastest * 1e6);
    this.#least = Math.round(LEAST_THINK_NS * turnsPerNs);
    this.#range = Math.max(1, Math.round((MOST_THINK_NS - LEAST_THINK_NS) * turnsPerNs));
  }

  think(): void {
    this.#spin(this.#least + this.#random.below(this.#range));
  }

  /** A linear congruential generator (Numerical Recipes): each turn needs the last one's result. */
  #spin(turns: number): void {
    let state = this.#state;
    for (let i = 0; i < turns; i++) state = (Math.imul(state, 1664525) + 1013904223) | 0;
    this.#state = state;
  }
}
