/**
 * True in `npm run test:deep`, which runs the files `*.deep.test.ts` and once more, at full length, those that import this one. A test
 * that takes long has a short form for `npm test`: fewer random inputs, every n-th place, some pairs of all.
 */
export const deep: boolean = process.env['LOCKFREE_LAB_DEEP'] !== undefined;

/** True in `npm run test:bounded`: the deep form in part, for what takes minutes even so. */
export const bounded: boolean = process.env['LOCKFREE_LAB_DEEP'] === 'bounded';

/** How many random inputs: all, or a part of them, which is an eighth if nothing else is said. */
export function runs(full: number, part = 8): number {
  return deep ? full : Math.ceil(full / part);
}

/** From one place to the next where something may be tried at each: 1, or a few. */
export function stride(few: number): number {
  return deep ? 1 : few;
}

/** All of them, or a few, as far apart as may be. */
export function some<T>(all: readonly T[], few: number): readonly T[] {
  if (deep || all.length <= few) return all;
  return Array.from({ length: few }, (_, i) => all[Math.floor((i * all.length) / few)] as T);
}

/** All pairs of two lists, or so many that each item is in one of them. */
export function pairs<A, B>(as: readonly A[], bs: readonly B[]): [A, B][] {
  const all = as.flatMap((a) => bs.map((b): [A, B] => [a, b]));
  if (deep) return all;
  return Array.from({ length: Math.max(as.length, bs.length) }, (_, i) => [
    as[i % as.length] as A,
    bs[i % bs.length] as B,
  ]);
}
