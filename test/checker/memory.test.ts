import { describe, expect, test } from 'vitest';
import { Random } from '../../src/random.ts';
import { check } from '../../src/checker/index.ts';

const SIZE = 32;
const TYPES = [
  'Int8Array',
  'Uint8Array',
  'Uint8ClampedArray',
  'Int16Array',
  'Uint16Array',
  'Int32Array',
  'Uint32Array',
  'Float32Array',
  'Float64Array',
  'BigInt64Array',
  'BigUint64Array',
] as const;

type Make = new (...given: unknown[]) => Int32Array;
type Value = number;

const classOf = (type: string): Make => (globalThis as unknown as Record<string, Make>)[type]!;

/** Calls a method that changes the view and answers with it. */
function inPlace(
  view: Int32Array,
  name: 'reverse' | 'sort',
  order?: (a: Value, b: Value) => Value,
): Int32Array {
  return (view[name] as (by?: typeof order) => Int32Array).call(view, order);
}

/** What can be done with a view, and what it answers. The platform and the model have to agree in all of it. */
const CALLS: Readonly<Record<string, (view: Int32Array, one: Value, other: Value, at: number) => unknown>> = {
  index: (view, one, _other, at) => [view[at], (view[at] = one), view[at], view[99], view[-1]],
  length: ({ length, byteLength, byteOffset, BYTES_PER_ELEMENT, buffer }) => [
    length,
    byteLength,
    byteOffset,
    BYTES_PER_ELEMENT,
    buffer.byteLength,
  ],
  what: (view) => [
    ArrayBuffer.isView(view),
    view instanceof classOf(view.constructor.name),
    view.buffer instanceof SharedArrayBuffer,
    Object.prototype.toString.call(view),
    view.constructor === classOf(view.constructor.name),
    view.slice().constructor === classOf(view.constructor.name),
    view.buffer.constructor === SharedArrayBuffer,
    new SharedArrayBuffer(2).constructor === SharedArrayBuffer,
    new DataView(view.buffer).constructor === DataView,
    Uint8Array.prototype.slice.call(view, 0, 1).length,
    1 in view,
    99 in view,
    Object.keys(view),
  ],
  at: (view, _one, _other, at) => [view.at(at), view.at(-1), view.at(99)],
  copyWithin: (view, _one, _other, at) => [view.copyWithin(at, 0, 3) === view, ...view],
  entries: (view) => [...view.entries(), ...view.keys(), ...view.values()],
  every: (view, one) => [view.every((value) => value === one), view.some((value) => value === one)],
  fill: (view, one, _other, at) => [view.fill(one, at, -1) === view, ...view],
  filter: (view, one) => Array.from(view.filter((value) => value !== one)),
  find: (view, one) => [
    view.find((value) => value === one),
    view.findIndex((value) => value === one),
    view.findLast((value) => value === one),
    view.findLastIndex((value) => value === one),
  ],
  forEach: (view) => {
    const seen: unknown[] = [];
    for (const value of view) seen.push(value);
    view['forEach']((value, i) => seen.push(value, i));
    return seen;
  },
  includes: (view, one) => [view.includes(one), view.indexOf(one), view.lastIndexOf(one)],
  join: (view) => [view.join(), view.join('-'), String(view), JSON.stringify({ of: [...view].map(String) })],
  map: (view) => Array.from(view.map((value) => value)),
  reduce: (view) => [
    view.reduce((text, value) => `${text} ${value}`, ''),
    view.reduceRight((text, value) => `${text} ${value}`, ''),
  ],
  reverse: (view) => [inPlace(view, 'reverse') === view, ...view],
  set: (view, one, other, at) => [view.set([one, other], at), ...view],
  setView: (view, _one, _other, at) => [view.set(view.subarray(0, 2), at), ...view],
  setCopy: (view, one, other) => [view.set(new (classOf(view.constructor.name))([one, other])), ...view],
  slice: (view, _one, _other, at) => [
    ...view.slice(at),
    ...view.slice(-2, -1),
    view.slice().buffer instanceof ArrayBuffer,
  ],
  sort: (view) => [inPlace(view, 'sort') === view, ...view],
  sortBy: (view) => [...inPlace(view, 'sort', (a, b) => Number(a < b) - Number(a > b))],
  subarray: (view, one, _other, at) => {
    const part = view.subarray(at, -1);
    part[0] = one;
    return [part.length, part.byteOffset, part.buffer === view.buffer, ...view];
  },
  toSorted: (view) => [...view.toSorted(), ...view.toReversed()],
  with: (view, one, _other, at) => Array.from(view.with(at, one)),
  copies: (view) => [...new (classOf(view.constructor.name))(view), ...Array.from(view)],
  another: (view) => [...new (view.constructor as Make)(view.buffer, view.byteOffset, 1)],
  out: (view) => new (classOf(view.constructor.name))(view.buffer, view.byteOffset + 1),
  far: (view) => view.set([view[0]!], 99),
  atomics: (view, one, other, at) => [
    Atomics.load(view, at),
    Atomics.store(view, at, one),
    Atomics.add(view, at, other),
    Atomics.sub(view, at, one),
    Atomics.and(view, at, other),
    Atomics.or(view, at, one),
    Atomics.xor(view, at, other),
    Atomics.exchange(view, at, other),
    Atomics.compareExchange(view, at, other, one),
    Atomics.compareExchange(view, at, other, one),
  ],
  notAnIndex: (view) => Atomics.load(view, 99),
  decode: (view) =>
    view instanceof Uint8Array
      ? new TextDecoder('latin1').decode(view)
      : new TextDecoder('latin1').decode(view.slice()),
  encode: (view) => {
    if (!(view instanceof Uint8Array)) return null;
    const { read, written } = new TextEncoder().encodeInto('añ', view);
    return [read, written, ...view];
  },
  dataView: ({ buffer, byteOffset }, one, _other, at) => {
    const data = new DataView(buffer, byteOffset);
    if (typeof one === 'bigint') {
      data.setBigInt64(at, one, true);
      data.setBigUint64(at + 1, one);
      return [data.getBigUint64(at), data.getBigInt64(at, true), data.byteLength, data.byteOffset];
    }
    data.setInt16(at, one);
    data.setFloat64(at + 1, one, true);
    data.setUint32(at + 3, one, true);
    data.setFloat32(at, one);
    return [
      data.getInt8(at),
      data.getUint8(at),
      data.getInt16(at + 1),
      data.getUint16(at, true),
      data.getInt32(at),
      data.getUint32(at + 2, true),
      String(data.getFloat32(at)),
      String(data.getFloat64(at + 1)),
      ArrayBuffer.isView(data),
      data instanceof DataView,
      data.buffer === buffer,
    ];
  },
  dataViewOut: ({ buffer }) => new DataView(buffer).getInt32(SIZE - 3),
  bufferSlice: ({ buffer }) => {
    const copy = buffer.slice(2, -4);
    return [copy.byteLength, ...new Uint8Array(copy), copy instanceof SharedArrayBuffer];
  },
};

