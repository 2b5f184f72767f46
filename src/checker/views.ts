import { type ModelledBuffer, relative } from './buffers.ts';
import type { ElementKind, Value } from './kinds.ts';
import type { Region } from './declared-memory.ts';
import type { AccessTarget, MemoryAccess } from './memory-access.ts';
import { INSPECTED, platform } from './platform.ts';
import type { SharedArray } from './types.ts';

/** A modelled typed array behind what a body sees of it. */
export interface ArrayView {
  readonly memory: MemoryAccess;
  readonly region: Region;
  readonly kind: ElementKind;
  /** Its buffer, as the code knows it. */
  readonly buffer: object;
  /** Where in the buffer it begins, in bytes, and how many elements it has. */
  readonly offset: number;
  readonly length: number;
  /** Where those of its elements are that were used. */
  readonly elements: AccessTarget[];
}

const views = new WeakMap<object, ArrayView>();

/** What stands behind a modelled array, or undefined if it is another value. */
export function viewOf(array: unknown): ArrayView | undefined {
  return typeof array === 'object' && array !== null ? views.get(array) : undefined;
}

/** Where an element is. */
export function elementOf(view: ArrayView, index: number): AccessTarget {
  const known = view.elements[index];
  if (known !== undefined) return known;
  const { region, kind, offset, length } = view;
  const start = offset + index * kind.bytes;
  const at = { region, start, kind, from: offset, to: offset + length * kind.bytes, element: null };
  view.elements[index] = at;
  return at;
}

