import { plural } from '../counted.ts';
import { UsageError } from '../errors.ts';
import { format } from '../kernel/format.ts';
import {
  SCRATCH,
  C_A3,
  Geometry,
  H_CHAIN,
  H_COUNTED,
  H_MAGIC,
  H_MARK_BITS,
  H_TAG_BITS,
  H_WORDS,
  MAGIC,
  totalWords,
} from '../kernel/layout.ts';
import { ThreadRecord } from '../kernel/record.ts';
import { Scheme } from '../kernel/scheme.ts';
import { Slab } from '../kernel/slab.ts';
import { beginFreeRing, RingSlab } from '../kernel/structures/ring-slab.ts';
import { indexBitsFor, MAX_INDEX_BITS } from '../kernel/words.ts';
import { AtomicsMemory } from './atomics.ts';
import { chainsOf, checkChain, moreForChain } from './batch.ts';
import {
  assertKnown,
  checkArray,
  checkValues,
  checkFreeList,
  checkStride,
  fitsStride,
  type FreeList,
  isFreeListSound,
  MAX_CELLS,
  checkVersion,
  wordsOfCells,
} from './edge.ts';
import { eagerest, MAX_LINK_TAG_BITS, needsOf, numberOf, type SchemeChoice, stepsOf } from './registry.ts';
import type { StructureClass } from './structure-class.ts';
import {
  bucketWords,
  cardOfStructure,
  firstWords,
  rootsOf,
  slotsOfValues,
  structureById,
  structureOfNumber,
  usualStride,
  usualStructure,
} from './structures.ts';

/** The sizes of a laboratory. */
export interface GeometryOptions {
  /** Fixed slots of the slab, the dummy node of a queue included: 2 to 2^20 - 1. */
  readonly slots: number;
  /** Thread records: 1 to 64. */
  readonly threads: number;
  /**
   * Words from one slot to the next: 8, 16 or 32. Default 8; 32 keeps every slot on lines of its own. A segment has as many cells as are left
   * of 10 words and more: 11 to 1024, default 12.
   */
  readonly stride?: number;
  /**
   * Free slots in a magazine: every thread keeps up to two of them for itself, and an enqueue may answer "full" while others do. 0 to
   * 4096; 0 is no caches. Default `usualCache`: 32, or 0 in a slab of fewer than 256 slots a thread.
   */
  readonly cache?: number;
  /**
   * The free list: a stack, where the slot that was freed last is taken first, or a ring, where the one that was freed first is. Default
   * `stack`.
   */
  readonly freeList?: FreeList;
  /**
   * The most values that one step puts in or takes out (`enqueueChain`, `dequeueChain`), up to 256. Where the scheme does not admit chains, or the structure has none, each
   * has a step of its own. Default 1.
   */
  readonly chain?: number;
  /** The structure, by its id or its class. Default `michael-scott`. */
  readonly structure?: string | StructureClass;
  /** The first content of the structure, in the order in which it would have been put in. */
  readonly initial?: readonly number[];
}

export const MAX_THREADS = 64;
/** The most slots that a magazine can be had with. */
export const MAX_CACHE = 4096;
/** The most marks that a structure can have. */
const MAX_MARK_BITS = 2;
/** The most roots that a structure can have. */
export const MAX_ROOTS = 1024;
/** Magazines that a thread keeps: the loaded and the spare one. */
const MAGAZINES = 2;
/** Measured: from 16 on larger magazines are no faster (bench/TRIED.md). */
const USUAL_CACHE = 32;
/** All caches together then hold a quarter of the slots at most. */
const SLOTS_FOR_CACHES: number = 4 * MAGAZINES * USUAL_CACHE;

/** Slots for a program of a few operations, where nothing else is said: few, so that a slot is soon used again. */
export const USUAL_SLOTS = 6;

/** The magazines that a laboratory has if nothing else is said: none in a small one, where "full" means that nothing is free. */
export function usualCache(
  slots: number,
  threads: number,
  choice: SchemeChoice,
  structure: StructureClass = usualStructure,
  chain = 1,
): number {
  if (slots < SLOTS_FOR_CACHES * threads) return 0;
  return slots >= leastSlots(choice, threads, USUAL_CACHE, structure, chain) ? USUAL_CACHE : 0;
}

/**
 * The least number of slots with which the scheme answers "full" only for good reason: what it needs itself, and what every thread but
 * the one that enqueues may have in its cache, and of chains beyond that.
 */
export function leastSlots(
  choice: SchemeChoice,
  threads: number,
  cache = 0,
  structure: StructureClass = usualStructure,
  chain = 1,
): number {
  const more = moreForChain(choice, threads, chainsOf(choice, structure, chain));
  return needsOf(choice, threads, structure) + (threads - 1) * (MAGAZINES * cache + more);
}

const GEOMETRY: Readonly<Record<keyof GeometryOptions, true>> = {
  slots: true,
  threads: true,
  stride: true,
  cache: true,
  freeList: true,
  chain: true,
  structure: true,
  initial: true,
};

