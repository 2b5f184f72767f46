import { BrokenDwarf, DwarfData, type Sections } from './data.ts';

/** What an attribute is: a number (also a place in the section, counted from its start), a text, a block of bytes, or nothing known. */
export type Attribute = number | string | Uint8Array | null;

/** What the forms of attributes depend on. */
export interface UnitBases {
  /** Where the unit begins. */
  readonly start: number;
  readonly version: number;
  /** Bytes of an offset and of an address. */
  readonly offset: number;
  readonly address: number;
  /** Where its parts of tables begin. */
  strings: number;
  addresses: number;
}

/** The bytes of numbers by their forms. */
const DATA: Readonly<Record<number, number>> = {
  0x0b: 1,
  0x05: 2,
  0x06: 4,
  0x07: 8,
  0x0c: 1,
  0x11: 1,
  0x12: 2,
  0x13: 4,
  0x14: 8,
};
const REFERENCES: ReadonlySet<number> = new Set([0x11, 0x12, 0x13, 0x14]);
const STRINGS: Readonly<Record<number, number>> = { 0x25: 1, 0x26: 2, 0x27: 3, 0x28: 4 };
const ADDRESSES: Readonly<Record<number, number>> = { 0x29: 1, 0x2a: 2, 0x2b: 3, 0x2c: 4 };
/** Blocks, by the bytes of their length. */
const BLOCKS: Readonly<Record<number, number>> = { 0x0a: 1, 0x03: 2, 0x04: 4 };

/** Reads an attribute of a form. Throws BrokenDwarf if the form is not known. */
export function readForm(
  data: DwarfData,
  form: number,
  implicit: number,
  unit: UnitBases,
  sections: Sections,
): Attribute {
  const bytes = DATA[form];
  if (bytes !== undefined) return data.unsigned(bytes) + (REFERENCES.has(form) ? unit.start : 0);
  const string = STRINGS[form];
  if (string !== undefined) return indexedText(data.unsigned(string), unit, sections);
  const address = ADDRESSES[form];
  if (address !== undefined) return addressAt(data.unsigned(address), unit, sections);
  const block = BLOCKS[form];
  if (block !== undefined) return blockOf(data, data.unsigned(block));
  switch (form) {
    case 0x01:
      return data.unsigned(unit.address);
    case 0x08:
      return data.text();
    case 0x09:
    case 0x18:
      return blockOf(data, data.uleb());
    case 0x0d:
      return data.sleb();
    case 0x0e:
      return textIn(sections('.debug_str'), data.unsigned(unit.offset));
    case 0x0f:
    case 0x22:
    case 0x23:
      return data.uleb();
    case 0x10:
    case 0x17:
      return data.unsigned(unit.version === 2 && form === 0x10 ? unit.address : unit.offset);
    case 0x15:
      return data.uleb() + unit.start;
    case 0x16:
      return readForm(data, data.uleb(), implicit, unit, sections);
    case 0x19:
      return 1;
    case 0x1a:
      return indexedText(data.uleb(), unit, sections);
    case 0x1b:
      return addressAt(data.uleb(), unit, sections);
    case 0x1e:
      return blockOf(data, 16);
    case 0x1f:
      return textIn(sections('.debug_line_str'), data.unsigned(unit.offset));
    case 0x20:
      data.skip(8);
      return null;
    case 0x21:
      return implicit;
    default:
      throw new BrokenDwarf();
  }
}

function blockOf(data: DwarfData, length: number): Uint8Array {
  const from = data.at;
  data.skip(length);
  return data.bytes.subarray(from, from + length);
}

function textIn(section: Uint8Array, at: number): string {
  return new DwarfData(section, at).text();
}

function indexedText(index: number, { strings, offset }: UnitBases, sections: Sections): string {
  const at = new DwarfData(sections('.debug_str_offsets'), strings + index * offset).unsigned(offset);
  return textIn(sections('.debug_str'), at);
}

/** An address of a table, by its index. */
export function addressAt(index: number, { addresses, address }: UnitBases, sections: Sections): number {
  return new DwarfData(sections('.debug_addr'), addresses + index * address).unsigned(address);
}
