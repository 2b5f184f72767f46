import { MODEL, MODEL_NAMES } from '../../../src/checker/wasm/binary/imports.ts';

/** What is there of WebAssembly in a test. */
export interface Engine {
  readonly Memory: new (of: { initial: number; maximum?: number; shared?: boolean }) => {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  };
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (module: object, imports: object) => { readonly exports: Record<string, never> };
  readonly validate: (bytes: Uint8Array) => boolean;
}

export const { WebAssembly: engine } = globalThis as unknown as { WebAssembly: Engine };

type Value = number | bigint;

const out = (): never => {
  throw new RangeError('memory access out of bounds');
};

const bytesOf = (name: string): number => Number(/\d+$/.exec(name)?.[0]) / 8;

const results = [
  (a: bigint, b: bigint): bigint => a + b,
  (a: bigint, b: bigint): bigint => a - b,
  (a: bigint, b: bigint): bigint => a & b,
  (a: bigint, b: bigint): bigint => a | b,
  (a: bigint, b: bigint): bigint => a ^ b,
  (_: bigint, b: bigint): bigint => b,
];

const aligned = (at: number, bytes: number): void => {
  if ((at >>> 0) % bytes !== 0) throw new RangeError('operation does not support unaligned accesses');
};

const fitted = (bytes: number, value: bigint): Value =>
  bytes === 8 ? BigInt.asIntN(64, value) : Number(BigInt.asIntN(8 * bytes, value));

const range = (at: number, count: number, end: number): void =>
  void ((at >>> 0) + (count >>> 0) > end && out());

/** The functions that a rewritten module asks for, over its own memory, written anew from what the instructions mean. */
export function plainModel(
  memory: { readonly buffer: ArrayBuffer; grow(pages: number): number },
  segments: readonly (readonly number[])[],
): Record<string, unknown> {
  const asked: string[] = [];
  const view = (): DataView => new DataView(memory.buffer);
  const dropped = new Set<number>([...segments.keys()].filter((i) => segments[i]!.length === 0));
  const read = (at: number, bytes: number): Value => {
    const from = at >>> 0;
    if (from + bytes > memory.buffer.byteLength) return out();
    if (bytes === 8) return view().getBigInt64(from, true);
    if (bytes === 4) return view().getInt32(from, true);
    return bytes === 2 ? view().getUint16(from, true) : view().getUint8(from);
  };
  const write = (at: number, bytes: number, value: Value): void => {
    const to = at >>> 0;
    if (to + bytes > memory.buffer.byteLength) out();
    if (bytes === 8) view().setBigInt64(to, value as bigint, true);
    else if (bytes === 4) view().setInt32(to, value as number, true);
    else if (bytes === 2) view().setUint16(to, value as number, true);
    else view().setUint8(to, value as number);
  };
  const make: Record<string, (bytes: number) => (...given: never[]) => unknown> = {
    load: (bytes) => (at: number) => read(at, bytes),
    store: (bytes) => (at: number, value: Value) => write(at, bytes, value),
    atomicLoad: (bytes) => (at: number) => (aligned(at, bytes), read(at, bytes)),
    atomicStore: (bytes) => (at: number, value: Value) => (aligned(at, bytes), write(at, bytes, value)),
    change: (bytes) => (at: number, which: number, value: Value) => {
      aligned(at, bytes);
      const before = read(at, bytes);
      write(at, bytes, fitted(bytes, results[which]!(BigInt(before), BigInt(value))));
      return before;
    },
    cas: (bytes) => (at: number, expected: Value, desired: Value) => {
      aligned(at, bytes);
      const before = read(at, bytes);
      if (BigInt.asUintN(8 * bytes, BigInt(before)) === BigInt.asUintN(8 * bytes, BigInt(expected)))
        write(at, bytes, fitted(bytes, BigInt(desired)));
      return before;
    },
  };
  const others: Record<string, (...given: never[]) => unknown> = {
    notify: (at: number) => {
      aligned(at, 4);
      read(at, 4);
      return 0;
    },
    copy: (to: number, from: number, count: number) => {
      range(to, count, memory.buffer.byteLength);
      range(from, count, memory.buffer.byteLength);
      new Uint8Array(memory.buffer).copyWithin(to >>> 0, from >>> 0, (from >>> 0) + (count >>> 0));
    },
    fill: (to: number, value: number, count: number) => {
      range(to, count, memory.buffer.byteLength);
      new Uint8Array(memory.buffer).fill(value, to >>> 0, (to >>> 0) + (count >>> 0));
    },
    init: (to: number, from: number, count: number, segment: number) => {
      const content = dropped.has(segment) ? [] : segments[segment]!;
      range(from, count, content.length);
      range(to, count, memory.buffer.byteLength);
      new Uint8Array(memory.buffer).set(content.slice(from, from + count), to >>> 0);
    },
    drop: (segment: number) => void dropped.add(segment),
    size: () => memory.buffer.byteLength / 65536,
    grow: (pages: number) => {
      try {
        return memory.grow(pages);
      } catch {
        return -1;
      }
    },
    outside: out,
    exhausted: () => {},
  };
  const functions = Object.fromEntries(
    MODEL_NAMES.map((name) => {
      const [, base = ''] = /^(load|store|atomicLoad|atomicStore|change|cas)\d+$/.exec(name) ?? [];
      const own = others[name] ?? make[base]?.(bytesOf(name)) ?? (() => 1);
      return [name, (...given: never[]) => (asked.push(name), own(...given))];
    }),
  );
  return { [MODEL]: { ...functions, memory }, asked };
}
