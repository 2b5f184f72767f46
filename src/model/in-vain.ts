import type { ThreadState } from './thread-state.ts';

/** True of where a thread would have to wait in the middle of a step. */
export function isInVain({ next }: ThreadState): boolean {
  return next?.access === 'retry';
}

/** What a thread found in plain reads between two places: words and values by turns, each word once, as it was first. */
export function foundBetween(from: ThreadState, to: ThreadState): readonly number[] {
  const found = new Map<number, number>();
  for (let place = to; place !== from && place.parent !== null; place = place.parent) {
    const before = place.parent.next;
    if (before?.access === 'peek') found.set(before.address, place.given);
  }
  return [...found].flat();
}
