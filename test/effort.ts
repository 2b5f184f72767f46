/**
 * True in `npm run test:deep`, which runs the files `*.deep.test.ts` and once more, at full length, those that import this one. A test
 * that takes long has a short form for `npm test`: fewer random inputs, every n-th place, some pairs of all.
 */
export const deep: boolean = process.env['LOCKFREE_LAB_DEEP'] !== undefined;

/** True in `npm run test:bounded`: the deep form in part, for what takes minutes even so. */
export const bounded: boolean = process.env['LOCKFREE_LAB_DEEP'] === 'bounded';

/** How much more the bounded form does than the short one, at most. */
const TIMES = 2;

/** How many random inputs: all, or a part of them, which is an eighth if nothing else is said, and twice that in the bounded form. */
export function runs(full: number, part = 8): number {
  if (deep && !bounded) return full;
  return Math.min(full, Math.ceil((full / part) * (bounded ? TIMES : 1)));
}

/** From one place to the next where something may be tried at each: 1, or a few. */
export function stride(few: number): number {
  if (bounded) return Math.ceil(few / TIMES);
  return deep ? 1 : few;
}

/** All of them, or a few, as far apart as may be, and twice as many in the bounded form. */
export function some<T>(all: readonly T[], few: number): readonly T[] {
  const count = bounded ? TIMES * few : few;
  if ((deep && !bounded) || all.length <= count) return all;
  return Array.from({ length: count }, (_, i) => all[Math.floor((i * all.length) / count)] as T);
}

/** All pairs of two lists, or so many that each item is in one of them, or in two in the bounded form. */
export function pairs<A, B>(as: readonly A[], bs: readonly B[]): [A, B][] {
  const all = as.flatMap((a) => bs.map((b): [A, B] => [a, b]));
  const least = Math.max(as.length, bs.length);
  if (deep && (!bounded || all.length <= TIMES * least)) return all;
  // Shifted by one each time that the longer list has gone round, so that no pair comes twice.
  return Array.from({ length: bounded ? TIMES * least : least }, (_, i) => {
    const shift = Math.floor(i / least);
    return as.length < bs.length
      ? [as[(i + shift) % as.length] as A, bs[i % bs.length] as B]
      : [as[i % as.length] as A, bs[(i + shift) % bs.length] as B];
  });
}
