import { UsageError } from '../errors.ts';
import { closest } from '../suggest.ts';
import { shownGiven } from '../visible.ts';
import {
  FREE_LIST_RING,
  type Geometry,
  H_FREE_LIST,
  FREE_TOP,
  H_MAGIC,
  H_VERSION,
  LAYOUT_VERSION,
  MAGIC,
} from '../kernel/layout.ts';
import type { Memory } from '../kernel/memory.ts';
import type { Scheme } from '../kernel/scheme.ts';
import type { Structure } from '../kernel/structure.ts';
import { wordsOfFreeRing } from '../kernel/structures/ring-slab.ts';
import { MAX_INDEX_BITS } from '../kernel/words.ts';
import type { StructureClass } from './structure-class.ts';
import { cardOfStructure, operationThat, structureOf } from './structures.ts';
import type { Variant } from './variant.ts';

/**
 * The edge of the library: what comes from a user's program is looked at here, so that the kernel need not. The laboratory's own threads
 * do not pass by.
 */

/** The value, if it is a 32-bit integer: what a word of shared memory can hold as it is. Throws a TypeError if not. */
export function asWord(value: unknown): number {
  if (typeof value === 'number' && Object.is(value, value | 0)) return value;
  throw new TypeError(
    `${sentence(shownGiven(value))} cannot be a value: give a 32-bit integer, from -2147483648 to 2147483647; to share anything else, share its index in memory of your own.`,
  );
}

/** With a capital at its beginning. */
function sentence(text: string): string {
  return /^an? /.test(text) ? `A${text.slice(1)}` : text;
}

/** The same for a value of a structure: throws a UsageError if it is one of the words by which the structure says that it has none in a cell. */
export function asValueOf(structure: StructureClass | undefined): (value: unknown) => number {
  const reserved = structure && cardOfStructure(structure).segments?.reserved;
  if (reserved === undefined) return asWord;
  return (value) => {
    const word = asWord(value);
    const found = reserved.find((each) => each.word === word);
    if (found === undefined) return word;
    throw new UsageError(
      `${word} cannot be a value of the ${structure?.TITLE}, since it stands for "${found.name}" in a cell: give any 32-bit integer but ${reserved.map((each) => each.word).join(' and ')}.`,
    );
  };
}

/** Words from one slot to the next, of any structure whose slots have one value each. */
export const STRIDES: readonly number[] = [8, 16, 32];
/** The most of one whose slots have cells. */
export const MAX_STRIDE = 1024;

/** True if slots of a structure can have so many words. */
export function fitsStride(structure: StructureClass | undefined, stride: number): boolean {
  const segments = structure && cardOfStructure(structure).segments;
  if (segments === undefined) return STRIDES.includes(stride);
  return Number.isInteger(stride) && stride <= MAX_STRIDE && segments.count(stride) >= 1;
}

/** Throws a UsageError if they cannot. */
export function checkStride(structure: StructureClass, stride: number): void {
  if (fitsStride(structure, stride)) return;
  const { segments } = cardOfStructure(structure);
  if (segments === undefined)
    throw new UsageError(`A slot of ${stride} words cannot be had: give ${STRIDES.join(', ')}.`);
  const least = stride + 1 - segments.count(stride);
  throw new UsageError(
    `A slot of the ${structure.TITLE} of ${stride} words cannot be had: give a whole number from ${least} to ${MAX_STRIDE}.`,
  );
}

/** The number of operations of a batch, if it is one of `values`' length at most. Throws a TypeError if not. */
export function asCount(count: unknown, size: number): number {
  if (typeof count === 'number' && Number.isInteger(count) && count >= 0 && count <= size) return count;
  throw new TypeError(
    `A batch of ${shownGiven(count)} operations cannot be made: give a whole number from 0 to ${size}, which is how many values it has room for.`,
  );
}

const SIZES = {
  slots: 'number',
  threads: 'number',
  stride: 'number',
  cache: 'number',
  chain: 'number',
} as const;

