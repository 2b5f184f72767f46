import { UsageError } from '../../../errors.ts';
import { TYPE } from './accesses.ts';
import { CodeRewriter, type Site } from './code.ts';
import { joinBytes } from './emit.ts';
import { MODEL, MODEL_FUNCTIONS, MODEL_NAMES } from './imports.ts';
import { readExpression } from './instructions.ts';
import { decodeModule, type FunctionType, KIND, SECTION, type WasmModule } from './module.ts';
import { type Names, namesOf, renumberedNames } from './names.ts';
import { OP } from './opcodes.ts';
import { Reader } from './reader.ts';
import { signed, nameBytes, unsigned, Writer } from './writer.ts';

/** Globals that a rewritten module has besides its own, under the names by which it exports them. */
export const OWN_GLOBALS: Readonly<Record<'low' | 'size' | 'fuel' | 'changed', string>> = {
  /** The first address that is the thread's own, and how many are: at first all. */
  low: `${MODEL}:low`,
  size: `${MODEL}:size`,
  /** How often loops may still go round. */
  fuel: `${MODEL}:fuel`,
  /** 1 once a table was changed. */
  changed: `${MODEL}:changed`,
};

/** How often the loops of a thread may go round between two steps of its own at first: as good as forever. */
const MOST_ROUNDS = 2 ** 31 - 1;

/** A module whose accesses of memory ask the model. */
export interface Rewritten {
  readonly module: WasmModule;
  readonly names: Names;
  readonly bytes: Uint8Array;
  /** By the place of a call, or of what may end a thread, in the rewritten module, where the instruction is in the module as it was given. */
  readonly sites: ReadonlyMap<number, Site>;
  /** By index the name under which a mutable global of the module's own is exported. Those of vectors are left out. */
  readonly mutable: ReadonlyMap<number, string>;
  /** Those that the code writes. */
  readonly written: ReadonlySet<number>;
  /** True if it has functions that give memory out or take it back, in the place of which the model does. */
  readonly allocates: boolean;
  /** True if the code writes a global that holds a vector, which cannot be seen from outside. */
  readonly hasVectorGlobals: boolean;
}

/**
 * Rewrites a module so that each access of memory goes to the thread's own memory if it is between two bounds, and else to a function that
 * is imported from `MODEL`. All else stays as it is: what the module computes, in which order, and what it traps on.
 *
 * Memory is imported from `MODEL` and no other thread has it. Each loop counts its rounds down, and calls `exhausted` when there are none left.
 *
 * @param ownAllocator true if `malloc` and its like are code as any other; else the model does what they do
 * @throws UsageError if the bytes are no module, or it has what is not known here
 */
export function rewriteModule(bytes: Uint8Array, ownAllocator = false): Rewritten {
  const module = decodeModule(bytes);
  if (module.memory === null)
    throw new UsageError('The module has no memory, so its threads share nothing: check one that has.');
  return new Rewriter(module).run(ownAllocator);
}

class Rewriter {
  readonly #module: WasmModule;
  readonly #names: Names;
  readonly #types: FunctionType[];
  readonly #typeNumbers = new Map<string, number>();
  readonly #out = new Writer();
  readonly #firstGlobal: number;
  readonly #sites = new Map<number, Site>();

  constructor(module: WasmModule) {
    this.#module = module;
    this.#names = namesOf(module);
    this.#types = [...module.types];
    for (const [number, type] of module.types.entries()) this.#typeNumbers.set(JSON.stringify(type), number);
    this.#firstGlobal = module.importedGlobals + module.globals.length;
  }

  /** The functions of the model's come behind the imported ones, and before the module's own. */
  #moved = (index: number): number =>
    index < this.#module.importedFunctions ? index : index + MODEL_NAMES.length;

