import { BrokenDwarf, DwarfData, type Sections } from './data.ts';
import { type Attribute, readForm, type UnitBases } from './forms.ts';

export const TAG = {
  array: 0x01,
  class: 0x02,
  enumeration: 0x04,
  member: 0x0d,
  pointer: 0x0f,
  reference: 0x10,
  compileUnit: 0x11,
  structure: 0x13,
  typedef: 0x16,
  union: 0x17,
  inheritance: 0x1c,
  inlined: 0x1d,
  memberPointer: 0x1f,
  subrange: 0x21,
  base: 0x24,
  constant: 0x26,
  enumerator: 0x28,
  subprogram: 0x2e,
  variable: 0x34,
  volatile: 0x35,
  restrict: 0x37,
  namespace: 0x39,
  rvalueReference: 0x42,
  atomic: 0x47,
} as const;

export const AT = {
  location: 0x02,
  name: 0x03,
  byteSize: 0x0b,
  statements: 0x10,
  low: 0x11,
  high: 0x12,
  constant: 0x1c,
  upperBound: 0x2f,
  origin: 0x31,
  artificial: 0x34,
  count: 0x37,
  memberLocation: 0x38,
  declaration: 0x3c,
  encoding: 0x3e,
  specification: 0x47,
  type: 0x49,
  ranges: 0x55,
  callFile: 0x58,
  callLine: 0x59,
  directory: 0x1b,
  bitOffset: 0x0c,
  bitSize: 0x0d,
  dataBitOffset: 0x6b,
  stringOffsets: 0x72,
  addresses: 0x73,
  rangeLists: 0x74,
} as const;

/** An entry of debug information. */
export interface DebugEntry {
  readonly tag: number;
  /** By their numbers. */
  readonly attributes: ReadonlyMap<number, Attribute>;
  readonly parent: DebugEntry | null;
  readonly children: DebugEntry[];
  readonly unit: DebugUnit;
}

export interface DebugUnit extends UnitBases {
  /** Where its range lists begin in their section, by DWARF 5. */
  rangeLists: number;
}

/** A form of an attribute that says that the value stands with the abbreviation. */
const IMPLICIT = 0x21;
/** High addresses may be lengths, told by forms that are no addresses. */
const ADDRESS_FORMS: ReadonlySet<number> = new Set([0x01, 0x1b, 0x29, 0x2a, 0x2b, 0x2c]);
/** So many entries are read at most: what comes behind is not known. */
const MOST_ENTRIES = 2_000_000;

interface Abbreviation {
  readonly tag: number;
  readonly hasChildren: boolean;
  readonly attributes: readonly (readonly [name: number, form: number, implicit: number])[];
}

/** All entries, by where they stand in `.debug_info`; those that could be read, if something is broken. */
export function readEntries(sections: Sections): Map<number, DebugEntry> {
  const entries = new Map<number, DebugEntry>();
  const data = new DwarfData(sections('.debug_info'));
  try {
    while (!data.isAtEnd && entries.size < MOST_ENTRIES) readUnit(data, sections, entries);
  } catch (error) {
    if (!(error instanceof BrokenDwarf)) throw error;
  }
  return entries;
}

function readUnit(data: DwarfData, sections: Sections, entries: Map<number, DebugEntry>): void {
  const start = data.at;
  const { end, offset } = data.length();
  const version = data.unsigned(2);
  if (version < 2 || version > 5) {
    data.at = end;
    return;
  }
  // A unit of types or a skeleton says more before its entries; neither comes with a linked module.
  const kind = version === 5 ? data.unsigned(1) : 1;
  const first = version === 5 ? data.unsigned(1) : data.unsigned(offset);
  const [address, abbreviationsAt] =
    version === 5 ? [first, data.unsigned(offset)] : [data.unsigned(1), first];
  if (kind !== 1 && kind !== 3) {
    data.at = end;
    return;
  }
  const tables = 2 * offset;
  const unit: DebugUnit = {
    start,
    version,
    offset,
    address,
    strings: tables,
    addresses: tables,
    rangeLists: 0,
  };
  const abbreviations = readAbbreviations(new DwarfData(sections('.debug_abbrev'), abbreviationsAt));
  let parent = null as DebugEntry | null;
  while (data.at < end) {
    const at = data.at;
    const code = data.uleb();
    if (code === 0) {
      parent = parent?.parent ?? null;
      continue;
    }
    const abbreviation = abbreviations.get(code);
    if (abbreviation === undefined) throw new BrokenDwarf();
    const { tag, hasChildren } = abbreviation;
    if (tag === TAG.compileUnit) findBases(data, abbreviation, unit, sections);
    const entry: DebugEntry = {
      tag,
      attributes: attributesOf(data, abbreviation, unit, sections),
      parent,
      children: [],
      unit,
    };
    parent?.children.push(entry);
    entries.set(at, entry);
    if (hasChildren) parent = entry;
  }
  data.at = end;
}

/** The bases of tables stand among the attributes that need them. */
function findBases(data: DwarfData, { attributes }: Abbreviation, unit: DebugUnit, sections: Sections): void {
  const at = data.at;
  for (const [name, form, implicit] of attributes) {
    const isBase = name === AT.stringOffsets || name === AT.addresses || name === AT.rangeLists;
    // A text by its index is one byte at least: that it is another one does no harm here.
    let value: Attribute = null;
    try {
      value = readForm(data, form, implicit, unit, sections);
    } catch (error) {
      if (!(error instanceof BrokenDwarf)) throw error;
    }
    if (!isBase || typeof value !== 'number') continue;
    if (name === AT.stringOffsets) unit.strings = value;
    else if (name === AT.addresses) unit.addresses = value;
    else unit.rangeLists = value;
  }
  data.at = at;
}

function attributesOf(
  data: DwarfData,
  { attributes }: Abbreviation,
  unit: DebugUnit,
  sections: Sections,
): Map<number, Attribute> {
  const found = new Map<number, Attribute>();
  let isLength = false;
  for (const [name, form, implicit] of attributes) {
    if (name === AT.high) isLength = !ADDRESS_FORMS.has(form);
    found.set(name, readForm(data, form, implicit, unit, sections));
  }
  const [low, high] = [found.get(AT.low), found.get(AT.high)];
  if (isLength && typeof low === 'number' && typeof high === 'number') found.set(AT.high, low + high);
  return found;
}

function readAbbreviations(data: DwarfData): Map<number, Abbreviation> {
  const found = new Map<number, Abbreviation>();
  for (let code = data.uleb(); code !== 0; code = data.uleb()) {
    const tag = data.uleb();
    const hasChildren = data.unsigned(1) === 1;
    const attributes: (readonly [number, number, number])[] = [];
    for (;;) {
      const name = data.uleb();
      const form = data.uleb();
      const implicit = form === IMPLICIT ? data.sleb() : 0;
      if (name === 0 && form === 0) break;
      attributes.push([name, form, implicit]);
    }
    found.set(code, { tag, hasChildren, attributes });
  }
  return found;
}

export function numberAt({ attributes }: DebugEntry, name: number): number | null {
  const value = attributes.get(name);
  return typeof value === 'number' ? value : null;
}

export function textAt({ attributes }: DebugEntry, name: number): string | null {
  const value = attributes.get(name);
  return typeof value === 'string' ? value : null;
}
