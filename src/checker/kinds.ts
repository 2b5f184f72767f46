import type { Custom, Request } from '../model/request.ts';
import { Interned } from './interned.ts';
import { platform } from './platform.ts';
import type { SharedArray } from './types.ts';

/** What a word holds. */
export type Value = number | bigint;

/** How the elements of an array are kept in 32-bit words of the model, one word each. */
export interface ElementKind {
  /** The name of the arrays with such elements. */
  readonly name: string;
  /** Counted from 0; tells kinds apart. */
  readonly id: number;
  readonly bytes: number;
  readonly isBig: boolean;
  /** True if `Atomics` works on its elements: integers whose arithmetic wraps. */
  readonly isAtomic: boolean;
  /** The word for a value, which is first made to fit as a typed array does. Throws what a typed array throws. */
  encode(value: Value): number;
  decode(word: number): Value;
  /** Writes a word as the bytes that an element has in memory. */
  toBytes(word: number, bytes: Uint8Array, at: number): void;
  fromBytes(bytes: Uint8Array, at: number): number;
  /** An array of this kind with these elements. */
  arrayOf(values: readonly Value[]): SharedArray;
  /** How arithmetic is done where that of 32-bit words is not right. */
  readonly arithmetic: Custom | null;
}

/** Values below this, in either direction, are their own words; greater ones are numbered. */
const OWN = 2 ** 30;

const classes: readonly unknown[] = Object.values(platform.arrays);

/** Of 8 bytes, which are numbered anew for each check. */
const isWide = (each: unknown): boolean => (each as NumberArrayClass).BYTES_PER_ELEMENT === 8;

/** The others, which are the same for all. */
const NARROW: readonly ElementKind[] = withBigEndian(
  classes.flatMap((each, id) => (isWide(each) ? [] : [numberKind(each, id)])),
);

/** The kinds of elements, by the name of their arrays. Those that end in `BE` have the bytes of a DataView that is asked for big-endian ones. */
export function makeKinds(): ReadonlyMap<string, ElementKind> {
  const bigs = new Interned<bigint>(String);
  const wide = classes.flatMap((each, id) => {
    if (!isWide(each)) return [];
    const { name } = each as NumberArrayClass;
    return [name.startsWith('Big') ? bigKind(name, id, bigs) : doubleKind(id, bigs)];
  });
  return new Map([...NARROW, ...withBigEndian(wide)].map((kind) => [kind.name, kind]));
}

function withBigEndian(kinds: readonly ElementKind[]): ElementKind[] {
  return kinds.flatMap((kind) =>
    kind.bytes > 1 ? [kind, bigEndian(kind, classes.length + kind.id)] : [kind],
  );
}

type NumberArrayClass = Exclude<
  (typeof platform.arrays)[keyof typeof platform.arrays],
  BigInt64ArrayConstructor | BigUint64ArrayConstructor
>;

/** Integers of up to 32 bits are their own words; floats are kept as their bits. */
function numberKind(given: unknown, id: number): ElementKind {
  const arrayClass = given as NumberArrayClass;
  const { name, BYTES_PER_ELEMENT: bytes } = arrayClass;
  const { arrays } = platform;
  const bitsClass = { 1: arrays.Int8Array, 2: arrays.Int16Array, 4: arrays.Int32Array }[bytes as 1 | 2 | 4];
  const fitted = new arrayClass(1);
  const bits = new bitsClass(fitted.buffer);
  const isFloat = name.startsWith('Float');
  const words = isFloat ? bits : fitted;
  const kind = {
    name,
    id,
    bytes,
    isBig: false,
    isAtomic: !isFloat && name !== 'Uint8ClampedArray',
    encode: (value: Value): number => {
      // Throws for a bigint, as the array does.
      fitted[0] = value as number;
      return words[0] | 0;
    },
    decode: (word: number): Value => {
      if (!isFloat) return name === 'Uint32Array' ? word >>> 0 : word;
      bits[0] = word;
      return fitted[0];
    },
    toBytes: (word: number, into: Uint8Array, at: number): void => {
      for (let i = 0; i < bytes; i++) into[at + i] = word >>> (8 * i);
    },
    fromBytes: (from: Uint8Array, at: number): number => {
      let raw = 0;
      for (let i = 0; i < bytes; i++) raw |= from[at + i] << (8 * i);
      bits[0] = raw;
      return words[0] | 0;
    },
    arrayOf: (values: readonly Value[]): SharedArray => arrayClass.from(values as number[]),
  };
  const wraps = bytes === 4 && !isFloat;
  return { ...kind, arithmetic: wraps ? null : arithmeticOf(kind) };
}

