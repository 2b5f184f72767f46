import type { Scheme } from '../../src/kernel/scheme.ts';
import type { StepCards } from '../../src/kernel/step-card.ts';
import { ChaseLev } from '../../src/kernel/structures/chase-lev.ts';

export const X11 = 245;

export const CARDS: StepCards = {
  X11: { access: 'store', says: 'takes the last value, and asks nobody: the first index is {word}' },
};

/** A deque whose owner takes the last value as it takes any other one: it looks at Top, and then moves it, without a compare-and-swap. */
class TrustingDeque extends ChaseLev<Scheme> {
  protected override wins(t: number): boolean {
    this.memory.store(X11, this.geometry.cell(0), (t + 1) | 0);
    return true;
  }
}

export { TrustingDeque as structure };
