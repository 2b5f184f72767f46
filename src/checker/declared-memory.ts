import { UsageError } from '../errors.ts';
import { Cells } from './cells.ts';
import { type ElementKind, makeKinds, type Value } from './kinds.ts';
import { type Labels, labelsOf } from './labels.ts';
import { platform, types } from './platform.ts';
import { textOf } from './text.ts';
import type { Declared } from './types.ts';

const { Uint8Array: Bytes } = platform.arrays;

/** The memory of one name. */
export interface Region {
  readonly index: number;
  readonly name: string;
  /** Of its elements; null for a buffer, which may be seen in any way. */
  readonly kind: ElementKind | null;
  /** Of its bytes. */
  readonly byte: ElementKind;
  /** All kinds that elements may have, by name. */
  readonly kinds: ReadonlyMap<string, ElementKind>;
  /** True for a word alone. */
  readonly isScalar: boolean;
  /** What was declared. */
  readonly before: Uint8Array;
  /** What the threads begin with: that, and what `make` wrote. */
  readonly bytes: Uint8Array;
  readonly cells: Cells;
  /** How far a growable buffer says that it could grow. Null for one of fixed length. */
  readonly most: number | null;
  /** What lies in a buffer, if that is known. */
  readonly labels: Labels | null;
}

/** All memory of a check, and how it is divided into words. */
export class DeclaredMemory {
  readonly kinds: ReadonlyMap<string, ElementKind> = makeKinds();
  readonly regions: Region[] = [];
  readonly #names = new Map<object, string>();

  constructor(declared: Declared) {
    for (const [name, content] of Object.entries(declared)) this.#declare(name, content);
  }

  /** Adds a buffer: a declared one, or one that `make` makes. */
  addBuffer(name: string, before: Uint8Array, most: number | null, labels: Labels | null = null): Region {
    return this.#add({ name, kind: null, isScalar: false, before, most, labels });
  }

  #add(region: Pick<Region, 'name' | 'kind' | 'isScalar' | 'before' | 'most' | 'labels'>): Region {
    const { before, kind } = region;
    const byte = this.kinds.get('Uint8Array') as ElementKind;
    const cells = new Cells(byte);
    if (kind !== null) for (let at = 0; at < before.length; at += kind.bytes) cells.make(at, kind);
    const { kinds } = this;
    const added = { ...region, byte, kinds, index: this.regions.length, bytes: before.slice(), cells };
    this.regions.push(added);
    return added;
  }

  /** Two names for the memory of one buffer would be taken for two memories. */
  #assertAlone(name: string, buffer: object): void {
    const other = this.#names.get(buffer);
    if (other !== undefined && types.isSharedArrayBuffer(buffer))
      throw new UsageError(
        `The words "${other}" and "${name}" have the same SharedArrayBuffer: declare the buffer, as in words: { memory: buffer }, and make the views of it in the threads.`,
      );
    this.#names.set(buffer, name);
  }

  #declare(name: string, content: unknown): void {
    if (types.isSharedArrayBuffer(content)) {
      this.#assertAlone(name, content);
      const bytes = new Bytes(content).slice();
      const { growable = false, maxByteLength = 0 } = content as {
        growable?: boolean;
        maxByteLength?: number;
      };
      this.addBuffer(name, new Bytes(bytes), growable ? maxByteLength : null, labelsOf(content));
      return;
    }
    const { kind, values, isScalar } = contentOf(name, content, this.kinds);
    if (platform.isView(content)) this.#assertAlone(name, content.buffer);
    const before = new Bytes(values.length * kind.bytes);
    for (const [i, value] of values.entries()) {
      kind.toBytes(encodeInitial(name, kind, value), before, i * kind.bytes);
    }
    this.#add({ name, kind, isScalar, before, most: null, labels: null });
  }
}

function contentOf(
  name: string,
  content: unknown,
  kinds: ReadonlyMap<string, ElementKind>,
): { kind: ElementKind; values: readonly Value[]; isScalar: boolean } {
  const kindOf = (value: unknown): ElementKind =>
    kinds.get(typeof value === 'bigint' ? 'BigInt64Array' : 'Int32Array') as ElementKind;
  if (typeof content === 'number' || typeof content === 'bigint')
    return { kind: kindOf(content), values: [content], isScalar: true };
  if (Array.isArray(content))
    return { kind: kindOf(content[0]), values: content as Value[], isScalar: false };
  const kind = platform.isView(content) ? kinds.get(content.constructor.name) : undefined;
  if (kind) return { kind, values: [...(content as Iterable<Value>)], isScalar: false };
  const what = platform.isView(content) ? `a ${content.constructor.name}` : textOf(content);
  throw new UsageError(
    `The word "${name}" is ${what}: give an integer, a bigint, an array of them, a typed array, or a SharedArrayBuffer.`,
  );
}

/** A word is declared with a value that it cannot hold. */
export class UnfitWord extends TypeError {}

/** The word of a value that a declaration gives. Throws an UnfitWord if an element of the kind cannot hold it as it is. */
function encodeInitial(name: string, kind: ElementKind, value: Value): number {
  const fits = typeof value === (kind.isBig ? 'bigint' : 'number');
  const word = fits ? kind.encode(value) : 0;
  if (fits && Object.is(kind.decode(word), value)) return word;
  const [range, other] = kind.isBig
    ? ['a bigint of 64 bits, from -(2n ** 63n) to 2n ** 63n - 1n', `new BigUint64Array(1)`]
    : ['a 32-bit integer, from -2147483648 to 2147483647', `new Float64Array(1)`];
  throw new UnfitWord(
    `The word "${name}" cannot begin as ${textOf(value)}: give ${range}; for other numbers declare a typed array, as in words: { ${name}: ${other} }.`,
  );
}
