import type { StructureOperation } from '../../kernel/structure-card.ts';
import type { StructureClass } from '../../laboratory/structure-class.ts';
import {
  cardOfStructure,
  isChain,
  mostInside,
  nameOfStructure,
  operationThat,
  puts,
  structureById,
  structureOperation,
  usualStructure,
} from '../../laboratory/structures.ts';
import { keyedWord, type Program, shortestWord, showValue } from '../../laboratory/program.ts';

/** A program without its values, which are named in order: how many items the structure holds, and the operations of each thread. */
export interface ProgramShape {
  readonly structure: StructureClass;
  readonly initial: number;
  /** Of a set, whose values have no order to be named in: the keys inside at the start. */
  readonly keys?: readonly number[];
  readonly threads: readonly (readonly string[])[];
}

const FIRST_VALUE = 65;

export function shapeOf({ structure, initial, threads }: Program): ProgramShape {
  return {
    structure,
    initial: initial.length,
    ...(isKeyed(structure) && { keys: initial }),
    threads: threads.map((thread) =>
      thread.map(({ name, argument, batch }) => {
        if (batch) return `${wordOf(batch[0].name)}${isChain(name) ? '*' : ''}${batch.length}`;
        const operation = structureOperation(name);
        if (operation?.keyed === true) return keyedWord(operation, argument ?? 0);
        const own = puts(name) || argument === null ? '' : `(${argument})`;
        return `${wordOf(name)}${own}`;
      }),
    ),
  };
}

/** The word of an operation in programs: its letter, if it has one. */
function wordOf(name: string): string {
  return shortestWord(structureOperation(name) ?? { name });
}

/** Keys of short programs on a set: two, so that operations can meet and miss each other. */
const KEYS = [1, 2];

/** The words of all operations of a structure that do so, those of a set about two keys. */
function wordsThat(structure: StructureClass, does: StructureOperation['does']): string[] {
  return cardOfStructure(structure)
    .operations.filter((each) => each.does === does)
    .flatMap((each) =>
      each.keyed === true ? KEYS.map((key) => keyedWord(each, key)) : [shortestWord(each)],
    );
}

/** The words that only the first thread of a program may use. */
function ownersWords(structure: StructureClass): string[] {
  return cardOfStructure(structure)
    .operations.filter(({ by }) => by === 'owner')
    .map(shortestWord);
}

/** The word of the operation of a structure that does so. */
function wordThat(structure: StructureClass, does: StructureOperation['does']): string {
  return wordOf(operationThat(cardOfStructure(structure), does));
}

/** True of a structure whose operations are about keys. */
function isKeyed(structure: StructureClass): boolean {
  return cardOfStructure(structure).order === 'SET';
}

/** The words of all operations whose answers are judged: the one that takes a value first, then the one that puts one in. */
export function judgedWords(structure: StructureClass): string[] {
  return (['take', 'put', 'ask'] as const).flatMap((does) => wordsThat(structure, does));
}

/** The shape as `parseProgram` reads it: `[A B] d | d e d`. */
export function programText({ structure, initial, keys, threads }: ProgramShape): string {
  const items = keys ?? Array.from({ length: initial }, (_, i) => showValue(FIRST_VALUE + i));
  const all = threads.map((thread) => thread.join(' ')).join(' | ');
  const own = structure.ID === usualStructure.ID ? '' : `${nameOfStructure(structure)}:`;
  return initial === 0 ? `${own}${all}` : `${own}[${items.join(' ')}] ${all}`;
}

/** The operations of all threads together, those of batches one by one. */
export function operationsIn({ threads }: ProgramShape): number {
  return threads.reduce((sum, thread) => sum + lengthOf(thread), 0);
}

/** The operations of all threads together that put a value in. */
export function putsIn({ structure, threads }: ProgramShape): number {
  const put = wordThat(structure, 'put');
  return lengthOf(threads.flat().filter((word) => ofOne(word) === put));
}

/** How many operations a batch makes; null for what is no batch. */
function batchSize(word: string): number | null {
  const [, size] = BATCH.exec(word) ?? [];
  return size === undefined ? null : Number(size);
}

