import { bufferOf, type ModelledBuffer } from './buffers.ts';
import { dataView, isDataView } from './data-views.ts';
import type { ElementKind, Value } from './kinds.ts';
import { date, dateNow, performanceNow, random } from './outside.ts';
import { platform, types } from './platform.ts';
import { cryptoModule, hasCrypto, hrtime, modelledCrypto, nodeRandomValues } from './random-values.ts';
import { newSharedNow, runningThread } from './running.ts';
import { type ArrayView, arrayView, copyOf, METHODS, viewOf } from './views.ts';

type Class = new (...given: never[]) => object;

/** A class of the platform that makes modelled objects where modelled ones are given to it, or asked for, and else what it always makes. */
function modelled<C extends Class>(
  platformClass: C,
  make: (given: readonly unknown[], prototype: object) => object | null,
): C {
  return new Proxy(platformClass, {
    construct: (target, given: unknown[], newTarget) =>
      make(given, newTarget.prototype as object) ?? (Reflect.construct(target, given, newTarget) as object),
  });
}

const arrays = Object.fromEntries(
  Object.entries(platform.arrays).map(([name, platformClass]) => [
    name,
    modelled(platformClass as unknown as Class, ([source, offset, length], prototype) => {
      const buffer = bufferOf(source);
      if (buffer) {
        const kind = buffer.region.kinds.get(name) as ElementKind;
        const from = toIndex(offset, 'Start offset');
        return arrayView(
          buffer,
          source as object,
          kind,
          from,
          lengthOf(buffer, kind, from, length),
          prototype,
        );
      }
      assertOwn(source, name);
      const view = viewOf(source);
      if (!view) return null;
      // A copy on memory that is not shared, as of any array.
      const target = platformClass as unknown as new (of: readonly Value[]) => object;
      const copy = new target([...(copyOf(view) as unknown as Iterable<Value>)]);
      return Object.setPrototypeOf(copy, prototype) as object;
    }),
  ]),
);

function toIndex(given: unknown, what: string): number {
  const index = Math.trunc(Number(given ?? 0)) || 0;
  if (index < 0) throw new RangeError(`${what} ${index} is outside the bounds of the buffer`);
  return index;
}

/** How many elements a view has, by the rules of the language. */
function lengthOf(
  { region }: ModelledBuffer,
  { name, bytes }: ElementKind,
  offset: number,
  given: unknown,
): number {
  const size = region.bytes.length;
  if (offset % bytes !== 0) throw new RangeError(`start offset of ${name} should be a multiple of ${bytes}`);
  if (offset > size) throw new RangeError(`Start offset ${offset} is outside the bounds of the buffer`);
  if (given === undefined) {
    if (size % bytes !== 0 && region.most === null)
      throw new RangeError(`byte length of ${name} should be a multiple of ${bytes}`);
    return Math.floor((size - offset) / bytes);
  }
  const length = toIndex(given, 'Length');
  if (offset + length * bytes > size) throw new RangeError(`Invalid typed array length: ${length}`);
  return length;
}

/** Shared memory that a thread did not make itself can be written by others, and the check would not see it. */
function assertOwn(source: unknown, name: string): void {
  const thread = runningThread();
  if (thread === null || !types.isSharedArrayBuffer(source) || thread.owns(source)) return;
  thread.refuse(
    `T${thread.number} makes a ${name} over a SharedArrayBuffer of ${source.byteLength} bytes that the check does not declare, so other threads may write it unseen: declare it, as in words: { memory: buffer }, and use the one that the thread is given; or make it in make.`,
  );
}

const modelledDataView = modelled(
  platform.DataView as unknown as Class,
  ([source, offset, length], prototype) => {
    const buffer = bufferOf(source);
    if (!buffer) {
      assertOwn(source, 'DataView');
      return null;
    }
    const size = buffer.region.bytes.length;
    const from = toIndex(offset, 'Start offset');
    if (from > size) throw new RangeError(`Start offset ${from} is outside the bounds of the buffer`);
    const bytes = length === undefined ? size - from : toIndex(length, 'Length');
    if (from + bytes > size) throw new RangeError(`Invalid DataView length ${bytes}`);
    return dataView(buffer, source as object, from, bytes, prototype);
  },
);

/** A buffer that `make` makes is shared by the threads; one that a thread makes is known as its own. */
const sharedArrayBuffer =
  (platform as Partial<typeof platform>).SharedArrayBuffer &&
  new Proxy(platform.SharedArrayBuffer, {
    construct: (target, given: [number, { maxByteLength?: number }?], newTarget) => {
      const shared = newSharedNow();
      if (shared !== null) {
        // As the platform refuses what cannot be a length.
        const { byteLength } = Reflect.construct(target, given, newTarget) as SharedArrayBuffer;
        return shared(byteLength, given[1]?.maxByteLength ?? null);
      }
      const buffer = Reflect.construct(target, given, newTarget) as SharedArrayBuffer;
      runningThread()?.own(buffer);
      return buffer;
    },
  });

/** Memory of WebAssembly is written by instructions that nothing here sees. */
const wasmMemory =
  platform.WebAssembly &&
  new Proxy(platform.WebAssembly.Memory, {
    construct: (target, given: [{ shared?: boolean }], newTarget) => {
      if (given[0]?.shared === true) {
        runningThread()?.refuse(
          'A shared WebAssembly.Memory is not modelled, since the check cannot see what instructions of WebAssembly do with it: let the threads use a SharedArrayBuffer.',
        );
      }
      return Reflect.construct(target, given, newTarget) as object;
    },
  });

