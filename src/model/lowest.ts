/** The lowest thread of a set. */
export function lowest(threads: number): number {
  return 31 - Math.clz32(threads & -threads);
}
