import type { ElementKind, Value } from '../kinds.ts';
import type { Labels } from '../labels.ts';
import { platform } from '../platform.ts';
import { type ValueType, valueAt } from './value-types.ts';

/** A variable in a module's memory. */
export interface Variable {
  readonly name: string;
  readonly address: number;
  readonly type: ValueType;
}

/** Something in a variable: how it is called from there, and its bytes. */
interface Part {
  readonly path: string;
  readonly start: number;
  readonly type: ValueType;
}

/** By which kind of element the model keeps so many bytes: one for each number, so that all accesses of the same bytes are alike. */
export const KIND_OF_BYTES: Readonly<Record<number, string>> = {
  1: 'Uint8Array',
  2: 'Uint16Array',
  4: 'Int32Array',
  8: 'BigInt64Array',
};

/** What judgements see: the variables by name, and all memory. */
export interface Image {
  readonly values: Readonly<Record<string, unknown>>;
  readonly memory: DataView;
}

/** The variables of a module, by which the bytes of its memory are called and read. */
export class Variables implements Labels {
  /** In the order of their addresses, and none overlaps the one before it. */
  readonly all: readonly Variable[];
  readonly #byName: ReadonlyMap<string, Variable>;
  readonly #prototype: object;

  /** @param given those that come first count, where two overlap */
  constructor(given: readonly Variable[]) {
    const all: Variable[] = [];
    const taken = new Set<string>();
    for (const each of given) {
      const end = each.address + each.type.bytes;
      const isFree = all.every(
        (other) => end <= other.address || each.address >= other.address + other.type.bytes,
      );
      if (!isFree || taken.has(each.name) || each.type.bytes === 0) continue;
      taken.add(each.name);
      all.push(each);
    }
    this.all = all.toSorted((a, b) => a.address - b.address);
    this.#prototype = getters(this.all);
    this.#byName = new Map(this.all.map((each) => [each.name, each]));
  }

