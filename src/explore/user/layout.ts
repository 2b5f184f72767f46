import { UsageError } from '../../errors.ts';
import { Interned } from './interned.ts';
import { type Kind, makeKinds, type Value } from './kinds.ts';
import { textOf } from './text.ts';
import type { Declared, IntegerArray } from './types.ts';

/** The words of one name. */
export interface Region {
  readonly name: string;
  readonly base: number;
  readonly length: number;
  readonly kind: Kind;
  /** True for a word alone. */
  readonly isScalar: boolean;
}

/** Threads that sleep on a word, by the words that say so, in the order in which they fell asleep. */
export type Sleepers = readonly number[];

/**
 * Where everything is: first the declared words, one after the other; then for each of them one with the list of threads that sleep on
 * it; then one for each thread that is 1 while it sleeps.
 */
export class Layout {
  readonly regions: readonly Region[];
  /** The words at the start. */
  readonly words: Int32Array;
  readonly #size: number;
  /** What stands in the words with lists. Number 0 is the empty list. */
  readonly lists: Interned<Sleepers> = new Interned<Sleepers>((list) => list.join());

  constructor(declared: Declared, threads: number) {
    const kinds = makeKinds();
    const encoded: number[] = [];
    this.regions = Object.entries(declared).map(([name, content]) => {
      const { kind, values, isScalar } = contentOf(name, content, kinds);
      const base = encoded.length;
      for (const value of values) encoded.push(encodeInitial(name, kind, value));
      return { name, base, length: values.length, kind, isScalar };
    });
    this.#size = encoded.length;
    if (this.#size === 0)
      throw new UsageError('The check declares no shared words: give some, as in words: { counter: 0 }.');
    this.lists.numberOf([]);
    this.words = new Int32Array(2 * this.#size + threads);
    this.words.set(encoded);
  }

  /** How many words were declared. */
  get size(): number {
    return this.#size;
  }

  /** Where the list of those is that sleep on a word. */
  listOf(address: number): number {
    return this.#size + address;
  }

  /** The word that a list is about. */
  ofList(list: number): number {
    return list - this.#size;
  }

  /** The word that is 1 while a thread sleeps. */
  sleeperOf(thread: number): number {
    return 2 * this.#size + thread;
  }

  threadOf(sleeper: number): number {
    return sleeper - 2 * this.#size;
  }

  regionAt(address: number): Region {
    return this.regions.find(({ base, length }) => address >= base && address < base + length) as Region;
  }

  /** A declared word as people call it: `next`, `ring[2]`. */
  nameOf(address: number): string {
    const { name, base, isScalar } = this.regionAt(address);
    return isScalar ? name : `${name}[${address - base}]`;
  }

  /** The address of a word by that name, or -1. */
  addressOf(name: string): number {
    for (let address = 0; address < this.#size; address++) if (this.nameOf(address) === name) return address;
    return -1;
  }

  decode(address: number, word: number): Value {
    return this.regionAt(address).kind.decode(word);
  }

  /** A word's content as people read it. */
  show(address: number, word: number): string {
    const value = this.decode(address, word);
    return typeof value === 'bigint' ? `${value}n` : String(value);
  }

  /** All that the words hold, by name. Arrays are copies. */
  valuesOf(words: Int32Array): Record<string, Value | IntegerArray> {
    const values: Record<string, Value | IntegerArray> = {};
    for (const { name, base, length, kind, isScalar } of this.regions) {
      values[name] = isScalar
        ? kind.decode(words[base])
        : kind.arrayOf(Array.from(words.subarray(base, base + length), (word) => kind.decode(word)));
    }
    return values;
  }
}

function contentOf(
  name: string,
  content: Declared[string],
  kinds: ReadonlyMap<string, Kind>,
): { kind: Kind; values: readonly Value[]; isScalar: boolean } {
  const kindOf = (value: unknown): Kind =>
    kinds.get(typeof value === 'bigint' ? 'BigInt64Array' : 'Int32Array') as Kind;
  if (typeof content === 'number' || typeof content === 'bigint')
    return { kind: kindOf(content), values: [content], isScalar: true };
  if (Array.isArray(content))
    return { kind: kindOf(content[0]), values: content as Value[], isScalar: false };
  const kind = ArrayBuffer.isView(content) ? kinds.get(content.constructor.name) : undefined;
  if (kind) return { kind, values: [...(content as Iterable<Value>)], isScalar: false };
  const what = ArrayBuffer.isView(content) ? `a ${content.constructor.name}` : textOf(content);
  throw new UsageError(
    `The word "${name}" is ${what}: give an integer, a bigint, an array of them, or a typed array of integers.`,
  );
}

function encodeInitial(name: string, kind: Kind, value: Value): number {
  const fits = typeof value === (kind.isBig ? 'bigint' : 'number');
  const word = fits ? kind.encode(value) : 0;
  if (fits && kind.decode(word) === value) return word;
  const shown = typeof value === 'bigint' ? `${value}n` : String(value);
  throw new UsageError(`The word "${name}" cannot begin as ${shown}: it is an element of ${kind.name}.`);
}
