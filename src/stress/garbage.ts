import type { Audit } from '../judge/audit/audit.ts';
import { boundOf } from '../laboratory/registry.ts';
import { unreclaimedCounted } from '../judge/audit/thread-records.ts';
import type { Geometry } from '../kernel/layout.ts';
import type { StressPlan } from './options.ts';
import type { Garbage } from './result.ts';

/** Operations from which on rounds show whether slots are still being freed, and values delivered. */
const ENOUGH = 1000;

/** How many slots were retired and not yet free during a run, and whether threads went on when another one had stopped. */
export class GarbageRecord {
  readonly #bound: number | null;
  readonly #reclaims: boolean;
  #peak = 0;
  /** The same of the rounds that ended without damage. */
  #soundPeak = 0;
  #skipped = false;
  #freed = 0;
  /** Whether any slot was freed in the last rounds, in which a thread stood still from the start; null if there were none. */
  #goesOn: boolean | null = null;
  #stoodBefore = false;
  /** Of the rounds since it was last told: operations, and values that they delivered. */
  #made = 0;
  #delivered = 0;
  /** True if nobody was given a value in these rounds. */
  halted = false;

  constructor({ choice, threads, structure, slots }: StressPlan) {
    // As many as there are may be inside at a time.
    this.#bound = boundOf(choice, threads, structure, slots);
    this.#reclaims = choice.scheme.RECLAIMS;
  }

  /** A look while threads run: they are looked at one after the other, which takes much less time than an operation. */
  sample(words: Int32Array, geometry: Geometry): void {
    this.#peak = Math.max(this.#peak, unreclaimedCounted(words, geometry));
  }

  /**
   * Threads leave and join: nobody looks before the round has ended. An heir keeps what it adopted beside its own share until it has
   * scanned, and the record may have another owner by then: for a moment that is more than the bound of all records.
   */
  skip(): void {
    this.#skipped = true;
  }

  /**
   * A round is over.
   *
   * @param made its operations, and the values that they delivered
   * @param stands whether a thread has stopped for good
   * @param isDamaged whether the slab or its values are damaged: a count that is off follows from that
   */
  close(
    { totals, unreclaimed }: Audit,
    made: { operations: number; delivered: number },
    stands: boolean,
    isDamaged: boolean,
  ): void {
    this.#peak = Math.max(this.#peak, unreclaimed);
    if (!isDamaged) this.#soundPeak = this.#peak;
    if (this.#stoodBefore) {
      this.#made += made.operations;
      this.#delivered += made.delivered;
      if (this.#made >= ENOUGH) {
        this.#goesOn = totals.freed > this.#freed;
        this.halted = this.#delivered === 0;
        [this.#made, this.#delivered, this.#freed] = [0, 0, totals.freed];
      }
    } else this.#freed = totals.freed;
    this.#stoodBefore = stands;
  }

  /** @param isAllowed whether the claims allow damage */
  result(isAllowed: boolean): Garbage {
    const [peak, bound] = [this.#peak, this.#bound];
    const isExcused = isAllowed && bound !== null && peak > bound && this.#soundPeak <= bound;
    return { peak, bound, seen: this.#seen(), skipped: this.#skipped, isExcused };
  }

  #seen(): Garbage['seen'] {
    if (this.#bound !== null) return this.#peak <= this.#bound ? 'bounded' : 'unbounded';
    if (!this.#reclaims) return 'unbounded';
    // Without a bound only a thread that stands still can show how it is: the others go on reclaiming, or they do not.
    if (this.#goesOn === null) return null;
    return this.#goesOn ? 'bounded' : 'unbounded';
  }
}
