import type { Member, ValueType } from '../value-types.ts';
import { AT, type DebugEntry, numberAt, TAG, textAt } from './entries.ts';

type Entries = ReadonlyMap<number, DebugEntry>;

/** What only names or qualifies another type. */
const TRANSPARENT: ReadonlySet<number> = new Set([
  TAG.typedef,
  TAG.constant,
  TAG.volatile,
  TAG.restrict,
  TAG.atomic,
]);
const POINTERS: ReadonlySet<number> = new Set([
  TAG.pointer,
  TAG.reference,
  TAG.rvalueReference,
  TAG.memberPointer,
]);
const STRUCTURES: ReadonlySet<number> = new Set([TAG.structure, TAG.class, TAG.union]);
const ENCODING = { boolean: 2, float: 4, signed: 5, signedCharacter: 6 } as const;
const POINTER_BYTES = 4;
/** Types within each other that are followed at most. */
const DEEPEST = 64;
/** Namespaces of standard libraries, whose structures around one value are told as that value. */
const STANDARD = /^(?:std|core|alloc|__1|__2|__detail)$/;

/** The type of an entry that has one. */
export function typeOf(entry: DebugEntry, entries: Entries, depth: number = 0): ValueType {
  const reference = numberAt(entry, AT.type);
  const type = reference === null ? undefined : entries.get(reference);
  if (type === undefined || depth > DEEPEST) return { kind: 'bytes', bytes: 0 };
  return valueTypeOf(type, entries, depth + 1);
}

function valueTypeOf(type: DebugEntry, entries: Entries, depth: number): ValueType {
  const { tag } = type;
  const bytes = numberAt(type, AT.byteSize) ?? 0;
  if (TRANSPARENT.has(tag)) return typeOf(type, entries, depth);
  if (POINTERS.has(tag)) return { kind: 'pointer', bytes: bytes === 0 ? POINTER_BYTES : bytes };
  if (tag === TAG.base) return baseOf(numberAt(type, AT.encoding), bytes);
  if (tag === TAG.enumeration) return enumerationOf(type, bytes, entries, depth);
  if (tag === TAG.array) return arrayOf(type, entries, depth);
  return STRUCTURES.has(tag) ? structureOf(type, bytes, entries, depth) : { kind: 'bytes', bytes };
}

function baseOf(encoding: number | null, bytes: number): ValueType {
  if (encoding === ENCODING.boolean) return { kind: 'bool', bytes };
  if (bytes !== 1 && bytes !== 2 && bytes !== 4 && bytes !== 8) return { kind: 'bytes', bytes };
  if (encoding === ENCODING.float) return { kind: 'float', bytes };
  const isSigned = encoding === ENCODING.signed || encoding === ENCODING.signedCharacter;
  return { kind: 'integer', bytes, isSigned };
}

function enumerationOf(type: DebugEntry, bytes: number, entries: Entries, depth: number): ValueType {
  const under = typeOf(type, entries, depth);
  const isSigned = under.kind === 'integer' && under.isSigned;
  const names = new Map<bigint, string>();
  for (const child of type.children) {
    const value = numberAt(child, AT.constant);
    const name = textAt(child, AT.name);
    if (child.tag !== TAG.enumerator || value === null || name === null || !Number.isInteger(value)) continue;
    const fitted = isSigned
      ? BigInt.asIntN(8 * bytes, BigInt(value))
      : BigInt.asUintN(8 * bytes, BigInt(value));
    names.set(fitted, name);
  }
  return { kind: 'enum', bytes, isSigned, names };
}

function arrayOf(type: DebugEntry, entries: Entries, depth: number): ValueType {
  const counts = type.children
    .filter(({ tag }) => tag === TAG.subrange)
    .map((each) => numberAt(each, AT.count) ?? (numberAt(each, AT.upperBound) ?? -1) + 1);
  return counts.reduceRight<ValueType>(
    (of, count) => ({ kind: 'array', bytes: count * of.bytes, of, count }),
    typeOf(type, entries, depth),
  );
}

function structureOf(type: DebugEntry, bytes: number, entries: Entries, depth: number): ValueType {
  const members = type.children.flatMap((child): Member[] => {
    const isMember = child.tag === TAG.member || child.tag === TAG.inheritance;
    // A static member has no place in the structure.
    if (!isMember || child.attributes.has(AT.declaration)) return [];
    return [memberOf(child, entries, depth)];
  });
  const filled = members.filter((each) => each.type.bytes > 0);
  const [only] = filled;
  const isAround =
    filled.length === 1 && only.offset === 0 && only.type.bytes === bytes && only.bits === null;
  if (isAround && (/^(?:_.*)?$/.test(only.name) || isStandard(type))) return only.type;
  return { kind: 'struct', bytes, members: filled };
}

function memberOf(child: DebugEntry, entries: Entries, depth: number): Member {
  const type = typeOf(child, entries, depth);
  const name = child.tag === TAG.inheritance ? '' : (textAt(child, AT.name) ?? '');
  const location = numberAt(child, AT.memberLocation) ?? 0;
  const count = numberAt(child, AT.bitSize);
  if (count === null) return { name, offset: location, type, bits: null };
  const unit = Math.max(1, type.bytes);
  // Before DWARF 5 the bits of the unit that it is stored in were counted from the highest.
  const highest = numberAt(child, AT.bitOffset);
  const stored = 8 * (numberAt(child, AT.byteSize) ?? unit);
  const old = 8 * location + (highest === null ? 0 : stored - highest - count);
  const from = numberAt(child, AT.dataBitOffset) ?? old;
  const offset = Math.floor(from / (8 * unit)) * unit;
  return { name, offset, type, bits: [from - 8 * offset, count] };
}

function isStandard({ parent }: DebugEntry): boolean {
  for (let at = parent; at !== null; at = at.parent) {
    if (at.tag === TAG.namespace && STANDARD.test(textAt(at, AT.name) ?? '')) return true;
  }
  return false;
}
