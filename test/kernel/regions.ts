import * as layout from '../../src/kernel/layout.ts';

/** Words with one name: from `start` on, `length` of them. */
export interface Region {
  readonly name: string;
  readonly start: number;
  readonly length: number;
}

/** The sizes of the regions that are longer than a word; `threads` is the number of records. */
function lengthOf(name: string, threads: number): number {
  const { LINE, LISTS, LIST_WORDS, COUNTED, COUNTERS, ANNOUNCED } = layout;
  const longer: Record<string, number> = {
    GLOBAL: LINE,
    H_COUNTED: COUNTED,
    R_OWN: 4,
    R_LISTS: LISTS * LIST_WORDS,
    R_COUNTERS: 2 * COUNTERS,
    R_RESTARTS: 2,
    R_ANNOUNCE: ANNOUNCED,
    R_SCRATCH: layout.SCRATCH * threads,
  };
  return longer[name] ?? 1;
}

/** The constants of layout.ts that begin with `prefix`, in the order of their addresses. */
export function named(prefix: string, threads = 1): Region[] {
  return Object.entries(layout)
    .filter((entry): entry is [string, number] => entry[0].startsWith(prefix) && typeof entry[1] === 'number')
    .map(([name, start]) => ({ name, start, length: lengthOf(name, threads) }))
    .toSorted((a, b) => a.start - b.start);
}

/** The shared words before the records. */
export function shared(): Region[] {
  const { FREE_TOP, GLOBAL } = layout;
  return Object.entries({ FREE_TOP, GLOBAL }).map(([name, start]) => ({
    name,
    start,
    length: lengthOf(name, 1),
  }));
}

/** Every region of a buffer, with its address. */
export function regions(slots: number, stride: number, threads: number): Region[] {
  const move = (region: Region, owner: string, base: number): Region => ({
    name: `${owner} ${region.name}`,
    start: base + region.start,
    length: region.length,
  });
  const base = layout.slotsBase(threads, 2, 0);
  return [
    ...named('H_'),
    ...shared(),
    ...Array.from({ length: threads }, (_, i) =>
      named('R_', threads).map((region) =>
        move(region, `T${i + 1}`, layout.recordsBase(2, 0) + i * layout.recordWords(threads)),
      ),
    ).flat(),
    ...Array.from({ length: slots + 1 }, (_, slot) =>
      named('S_').map((region) => move(region, `slot ${slot}`, base + slot * stride)),
    ).flat(),
  ];
}
