import { UsageError } from '../../../errors.ts';
import { readExpression, valueType } from './instructions.ts';
import { Reader } from './reader.ts';

export const SECTION = {
  custom: 0,
  type: 1,
  import: 2,
  function: 3,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
  data: 11,
  dataCount: 12,
  tag: 13,
} as const;

/** The order in which sections stand, by their ids. */
const ORDER = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];
const NAMES = [
  'custom',
  'type',
  'import',
  'function',
  'table',
  'memory',
  'global',
  'export',
  'start',
  'element',
  'code',
  'data',
  'data count',
  'tag',
];

/** What an import or an export is. */
export const KIND = { function: 0, table: 1, memory: 2, global: 3, tag: 4 } as const;
export const KINDS: readonly string[] = ['function', 'table', 'memory', 'global', 'tag'];

export interface FunctionType {
  readonly parameters: readonly number[];
  readonly results: readonly number[];
}

export interface Imported {
  readonly module: string;
  readonly name: string;
  readonly kind: number;
  /** Of a function or a tag, the index of its type. */
  readonly type: number;
  /** Of a global. */
  readonly isMutable: boolean;
  /** Its bytes: all of it, and what says what is imported. */
  readonly from: number;
  readonly to: number;
}

export interface Exported {
  readonly name: string;
  readonly kind: number;
  readonly index: number;
}

/** A global of the module's own. */
export interface Global {
  readonly type: number;
  readonly isMutable: boolean;
  /** Where it stands. */
  readonly from: number;
  readonly initial: number;
  readonly to: number;
}

export interface MemoryType {
  /** In pages of 64 KiB. */
  readonly least: number;
  readonly most: number | null;
  readonly isShared: boolean;
}

/** The code of a function. */
export interface FunctionCode {
  /** Its locals begin here. */
  readonly from: number;
  readonly to: number;
}

export interface DataSegment {
  readonly isActive: boolean;
  readonly bytes: Uint8Array;
}

/** A module, decoded as far as it takes to rewrite it. Places are counted from its first byte. */
export interface WasmModule {
  readonly bytes: Uint8Array;
  /** Of each section that is there, its content. */
  readonly sections: ReadonlyMap<number, readonly [from: number, to: number]>;
  readonly custom: ReadonlyMap<string, readonly [from: number, to: number]>;
  readonly types: readonly FunctionType[];
  readonly imports: readonly Imported[];
  readonly importedFunctions: number;
  /** The types of the functions that are its own. */
  readonly functions: readonly number[];
  readonly memory: MemoryType | null;
  readonly globals: readonly Global[];
  readonly importedGlobals: number;
  readonly exports: readonly Exported[];
  readonly start: number | null;
  readonly codes: readonly FunctionCode[];
  readonly segments: readonly DataSegment[];
}

/** More than this is not kept of any list: no module that was built has as much. */
const MOST_ITEMS = 1_000_000;

function listOf<T>(reader: Reader, read: (reader: Reader) => T): T[] {
  const from = reader.at;
  const count = reader.u32();
  // An item takes a byte at least.
  if (count > MOST_ITEMS || count > reader.end - reader.at)
    reader.fail(`a list should have ${count} items, and ${reader.end - reader.at} bytes follow`, from);
  return Array.from({ length: count }, () => read(reader));
}

/** Decodes a module. Throws a UsageError of one sentence if it is not a module, or has what is not known here. */
export function decodeModule(bytes: Uint8Array): WasmModule {
  const { sections, custom } = sectionsOf(bytes);
  const within = <T>(id: number, read: (reader: Reader) => T, otherwise: T): T => {
    const section = sections.get(id);
    if (section === undefined) return otherwise;
    const reader = new Reader(bytes, ...section);
    const result = read(reader);
    if (!reader.isAtEnd) reader.fail(`the ${NAMES[id]} section is longer than what it says`);
    return result;
  };
  const list = <T>(id: number, read: (reader: Reader) => T): T[] =>
    within(id, (reader) => listOf(reader, read), []);
  const types = list(SECTION.type, functionType);
  const imports = list(SECTION.import, imported);
  const functions = list(SECTION.function, (reader) => reader.u32());
  const memories = [
    ...imports.flatMap(({ kind, from }) => (kind === KIND.memory ? [importedMemory(bytes, from)] : [])),
    ...list(SECTION.memory, memoryType),
  ];
  if (memories.length > 1)
    throw new UsageError(
      `The module has ${memories.length} memories, and only modules with one are checked.`,
    );
  const codes = list(SECTION.code, codeOf);
  if (codes.length !== functions.length)
    throw new UsageError(
      `The module is broken: it declares ${functions.length} functions and has the code of ${codes.length}.`,
    );
  return {
    bytes,
    sections,
    custom,
    types,
    imports,
    importedFunctions: countOf(imports, KIND.function),
    functions,
    memory: memories[0] ?? null,
    globals: list(SECTION.global, globalOf),
    importedGlobals: countOf(imports, KIND.global),
    exports: list(SECTION.export, (reader) => ({
      name: reader.name(),
      kind: reader.byte(),
      index: reader.u32(),
    })),
    start: within<number | null>(SECTION.start, (reader) => reader.u32(), null),
    codes,
    segments: list(SECTION.data, segmentOf),
  };
}

