/**
 * What never changes while a thread takes part is imported by its module, so that `constants.ts` can put numbers in its place: the numbers in
 * `Geometry` and in its two pointer formats, and those of the thread's record. Here are the two halves of that, for the build: how the text of the kernel is
 * given to the compiler, and where in a module the constants stand.
 */
import { InternalError } from '../../errors.ts';

/** The section of a module that says where its constants stand. */
export const PLACES = 'lockfree-lab.places';

/** The file of a class whose numbers are imported, and under which name. */
interface ConstantClass {
  readonly file: string;
  readonly name: string;
  /** The modules of the import object, for each of which there is a class of its own, by its name. */
  readonly groups: readonly (readonly [group: string, name: string])[];
}

/** `link` and `top` are fields of a geometry: each has numbers of its own, and so its own class. */
const FORMATS = [
  ['link', 'LinkFormat'],
  ['top', 'TopFormat'],
] as const;

const CLASSES: readonly ConstantClass[] = [
  { file: 'src/kernel/words.ts', name: 'PointerFormat', groups: FORMATS },
  { file: 'src/kernel/layout.ts', name: 'Geometry', groups: [['geometry', 'Geometry']] },
  { file: 'src/kernel/record.ts', name: 'ThreadRecord', groups: [['record', 'ThreadRecord']] },
];

const NUMBER = /^ {2}readonly (\w+): i32;$/gm;
const FORMAT = /^ {2}readonly (\w+): PointerFormat;$/gm;

/**
 * A file of the kernel as the compiler is given it. In the classes above a field with a number is a getter of a global of the same name that is
 * imported, and the constructor sets what is left. All else is as it stands.
 */
export function withImports(path: string, text: string): string {
  const own = CLASSES.find(({ file }) => file === path);
  if (own === undefined) return text;
  const [whole] = new RegExp(String.raw`^export class ${own.name} \{$.*?^\}$`, 'ms').exec(text) ?? [];
  if (whole === undefined) throw new InternalError(`There is no class ${own.name} in ${path}.`);
  const classes = own.groups.map(([group, name]) => classWithImports(whole, own.name, group, name));
  return text
    .replace(whole, () => classes.join('\n'))
    .replace('import { PointerFormat,', `import { ${FORMATS.map(([, name]) => name).join(', ')},`);
}

function classWithImports(whole: string, before: string, group: string, name: string): string {
  const numbers = [...whole.matchAll(NUMBER)].map(([, field = '']) => field);
  if (numbers.length === 0) throw new InternalError(`The class ${before} has no numbers to import.`);
  const globals = numbers.map(
    (field) => `@external("${group}", "${field}") declare const ${group}_${field}: i32;\n`,
  );
  const imported = whole
    .replace(`class ${before} `, `class ${name} `)
    .replaceAll(NUMBER, (_, field) => `  @inline get ${field}(): i32 { return ${group}_${field}; }`)
    .replaceAll(FORMAT, (_, field: 'link' | 'top') => {
      const format = FORMATS.find(([own]) => own === field)?.[1];
      return `  @inline get ${field}(): ${format} { return changetype<${format}>(0); }`;
    })
    .replace(/^( {2}constructor\([^)]*\) \{\n)(.*?)(?=^ {2}\}$)/ms, (_, head: string, body: string) => {
      const [, sets = ''] = /((?:^ {4}this\.(?:memory|geometry) = .*;\n)*)/m.exec(body) ?? [];
      return head + sets;
    });
  return globals.join('') + imported;
}

const GLOBAL_GET = 0x23;
const PADDED = 5;