/** No other operation ends with a number. */
const BATCH = /^[a-z]+?\*?(\d+)$/i;

/** The operation that a batch makes again and again; of what is no batch, itself. */
function ofOne(word: string): string {
  return BATCH.test(word) ? word.replace(/\*?\d+$/, '') : word;
}

/** A batch, or a chain, with another number of operations. */
function ofSize(word: string, size: number): string {
  return word.replace(/\d+$/, String(size));
}

/** The operations of a thread, those of batches one by one. */
export function lengthOf(thread: readonly string[]): number {
  return thread.reduce((sum, word) => sum + (batchSize(word) ?? 1), 0);
}

/** The first operations of a thread. A batch that goes on beyond them is a shorter one. */
export function firstOf(thread: readonly string[], operations: number): string[] {
  const first: string[] = [];
  for (const word of thread) {
    const left = operations - lengthOf(first);
    if (left <= 0) break;
    const size = batchSize(word) ?? 1;
    first.push(size > left ? ofSize(word, left) : word);
  }
  return first;
}

/** A thread without one of its words, or with a batch that makes an operation less. */
function withoutOne(thread: readonly string[], at: number): (readonly string[])[] {
  const size = batchSize(thread[at]) ?? 1;
  const without = thread.toSpliced(at, 1);
  return size === 1 ? [without] : [without, thread.with(at, ofSize(thread[at], size - 1))];
}

/**
 * All that is one change away from a shape and smaller: has fewer operations, or as many on fewer threads or in fewer batches, or fewer
 * items at the start. A thread is left out, or an operation or a batch; an enqueue becomes an item that is there from the start; two
 * threads become one; the operations of a batch are called one by one; an item is left out. In this order, each once.
 *
 * @param inOrder true if it matters which thread is which: an algorithm may treat the first thread otherwise than the last
 */
export function smaller(shape: ProgramShape, inOrder = false): ProgramShape[] {
  const { structure, initial, keys, threads } = shape;
  const without = (index: number): (readonly string[])[] => threads.filter((_, i) => i !== index);
  const found: ProgramShape[] = [];
  if (threads.length > 1) for (const i of threads.keys()) found.push({ ...shape, threads: without(i) });
  for (const [items, only] of [
    [initial, null],
    [initial + 1, wordThat(structure, 'put')],
  ] as const) {
    for (const [i, thread] of threads.entries()) {
      for (const [at, operation] of thread.entries()) {
        if (only !== null && ofOne(operation) !== only) continue;
        // Of a batch one enqueue alone is made before.
        const rests = withoutOne(thread, at).slice(only !== null && (batchSize(operation) ?? 1) > 1 ? 1 : 0);
        for (const rest of rests) {
          const all = rest.length === 0 ? without(i) : threads.with(i, rest);
          if (all.length > 0) found.push({ ...shape, initial: items, threads: all });
        }
      }
    }
  }
  for (const i of threads.keys()) {
    for (const j of threads.keys()) {
      if (i !== j)
        found.push({
          ...shape,
          threads: threads.with(i, [...threads[i], ...threads[j]]).toSpliced(j, 1),
        });
    }
  }
  for (const [i, thread] of threads.entries()) {
    for (const [at, word] of thread.entries()) {
      const size = batchSize(word);
      if (size === null) continue;
      const called = Array.from({ length: size }, () => ofOne(word));
      found.push({ ...shape, threads: threads.with(i, thread.toSpliced(at, 1, ...called)) });
    }
  }
  const fewer = keys?.map((key) => keys.filter((each) => each !== key)) ?? [undefined];
  if (initial > 0)
    for (const rest of fewer) found.push({ ...shape, initial: initial - 1, ...(rest && { keys: rest }) });
  const capacity = mostInside(structure);
  // A thread that has died does nothing more.
  const isWhole = (each: ProgramShape): boolean =>
    each.initial <= capacity && each.threads.every((thread) => !thread.slice(0, -1).includes('die'));
  return distinct(found.filter(isWhole).map(ownerFirst), inOrder);
}

/** Which thread is which does not matter. */
function canonical(shape: ProgramShape): string {
  return programText({ ...shape, threads: shape.threads.toSorted(byLength) });
}

