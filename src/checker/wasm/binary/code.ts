import { allocatorBody, allocatorNamed } from './allocators.ts';
import { accessOf, isVectorAccess } from './accesses.ts';
import { callModel, joinBytes, type Places } from './emit.ts';
import { type Helper, helperFor } from './helpers.ts';
import { MODEL_NAMES, type ModelFunction } from './imports.ts';
import { type Instruction, readExpression, valueType } from './instructions.ts';
import type { WasmModule } from './module.ts';
import { OP } from './opcodes.ts';
import { Reader } from './reader.ts';
import { signed, unsigned, Writer } from './writer.ts';

/** Where an instruction stands in the module as it was given. */
export interface Site {
  /** Its first byte, counted from that of the module. */
  readonly at: number;
  /** The index of the function. */
  readonly function: number;
}

/** The code of a function, and where in it something is called. */
interface BodyOfFunction {
  readonly bytes: Uint8Array;
  readonly calls: readonly (readonly [number, Site])[];
}

interface GlobalPlaces extends Places {
  readonly fuel: number;
  readonly changed: number;
}

/** Instructions that change a table, or a segment of one. */
const CHANGES_TABLES: ReadonlySet<number> = new Set([
  OP.tableSet,
  OP.tableInit,
  OP.elemDrop,
  OP.tableCopy,
  OP.tableGrow,
  OP.tableFill,
]);

/** What the model does in the place of an instruction that takes the same operands. */
const BY_MODEL: ReadonlyMap<number, ModelFunction> = new Map<number, ModelFunction>([
  [OP.memoryCopy, 'copy'],
  [OP.memoryFill, 'fill'],
  [OP.memoryInit, 'init'],
  [OP.dataDrop, 'drop'],
  [OP.memorySize, 'size'],
  [OP.memoryGrow, 'grow'],
]);

/** Instructions that may end a thread or throw, beside those that call something: where they stand is asked for then. */
function isPlaced(op: number): boolean {
  const isDivision = (op >= 0x6d && op <= 0x70) || (op >= 0x7f && op <= 0x82);
  const isConversion = (op >= 0xa8 && op <= 0xab) || (op >= 0xae && op <= 0xb1);
  return op === OP.unreachable || op === OP.throw || op === OP.callIndirect || isDivision || isConversion;
}

/** The code section with other code for what goes to memory. */
export class CodeRewriter {
  /** Functions that come behind the module's own. */
  readonly helpers: Helper[] = [];
  /** Globals that some code writes. */
  readonly written: Set<number> = new Set();
  readonly #module: WasmModule;
  readonly #moved: (index: number) => number;
  readonly #places: GlobalPlaces;
  readonly #known = new Map<string, number>();
  readonly #nameOf: (index: number) => string | undefined;
  /** True once code was met that gives memory out or takes it back, which the model does. */
  allocates = false;

  /** @param nameOf the name of a function of the module's, if it is known and may be one that the model has for itself */
  constructor(
    module: WasmModule,
    moved: (index: number) => number,
    places: GlobalPlaces,
    nameOf: (index: number) => string | undefined,
  ) {
    this.#nameOf = nameOf;
    this.#module = module;
    this.#moved = moved;
    this.#places = places;
  }