/** Reads a module from its first byte on. */
class Bytes {
  at = 8;
  readonly #bytes: Uint8Array;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isOver(): boolean {
    return this.at >= this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw new InternalError('The module ends within an instruction.');
    return byte;
  }

  /** An integer of any width and sign that nobody asks for. */
  skip(): void {
    while (this.byte() >= 0x80);
  }

  number(): number {
    let [number, shift] = [0, 0];
    for (;;) {
      const byte = this.byte();
      number |= (byte & 0x7f) << shift;
      if (byte < 0x80) return number >>> 0;
      shift += 7;
    }
  }

  name(): string {
    const length = this.number();
    this.at += length;
    return new TextDecoder().decode(this.#bytes.subarray(this.at - length, this.at));
  }
}

/** An unsigned integer as modules have it, in so many bytes or, without that, in as few as it takes. */
export function unsignedBytes(number: number, length = 0): number[] {
  const bytes: number[] = [];
  for (let rest = number; ; rest >>>= 7) {
    const isLast = rest < 0x80 && bytes.length + 1 >= length;
    bytes.push(isLast ? rest : (rest & 0x7f) | 0x80);
    if (isLast) return bytes;
  }
}

/** How many integers follow an instruction; undefined of one that the kernel's modules do not have. */
function integersAfter(op: number): number | undefined {
  // A block, a loop and a condition have a type, and branches, calls, variables and constants a number.
  if ([0x02, 0x03, 0x04, 0x0c, 0x0d, 0x10, 0x41, 0x42].includes(op) || (op >= 0x20 && op <= 0x24)) return 1;
  // Accesses of memory have an alignment and an offset.
  if (op >= 0x28 && op <= 0x3e) return 2;
  // Control without a number; a result that is dropped, a choice; arithmetic.
  if ([0x00, 0x01, 0x05, 0x0b, 0x0f, 0x1a, 0x1b].includes(op) || (op >= 0x45 && op <= 0xc4)) return 0;
  return undefined;
}

/** Reads an instruction, and tells which global it gets; -1 if none. */
function globalGotten(bytes: Bytes): number {
  const from = bytes.at;
  const op = bytes.byte();
  if (op === GLOBAL_GET) return bytes.number();
  // A branch by a table has its targets, and one more.
  if (op === 0x0e) for (let left = bytes.number(); left >= 0; left--) bytes.skip();
  else if (op === 0xfe) {
    // Of the atomic ones a fence alone has no access.
    const which = bytes.number();
    if (which === 0x03) bytes.skip();
    else if (which >= 0x10 && which <= 0x4e) for (let left = 2; left > 0; left--) bytes.skip();
    else throw unknown(op, from, which);
  } else {
    const integers = integersAfter(op);
    if (integers === undefined) throw unknown(op, from);
    for (let left = integers; left > 0; left--) bytes.skip();
  }
  return -1;
}

function unknown(op: number, at: number, which?: number): InternalError {
  const hex = [op, ...(which === undefined ? [] : [which])].map((each) => `0x${each.toString(16)}`).join(' ');
  return new InternalError(
    `The module has the instruction ${hex} at byte ${at}, of which it is not known what follows it: say so in constant-fields.ts.`,
  );
}

/** The names of the globals that a module imports, in their order, each after that of its group: null for one that is no constant. */
function importedConstants(bytes: Bytes): (string | null)[] {
  const groups = new Set(CLASSES.flatMap((each) => each.groups.map(([group]) => group)));
  const found: (string | null)[] = [];
  for (let left = bytes.number(); left > 0; left--) {
    const [group, name, kind] = [bytes.name(), bytes.name(), bytes.byte()];
    if (kind === 0x03) {
      bytes.at += 2;
      found.push(groups.has(group) ? `${group}.${name}` : null);
    } else if (kind === 0x02) {
      const hasMost = (bytes.number() & 1) === 1;
      for (let limits = hasMost ? 2 : 1; limits > 0; limits--) bytes.skip();
    } else if (kind === 0x00) bytes.skip();
    else
      throw new InternalError(
        `The module imports "${group}.${name}" of the kind ${kind}, which is not known.`,
      );
  }
  return found;
}

/** The sections that a module of the kernel can have: of itself, types to code. What is below is copied as it is but for the code. */
const SECTIONS = { custom: 0, import: 2, code: 10, most: 13 } as const;