/** Throws a UsageError if a size of a laboratory is no number, or its first values are no array; and what a value that cannot be one throws. */
export function checkValues(
  options: object & { readonly initial?: readonly number[] },
  structure: StructureClass,
): void {
  assertTyped(options, SIZES, 'a laboratory');
  const { initial = [] } = options;
  if (!Array.isArray(initial))
    throw new UsageError(
      `The first content of a laboratory cannot be ${shownGiven(initial)}: give an array of values.`,
    );
  const asValue = asValueOf(structure);
  for (const value of initial) asValue(value);
}

/** Throws a UsageError if an option is not of the type that it is said to have; one that is left out is. */
export function assertTyped(
  options: object,
  types: Readonly<Record<string, 'number' | 'string'>>,
  of: string,
): void {
  for (const [name, value] of Object.entries(options) as [string, unknown][]) {
    const type = types[name];
    if (type === undefined || value === undefined || typeof value === type) continue;
    const what = type === 'number' ? 'a number' : 'a text';
    throw new UsageError(`The option "${name}" of ${of} cannot be ${shownGiven(value)}: give ${what}.`);
  }
}

/** Throws a UsageError if options have one of a name that there is not. */
export function assertKnown(options: object, known: readonly string[], of: string): void {
  for (const name of Object.keys(options)) {
    if (known.includes(name)) continue;
    throw new UsageError(
      `There is no option "${name}"${closest(name, known)} of ${of}; the options are ${known.join(', ')}.`,
    );
  }
}

/** What the free list of a slab can be. */
export const FREE_LISTS = ['stack', 'ring'] as const;
export type FreeList = (typeof FREE_LISTS)[number];
/** The most words that an array can have: those of the ring of the largest slab. */
export const MAX_CELLS: number = wordsOfFreeRing(2 ** MAX_INDEX_BITS - 1);

/** The sizes of a laboratory that an array can depend on. */
type ArraySizes = Pick<Geometry, 'slots' | 'threads'>;

/** The words of the array of a structure, or of a free list that is a ring, in a laboratory of these sizes. */
export function wordsOfCells(
  structure: StructureClass,
  { slots, threads }: ArraySizes,
  freeList?: FreeList,
): number {
  if (freeList === 'ring') return wordsOfFreeRing(slots);
  return structure.cellsFor?.(slots, threads) ?? structure.CELLS;
}

/** The cells of a structure in a laboratory of these sizes; no bound where it has none. Throws a UsageError if its array would be too long. */
export function checkArray(structure: StructureClass, sizes: ArraySizes): number {
  const words = wordsOfCells(structure, sizes);
  if (words > MAX_CELLS) {
    throw new UsageError(
      `The array of the ${structure.TITLE} would have ${words} words, and may have ${MAX_CELLS}: give fewer slots, or fewer threads.`,
    );
  }
  const { count = Infinity } = cardOfStructure(structure).cells ?? {};
  return typeof count === 'number' ? count : count(words, sizes.threads);
}

/** Throws a UsageError for a free list that there is not, or that a structure cannot have. */
export function checkFreeList(freeList: FreeList, structure: StructureClass): void {
  if (!FREE_LISTS.includes(freeList))
    throw new UsageError(`There is no free list "${String(freeList)}": give ${FREE_LISTS.join(' or ')}.`);
  if (freeList === 'ring' && (structure.CELLS > 0 || structure.cellsFor !== undefined))
    throw new UsageError(
      `The ${structure.TITLE} has an array of its own, where a ring would lie: leave the free list out.`,
    );
}

/** Throws a UsageError for a free list that is not compiled. */
export function checkCompiled(freeList: FreeList): void {
  if (freeList === 'stack') return;
  throw new UsageError(
    `The compiled kernel has a stack as its free list, and none that is a ${freeList}: take the engine atomics.`,
  );
}

/** True if the header names a free list that there is, with as many words as it has. */
export function isFreeListSound(words: Int32Array, slots: number, cells: number): boolean {
  if (words[H_FREE_LIST] === FREE_LIST_RING) return cells === wordsOfFreeRing(slots);
  return words[H_FREE_LIST] === 0;
}

/** The class of a structure as one that can be extended: which methods a structure of its own has is not known here. */
type CheckedClass = new (...given: ConstructorParameters<StructureClass>) => object;

const checking = new WeakMap<StructureClass, StructureClass>();