type Decoder = InstanceType<NonNullable<typeof platform.TextDecoder>>;
type Encoder = InstanceType<NonNullable<typeof platform.TextEncoder>>;

/** As the platform's `decode`: modelled memory is decoded from a copy. */
function decode(this: Decoder, ...given: Parameters<Decoder['decode']>): string {
  const [source, ...options] = given;
  return Reflect.apply(platformDecode, this, [bytesOf(source) ?? source, ...options]);
}

/** A copy of the bytes of modelled memory; null for what is not modelled. */
function bytesOf(source: unknown): Uint8Array<ArrayBuffer> | null {
  const buffer = bufferOf(source);
  if (buffer) {
    const { bytes, byte } = buffer.region;
    return copyOf(viewOf(arrayView(buffer, source as object, byte, 0, bytes.length)) as ArrayView) as never;
  }
  if (isDataView(source)) {
    const { buffer: of, byteOffset, byteLength } = source as DataView;
    return bytesOf(new arrays['Uint8Array'](of as never, byteOffset as never, byteLength as never));
  }
  const view = viewOf(source);
  return view ? (copyOf(view) as Uint8Array<ArrayBuffer>) : null;
}

function encodeInto(this: Encoder, text: string, into: Uint8Array): ReturnType<Encoder['encodeInto']> {
  const view = viewOf(into);
  if (!view) return Reflect.apply(platformEncodeInto, this, [text, into]);
  const bytes = new platform.arrays.Uint8Array(view.length);
  const result = Reflect.apply(platformEncodeInto, this, [text, bytes]);
  for (let i = 0; i < result.written; i++) into[i] = bytes[i];
  return result;
}

const platformDecode = platform.TextDecoder?.prototype.decode as Decoder['decode'];
const platformEncodeInto = platform.TextEncoder?.prototype.encodeInto as Encoder['encodeInto'];
const { isView, structuredClone: platformClone } = platform;

/** A copy of shared memory would be the same memory, in another thread. */
function structuredClone(value: unknown, ...more: unknown[]): unknown {
  if (viewOf(value) !== undefined || bufferOf(value) !== undefined || isDataView(value)) {
    runningThread()?.refuse(
      'structuredClone of shared memory is not modelled: let the threads use what they are given, or copy it by slice.',
    );
  }
  return platformClone(value, ...more);
}

/** The global object of a thread: what is replaced in it is put back. */
export type Realm = typeof globalThis;

/** What stands in the place of a property of an object while a check runs. */
export interface Replacement {
  readonly of: (realm: typeof globalThis) => object | undefined;
  readonly name: string;
  readonly by: unknown;
  /** Given if it stands in the place of that alone, and not of what somebody else has put there. */
  readonly over?: unknown;
  /** True if it is asked each time what the property is. */
  readonly isGetter?: boolean;
}

const inRealm = (realm: Realm): object => realm;

/** A class in the place of a global one, and of what its objects say that they are made by: code compares the two. */
function classes(name: string, by: object): Replacement[] {
  const prototypeOf = (realm: Realm): object | undefined =>
    (realm as unknown as Record<string, { prototype: object } | undefined>)[name]?.prototype;
  return [
    { of: inRealm, name, by },
    { of: prototypeOf, name: 'constructor', by },
  ];
}

/** All of them but `Atomics`. */
export const replacements: readonly Replacement[] = [
  ...Object.entries(arrays).flatMap(([name, by]) => classes(name, by)),
  ...classes('DataView', modelledDataView),
  ...(sharedArrayBuffer ? classes('SharedArrayBuffer', sharedArrayBuffer) : []),
  // For code that calls a method of its superclass, or takes one from a prototype.
  ...Object.entries(METHODS).map(([name, by]) => ({
    of: (realm: Realm) => Object.getPrototypeOf(realm.Int8Array.prototype) as object,
    name,
    by,
  })),
  {
    of: (realm) => realm.ArrayBuffer,
    name: 'isView',
    by: (value: unknown) => viewOf(value) !== undefined || isDataView(value) || isView(value),
  },
  { of: inRealm, name: 'structuredClone', by: structuredClone },
  { of: (realm) => realm.Math, name: 'random', by: random },
  ...(hasCrypto ? [{ of: inRealm, name: 'crypto', by: modelledCrypto }] : []),
  ...nodeRandomValues.map(([name, by]) => ({ of: () => cryptoModule, name, by })),
  { of: (realm: Realm) => (realm as { process?: object }).process, name: 'hrtime', by: hrtime },
  ...classes('Date', date),
  { of: (realm) => realm.Date, name: 'now', by: dateNow },
  {
    of: (realm) => (realm.performance ? (Object.getPrototypeOf(realm.performance) as object) : undefined),
    name: 'now',
    by: performanceNow,
  },
  { of: (realm) => realm.TextDecoder?.prototype, name: 'decode', by: decode },
  { of: (realm) => realm.TextEncoder?.prototype, name: 'encodeInto', by: encodeInto },
  ...(wasmMemory
    ? [
        {
          of: (realm: Realm) => (realm as { WebAssembly?: object }).WebAssembly,
          name: 'Memory',
          by: wasmMemory,
        },
      ]
    : []),
];
