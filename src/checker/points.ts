import type { ByteRange } from './word-layout.ts';
import type { CheckedProgram } from './checked-program.ts';

/** What must hold after every step must hold between plain accesses too: then all of them are steps from the start. */
export function pointsAtFirst({ layout, check }: CheckedProgram): Set<number> {
  return new Set(check.always ? Array.from({ length: layout.size }, (_, i) => i) : []);
}

/** All words of the array that a word is in; of a buffer, which may have many uses, the word alone. */
export function addRegion({ layout }: CheckedProgram, address: number, points: Set<number>): void {
  const region = layout.regionAt(address);
  for (const each of region.kind === null ? [address] : layout.cellsOf(region)) points.add(each);
}

/** All words: then every plain access is a step. */
export function allPoints({ layout }: CheckedProgram): ReadonlySet<number> {
  return new Set(Array.from({ length: layout.size }, (_, i) => i));
}

/** The points that these bytes are, and those from the start. */
export function pointsOver(program: CheckedProgram, ranges: readonly ByteRange[]): Set<number> {
  return new Set([...pointsAtFirst(program), ...program.layout.within(ranges)]);
}