interface Call {
  readonly name: string;
  readonly type: (typeof TYPES)[number];
  readonly offset: number;
  readonly length: number | undefined;
  readonly one: unknown;
  readonly other: unknown;
  readonly at: number;
}

function randomCalls(random: Random, names: readonly string[]): Call[] {
  const pick = <T>(list: readonly T[]): T => list[random.below(list.length)]!;
  return names.map((name) => {
    const type = pick(TYPES);
    const bytes = (globalThis as unknown as Record<string, { BYTES_PER_ELEMENT: number }>)[type]!
      .BYTES_PER_ELEMENT;
    const values: readonly unknown[] = type.startsWith('Big')
      ? [0n, -1n, 2n ** 40n + 7n]
      : [0, -1, 200, 1.5, 70_000];
    return {
      name,
      type,
      offset: random.below(2) * bytes,
      length: random.below(2) === 0 ? undefined : 3,
      one: pick(values),
      other: pick(values),
      at: random.below(2),
    };
  });
}

/** Makes calls on a buffer, and says what each answers or throws. */
function answersTo(calls: readonly Call[], memory: SharedArrayBuffer): string[] {
  return calls.map(({ name, type, offset, length, one, other, at }) => {
    const text = (value: unknown): string =>
      Array.isArray(value) ? `[${value.map(text).join()}]` : `${typeof value} ${String(value)}`;
    try {
      const view = new (classOf(type))(memory, offset, length);
      return `${name} ${text(CALLS[name]!(view, one as Value, other as Value, at))}`;
    } catch (error) {
      return `${name} throws ${(error as Error).name}`;
    }
  });
}

describe('memory does what the platform’s does, alone in a thread', () => {
  const names = Object.keys(CALLS);
  test.each(names)('%s', (name) => {
    const random = new Random(name.length + name.charCodeAt(0));
    for (let i = 0; i < 3; i++) {
      const others = Array.from({ length: 3 }, () => names[random.below(names.length)]!);
      const calls = randomCalls(random, ['index', 'dataView', ...others, name]);
      const real = new SharedArrayBuffer(SIZE);
      const whole = answersTo(calls, real);
      // Which bits a NaN has is up to the engine, so nothing is compared after one was met.
      const known = whole.findIndex((answer) => answer.includes('NaN'));
      const made = known < 0 ? calls : calls.slice(0, known);
      const bytes = [...new Uint8Array(real)];
      let seen: unknown;
      check({
        words: { memory: new SharedArrayBuffer(SIZE), x: 0 },
        threads: [({ memory, x }) => [x.load(), ...answersTo(made, memory)]],
        finally: ({ memory }, [[, ...answers]]) =>
          void (seen = { answers, bytes: [...new Uint8Array(memory)] }),
      });
      const expected = { answers: whole.slice(0, made.length), bytes: known < 0 ? bytes : expect.any(Array) };
      expect({ made, ...(seen as object) }).toEqual({ made, ...expected });
    }
  });
});
