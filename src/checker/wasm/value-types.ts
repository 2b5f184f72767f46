import { UsageError } from '../../errors.ts';
import { platform } from '../platform.ts';
import { textOf } from '../text.ts';

/** A field of a structure. */
export interface Member {
  readonly name: string;
  /** In bytes from the start of the structure. */
  readonly offset: number;
  readonly type: ValueType;
  /** Of a field of bits, which bits of its bytes it has, from the lowest. */
  readonly bits: readonly [from: number, count: number] | null;
}

/** What lies in some bytes. */
export type ValueType =
  | { readonly kind: 'integer'; readonly bytes: number; readonly isSigned: boolean }
  | { readonly kind: 'float'; readonly bytes: number }
  | { readonly kind: 'bool'; readonly bytes: number }
  | { readonly kind: 'pointer'; readonly bytes: number }
  | {
      readonly kind: 'enum';
      readonly bytes: number;
      readonly isSigned: boolean;
      readonly names: ReadonlyMap<bigint, string>;
    }
  | { readonly kind: 'array'; readonly bytes: number; readonly of: ValueType; readonly count: number }
  | { readonly kind: 'struct'; readonly bytes: number; readonly members: readonly Member[] }
  | { readonly kind: 'bytes'; readonly bytes: number };

/** An integer that stands in some bytes, the lowest first. */
function integerAt(bytes: Uint8Array, at: number, count: number, isSigned: boolean): bigint {
  let value = 0n;
  for (let i = count - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i]);
  return isSigned ? BigInt.asIntN(8 * count, value) : value;
}

const numberOf = (value: bigint, bytes: number): number | bigint => (bytes === 8 ? value : Number(value));

/** What some bytes are worth: a number, a bigint of 64 bits, a boolean, an array, or an object with a field for each member. */
export function valueAt(type: ValueType, bytes: Uint8Array, at: number): unknown {
  switch (type.kind) {
    case 'integer':
    case 'enum':
      return numberOf(integerAt(bytes, at, type.bytes, type.isSigned), type.bytes);
    case 'pointer':
      return Number(integerAt(bytes, at, type.bytes, false));
    case 'bool':
      return bytes[at] !== 0;
    case 'float': {
      const view = new platform.DataView(bytes.buffer, bytes.byteOffset + at, type.bytes);
      return type.bytes === 4 ? view.getFloat32(0, true) : view.getFloat64(0, true);
    }
    case 'array':
      return Array.from({ length: type.count }, (_, i) => valueAt(type.of, bytes, at + i * type.of.bytes));
    case 'struct':
      return Object.fromEntries(
        type.members.flatMap((member) => {
          const value = memberAt(member, bytes, at);
          // The members of one without a name are as if they stood there.
          return member.name === '' && isFields(value) ? Object.entries(value) : [[member.name, value]];
        }),
      );
    case 'bytes':
      return bytes.slice(at, at + type.bytes);
  }
}

function isFields(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !platform.isView(value);
}

function memberAt({ offset, type, bits }: Member, bytes: Uint8Array, at: number): unknown {
  if (bits === null) return valueAt(type, bytes, at + offset);
  const [from, count] = bits;
  const whole = integerAt(bytes, at + offset, type.bytes, false) >> BigInt(from);
  const isSigned = type.kind === 'integer' && type.isSigned;
  const value = isSigned ? BigInt.asIntN(count, whole) : BigInt.asUintN(count, whole);
  return numberOf(value, type.bytes);
}

const TEXT = /^(bool|[iu](?:8|16|32|64)|f(?:32|64))((?:\[\d+\])*)$/;

/** The type that is written as `i32`, `u8[16]` or `f64[2][3]`. Throws a UsageError if it is not a type. */
export function parseType(text: unknown, name: string): ValueType {
  const [, base, dimensions = ''] = (typeof text === 'string' ? TEXT.exec(text) : null) ?? [];
  if (base === undefined)
    throw new UsageError(
      `The variable "${name}" cannot be of type ${textOf(text)}: give i8, u8, i16, u16, i32, u32, i64, u64, f32, f64 or bool, and [N] for an array of N, as in u8[16].`,
    );
  const counts = [...dimensions.matchAll(/\d+/g)].map(([count]) => Number(count));
  return counts.reduceRight<ValueType>(
    (of, count) => ({ kind: 'array', bytes: count * of.bytes, of, count }),
    scalar(base),
  );
}

function scalar(base: string): ValueType {
  if (base === 'bool') return { kind: 'bool', bytes: 1 };
  const bytes = Number(base.slice(1)) / 8;
  return base.startsWith('f')
    ? { kind: 'float', bytes }
    : { kind: 'integer', bytes, isSigned: base.startsWith('i') };
}
