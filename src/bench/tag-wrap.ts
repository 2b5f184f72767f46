import { MAX_TAG_BITS } from '../kernel/words.ts';
import { markUnder } from '../laboratory/announcements.ts';
import { schemes } from '../laboratory/registry.ts';
import { structureById } from '../laboratory/structures.ts';
import { type Cell, isChained } from './cell.ts';

/** How soon a tag comes round: then a word equals its former self although it has changed. */
export interface TagWrap {
  readonly engine: string;
  readonly workload: string;
  readonly threads: number;
  /** The fastest rate under a tag on that engine in this run, in millions of successful operations a second. */
  readonly mops: number;
  /** For each width of a tag the nanoseconds in which it comes round, if every operation changes the word that it is in. */
  readonly widths: readonly { readonly bits: number; readonly wrapsInNs: number }[];
  /** How long the longest operation under a tag took on that engine, in nanoseconds; null if nobody looked. */
  readonly longestNs: number | null;
}

/** How soon a version comes round: then a slot is born at a time at which it was born before. */
export interface VersionWrap {
  readonly engine: string;
  readonly workload: string;
  readonly threads: number;
  /** The fastest rate of the clock on that engine in this run, in millions of moves a second. */
  readonly millionMoves: number;
  /** For each width of a version the nanoseconds in which it comes round at that rate. */
  readonly widths: readonly { readonly bits: number; readonly wrapsInNs: number }[];
}

/** Up to the widest that the kernel can have. A link has at most 16 bits; the top of the free list has all that the index leaves. */
const WIDTHS: readonly number[] = [8, 12, 16, 20, 24, MAX_TAG_BITS];

/** The schemes of the lab whose pointer words carry a tag that counts their changes. */
const TAGGED: readonly string[] = schemes
  .filter(({ TAGS, HOLDS }) => TAGS && markUnder({ HOLDS }).isBirth !== true)
  .map(({ ID }) => ID);

/**
 * The fastest cell under a tag counts, whatever its threads: while one is off its core, the others go on, and one that goes on
 * alone is fast. Not where one step puts many values in, or takes many out: a rate of values says nothing of how often a word changes there.
 *
 * @param structure of cells that name none, as a result names it; one that has no roots has no tags
 */
export function tagWraps(cells: readonly Cell[], structure: string | undefined): TagWrap[] {
  const hasRoots = (each: Cell): boolean => structureById(each.structure ?? structure).ROOTS > 0;
  const tagged = cells.filter(
    (each) =>
      each.engine !== 'peer' &&
      !isChained(each.engine) &&
      TAGGED.includes(each.scheme.split(':')[0]) &&
      hasRoots(each),
  );
  return fastestByEngine(tagged, ({ mopsMedian }) => mopsMedian).map(({ own, million: mops, ...fastest }) => {
    const longest = own.flatMap(({ latencyNs }) => latencyNs?.max ?? []);
    return { ...fastest, mops, longestNs: longest.length === 0 ? null : Math.max(...longest) };
  });
}

/** Of each engine the cell in which something happens most often, with how soon it has happened as often as there are values of each width. */
function fastestByEngine(
  cells: readonly Cell[],
  millionOf: (cell: Cell) => number,
): (Pick<TagWrap, 'engine' | 'workload' | 'threads' | 'widths'> & {
  readonly own: readonly Cell[];
  readonly million: number;
})[] {
  return [...new Set(cells.map(({ engine }) => engine))].map((engine) => {
    const own = cells.filter((cell) => cell.engine === engine);
    const { workload, threads, million } = own
      .map((cell) => ({ ...cell, million: millionOf(cell) }))
      .reduce((best, cell) => (cell.million > best.million ? cell : best));
    const widths = WIDTHS.map((bits) => ({ bits, wrapsInNs: (1000 * 2 ** bits) / million }));
    return { engine, workload, threads, widths, own, million };
  });
}

/** The schemes of the lab whose pointer words carry a version, which is a time of the clock. */
const VERSIONED: readonly string[] = schemes
  .filter(({ HOLDS }) => markUnder({ HOLDS }).isBirth === true)
  .map(({ ID }) => ID);

function millionMovesOf({ mopsMedian, clockMovesPerThousand }: Cell): number {
  return (mopsMedian * (clockMovesPerThousand ?? 0)) / 1000;
}

/** The cell whose clock is the fastest counts; none of an engine on which no clock has moved. */
export function versionWraps(cells: readonly Cell[]): VersionWrap[] {
  const own = cells.filter(
    (cell) =>
      cell.engine !== 'peer' && VERSIONED.includes(cell.scheme.split(':')[0]) && millionMovesOf(cell) > 0,
  );
  return fastestByEngine(own, millionMovesOf).map(({ own: _own, million: millionMoves, ...fastest }) => ({
    ...fastest,
    millionMoves,
  }));
}