/** Throws a UsageError if an option is unknown or one of the two is missing, and a TypeError for a value that is no 32-bit integer. */
function checkOptions(options: GeometryOptions, choice: SchemeChoice): void {
  if (typeof options !== 'object' || options === null || (choice?.scheme ?? null) === null) {
    throw new UsageError(
      'A laboratory is made from its sizes and a scheme: give { slots, threads } and what chooseScheme answers.',
    );
  }
  assertKnown(options, Object.keys(GEOMETRY), 'a laboratory');
  checkValues(options, structureIn(options.structure));
}

/** The class of a structure that is given by its id, or is left out. */
function structureIn(given: string | StructureClass | undefined): StructureClass {
  return typeof given === 'function' ? given : structureById(given);
}

/** Sizes by which a buffer is laid out. */
export type LayoutSizes = Pick<Geometry, 'slots' | 'stride' | 'threads' | 'roots' | 'cells'>;

/** The sizes that options ask for. */
export function sizesOf({ slots, threads, structure, freeList, ...options }: GeometryOptions): LayoutSizes {
  const own = structureIn(structure);
  const { stride = usualStride(own) } = options;
  return {
    slots,
    stride,
    threads,
    roots: rootsOf(own, slots),
    cells: wordsOfCells(own, { slots, threads }, freeList),
  };
}

/** The least power of two that is as large. */
function leastFor(values: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2, values)));
}

/** A number of slots that is given, or else one with which the scheme and the first values can do: at least `usual`. */
export function enoughSlots(
  given: number | null | undefined,
  usual: number,
  choice: SchemeChoice,
  { threads, cache = 0, initial = [], structure, chain, ...options }: Omit<GeometryOptions, 'slots'>,
): number {
  const own = structureIn(structure);
  const { stride = usualStride(own) } = options;
  // One more than the first values at least, also without a dummy: so a put finds a free slot.
  const full =
    own.cellsFor === undefined
      ? Math.max(1, own.DUMMIES) - own.DUMMIES + slotsOfValues(own, initial.length, stride)
      : leastFor(initial.length);
  return given ?? Math.max(usual, leastSlots(choice, threads, cache, own, chain), full);
}

/** Throws a UsageError if the sizes do not fit together or do not suffice for the scheme. Returns the tag width in bits. */
export function checkGeometry(options: GeometryOptions, choice: SchemeChoice): number {
  checkOptions(options, choice);
  const { slots, threads, initial = [] } = options;
  const structure = structureIn(options.structure);
  const { stride = usualStride(structure) } = options;
  const cache = options.cache ?? usualCache(slots, threads, choice, structure, options.chain);
  const most = 2 ** MAX_INDEX_BITS - 1;
  if (!Number.isInteger(slots) || slots < 2 || slots > most) {
    throw new UsageError(`${slots} slots cannot be had: give a whole number from 2 to ${most}.`);
  }
  if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS) {
    throw new UsageError(`${threads} threads cannot be had: give a whole number from 1 to ${MAX_THREADS}.`);
  }
  checkStride(structure, stride);
  if (!Number.isInteger(cache) || cache < 0 || cache > MAX_CACHE) {
    throw new UsageError(
      `A cache of ${cache} slots cannot be had: give a whole number from 0 (no caches) to ${MAX_CACHE}.`,
    );
  }
  checkFreeList(options.freeList ?? 'stack', structure);
  const inUse = slotsOfValues(structure, initial.length, stride);
  if (inUse > slots) {
    const dummy = structure.DUMMIES === 0 || structure.STRIDE !== undefined ? '' : ' and the dummy node';
    throw new UsageError(
      `${initial.length} values${dummy} do not fit into ${slots} slots: give at least ${inUse} slots.`,
    );
  }
  const widest = widestTag(slots, structure.MARK_BITS);
  const tagBits = choice.tagBits ?? widest;
  if (tagBits > widest) {
    throw new UsageError(
      `A tag of ${tagBits} bits does not fit beside the ${indexBitsFor(slots)} bits that ${slots} slots need: give at most ${widest} bits, or fewer slots.`,
    );
  }
  const count = checkArray(structure, options);
  if (initial.length > count) {
    const more =
      structure.cellsFor === undefined ? '' : `, or more slots (--slots ${leastFor(initial.length)})`;
    throw new UsageError(
      `${initial.length} values do not fit into the ${count} cells of the ${structure.TITLE}: give at most ${count}${more}.`,
    );
  }
  const { chain = 1 } = options;
  checkChain(chain);
  const least = leastSlots(choice, threads, cache, structure, chain);
  if (slots < least) {
    const caches = cache === 0 ? '' : ` with caches of ${cache}`;
    const smaller = eagerest(choice);
    const instead =
      leastSlots(smaller, threads, cache, structure, chain) <= slots ? `, or take ${smaller.spec}` : '';
    throw new UsageError(
      `${slots} slots are too few for ${choice.spec} with ${threads} ${plural(threads, 'thread')}${caches}: give at least ${least} (--slots ${least})${instead}.`,
    );
  }
  return tagBits;
}

