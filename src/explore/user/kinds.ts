import type { Custom, Request } from '../../model/local.ts';
import { Interned } from './interned.ts';
import type { IntegerArray } from './types.ts';

/** What a word holds. */
export type Value = number | bigint;

/** How the elements of an array are kept in 32-bit words of the model, one word each. */
export interface Kind {
  readonly name: string;
  readonly bytes: number;
  readonly isBig: boolean;
  /** The word for a value, which is first made to fit as a typed array does. Throws what a typed array throws. */
  encode(value: Value): number;
  decode(word: number): Value;
  /** An array of this kind with these elements. */
  arrayOf(values: readonly Value[]): IntegerArray;
  /** How arithmetic is done where that of 32-bit words is not right. */
  readonly arithmetic: Custom | null;
}

/** Values below this, in either direction, are their own words; greater ones are numbered. */
const OWN = 2 ** 30;

/** The kinds of integers, by the name of their arrays. */
export function makeKinds(): ReadonlyMap<string, Kind> {
  const bigs = new Interned<bigint>(String);
  const kinds = [
    numberKind(Int8Array),
    numberKind(Uint8Array),
    numberKind(Int16Array),
    numberKind(Uint16Array),
    numberKind(Int32Array),
    numberKind(Uint32Array),
    bigKind('BigInt64Array', (value) => BigInt.asIntN(64, value), bigs),
    bigKind('BigUint64Array', (value) => BigInt.asUintN(64, value), bigs),
  ];
  return new Map(kinds.map((kind) => [kind.name, kind]));
}

type NumberArrayClass = Exclude<IntegerArrayClass, BigInt64ArrayConstructor | BigUint64ArrayConstructor>;
type IntegerArrayClass =
  | Int8ArrayConstructor
  | Uint8ArrayConstructor
  | Int16ArrayConstructor
  | Uint16ArrayConstructor
  | Int32ArrayConstructor
  | Uint32ArrayConstructor
  | BigInt64ArrayConstructor
  | BigUint64ArrayConstructor;

function numberKind(arrayClass: NumberArrayClass): Kind {
  const fitted = new arrayClass(1);
  const kind = {
    name: arrayClass.name,
    bytes: arrayClass.BYTES_PER_ELEMENT,
    isBig: false,
    encode: (value: Value): number => {
      // Throws for a bigint, as the array does.
      fitted[0] = value as number;
      return fitted[0] | 0;
    },
    decode: (word: number): Value => (arrayClass === Uint32Array ? word >>> 0 : word),
    arrayOf: (values: readonly Value[]): IntegerArray => arrayClass.from(values as number[]),
  };
  return { ...kind, arithmetic: kind.bytes === 4 ? null : arithmeticOf(kind) };
}

function bigKind(name: string, fit: (value: bigint) => bigint, bigs: Interned<bigint>): Kind {
  const kind = {
    name,
    bytes: 8,
    isBig: true,
    encode: (value: Value): number => {
      if (typeof value !== 'bigint') throw new TypeError(`Cannot convert ${String(value)} to a BigInt`);
      const fitted = fit(value);
      return fitted >= -OWN && fitted < OWN ? Number(fitted) : OWN + bigs.numberOf(fitted);
    },
    decode: (word: number): Value => (word < OWN ? BigInt(word) : bigs.valueOf(word - OWN)),
    arrayOf: (values: readonly Value[]): IntegerArray =>
      name === 'BigInt64Array'
        ? BigInt64Array.from(values as bigint[])
        : BigUint64Array.from(values as bigint[]),
  };
  return { ...kind, arithmetic: arithmeticOf(kind) };
}

type Coding = Pick<Kind, 'encode' | 'decode'>;

function arithmeticOf({ encode, decode }: Coding): Custom {
  return {
    after: ({ access, first }, before) => {
      const [a, b] = [decode(before), decode(first)];
      return encode(
        typeof a === 'bigint' ? bigResult(access, a, b as bigint) : numberResult(access, a, b as number),
      );
    },
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