  #typeOf(type: FunctionType): number {
    const key = JSON.stringify(type);
    const known = this.#typeNumbers.get(key) ?? this.#types.push(type) - 1;
    this.#typeNumbers.set(key, known);
    return known;
  }

  run(ownAllocator: boolean): Rewritten {
    const module = this.#module;
    const first = this.#firstGlobal;
    const code = new CodeRewriter(
      module,
      this.#moved,
      {
        model: module.importedFunctions,
        low: first,
        size: first + 1,
        fuel: first + 2,
        changed: first + 3,
      },
      (index) => (ownAllocator ? undefined : this.#nameOf(index)),
    );
    const rewritten = code.run();
    const imports = this.#imports();
    const ownFunctions = [...module.functions, ...code.helpers.map(({ type }) => this.#typeOf(type))];
    const mutable = new Map<number, string>();
    for (const [i, { type, isMutable }] of module.globals.entries()) {
      const index = module.importedGlobals + i;
      if (isMutable && type !== TYPE.v128) mutable.set(index, `${MODEL}:global${index}`);
    }
    const out = this.#out;
    out.put(module.bytes.subarray(0, 8));
    out.section(SECTION.type, this.#typeSection());
    out.section(SECTION.import, imports);
    out.section(SECTION.function, vector(ownFunctions.map(unsigned)));
    this.#copy(SECTION.table);
    this.#copy(SECTION.tag);
    out.section(SECTION.global, this.#globals());
    out.section(SECTION.export, this.#exports(mutable));
    if (module.start !== null) out.section(SECTION.start, unsigned(this.#moved(module.start)));
    this.#elements();
    this.#copy(SECTION.dataCount);
    const codeFrom = out.section(SECTION.code, rewritten.bytes);
    for (const [at, site] of rewritten.sites) this.#sites.set(codeFrom + at, site);
    this.#copy(SECTION.data);
    const names = renumberedNames(module, this.#moved);
    if (names !== null) out.section(SECTION.custom, names);
    return {
      module,
      names: this.#names,
      bytes: out.bytes.slice(),
      sites: this.#sites,
      mutable,
      written: code.written,
      allocates: code.allocates,
      hasVectorGlobals: module.globals.some(
        ({ type }, i) => type === TYPE.v128 && code.written.has(module.importedGlobals + i),
      ),
    };
  }

  #copy(id: number): void {
    const section = this.#module.sections.get(id);
    if (section !== undefined) this.#out.section(id, this.#module.bytes.subarray(...section));
  }

  #typeSection(): Uint8Array {
    const types = this.#types.map(({ parameters, results }) =>
      joinBytes(
        [0x60, ...unsigned(parameters.length), ...parameters],
        [...unsigned(results.length), ...results],
      ),
    );
    return vector(types);
  }

  #imports(): Uint8Array {
    const { imports, bytes, memory } = this.#module;
    const kept = imports
      .filter(({ kind }) => kind !== KIND.memory)
      .map(({ module, name, from, to }) => [
        ...nameBytes(module),
        ...nameBytes(name),
        ...bytes.subarray(from, to),
      ]);
    const added = MODEL_NAMES.map((name) =>
      joinBytes(nameBytes(MODEL), nameBytes(name), [
        KIND.function,
        ...unsigned(this.#typeOf(MODEL_FUNCTIONS[name])),
      ]),
    );
    const least = unsigned(memory?.least ?? 0);
    return vector([
      ...kept,
      ...added,
      [...nameBytes(MODEL), ...nameBytes('memory'), KIND.memory, 0, ...least],
    ]);
  }

  #globals(): Uint8Array {
    const { globals, bytes } = this.#module;
    const own = globals.map(({ from, initial }) => {
      const out = new Writer();
      out.put(bytes.subarray(from, initial));
      this.#expression(new Reader(bytes, initial), out);
      return out.bytes;
    });
    const added = [0, -1, MOST_ROUNDS, 0].map((value) => [
      TYPE.i32,
      1,
      OP.i32Const,
      ...signed(value),
      OP.end,
    ]);
    return vector([...own, ...added]);
  }

  /** An expression with the functions in it renumbered. */
  #expression(reader: Reader, out: Writer): void {
    readExpression(reader, ({ op, from, to, index }) => {
      if (op === OP.refFunc) out.put([op, ...unsigned(this.#moved(index))]);
      else out.put(reader.bytes.subarray(from, to));
    });
  }

  #exports(mutable: ReadonlyMap<number, string>): Uint8Array {
    const { exports } = this.#module;
    const own = exports
      .filter(({ kind }) => kind !== KIND.memory)
      .map(({ name, kind, index }) => [
        ...nameBytes(name),
        kind,
        ...unsigned(kind === KIND.function ? this.#moved(index) : index),
      ]);
    const globals = [...mutable].map(([index, name]) => [
      ...nameBytes(name),
      KIND.global,
      ...unsigned(index),
    ]);
    const added = Object.values(OWN_GLOBALS).map((name, i) =>
      joinBytes(nameBytes(name), [KIND.global, ...unsigned(this.#firstGlobal + i)]),
    );
    const internal = INTERNAL.flatMap((name) => {
      const index = this.#named(name);
      return index === null
        ? []
        : [[...nameBytes(`${MODEL}:${name}`), KIND.function, ...unsigned(this.#moved(index))]];
    });
    return vector([...own, ...globals, ...added, ...internal]);
  }

  /** What a function is called by the name section, or else by its export. */
  #nameOf(index: number): string | undefined {
    const isIt = (each: WasmModule['exports'][number]): boolean =>
      each.kind === KIND.function && each.index === index;
    return this.#names.functions.get(index) ?? this.#module.exports.find(isIt)?.name;
  }

  /** The index of a function by its name. */
  #named(name: string): number | null {
    const exported = this.#module.exports.find((each) => each.kind === KIND.function && each.name === name);
    if (exported !== undefined) return exported.index;
    for (const [index, each] of this.#names.functions) if (each === name) return index;
    return null;
  }

  #elements(): void {
    const { sections, bytes } = this.#module;
    const section = sections.get(SECTION.element);
    if (section === undefined) return;
    const reader = new Reader(bytes, ...section);
    const out = new Writer();
    const count = reader.u32();
    out.put(unsigned(count));
    for (let left = count; left > 0; left--) this.#element(reader, out);
    this.#out.section(SECTION.element, out.bytes);
  }

  #element(reader: Reader, out: Writer): void {
    const at = reader.at;
    const flags = reader.u32();
    if (flags > 7) reader.fail(`an element segment is of kind ${flags}`, at);
    const [isPassive, hasIndex, hasExpressions] = [(flags & 1) !== 0, (flags & 2) !== 0, (flags & 4) !== 0];
    out.put(unsigned(flags));
    if (!isPassive && hasIndex) out.put(unsigned(reader.u32()));
    if (!isPassive) this.#expression(reader, out);
    if (isPassive || hasIndex) out.put([reader.byte()]);
    const count = reader.u32();
    out.put(unsigned(count));
    for (let left = count; left > 0; left--) {
      if (hasExpressions) this.#expression(reader, out);
      else out.put(unsigned(this.#moved(reader.u32())));
    }
  }
}

/** Functions that a linker makes and may not export, which are called by their names. */
const INTERNAL: readonly string[] = ['__wasm_init_tls', '__wasm_call_ctors'];

function vector(items: readonly ArrayLike<number>[]): Uint8Array {
  const out = new Writer();
  out.put(unsigned(items.length));
  for (const item of items) out.put(item);
  return out.bytes;
}