function byLength(a: readonly string[], b: readonly string[]): number {
  return lengthOf(a) - lengthOf(b) || a.join(' ').localeCompare(b.join(' '), 'en');
}

function distinct(shapes: readonly ProgramShape[], inOrder: boolean): ProgramShape[] {
  const name = inOrder ? programText : canonical;
  return [...new Map(shapes.toReversed().map((shape) => [name(shape), shape])).values()].toReversed();
}

/** Which programs are meant. */
export interface ShapeOptions {
  /** The id of the structure, or the URL of its module, so that it can be posted to a worker. Default: the queue. */
  readonly structure?: string;
  /** The operations that they are made of, by their words. Default: those that take and that put. */
  readonly letters?: readonly string[];
  /** Those that programs of a single thread are made of as well, such as batches: `e2`. Default: none. */
  readonly ofOneThread?: readonly string[];
  /** In every order of their threads, as the mirrored ones `d | e d` and `e d | d`. Default: each once, whatever the order. */
  readonly inOrder?: boolean;
}

/** All programs of this many operations on this many threads. */
export function shortShapes(
  operations: number,
  threads: number,
  initial: number,
  { structure: id, letters, ofOneThread = [], inOrder = false }: ShapeOptions = {},
): ProgramShape[] {
  const structure = structureById(id);
  if (initial > mostInside(structure)) return [];
  const words = letters ?? [...wordsThat(structure, 'take'), ...wordsThat(structure, 'put')];
  const keys = isKeyed(structure) && { keys: Array.from({ length: initial }, (_, i) => i + 1) };
  const found = threadsOf(operations, threads, [], threads === 1 ? [...words, ...ofOneThread] : words);
  const all = inOrder ? found.flatMap((each) => ordersOf(each)) : found;
  const shapes = all
    .filter((each) => each.filter((thread) => isOwners(structure, thread)).length <= 1)
    .map((each) => ownerFirst({ structure, initial, ...keys, threads: each }));
  // Orders that differ in where the owner stands have become one.
  return ownersWords(structure).length === 0 ? shapes : distinct(shapes, true);
}

/** True of a thread that does what only the owner of the structure may. */
function isOwners(structure: StructureClass, thread: readonly string[]): boolean {
  const owned = ownersWords(structure);
  return thread.some((word) => owned.includes(word));
}

/** The same program with its owner, if it has one, as the first thread. */
export function ownerFirst(shape: ProgramShape): ProgramShape {
  const { structure, threads } = shape;
  const owner = threads.findIndex((thread) => isOwners(structure, thread));
  return owner <= 0 ? shape : { ...shape, threads: [threads[owner], ...threads.toSpliced(owner, 1)] };
}

/** Every order of a list, each once though some of its items may be equal. */
function ordersOf(threads: readonly (readonly string[])[]): (readonly string[])[][] {
  if (threads.length === 0) return [[]];
  const firsts = new Map(threads.map((thread, i) => [thread.join(' '), i]));
  return [...firsts.values()].flatMap((i) =>
    ordersOf(threads.toSpliced(i, 1)).map((rest) => [threads[i], ...rest]),
  );
}

/** Threads that come after one in the order of length and letters, or equal it. */
function threadsOf(
  operations: number,
  threads: number,
  least: readonly string[],
  letters: readonly string[],
): (readonly string[])[][] {
  if (threads === 0) return operations === 0 ? [[]] : [];
  const found: (readonly string[])[][] = [];
  for (let length = Math.max(1, lengthOf(least)); length * threads <= operations; length++) {
    for (const first of threadsOfWords(length, letters)) {
      if (byLength(first, least) < 0) continue;
      for (const rest of threadsOf(operations - length, threads - 1, first, letters))
        found.push([first, ...rest]);
    }
  }
  return found;
}

/** All threads of this many operations. */
function threadsOfWords(length: number, letters: readonly string[]): string[][] {
  if (length === 0) return [[]];
  return letters
    .filter((letter) => lengthOf([letter]) <= length)
    .flatMap((letter) =>
      threadsOfWords(length - lengthOf([letter]), letters).map((rest) => [letter, ...rest]),
    );
}
