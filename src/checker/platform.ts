import type * as util from 'node:util';
import { nodeModule } from './node-module.ts';

/**
 * What of Node is used here, asked for and not imported: where there is none of it, as in a page, plain JavaScript takes its place. So the
 * checker can be bundled for a browser.
 */
const builtin = nodeModule('util');

type Types = Pick<
  typeof util.types,
  | 'isAsyncFunction'
  | 'isGeneratorFunction'
  | 'isMap'
  | 'isNativeError'
  | 'isPromise'
  | 'isProxy'
  | 'isSet'
  | 'isSharedArrayBuffer'
>;

type Arrays = Pick<
  typeof globalThis,
  | 'Int8Array'
  | 'Uint8Array'
  | 'Uint8ClampedArray'
  | 'Int16Array'
  | 'Uint16Array'
  | 'Int32Array'
  | 'Uint32Array'
  | 'Float32Array'
  | 'Float64Array'
  | 'BigInt64Array'
  | 'BigUint64Array'
>;

type Platform = Pick<
  typeof globalThis,
  'ArrayBuffer' | 'Atomics' | 'DataView' | 'Date' | 'SharedArrayBuffer'
> & {
  readonly dateNow: () => number;
  readonly performanceNow: () => number;
  readonly random: () => number;
  readonly TextDecoder: typeof TextDecoder | undefined;
  readonly TextEncoder: typeof TextEncoder | undefined;
  readonly WebAssembly: { readonly Memory: new (of: { shared?: boolean }) => object } | undefined;
  readonly arrays: Readonly<Arrays>;
  readonly isView: ArrayBufferConstructor['isView'];
  readonly structuredClone: (value: unknown, ...more: unknown[]) => unknown;
};

/** The platform's own (a page may have no SharedArrayBuffer), whatever stands in the place of the global ones while a check runs. */
export const platform: Platform = {
  ArrayBuffer: globalThis.ArrayBuffer,
  Atomics: globalThis.Atomics,
  DataView: globalThis.DataView,
  Date: globalThis.Date,
  dateNow: globalThis.Date.now,
  performanceNow: globalThis.performance.now.bind(globalThis.performance),
  random: globalThis.Math.random,
  SharedArrayBuffer: globalThis.SharedArrayBuffer,
  TextDecoder: globalThis.TextDecoder,
  TextEncoder: globalThis.TextEncoder,
  WebAssembly: (globalThis as unknown as Pick<Platform, 'WebAssembly'>).WebAssembly,
  isView: globalThis.ArrayBuffer.isView,
  structuredClone: globalThis.structuredClone as Platform['structuredClone'],
  arrays: {
    Int8Array: globalThis.Int8Array,
    Uint8Array: globalThis.Uint8Array,
    Uint8ClampedArray: globalThis.Uint8ClampedArray,
    Int16Array: globalThis.Int16Array,
    Uint16Array: globalThis.Uint16Array,
    Int32Array: globalThis.Int32Array,
    Uint32Array: globalThis.Uint32Array,
    Float32Array: globalThis.Float32Array,
    Float64Array: globalThis.Float64Array,
    BigInt64Array: globalThis.BigInt64Array,
    BigUint64Array: globalThis.BigUint64Array,
    // Only newer engines have it.
    ...('Float16Array' in globalThis
      ? { Float16Array: (globalThis as unknown as { Float16Array: never }).Float16Array }
      : {}),
  },
};

/** What a value is by the language's own tag, which code can forge and seldom does. */
function tagged(...names: readonly string[]): (value: unknown) => boolean {
  return (value) => names.includes(Object.prototype.toString.call(value).slice('[object '.length, -1));
}

const plainTypes = {
  isAsyncFunction: tagged('AsyncFunction', 'AsyncGeneratorFunction'),
  isGeneratorFunction: tagged('GeneratorFunction', 'AsyncGeneratorFunction'),
  isMap: tagged('Map'),
  isNativeError: tagged('Error'),
  isPromise: tagged('Promise'),
  isProxy: () => false,
  isSet: tagged('Set'),
  isSharedArrayBuffer: tagged('SharedArrayBuffer'),
} as unknown as Types;

export const types: Types = builtin?.types ?? plainTypes;

/** The method by which a value says how it is shown. */
export const INSPECTED: unique symbol = Symbol.for('nodejs.util.inspect.custom') as never;

/** A value as text, in one line and with its fields in order. */
export const inspect: (value: unknown, options?: object) => string =
  builtin?.inspect ?? ((value) => plainText(value, []));

function plainText(value: unknown, within: readonly unknown[]): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return `[Function: ${value.name}]`;
  if (typeof value !== 'object' || value === null) return Object.is(value, -0) ? '-0' : String(value);
  if (within.includes(value)) return '[Circular]';
  const own = (value as { [INSPECTED]?: unknown })[INSPECTED];
  if (typeof own === 'function') return String(own.call(value, 0, {}));
  const text = (each: unknown): string => plainText(each, [...within, value]);
  const name = (value.constructor as { name?: string } | undefined)?.name ?? 'null';
  if (Array.isArray(value)) return `[ ${value.map(text).join(', ')} ]`;
  if (platform.isView(value)) return `${name} [ ${[...(value as Int32Array)].map(text).join(', ')} ]`;
  if (value instanceof Map) {
    return `Map { ${[...value].map(([key, each]) => `${text(key)} => ${text(each)}`).join(', ')} }`;
  }
  if (value instanceof Set) return `Set { ${[...value].map(text).join(', ')} }`;
  if (value instanceof Error) return `[${value.name}: ${value.message}]`;
  const fields = Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1));
  const shown = fields.map(([key, each]) => `${key}: ${text(each)}`).join(', ');
  return `${name === 'Object' ? '' : `${name} `}{ ${shown} }`;
}