function bigKind(name: string, id: number, bigs: Interned<bigint>): ElementKind {
  const isSigned = name === 'BigInt64Array';
  const fit = (value: bigint): bigint => (isSigned ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value));
  const wordFor = (fitted: bigint): number =>
    fitted >= -OWN && fitted < OWN ? Number(fitted) : OWN + bigs.numberOf(fitted);
  const decode = (word: number): bigint => (word < OWN ? BigInt(word) : bigs.valueOf(word - OWN));
  const kind = {
    name,
    id,
    bytes: 8,
    isBig: true,
    isAtomic: true,
    encode: (value: Value): number => {
      if (typeof value !== 'bigint') throw new TypeError(`Cannot convert ${String(value)} to a BigInt`);
      return wordFor(fit(value));
    },
    decode,
    toBytes: (word: number, into: Uint8Array, at: number): void => bitsToBytes(decode(word), into, at),
    fromBytes: (from: Uint8Array, at: number): number => wordFor(fit(bitsFromBytes(from, at))),
    arrayOf: (values: readonly Value[]): SharedArray =>
      isSigned
        ? platform.arrays.BigInt64Array.from(values as bigint[])
        : platform.arrays.BigUint64Array.from(values as bigint[]),
  };
  return { ...kind, arithmetic: arithmeticOf(kind) };
}

/** Kept by their bits, of which those that are few are their own word: 0 is 0. */
function doubleKind(id: number, bigs: Interned<bigint>): ElementKind {
  const fitted = new platform.arrays.Float64Array(1);
  const bits = new platform.arrays.BigUint64Array(fitted.buffer);
  const wordFor = (raw: bigint): number => (raw < OWN ? Number(raw) : OWN + bigs.numberOf(raw));
  const bitsOf = (word: number): bigint => (word < OWN ? BigInt(word) : bigs.valueOf(word - OWN));
  const kind = {
    name: 'Float64Array',
    id,
    bytes: 8,
    isBig: false,
    isAtomic: false,
    encode: (value: Value): number => {
      fitted[0] = value as number;
      return wordFor(bits[0]);
    },
    decode: (word: number): Value => {
      bits[0] = bitsOf(word);
      return fitted[0];
    },
    toBytes: (word: number, into: Uint8Array, at: number): void => bitsToBytes(bitsOf(word), into, at),
    fromBytes: (from: Uint8Array, at: number): number => wordFor(bitsFromBytes(from, at)),
    arrayOf: (values: readonly Value[]): SharedArray => platform.arrays.Float64Array.from(values as number[]),
  };
  return { ...kind, arithmetic: arithmeticOf(kind) };
}

/** The same values with their bytes in the other order. */
function bigEndian(kind: ElementKind, id: number): ElementKind {
  const turned = new platform.arrays.Uint8Array(kind.bytes);
  return {
    ...kind,
    name: `${kind.name}BE`,
    id,
    isAtomic: false,
    toBytes: (word, into, at) => {
      kind.toBytes(word, turned, 0);
      for (let i = 0; i < kind.bytes; i++) into[at + i] = turned[kind.bytes - 1 - i];
    },
    fromBytes: (from, at) => {
      for (let i = 0; i < kind.bytes; i++) turned[i] = from[at + kind.bytes - 1 - i];
      return kind.fromBytes(turned, 0);
    },
  };
}

function bitsToBytes(bits: bigint, into: Uint8Array, at: number): void {
  let left = BigInt.asUintN(64, bits);
  for (let i = 0; i < 8; i++) {
    into[at + i] = Number(left & 255n);
    left >>= 8n;
  }
}

function bitsFromBytes(from: Uint8Array, at: number): bigint {
  let bits = 0n;
  for (let i = 7; i >= 0; i--) bits = (bits << 8n) | BigInt(from[at + i]);
  return bits;
}

type Coding = Pick<ElementKind, 'encode' | 'decode'>;

/** The word after `Atomics.add` and the other arithmetic, as an array of the kind wraps it. */
export function arithmeticAfter(
  { encode, decode }: Coding,
  access: Request['access'],
  word: number,
  given: number,
): number {
  const [a, b] = [decode(word), decode(given)];
  return encode(
    typeof a === 'bigint' ? bigResult(access, a, b as bigint) : numberResult(access, a, b as number),
  );
}

function arithmeticOf(coding: Coding): Custom {
  return {
    wide: null,
    after: ({ access, first }, before) => arithmeticAfter(coding, access, before, first),
    writes: () => true,
    alsoWrites: () => [],
    mayWrite: () => [],
    writeOthers: () => {},
  };
}

function numberResult(access: Request['access'], a: number, b: number): number {
  if (access === 'add') return a + b;
  if (access === 'sub') return a - b;
  if (access === 'and') return a & b;
  return access === 'or' ? a | b : a ^ b;
}

function bigResult(access: Request['access'], a: bigint, b: bigint): bigint {
  if (access === 'add') return a + b;
  if (access === 'sub') return a - b;
  if (access === 'and') return a & b;
  return access === 'or' ? a | b : a ^ b;
}
