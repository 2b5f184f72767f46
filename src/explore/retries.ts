import { cardOfStep } from '../engines/labels.ts';
import { isStep, type Local } from './local.ts';

const known = new WeakMap<Local, number>();

/**
 * The most retries of one loop in one operation, on the way to a place. A step is counted as made again only while the thread is at
 * the same operation; a scheme that frees several slots in one operation begins the free list's loop once for each.
 */
export function retriesOf(place: Local): number {
  const before = known.get(place);
  if (before !== undefined) return before;
  let most = 0;
  let part = -1;
  const made = new Map<number, number>();
  for (let at: Local | null = place.parent; at !== null; at = at.parent) {
    if (at.part !== part) made.clear();
    part = at.part;
    if (!isStep(at.next)) continue;
    const { step } = at.next;
    if (cardOfStep(step)?.headsLoop !== true) continue;
    const count = (made.get(step) ?? 0) + 1;
    made.set(step, count);
    most = Math.max(most, count - 1);
  }
  known.set(place, most);
  return most;
}
