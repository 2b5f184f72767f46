import { R_CHAIN, S_NEXT } from '../../src/kernel/layout.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import type { StepCards } from '../../src/kernel/step-card.ts';
import { MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';

export const X3 = 244;

export const CARDS: StepCards = {
  X3: { access: 'store', says: 'ties slot {holder} back to slot {slot}: each names the other' },
};

/**
 * A queue whose threads hand nodes over two at a time. The first of a pair stays in the hand of the thread, as a chain of one, until the second one
 * comes; then the thread ties the two to a ring, so that one address finds both, and retires them. Both are its own from D13 on.
 */
class PairingQueue extends MichaelScottQueue<Scheme> {
  /** An operation that begins keeps the first of a pair in hand. */
  protected override begin(operation: number): void {
    const waiting = this.record.chained();
    super.begin(operation);
    if (waiting > 0) this.record.intendChain(this.memory.peek(this.record.base + R_CHAIN), waiting);
  }

  protected override retire(slot: number): void {
    const isFirst = this.record.chained() === 0;
    const first = isFirst ? slot : this.memory.peek(this.record.base + R_CHAIN);
    this.record.intendChain(first, isFirst ? 1 : 2);
    this.record.release();
    if (isFirst) return;
    this.tie(slot, first);
    while (this.record.chained() > 0) super.retire(this.record.unchain());
  }

  /** An assignment with both of its halves: the word has a claim on what it names now, and none on what it named before. */
  private tie(second: number, first: number): void {
    const { link, slot } = { link: this.geometry.link, slot: this.geometry.slot(second, S_NEXT) };
    const old = this.memory.peek(slot);
    this.scheme.hold(first);
    this.memory.store(X3, slot, this.scheme.link(old, first, second));
    this.scheme.release(link.index(old));
  }
}

export { PairingQueue as structure };
