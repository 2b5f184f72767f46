/** A moment that does not come: moments are counts, from 0 on. */
export const NEVER = 0x7fffffff;

/**
 * For each moment the next one at which as many values were inside as asked for; NEVER if there is none.
 *
 * @param changes by moment how many came in, less those that went out
 */
export function nextMoments(
  changes: Int32Array,
  end: number,
  isAsked: (inside: number) => boolean,
): Int32Array {
  const inside = changes.slice();
  for (let t = 1; t <= end; t++) inside[t] += inside[t - 1];
  const next = new Int32Array(end + 2).fill(NEVER);
  for (let t = end; t >= 0; t--) next[t] = isAsked(inside[t]) ? t : next[t + 1];
  return next;
}
