import { UsageError } from '../errors.ts';
import type { Announcement, Mark, SlotWord } from '../kernel/announcement.ts';
import { ANNOUNCED, type Geometry, H_HOLDS, R_ANNOUNCE, S_BIRTH } from '../kernel/layout.ts';
import { shown } from './own-card.ts';
import type { ModuleExports } from '../host/own-module.ts';
import { SCHEME_MODULES, schemeIn } from './schemes.ts';

/** What threads announce, by the number that a buffer has of it: the `HOLDS` of its scheme. */
const known = new Map<number, { readonly announces: Announcement; readonly file: string }>();

const TEXTS = ['by'] as const;
const FUNCTIONS = ['name', 'show', 'short', 'long'] as const;

/**
 * Learns what the threads of a module's scheme announce, which it exports as `ANNOUNCES`. Throws a UsageError if that is not whole, or if its
 * number is that of another one.
 *
 * @param file where it is said: a path from the root of the repository, or that of a user's file
 */
export function learnAnnouncement(
  module: ModuleExports,
  { HOLDS }: { readonly HOLDS: number },
  file: string,
): void {
  if (module['ANNOUNCES'] === undefined) return;
  const announces = module['ANNOUNCES'] as Announcement;
  check(announces, file);
  const other = known.get(HOLDS);
  if (HOLDS === 0 || (other !== undefined && other.file !== file)) {
    const whose = other === undefined ? 'stands for nothing announced' : `is that of ${other.file}`;
    throw new UsageError(
      `The file ${file} exports ANNOUNCES, and the static member HOLDS of its scheme is ${HOLDS}, which ${whose}: give it a number of its own, such as 100.`,
    );
  }
  known.set(HOLDS, { announces, file });
}

function check(announces: unknown, file: string): void {
  const of = `the ANNOUNCES of ${file}`;
  if (typeof announces !== 'object' || announces === null)
    throw new UsageError(
      `In the file ${file} ANNOUNCES is ${shown(announces)}: make it an object with ${[...FUNCTIONS, ...TEXTS].join(', ')}.`,
    );
  const members = announces as Readonly<Record<string, unknown>>;
  for (const member of FUNCTIONS) {
    if (typeof members[member] === 'function') continue;
    throw new UsageError(`The ${member} in ${of} is ${shown(members[member])}: make it a function.`);
  }
  for (const member of TEXTS) {
    if (typeof members[member] === 'string') continue;
    throw new UsageError(`The ${member} in ${of} is ${shown(members[member])}: make it a text.`);
  }
}

for (const module of SCHEME_MODULES) {
  const scheme = schemeIn(module);
  learnAnnouncement(module, scheme, `src/kernel/schemes/${scheme.ID}.ts`);
}

/** The name of the clock that the scheme of a buffer has there; null if there is none. */
export function clockOf(geometry: Geometry): string | null {
  const clock = announcementOf(geometry)?.clock;
  return (typeof clock === 'function' ? clock(geometry) : clock) ?? null;
}

/** What the threads announce under the scheme of a buffer; null if they announce nothing, or the lab knows nothing of it. */
export function announcementOf({ holds }: Pick<Geometry, 'holds'>): Announcement | null {
  return known.get(holds)?.announces ?? null;
}

/** True of a scheme whose announced words are slots. */
export function announcesSlots({ HOLDS }: { readonly HOLDS: number }): boolean {
  return announcementOf({ holds: HOLDS })?.namesSlots === true;
}

/** True if each slot counts the claims on it. */
export function countsClaims(geometry: Pick<Geometry, 'holds'>): boolean {
  return announcementOf(geometry)?.counts === true;
}

/** The words of a record that name slots which are parked there, from one up to another; none of most schemes. */
export function parkedWords(geometry: Geometry): readonly [from: number, to: number] {
  return announcementOf(geometry)?.parks?.places?.(geometry) ?? NO_WORDS;
}

const NO_WORDS = [0, 0] as const;

/** What slots are, in words, that were retired and are not free: those that are parked, and the others. */
export function keptWords(geometry: Pick<Geometry, 'holds'>): {
  readonly retired: string;
  readonly parked: string;
} {
  const { retiredIs, parks } = announcementOf(geometry) ?? {};
  return {
    retired: retiredIs ?? ON_A_LIST,
    parked: parks?.places === undefined ? 'parked' : 'parked with a thread',
  };
}

const ON_A_LIST = 'on a retired list';

/** What is known of a word of slots, by its place in one, that the scheme has of its own; undefined of every other word. */
export function slotWordIn(geometry: Pick<Geometry, 'holds'>, word: number): SlotWord | undefined {
  return announcementOf(geometry)?.slotWords?.[word - S_BIRTH];
}

/** What it is of a slot that its scheme keeps it more than once. */
export function keptTwice(geometry: Pick<Geometry, 'holds'>): string {
  const { retiredIs, parks } = announcementOf(geometry) ?? {};
  const isOnLists = retiredIs === undefined && parks === undefined;
  return isOnLists ? 'on more than one retired list, or on one of them twice' : 'kept more than once';
}

const TAG: Mark = { name: 'tag', unit: 'change', units: 'changes' };

/** What pointer words carry beside an index under the scheme of a buffer, where they carry something. */
export function markOf(geometry: Pick<Geometry, 'holds'>): Mark {
  return announcementOf(geometry)?.mark ?? TAG;
}

/** The same of a scheme. */
export function markUnder({ HOLDS }: { readonly HOLDS: number }): Mark {
  return markOf({ holds: HOLDS });
}

/** How many words of a record announce something, from R_ANNOUNCE on: what is parked is not announced. */
export function announcingWords(geometry: Pick<Geometry, 'holds'>): number {
  return announcementOf(geometry)?.words ?? ANNOUNCED;
}

/** The words that are announced in the record at an address, but for those that are 0. */
export function announcedIn(words: Int32Array, record: number): number[] {
  const end = record + R_ANNOUNCE + announcingWords({ holds: words[H_HOLDS] });
  return [...words.subarray(record + R_ANNOUNCE, end)].filter((word) => word !== 0);
}