/** A typed array over a modelled buffer as a body sees it: elements by index, plainly accessed; the modelled `Atomics` on it; and the methods. */
export function arrayView(
  { memory, region }: ModelledBuffer,
  buffer: object,
  kind: ElementKind,
  offset: number,
  length: number,
  prototype: object | null = null,
): SharedArray {
  const view: ArrayView = { memory, region, kind, buffer, offset, length, elements: [] };
  const target = kind.arrayOf([]);
  // Own methods of a class that extends the array come before those of the array.
  const isPlain = prototype === null || prototype === Object.getPrototypeOf(target);
  if (!isPlain) Object.setPrototypeOf(target, prototype);
  Object.defineProperty(target, INSPECTED, {
    value: () => `${kind.name}(${length}) of ${region.name}`,
    configurable: true,
  });
  const proxy: SharedArray = new Proxy(target, {
    get: (_target, property, receiver) => {
      const index = indexOf(property);
      if (index !== null) return isWithin(view, index) ? memory.read(elementOf(view, index)) : undefined;
      if (!isPlain && isOverridden(target, property, kind))
        return Reflect.get(target, property, receiver) as unknown;
      return member(view, property, target);
    },
    set: (_target, property, value: Value, receiver) => {
      const index = indexOf(property);
      if (index === null) return Reflect.set(target, property, value, receiver === proxy ? target : receiver);
      if (isWithin(view, index)) memory.write(elementOf(view, index), value);
      return true;
    },
    has: (_target, property) => {
      const index = indexOf(property);
      return index === null ? property in target : isWithin(view, index);
    },
    ownKeys: () => [...Array.from({ length }, (_, i) => String(i)), ...Reflect.ownKeys(target)],
    // Elements can be given values in this way too, and not be taken away or changed in any other.
    defineProperty: (_target, property, descriptor) => {
      const index = indexOf(property);
      if (index === null) return Reflect.defineProperty(target, property, descriptor);
      const { configurable, enumerable, writable, get, set: setter } = descriptor;
      const isPlainElement = [configurable, enumerable, writable].every((each) => each !== false);
      if (!isWithin(view, index) || !isPlainElement || get || setter) return false;
      if ('value' in descriptor) memory.write(elementOf(view, index), descriptor.value as Value);
      return true;
    },
    deleteProperty: (_target, property) => {
      const index = indexOf(property);
      return index === null ? Reflect.deleteProperty(target, property) : !isWithin(view, index);
    },
    preventExtensions: () =>
      memory.refuse(
        `${kind.name} over "${region.name}" is to be frozen, sealed or kept from getting properties, which is not modelled: leave it as it is.`,
      ),
    getOwnPropertyDescriptor: (_target, property) => {
      const index = indexOf(property);
      if (index === null) return Reflect.getOwnPropertyDescriptor(target, property);
      if (!isWithin(view, index)) return undefined;
      return {
        value: memory.read(elementOf(view, index)),
        writable: true,
        enumerable: true,
        configurable: true,
      };
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
  return Number.isInteger(index) && index >= 0 && index < length && !Object.is(index, -0);
}

/** True if a class that extends the array, or the object itself, has the property. */
function isOverridden(target: object, property: string | symbol, kind: ElementKind): boolean {
  const base = platform.arrays[kind.name as 'Int32Array'].prototype;
  for (
    let at: object | null = target;
    at !== null && at !== base;
    at = Object.getPrototypeOf(at) as object | null
  ) {
    if (Object.hasOwn(at, property)) return true;
  }
  return false;
}

function member(view: ArrayView, property: string | symbol, target: object): unknown {
  const { kind, offset, length } = view;
  switch (property) {
    case 'length':
      return length;
    case 'byteLength':
      return length * kind.bytes;
    case 'byteOffset':
      return offset;
    case 'buffer':
      return view.buffer;
    case 'BYTES_PER_ELEMENT':
      return kind.bytes;
    case 'constructor':
      return (globalThis as unknown as Record<string, unknown>)[kind.name];
    case Symbol.toStringTag:
      return kind.name;
    case Symbol.iterator:
      return METHODS['values'];
    default:
      if (typeof property === 'string' && Object.hasOwn(METHODS, property)) return METHODS[property];
  }
  const other: unknown = Reflect.get(target, property, target);
  if (typeof other !== 'function' || Object.hasOwn(target, property) || property in Object.prototype)
    return other;
  return view.memory.refuse(
    `"${String(property)}" of a typed array is not modelled: it is used on ${kind.name} over "${view.region.name}".`,
  );
}

type ViewArguments = readonly unknown[];
type Work = (view: ArrayView, array: SharedArray, given: ViewArguments) => unknown;

/** Methods that arrays of all sorts have in the same form: they work by index and length. */
const BY_INDEX =
  'at copyWithin entries every fill find findIndex findLast findLastIndex forEach includes indexOf join keys lastIndexOf reduce reduceRight reverse some toLocaleString toString values'.split(
    ' ',
  );

type Function = (this: unknown, ...given: unknown[]) => unknown;

/** A method for modelled arrays, which on others does what the platform's does. */
function method(name: string, work: Work): [string, Function] {
  const own = (Object.getPrototypeOf(platform.arrays.Int8Array.prototype) as Record<string, Function>)[name];
  const made = {
    [name](this: unknown, ...given: unknown[]): unknown {
      const view = viewOf(this);
      return view ? work(view, this as SharedArray, given) : Reflect.apply(own, this, given);
    },
  };
  return [name, made[name]];
}

/** By name. They do on all other arrays what the platform's do. */
export const METHODS: Readonly<Record<string, Function>> = Object.fromEntries([
  ...BY_INDEX.map((name) => {
    const generic = (Array.prototype as unknown as Record<string, Function>)[name];
    return method(name, (_view, array, given) => Reflect.apply(generic, array, given));
  }),
  method('subarray', subarray),
  method('set', (view, _array, [source, offset]) => set(view, source, Math.trunc(Number(offset ?? 0)) || 0)),
  method('slice', (view, array, [begin, end]) => {
    const from = relative((begin ?? 0) as number, view.length);
    return likeThis(view, array, valuesOf(view, from, relative((end ?? view.length) as number, view.length)));
  }),
  method('map', (view, array, [change, self]) =>
    likeThis(view, array, (Array.prototype.map as Function).call(array, change, self) as Value[]),
  ),
  method('filter', (view, array, [keeps, self]) =>
    likeThis(view, array, (Array.prototype.filter as Function).call(array, keeps, self) as Value[]),
  ),
  method('sort', (view, array, [compare]) => {
    const sorted = copyOf(view).toSorted(compare as () => number);
    for (const [i, value] of sorted.entries()) view.memory.write(elementOf(view, i), value as Value);
    return array;
  }),
  ...['toReversed', 'toSorted', 'with'].map((name) =>
    method(name, (view, _array, given) => {
      const copy = copyOf(view) as unknown as Record<string, Function>;
      return copy[name](...given);
    }),
  ),
]);

/** The elements from an index to another, each plainly read. */
function valuesOf(view: ArrayView, from = 0, to: number = view.length): Value[] {
  return Array.from({ length: Math.max(0, to - from) }, (_, i) =>
    view.memory.read(elementOf(view, from + i)),
  );
}

/** An array of the same kind on memory that is not shared, with the elements as they are. */
export function copyOf(view: ArrayView): SharedArray {
  return view.kind.arrayOf(valuesOf(view));
}

type ArrayClass = new (...given: unknown[]) => SharedArray;

/** The class that methods make new arrays of; null for the array's own. */
function speciesOf({ kind }: ArrayView, array: object): ArrayClass | null {
  const made = (array as { constructor?: { [Symbol.species]?: unknown } }).constructor;
  const species = made?.[Symbol.species] as ArrayClass | undefined;
  const own = [platform.arrays, globalThis] as unknown as Record<string, unknown>[];
  return species === undefined || species === null || own.some((each) => each[kind.name] === species)
    ? null
    : species;
}

/** A new array with these elements, of the class that the array says. */
function likeThis(view: ArrayView, array: SharedArray, values: readonly Value[]): SharedArray {
  const species = speciesOf(view, array);
  if (species === null) return view.kind.arrayOf(values);
  const made = new species(values.length) as unknown as Value[];
  for (const [i, value] of values.entries()) made[i] = value;
  return made as unknown as SharedArray;
}

function subarray(view: ArrayView, array: SharedArray, [begin, end]: ViewArguments): unknown {
  const { memory, region, kind, buffer, offset, length } = view;
  const from = relative((begin ?? 0) as number, length);
  const to = relative((end ?? length) as number, length);
  const [start, count] = [offset + from * kind.bytes, Math.max(0, to - from)];
  const species = speciesOf(view, array);
  if (species !== null) return new species(buffer, start, count);
  return arrayView({ memory, region }, buffer, kind, start, count);
}

function set(view: ArrayView, source: unknown, offset: number): void {
  // Read as a whole first: it may be a view of the same bytes.
  const values = sourceValues(source);
  if (offset < 0 || offset + values.length > view.length) throw new RangeError('offset is out of bounds');
  for (let i = 0; i < values.length; i++) view.memory.write(elementOf(view, offset + i), values[i]);
}

function sourceValues(source: unknown): ArrayLike<Value> {
  const view = viewOf(source);
  if (view) return valuesOf(view);
  return platform.isView(source)
    ? (source as unknown as ArrayLike<Value>)
    : (Array.from(source as ArrayLike<Value>) as Value[]);
}