  /** The variable that a byte belongs to. */
  #at(address: number): Variable | null {
    let [low, high] = [0, this.all.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.all[middle].address <= address) low = middle + 1;
      else high = middle;
    }
    const found = this.all[low - 1];
    return found !== undefined && address < found.address + found.type.bytes ? found : null;
  }

  /** The smallest part of a variable that has all of some bytes. */
  #around(start: number, bytes: number): Part | null {
    const variable = this.#at(start);
    if (variable === null || start + bytes > variable.address + variable.type.bytes) return null;
    let part: Part = { path: variable.name, start: variable.address, type: variable.type };
    for (;;) {
      const inner = partAt(part, start, bytes);
      if (inner === undefined) return part;
      part = inner;
    }
  }

  nameOf(start: number, { bytes, name }: ElementKind): string {
    const part = this.#around(start, bytes);
    if (part !== null && part.start === start && part.type.bytes === bytes) return part.path;
    const type = name.replace('Array', '').toLowerCase();
    return part === null ? `${type}@${start}` : `${part.path}.${type}@${start - part.start}`;
  }

  /** A part by its path: `head.index`, `nodes[2].next`; null if there is none. */
  partNamed(path: string): { readonly start: number; readonly type: ValueType } | null {
    const known = this.#byName.get(path);
    if (known !== undefined) return { start: known.address, type: known.type };
    const owner = [...this.#byName.keys()]
      .filter((name) => leadsTo(name, path))
      .toSorted((a, b) => b.length - a.length)[0];
    const variable = owner === undefined ? undefined : this.#byName.get(owner);
    if (variable === undefined) return null;
    let part: Part | undefined = { path: variable.name, start: variable.address, type: variable.type };
    while (part !== undefined && part.path !== path) {
      const { path: from, start, type }: Part = part;
      const [, index] = /^\[(\d+)\]/.exec(path.slice(from.length)) ?? [];
      if (type.kind !== 'array') part = membersOf(part).find((each) => leadsTo(each.path, path));
      else if (index === undefined || Number(index) >= type.count) return null;
      else part = partAt(part, start + Number(index) * type.of.bytes, 0);
    }
    return part ?? null;
  }

  named(name: string): { readonly start: number; readonly kind: string } | null {
    const [, path, type, at] = /^(?:(.+)\.)?((?:u?int|bigint)(?:8|16|32|64))@(\d+)$/.exec(name) ?? [];
    if (type !== undefined) {
      const kind = Object.values(KIND_OF_BYTES).find((each) => each.toLowerCase() === `${type}array`);
      const base = path === undefined ? 0 : this.partNamed(path)?.start;
      return base === undefined || kind === undefined ? null : { start: base + Number(at), kind };
    }
    const part = this.partNamed(name);
    const kind = part === null ? undefined : KIND_OF_BYTES[part.type.bytes];
    return part === null || kind === undefined ? null : { start: part.start, kind };
  }

  show(start: number, { bytes }: ElementKind, value: Value): string {
    const part = this.#around(start, bytes);
    const isWhole = part !== null && part.start === start && part.type.bytes === bytes;
    return isWhole ? this.#shown(part.type, value) : String(value);
  }

  #shown(type: ValueType, value: Value): string {
    const bits = BigInt.asUintN(8 * type.bytes, BigInt(value));
    switch (type.kind) {
      case 'bool':
        return bits === 0n ? 'false' : 'true';
      case 'integer':
        return String(type.isSigned ? BigInt.asIntN(8 * type.bytes, bits) : bits);
      case 'enum':
        return type.names.get(type.isSigned ? BigInt.asIntN(8 * type.bytes, bits) : bits) ?? String(value);
      case 'pointer':
        return this.pointerText(Number(bits));
      case 'float': {
        const bytes = new platform.arrays.Uint8Array(8);
        new platform.DataView(bytes.buffer).setBigUint64(0, bits, true);
        const number = valueAt(type, bytes, 0);
        return Object.is(number, -0) ? '-0' : String(number);
      }
      default:
        return this.#shownParts(type, bits);
    }
  }

  /** A small structure or array: `{node 1, version 0}`, `[1 0]`. */
  #shownParts(type: ValueType, bits: bigint): string {
    const part = (of: ValueType, offset: number): string => {
      const own = BigInt.asUintN(8 * of.bytes, bits >> BigInt(8 * offset));
      return this.#shown(of, of.bytes === 8 ? own : Number(own));
    };
    if (type.kind === 'array')
      return `[${Array.from({ length: type.count }, (_, i) => part(type.of, i * type.of.bytes)).join(' ')}]`;
    if (type.kind !== 'struct') return String(BigInt.asIntN(8 * type.bytes, bits));
    const shown = type.members.map(({ name, offset, type: of, bits: field }) => {
      const [from, count] = field ?? [0, 0];
      const value =
        field === null ? part(of, offset) : BigInt.asUintN(count, bits >> BigInt(8 * offset + from));
      return name === '' ? String(value) : `${name} ${value}`;
    });
    return `{${shown.join(', ')}}`;
  }

  /** What an address points to: `null`, `&nodes[2]`, or the number. */
  pointerText(address: number): string {
    if (address === 0) return 'null';
    const variable = this.#at(address);
    if (variable === null) return String(address);
    let part: Part = { path: variable.name, start: variable.address, type: variable.type };
    // As far in as something begins there: to the element of an array, and not to its first member.
    while (part.start !== address || part.type.kind === 'array') {
      const inner = partAt(part, address, 0);
      if (inner === undefined) break;
      part = inner;
    }
    return part.start === address ? `&${part.path}` : `&${part.path} + ${address - part.start}`;
  }

  valuesOf(bytes: Uint8Array): Image {
    const values = Object.create(this.#prototype, { [BYTES]: { value: bytes } }) as Image['values'];
    return { values, memory: new platform.DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
  }
}

/** Where the values by name find what they are read from. */
const BYTES = Symbol('bytes');

/** An object with a getter for each variable: most are never asked. */
function getters(all: readonly Variable[]): object {
  const prototype = {};
  for (const { name, address, type } of all) {
    Object.defineProperty(prototype, name, {
      enumerable: true,
      get(this: { readonly [BYTES]: Uint8Array }) {
        return valueAt(type, this[BYTES], address);
      },
    });
  }
  return prototype;
}

/** True if what has the one path is what has the other, or a part of it. */
function leadsTo(outer: string, path: string): boolean {
  return path === outer || path.startsWith(`${outer}.`) || path.startsWith(`${outer}[`);
}

/** The part of an array or a structure that has all of some bytes. */
function partAt(part: Part, start: number, bytes: number): Part | undefined {
  const { type } = part;
  if (type.kind === 'array') {
    const index = Math.floor((start - part.start) / type.of.bytes);
    const element = {
      path: `${part.path}[${index}]`,
      start: part.start + index * type.of.bytes,
      type: type.of,
    };
    return start + bytes <= element.start + element.type.bytes ? element : undefined;
  }
  return membersOf(part).find((each) => each.start <= start && start + bytes <= each.start + each.type.bytes);
}

/** What a structure is made of. A member without a name is as if its own members stood there. */
function membersOf({ path, start, type }: Part): Part[] {
  if (type.kind !== 'struct') return [];
  return type.members.map((member) => ({
    path: member.name === '' ? path : `${path}.${member.name}`,
    start: start + member.offset,
    type: member.type,
  }));
}