  /** Sites are by the place of an instruction in the section. */
  run(): { readonly bytes: Uint8Array; readonly sites: ReadonlyMap<number, Site> } {
    const { codes, importedFunctions } = this.#module;
    const bodies = codes.map((code, i) => this.#body(code.from, code.to, importedFunctions + i));
    const out = new Writer();
    const sites = new Map<number, Site>();
    out.put(unsigned(bodies.length + this.helpers.length));
    for (const { bytes, calls } of bodies) {
      const from = out.sized(bytes);
      for (const [at, site] of calls) sites.set(from + at, site);
    }
    for (const { body } of this.helpers) out.sized(body);
    return { bytes: out.bytes, sites };
  }

  #body(from: number, to: number, index: number): BodyOfFunction {
    const own = this.#allocator(index, from);
    if (own !== null) return own;
    const reader = new Reader(this.#module.bytes, from, to);
    const out = new Writer();
    const calls: (readonly [number, Site])[] = [];
    for (let left = reader.u32(); left > 0; left--) {
      reader.u32();
      valueType(reader);
    }
    out.put(reader.bytes.subarray(from, reader.at));
    readExpression(reader, (instruction) => {
      const { before, call } = this.#replacement(instruction);
      out.put(before);
      if (call === null) return;
      calls.push([out.size, { at: instruction.from, function: index }]);
      out.put(call);
    });
    if (!reader.isAtEnd) reader.fail('the code of a function goes on behind its end');
    return { bytes: out.bytes, calls };
  }

  /** The code of a function that gives memory out or takes it back; null of all others. */
  #allocator(index: number, from: number): BodyOfFunction | null {
    const { types, functions, importedFunctions } = this.#module;
    const allocator = allocatorNamed(this.#nameOf(index), types[functions[index - importedFunctions]]);
    if (allocator === null) return null;
    this.allocates = true;
    const store = [OP.call, ...unsigned(this.#helper(OP.i32Store, 0))];
    const { bytes, callAt } = allocatorBody(allocator, this.#places, store);
    return { bytes: Uint8Array.from(bytes), calls: [[callAt, { at: from, function: index }]] };
  }

  /** What stands in the place of an instruction: something, and then a call if it is one. */
  #replacement(instruction: Instruction): { before: ArrayLike<number>; call: ArrayLike<number> | null } {
    const { op, from, to, index, offset, lane } = instruction;
    const same = this.#module.bytes.subarray(from, to);
    if (op === OP.call) return { before: [], call: [op, ...unsigned(this.#moved(index))] };
    if (op === OP.returnCall || op === OP.refFunc)
      return { before: [op, ...unsigned(this.#moved(index))], call: null };
    if (isPlaced(op)) return { before: [], call: same };
    if (op === OP.globalSet) this.written.add(index);
    if (op === OP.loop) return { before: [...same, ...this.#round()], call: null };
    // What threads do to the same bytes is in one order here anyway.
    if (op === OP.atomicFence) return { before: [], call: null };
    const byModel = BY_MODEL.get(op);
    if (byModel !== undefined) {
      const segment = op === OP.memoryInit || op === OP.dataDrop ? [OP.i32Const, ...signed(index)] : [];
      return { before: segment, call: callModel(this.#places, byModel) };
    }
    if (CHANGES_TABLES.has(op)) {
      const mark = [OP.i32Const, 1, OP.globalSet, ...unsigned(this.#places.changed)];
      return { before: [...mark, ...same], call: null };
    }
    const isWaiting = op >= OP.atomicNotify && op <= OP.atomicWait64;
    if (!isWaiting && accessOf(op) === null && !isVectorAccess(op)) return { before: same, call: null };
    return {
      before: [OP.i32Const, ...signed(offset)],
      call: [OP.call, ...unsigned(this.#helper(op, lane))],
    };
  }

  /** At the head of a loop: a round less is left. */
  #round(): number[] {
    const fuel = unsigned(this.#places.fuel);
    return joinBytes(
      [OP.globalGet, ...fuel, OP.i32Const, 1, 0x6b, OP.globalSet, ...fuel],
      [OP.globalGet, ...fuel, 0x45, OP.if, 0x40],
      callModel(this.#places, 'exhausted'),
      [OP.unreachable, OP.end],
    );
  }

  #helper(op: number, lane: number): number {
    const key = `${op} ${lane}`;
    let number = this.#known.get(key);
    if (number === undefined) {
      number = this.helpers.push(helperFor(op, lane, this.#places)) - 1;
      this.#known.set(key, number);
    }
    const { importedFunctions, functions } = this.#module;
    return importedFunctions + MODEL_NAMES.length + functions.length + number;
  }
}
