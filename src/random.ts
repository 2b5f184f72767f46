/** Random 32-bit integers that a seed determines: xorshift of Marsaglia, "Xorshift RNGs" (2003), triple 13, 17, 5. */
export class Random {
  #state: number;

  /** Seeds that differ in one bit give sequences that have nothing in common; the stream keeps the threads of one seed apart. */
  constructor(seed: number, stream = 0) {
    // The finalizer of MurmurHash3 spreads the seed over all bits; xorshift must not start at 0.
    let hash = (seed ^ Math.imul(stream + 1, 0x9e3779b9)) | 0;
    hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
    this.#state = hash ^ (hash >>> 16) || 1;
  }

  /** A signed 32-bit integer, never 0. */
  next(): number {
    let state = this.#state;
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    this.#state = state;
    return state;
  }

  /** A whole number from 0 to `limit` - 1, for a limit far below 2^32. */
  below(limit: number): number {
    return (this.next() >>> 0) % limit;
  }
}

/** The items in an order that is as likely as any other (Fisher and Yates). */
export function shuffled<T>(items: readonly T[], random: Random): T[] {
  const order = [...items];
  for (let i = order.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
