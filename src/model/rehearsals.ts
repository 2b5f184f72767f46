import type { RoundStep } from './spin.ts';
import { isStep } from './request.ts';
import type { ThreadState } from './thread-state.ts';

/** A place that is not yet in the tree. */
type NewPlace = Pick<ThreadState, 'parent' | 'given'>;

/**
 * What rehearsals of loops have shown that are gone through a counted number of times: with the answers of a round again and again the thread
 * goes on for so many answers, and then does something else. At its next step, answered as in that round, that is known without another
 * rehearsal, which would run the code from the beginning: a loop of n rounds would take n times as long.
 */
export class Rehearsals {
  /** Where the thread stood at the last step, and by the length of a round how many answers it takes from the beginning before that. */
  #last: NewPlace | null = null;
  #known: ReadonlyMap<number, number> = new Map();

  /**
   * Says at a new place before a step whether the thread goes on in a round.
   *
   * @param answers how many answers the thread has had there
   * @param run rehearses: Infinity, or after how many answers the thread does something else
   */
  at(
    place: NewPlace,
    answers: number,
    run: (round: readonly RoundStep[]) => number,
  ): (round: readonly RoundStep[], isOneMore: boolean) => boolean {
    const before = this.#isAfterLast(place) ? this.#known : null;
    const now = new Map<number, number>();
    this.#last = { parent: place.parent, given: place.given };
    this.#known = now;
    return (round, isOneMore) => {
      const known = isOneMore ? (before?.get(round.length) ?? 0) : 0;
      const until = known > answers ? known : run(round);
      if (until !== Infinity) now.set(round.length, until);
      return until === Infinity;
    };
  }

  #isAfterLast({ parent }: NewPlace): boolean {
    let step = parent;
    while (step !== null && !isStep(step.next)) step = step.parent;
    return (
      step !== null &&
      this.#last !== null &&
      step.parent === this.#last.parent &&
      step.given === this.#last.given
    );
  }
}