/**
 * The module with room for a number wherever it gets a constant, so that putting it there moves nothing; behind all else stands where that is, for
 * `constants.ts`. Throws an InternalError if there is something in the module of which it is not known how long it is.
 */
export function withPlaces(wasm: Uint8Array): Uint8Array<ArrayBuffer> {
  const bytes = new Bytes(wasm);
  const out: number[] = [...wasm.subarray(0, 8)];
  const places: { readonly at: number; readonly constant: number }[] = [];
  let constants: (string | null)[] = [];
  while (!bytes.isOver) {
    const start = bytes.at;
    const id = bytes.byte();
    const end = bytes.number() + bytes.at;
    if (id > SECTIONS.most)
      throw new InternalError(`The module has a section ${id} at byte ${start}, which is not known.`);
    if (id === SECTIONS.import) constants = importedConstants(bytes);
    if (id === SECTIONS.code) {
      const code = codeWithRoom(wasm, bytes, constants);
      if (bytes.at !== end) throw new InternalError(`The code of the module does not end at byte ${end}.`);
      out.push(id, ...unsignedBytes(code.bytes.length));
      for (const { at, constant } of code.places) places.push({ at: out.length + at, constant });
      push(out, code.bytes);
    } else push(out, wasm.subarray(start, end));
    bytes.at = end;
  }
  return Uint8Array.from([...out, ...sectionOf(constants, places)]);
}

/** Without a call that has all bytes as its arguments. */
function push(out: number[], bytes: ArrayLike<number>): void {
  for (let i = 0; i < bytes.length; i++) out.push(bytes[i] as number);
}

/** The contents of the code section, and where in it the constants are. */
function codeWithRoom(
  wasm: Uint8Array,
  bytes: Bytes,
  constants: readonly (string | null)[],
): { readonly bytes: number[]; readonly places: readonly { at: number; constant: number }[] } {
  const count = bytes.number();
  const out = unsignedBytes(count);
  const places: { at: number; constant: number }[] = [];
  for (let left = count; left > 0; left--) {
    const end = bytes.number() + bytes.at;
    const body: number[] = [];
    const own: { at: number; constant: number }[] = [];
    let from = bytes.at;
    // Locals of a type come with their number.
    for (let types = bytes.number(); types > 0; types--) {
      bytes.skip();
      bytes.byte();
    }
    while (bytes.at < end) {
      const start = bytes.at;
      const constant = globalGotten(bytes);
      if (constant < 0 || (constants[constant] ?? null) === null) continue;
      push(body, wasm.subarray(from, start));
      own.push({ at: body.length, constant });
      body.push(GLOBAL_GET, ...unsignedBytes(constant, PADDED));
      from = bytes.at;
    }
    if (bytes.at !== end) throw new InternalError(`A function of the module does not end at byte ${end}.`);
    push(body, wasm.subarray(from, end));
    out.push(...unsignedBytes(body.length));
    for (const { at, constant } of own) places.push({ at: out.length + at, constant });
    push(out, body);
  }
  return { bytes: out, places };
}

/** A custom section: the names of the constants; then each place, by how far it is behind the last one, and which constant is there. */
function sectionOf(
  constants: readonly (string | null)[],
  places: readonly { readonly at: number; readonly constant: number }[],
): number[] {
  const text = (name: string): number[] => [...unsignedBytes(name.length), ...new TextEncoder().encode(name)];
  const names = constants.map((name) => name ?? '');
  const content = [...text(PLACES), ...unsignedBytes(names.length), ...names.flatMap(text)];
  let last = 0;
  content.push(...unsignedBytes(places.length));
  for (const { at, constant } of places) {
    content.push(...unsignedBytes(at - last), ...unsignedBytes(constant));
    last = at;
  }
  return [SECTIONS.custom, ...unsignedBytes(content.length), ...content];
}
