import { cardOfStep } from '../laboratory/labels.ts';
import { isStep } from '../model/request.ts';
import type { ThreadState } from '../model/thread-state.ts';

const known = new WeakMap<ThreadState, number>();

/**
 * The most retries of one loop in one operation, on the way to a place. A step is counted as made again only while the thread is at
 * the same operation; a scheme that frees several slots in one operation begins the free list's loop once for each.
 */
export function retriesOf(place: ThreadState): number {
  const before = known.get(place);
  if (before !== undefined) return before;
  let most = 0;
  const made = new Map<number, number>();
  for (let at: ThreadState | null = place.parent; at !== null; at = at.parent) {
    if (isStep(at.next) && cardOfStep(at.next.step)?.headsLoop === true) {
      const count = (made.get(at.next.step) ?? 0) + 1;
      made.set(at.next.step, count);
      most = Math.max(most, count - 1);
    }
    // What comes before was made by an earlier operation.
    if (at.plain.some(({ kind }) => kind === 'invoke')) made.clear();
  }
  known.set(place, most);
  return most;
}
