/**
 * True in `npm run test:deep`, which runs the files `*.deep.test.ts` and once more, at full length, those that import this one. A test
 * that takes long has a short form for `npm test`: fewer random inputs, every n-th place, some pairs of all.
 */
export const deep: boolean = process.env['LOCKFREE_LAB_DEEP'] !== undefined;

/** True in `npm run test:bounded`: the deep form in part, for what takes minutes even so. */
export const bounded: boolean = process.env['LOCKFREE_LAB_DEEP'] === 'bounded';

/** How much of what a test says for its short form is done: `npm test` does a half of it, and the bounded form twice as much where what the short form does comes first in both. */
const SHARE = bounded ? 2 : 0.5;

/** How many random inputs: all, or a part of them: half an eighth if nothing else is said, and two eighths in the bounded form. */
export function runs(full: number, part = 8): number {
  if (deep && !bounded) return full;
  return Math.min(full, Math.ceil((full / part) * SHARE));
}

/** From one place to the next where something may be tried at each: 1, or a few. */
export function stride(few: number): number {
  return deep && !bounded ? 1 : Math.ceil(few / SHARE);
}

/** All of them, or a few, as far apart as may be, and in the bounded form others; in `npm test` half as many, and one at least. */
export function some<T>(all: readonly T[], few: number): readonly T[] {
  const count = bounded ? few : Math.ceil(few * SHARE);
  if ((deep && !bounded) || all.length <= count) return all;
  const from = bounded ? 0.5 : 0;
  return Array.from({ length: count }, (_, i) => all[Math.floor(((i + from) * all.length) / count)] as T);
}

/** All pairs of two lists, or so many that each item is in one of them, and in the bounded form as many others. */
export function pairs<A, B>(as: readonly A[], bs: readonly B[]): [A, B][] {
  const all = as.flatMap((a) => bs.map((b): [A, B] => [a, b]));
  if (deep && !bounded) return all;
  const from = bounded ? 1 : 0;
  return Array.from({ length: Math.max(as.length, bs.length) }, (_, i) => {
    return as.length < bs.length
      ? [as[(i + from) % as.length] as A, bs[i % bs.length] as B]
      : [as[i % as.length] as A, bs[(i + from) % bs.length] as B];
  });
}
