import type { ModelledBuffer } from './buffers.ts';
import type { ElementKind, Value } from './kinds.ts';
import { platform } from './platform.ts';

/** A modelled DataView behind what a body sees of it. */
interface Bytes {
  readonly of: ModelledBuffer;
  readonly buffer: object;
  readonly offset: number;
  readonly length: number;
}

const dataViews = new WeakMap<object, Bytes>();

export function isDataView(value: unknown): boolean {
  return typeof value === 'object' && value !== null && dataViews.has(value);
}

/** A DataView over a modelled buffer: all of its accesses are plain ones. */
export function dataView(
  of: ModelledBuffer,
  buffer: object,
  offset: number,
  length: number,
  prototype: object,
): DataView {
  const bytes: Bytes = { of, buffer, offset, length };
  const proxy = new Proxy(Object.create(prototype) as DataView, {
    get: (target, property, receiver) => {
      if (property === 'buffer') return buffer;
      if (property === 'byteOffset') return offset;
      if (property === 'byteLength') return length;
      const own = platform.DataView.prototype as unknown as Record<string | symbol, unknown>;
      const isOwn = typeof property === 'string' && own[property] === Reflect.get(target, property, receiver);
      return isOwn && Object.hasOwn(DATA_VIEW_METHODS, property)
        ? DATA_VIEW_METHODS[property]
        : (Reflect.get(target, property, receiver) as unknown);
    },
  });
  dataViews.set(proxy, bytes);
  return proxy;
}

type DataViewMethod = (this: object, at: number, ...given: unknown[]) => unknown;

/** By name: each is for modelled views alone. */
export const DATA_VIEW_METHODS: Readonly<Record<string, DataViewMethod>> = Object.fromEntries(
  Object.keys(platform.arrays)
    .filter((name) => name !== 'Uint8ClampedArray')
    .flatMap((name): [string, DataViewMethod][] => {
      const type = name.replace('Array', '');
      return [
        [
          `get${type}`,
          function (this: object, at: number, isLittle?: unknown): unknown {
            const { bytes, kind } = found(this, name, Boolean(isLittle));
            return bytes.of.memory.read(within(bytes, kind, at));
          },
        ],
        [
          `set${type}`,
          function (this: object, at: number, value: unknown, isLittle?: unknown): void {
            const { bytes, kind } = found(this, name, Boolean(isLittle));
            bytes.of.memory.write(within(bytes, kind, at), value as Value);
          },
        ],
      ];
    }),
);

function found(view: object, name: string, isLittle: boolean): { bytes: Bytes; kind: ElementKind } {
  const bytes = dataViews.get(view);
  if (!bytes) throw new TypeError('The method of a DataView was called on something else.');
  const { kinds } = bytes.of.region;
  return { bytes, kind: kinds.get(isLittle ? name : `${name}BE`) ?? (kinds.get(name) as ElementKind) };
}

function within(
  { of, offset, length }: Bytes,
  kind: ElementKind,
  given: number,
): Parameters<typeof of.memory.read>[0] {
  const at = Math.trunc(given) || 0;
  if (at < 0 || at + kind.bytes > length)
    throw new RangeError('Offset is outside the bounds of the DataView');
  return {
    region: of.region,
    start: offset + at,
    kind,
    from: offset + at,
    to: offset + at + kind.bytes,
    element: null,
  };
}
