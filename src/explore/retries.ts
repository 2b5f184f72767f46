import { labelOf } from '../engines/labels.ts';
import { isStep, type Local } from './local.ts';

/** The first steps of the kernel's loops: each time one is made again in an operation is a retry. */
const LOOPS: ReadonlySet<string> = new Set(['A1', 'F1', 'E5', 'D2', 'Q1', 'P1']);

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
  const made = new Map<string, number>();
  for (let at: Local | null = place.parent; at !== null; at = at.parent) {
    if (at.part !== part) made.clear();
    part = at.part;
    if (!isStep(at.next)) continue;
    const label = labelOf(at.next.step);
    if (!LOOPS.has(label)) continue;
    const count = (made.get(label) ?? 0) + 1;
    made.set(label, count);
    most = Math.max(most, count - 1);
  }
  known.set(place, most);
  return most;
}