/** Makes the shared buffer of a laboratory: header, empty structure or first values, and free list. */
export function createBuffer(options: GeometryOptions, choice: SchemeChoice): SharedArrayBuffer {
  checkGeometry(options, choice);
  const { slots, stride, threads, roots, cells } = sizesOf(options);
  const buffer = new SharedArrayBuffer(4 * totalWords(slots, stride, threads, roots, cells));
  formatBuffer(buffer, options, choice);
  return buffer;
}

/** The same in a buffer of zeros that is there already and long enough. */
export function formatBuffer(
  buffer: SharedArrayBuffer | ArrayBuffer,
  options: GeometryOptions,
  choice: SchemeChoice,
): void {
  const tagBits = checkGeometry(options, choice);
  const { slots, threads, initial = [] } = options;
  const structure = structureIn(options.structure);
  const { stride = usualStride(structure) } = options;
  const cache = options.cache ?? usualCache(slots, threads, choice, structure, options.chain);
  const inUse = slotsOfValues(structure, initial.length, stride);
  const memory = new AtomicsMemory(new Int32Array(buffer));
  const { scheme, param0, param1 } = choice;
  format(
    memory,
    slots,
    stride,
    threads,
    tagBits,
    numberOf(scheme),
    scheme.HOLDS,
    param0,
    param1,
    cache,
    structure.NUMBER,
    rootsOf(structure, slots),
    wordsOfCells(structure, options, options.freeList),
    structure.PROTECTIONS,
    structure.MARK_BITS,
    inUse,
  );
  const isRing = options.freeList === 'ring';
  // Of several that share a counter the first one names it.
  for (const { number, card } of stepsOf(choice, structure, isRing).toSorted((a, b) => b.number - a.number)) {
    if (card?.failures !== undefined) memory.poke(H_COUNTED + card.failures - C_A3, number);
  }
  memory.poke(H_CHAIN, chainsOf(choice, structure, options.chain ?? 1));
  if (isRing) beginFreeRing(memory, inUse);
  const geometry = new Geometry(memory);
  structure.begin(memory, geometry, inUse, initial);
  for (const [address, content] of bucketWords(structure, initial, geometry)) memory.poke(address, content);
  for (const [word, content] of cardOfStructure(structure).cells?.begins?.(initial, geometry) ?? [])
    memory.poke(geometry.cell(word), content);
  // Most schemes have no words that do not begin as 0.
  if (scheme.prototype.begin !== Scheme.prototype.begin) {
    const first = new ThreadRecord(memory, geometry, 1);
    new scheme(memory, geometry, first, new (isRing ? RingSlab : Slab)(memory, geometry, first)).begin(inUse);
  }
  for (const [slot, word, content] of firstWords(structure, initial, stride))
    memory.poke(geometry.slot(slot, word), content);
  // Last, so that a buffer that is only half written is refused.
  memory.poke(H_MAGIC, MAGIC);
}

/**
 * The words of a laboratory's buffer, however it was made: a SharedArrayBuffer or a WebAssembly.Memory's, which may be longer than needed.
 * Throws a UsageError if it is not one, is of another version, or is cut off.
 */
export function attachWords(buffer: SharedArrayBuffer | ArrayBuffer): Int32Array {
  const words = checkVersion(buffer);
  const needed = words[H_WORDS];
  const { slots, stride, threads, cache, structure, roots, cells, protections } = new Geometry(
    new AtomicsMemory(words),
  );
  const sound =
    cache >= 0 &&
    cache <= MAX_CACHE &&
    slots >= 1 &&
    indexBitsFor(slots) <= MAX_INDEX_BITS &&
    fitsStride(structureOfNumber(structure), stride) &&
    threads >= 1 &&
    threads <= MAX_THREADS &&
    roots >= 0 &&
    roots <= MAX_ROOTS &&
    cells >= 0 &&
    cells <= MAX_CELLS &&
    isFreeListSound(words, slots, cells) &&
    protections >= 0 &&
    protections <= SCRATCH;
  const [tagBits, markBits] = [words[H_TAG_BITS], words[H_MARK_BITS]];
  if (
    !sound ||
    tagBits < 0 ||
    markBits < 0 ||
    markBits > MAX_MARK_BITS ||
    tagBits > widestTag(slots, markBits)
  ) {
    throw new UsageError(
      `The header of this buffer is damaged: it speaks of ${slots} slots of ${stride} words, ${threads} records, tags of ${tagBits} bits, caches of ${cache}, ${roots} roots and ${cells} cells, which cannot be had.`,
    );
  }
  if (totalWords(slots, stride, threads, roots, cells) !== needed) {
    throw new UsageError(
      `The header of this buffer is damaged: ${slots} slots of ${stride} words, ${threads} records, ${roots} roots and ${cells} cells do not make ${needed} words.`,
    );
  }
  if (words.length < needed) {
    throw new UsageError(
      `This buffer is cut off: its header promises ${needed} words and it has ${words.length}.`,
    );
  }
  return words.subarray(0, needed);
}

/** The most bits of tag that fit beside the index of this many slots. */
function widestTag(slots: number, markBits: number): number {
  return Math.min(MAX_LINK_TAG_BITS, 32 - indexBitsFor(slots) - markBits);
}