function countOf(imports: readonly Imported[], kind: number): number {
  return imports.filter((each) => each.kind === kind).length;
}

function sectionsOf(bytes: Uint8Array): Pick<WasmModule, 'sections' | 'custom'> {
  const reader = new Reader(bytes);
  const [magic, version] = [bytes.subarray(0, 4), bytes.subarray(4, 8)];
  if (magic.join() !== '0,97,115,109')
    throw new UsageError('The file is no WebAssembly module: it does not begin with the bytes 00 61 73 6d.');
  if (version.join() !== '1,0,0,0')
    throw new UsageError(
      `The file is of WebAssembly version ${version.join('.')}, and modules of version 1 are checked: a component has to be taken apart before.`,
    );
  reader.skip(8);
  const sections = new Map<number, readonly [number, number]>();
  const custom = new Map<string, readonly [number, number]>();
  let last = -1;
  while (!reader.isAtEnd) {
    const from = reader.at;
    const id = reader.byte();
    const content = reader.part(reader.u32());
    if (id === SECTION.custom) {
      const name = content.name();
      custom.set(name, [content.at, content.end]);
      continue;
    }
    const place = ORDER.indexOf(id);
    if (place < 0) reader.fail(`there is no section ${id}`, from);
    if (place <= last) reader.fail(`the ${NAMES[id]} section stands in the wrong place`, from);
    last = place;
    sections.set(id, [content.at, content.end]);
  }
  return { sections, custom };
}

function functionType(reader: Reader): FunctionType {
  const from = reader.at;
  if (reader.byte() !== 0x60)
    throw new UsageError(
      `The module has a type at byte ${from} that is no function's, which is not known here: build it without garbage collection.`,
    );
  return { parameters: listOf(reader, valueType), results: listOf(reader, valueType) };
}

function imported(reader: Reader): Imported {
  const module = reader.name();
  const name = reader.name();
  const from = reader.at;
  const kind = reader.byte();
  let type = -1;
  let isMutable = false;
  if (kind === KIND.function) type = reader.u32();
  else if (kind === KIND.table) tableType(reader);
  else if (kind === KIND.memory) memoryType(reader);
  else if (kind === KIND.global) {
    valueType(reader);
    isMutable = reader.byte() === 1;
  } else if (kind === KIND.tag) {
    reader.byte();
    type = reader.u32();
  } else reader.fail(`an import is of kind ${kind}`, from);
  return { module, name, kind, type, isMutable, from, to: reader.at };
}

function importedMemory(bytes: Uint8Array, from: number): MemoryType {
  return memoryType(new Reader(bytes, from + 1));
}

function tableType(reader: Reader): void {
  valueType(reader);
  limits(reader);
}

function limits(reader: Reader): {
  readonly flags: number;
  readonly least: number;
  readonly most: number | null;
} {
  const flags = reader.byte();
  return { flags, least: reader.u32(), most: (flags & 1) === 1 ? reader.u32() : null };
}

function memoryType(reader: Reader): MemoryType {
  const from = reader.at;
  const { flags, least, most } = limits(reader);
  if (flags > 3)
    throw new UsageError(
      `The module has a memory of kind ${flags} at byte ${from}, which is not known here: build it for 32-bit addresses.`,
    );
  return { least, most, isShared: (flags & 2) !== 0 };
}

function globalOf(reader: Reader): Global {
  const from = reader.at;
  const type = valueType(reader);
  const isMutable = reader.byte() === 1;
  const initial = reader.at;
  readExpression(reader, () => {});
  return { type, isMutable, from, initial, to: reader.at };
}

function codeOf(reader: Reader): FunctionCode {
  const size = reader.u32();
  const from = reader.skip(size);
  return { from, to: from + size };
}

function segmentOf(reader: Reader): DataSegment {
  const from = reader.at;
  const flags = reader.u32();
  if (flags > 2) reader.fail(`a data segment is of kind ${flags}`, from);
  if (flags === 2 && reader.u32() !== 0) reader.fail('a data segment is for a second memory', from);
  if (flags !== 1) readExpression(reader, () => {});
  return { isActive: flags !== 1, bytes: reader.take(reader.u32()) };
}
