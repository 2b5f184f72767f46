import type { Value } from './kinds.ts';
import type { Region } from './layout.ts';
import type { ThreadWords } from './thread-words.ts';
import type { IntegerArray } from './types.ts';

/** A modelled array behind what a body sees of it. */
export interface ArrayView {
  readonly words: ThreadWords;
  readonly region: Region;
  /** The address of the first element, and how many there are: a subarray begins later. */
  readonly base: number;
  readonly length: number;
}

const views = new WeakMap<object, ArrayView>();

/** What stands behind an array that a body was given, or undefined if it is another one. */
export function viewOf(array: object): ArrayView | undefined {
  return views.get(array);
}

type Method = (...given: unknown[]) => unknown;

/** Methods that arrays of all kinds have in the same form: they work by index and length. */
const BY_INDEX: ReadonlySet<string> = new Set(
  'at entries every fill find findIndex findLast findLastIndex forEach includes indexOf join keys lastIndexOf reduce reduceRight some values'.split(
    ' ',
  ),
);

/** An array as a body sees it: elements by index, plainly accessed; the modelled `Atomics` on it; and the usual methods. */
export function arrayView(
  words: ThreadWords,
  region: Region,
  base: number = region.base,
  length: number = region.length,
): IntegerArray {
  const view: ArrayView = { words, region, base, length };
  const target = region.kind.arrayOf([]);
  const proxy: IntegerArray = new Proxy(target, {
    get: (_target, property) => {
      const index = indexOf(property);
      if (index === null) return member(view, property, proxy);
      return isWithin(view, index) ? words.read(base + index, region.kind) : undefined;
    },
    set: (_target, property, value: Value) => {
      const index = indexOf(property);
      if (index === null) return false;
      if (isWithin(view, index)) words.write(base + index, region.kind, value);
      return true;
    },
    has: (_target, property) => {
      const index = indexOf(property);
      return index === null ? property in target : isWithin(view, index);
    },
  });
  views.set(proxy, view);
  return proxy;
}

/** The number that a property is the text of, or null. */
function indexOf(property: string | symbol): number | null {
  if (typeof property === 'symbol') return null;
  const index = Number(property);
  return String(index) === property ? index : null;
}

function isWithin({ length }: ArrayView, index: number): boolean {
  return Number.isInteger(index) && index >= 0 && index < length;
}

function member(view: ArrayView, property: string | symbol, proxy: IntegerArray): unknown {
  const { region, base, length } = view;
  const { bytes } = region.kind;
  switch (property) {
    case 'length':
      return length;
    case 'byteLength':
      return length * bytes;
    case 'byteOffset':
      return (base - region.base) * bytes;
    case 'BYTES_PER_ELEMENT':
      return bytes;
    case 'constructor':
      return region.kind.arrayOf([]).constructor;
    case Symbol.toStringTag:
      return region.kind.name;
    case Symbol.iterator:
      return Array.prototype.values.bind(proxy as unknown as Value[]);
    default:
      return methodOf(view, property, proxy);
  }
}

function methodOf(
  { words, region, base, length }: ArrayView,
  property: string | symbol,
  proxy: object,
): unknown {
  if (property === 'subarray') {
    return (begin = 0, end = length): IntegerArray => {
      const from = relative(begin, length);
      return arrayView(words, region, base + from, Math.max(0, relative(end, length) - from));
    };
  }
  if (property === 'set') {
    return (values: ArrayLike<Value>, offset = 0): void => {
      if (offset < 0 || offset + values.length > length) throw new RangeError('offset is out of bounds');
      for (let i = 0; i < values.length; i++) words.write(base + offset + i, region.kind, values[i]);
    };
  }
  if (property === 'slice') {
    return (begin?: number, end?: number): IntegerArray =>
      region.kind.arrayOf(Array.prototype.slice.call(proxy, begin, end) as Value[]);
  }
  if (typeof property === 'symbol' || !(property in Int32Array.prototype)) return undefined;
  if (BY_INDEX.has(property)) {
    return (Array.prototype as unknown as Record<string, Method>)[property].bind(proxy);
  }
  return words.refuse(
    `"${property}" of the array "${region.name}" is not modelled: a check knows its arrays by index and not by buffer. Declare one array for each view.`,
  );
}

function relative(index: number, length: number): number {
  return index < 0 ? Math.max(0, length + index) : Math.min(index, length);
}