/** The same variant with a structure that looks at the values it is given. */
export function checkingValues<T extends Structure<Scheme>>(
  variant: Variant<T>,
  geometry: Geometry,
): Variant<T> {
  const structure = variant.structure ?? structureOf(geometry)?.structure;
  return structure === undefined
    ? variant
    : { ...variant, structure: checkingStructure(structure) as StructureClass<T> };
}

function checkingStructure(structure: StructureClass): StructureClass {
  let found = checking.get(structure);
  if (found === undefined) {
    found = class CheckingStructure extends (structure as CheckedClass) {} as unknown as StructureClass;
    const name = operationThat(cardOfStructure(structure), 'put');
    const { [name]: put } = structure.prototype as Readonly<
      Record<string, (this: Structure<Scheme>, value: number) => number>
    >;
    const asValue = asValueOf(structure);
    Object.defineProperty(found.prototype, name, {
      value(this: Structure<Scheme>, value: number): number {
        return put.call(this, asValue(value));
      },
    });
    for (const each of structure.CHAINS === true ? CHAINS : []) checkChains(structure, found, each);
    checking.set(structure, found);
  }
  return found;
}

const CHAINS = ['enqueueChain', 'dequeueChain'] as const;

/** An operation on a chain that looks at which words it is given. */
function checkChains(
  structure: StructureClass,
  checked: StructureClass,
  name: (typeof CHAINS)[number],
): void {
  const { [name]: chain } = structure.prototype as Readonly<
    Record<string, (this: Structure<Scheme>, values: Memory, at: number, count: number) => number>
  >;
  Object.defineProperty(checked.prototype, name, {
    value(this: Structure<Scheme>, values: Memory, at: number, count: number): number {
      checkWords(values, at, count);
      return chain.call(this, values, at, count);
    },
  });
}

/** Throws a TypeError if these are no words of a thread's own memory. */
function checkWords(values: unknown, at: unknown, count: unknown): void {
  const words = (values as { readonly words?: unknown } | null | undefined)?.words;
  if (!(words instanceof Int32Array))
    throw new TypeError(
      `The values of a chain cannot be in ${shownGiven(values)}: give an AtomicsMemory of your own, as in new AtomicsMemory(Int32Array.of(7, 8, 9)).`,
    );
  const isFirst = Number.isInteger(at) && (at as number) >= 0 && (at as number) <= words.length;
  if (
    isFirst &&
    Number.isInteger(count) &&
    (count as number) >= 0 &&
    (count as number) <= words.length - (at as number)
  )
    return;
  throw new TypeError(
    `A chain of ${shownGiven(count)} values cannot begin at word ${shownGiven(at)} of ${words.length}: give whole numbers from 0 that stay within these words.`,
  );
}

/**
 * Throws a UsageError if a buffer does not begin with the header of a laboratory of this version. Returns its words, whatever they are.
 */
export function checkVersion(buffer: SharedArrayBuffer | ArrayBuffer): Int32Array {
  if (typeof (buffer as ArrayBuffer | null)?.byteLength !== 'number' || ArrayBuffer.isView(buffer)) {
    throw new UsageError(
      `A laboratory is attached by its buffer: give what createBuffer made, and not ${ArrayBuffer.isView(buffer) ? 'a view of it' : String(buffer)}.`,
    );
  }
  if (buffer.byteLength < 4 * FREE_TOP) {
    throw new UsageError(
      `A buffer of ${buffer.byteLength} bytes is too short to be a laboratory's: its header is missing.`,
    );
  }
  const words = new Int32Array(buffer, 0, Math.floor(buffer.byteLength / 4));
  if (words[H_MAGIC] !== MAGIC) {
    throw new UsageError(
      `This is no buffer of lockfree-lab: its first word is ${hex(words[H_MAGIC])}, not ${hex(MAGIC)}; make one with createBuffer.`,
    );
  }
  if (words[H_VERSION] !== LAYOUT_VERSION) {
    throw new UsageError(
      `This buffer has layout version ${words[H_VERSION]}, and this lockfree-lab reads version ${LAYOUT_VERSION}: use the release that made it.`,
    );
  }
  return words;
}

function hex(word: number): string {
  return `0x${(word >>> 0).toString(16).padStart(8, '0')}`;
}
