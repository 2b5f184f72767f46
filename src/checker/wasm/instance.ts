import { UsageError } from '../../errors.ts';
import { closest } from '../../suggest.ts';
import type { Region } from '../declared-memory.ts';
import { platform } from '../platform.ts';
import { textOf } from '../text.ts';
import type { ThreadWords } from '../thread-words.ts';
import { TYPE } from './binary/accesses.ts';
import { MODEL } from './binary/imports.ts';
import { type FunctionType, KIND } from './binary/module.ts';
import { OWN_GLOBALS, type Rewritten } from './binary/rewrite.ts';
import {
  type CompiledModule,
  engine,
  type EngineGlobal,
  type EngineMemory,
  type Instance,
} from './engine.ts';
import { importsFor } from './imported.ts';
import { InstanceMemory } from './instance-memory.ts';
import type { MemoryOwner, MemoryPlan } from './memory-plan.ts';
import { Trap } from './trap.ts';
import type { CheckWasm } from './types.ts';

/** A module that is ready to be run, as often as it takes. */
export interface Loaded {
  readonly rewritten: Rewritten;
  readonly compiled: CompiledModule;
  readonly imports: NonNullable<CheckWasm['imports']>;
  readonly loopLimit: number;
  /** True if the model gives memory out. */
  readonly allocates: boolean;
  /** The index of the global that is the stack pointer; null if there is none. */
  readonly stackPointer: number | null;
  /** Where the code is, by a stack. */
  readonly placeOf: (stack: string) => string | null;
}

type Exports = Readonly<Record<string, unknown>>;

/** Alignment of a stack, and of what else a thread has of its own. */
const ALIGNED = 16;

/** An instance of a module: one for each thread, with a memory of its own for its stack. */
export class ThreadInstance {
  readonly memory: InstanceMemory;
  readonly #loaded: Loaded;
  readonly #owner: MemoryOwner;
  readonly #pages: EngineMemory;
  readonly #before: Uint8Array | null;
  readonly #shared: number;
  #exports: Exports = {};
  /** Mutable globals that the code writes, and what they hold at the start of a run. */
  #globals: (readonly [EngineGlobal, unknown])[] = [];
  #fuel: EngineGlobal = { value: 0 };
  #changed: EngineGlobal = { value: 0 };
  #isFresh = false;

  /** @param before what all threads share where the instance starts; null if its start sees nothing of that */
  constructor(
    loaded: Loaded,
    owner: MemoryOwner,
    plan: MemoryPlan,
    pages: EngineMemory,
    before: Uint8Array | null,
  ) {
    this.#before = before;
    this.#shared = plan.shared;
    this.#loaded = loaded;
    this.#owner = owner;
    this.#pages = pages;
    this.memory = new InstanceMemory(owner, plan, pages, loaded.rewritten.module.segments);
    this.#instantiate();
    this.memory.settle();
  }

  get #isSetUp(): boolean {
    return this.#owner.number < 0;
  }

  /** What its start has left of what all threads share. */
  get shared(): Uint8Array {
    return new platform.arrays.Uint8Array(this.#pages.buffer, 0, this.#shared);
  }

  #instantiate(): void {
    const { compiled, rewritten } = this.#loaded;
    if (this.#before !== null) this.shared.set(this.#before);
    const { imports: given } = this.#loaded;
    const own = typeof given === 'function' ? given(this.#owner.number + 1) : given;
    const functions = this.memory.functions();
    const offered = this.#loaded.allocates ? functions : null;
    const imports = importsFor(rewritten.module, own, () => this.memory.words, offered);
    const model = { ...functions, memory: this.#pages };
    this.memory.words = null;
    let instance: Instance;
    try {
      instance = new engine.Instance(compiled, { ...imports, [MODEL]: { ...imports[MODEL], ...model } });
    } catch (error) {
      throw this.#toldOf(error, 'The start of the module');
    }
    this.#exports = instance.exports;
    const global = (name: string): EngineGlobal => instance.exports[name] as EngineGlobal;
    this.#fuel = global(OWN_GLOBALS.fuel);
    this.#changed = global(OWN_GLOBALS.changed);
    this.#changed.value = 0;
    if (!this.#isSetUp) this.#takeOwn(global);
    this.#globals = [...rewritten.mutable.values()].map(
      (name) => [global(name), global(name).value] as const,
    );
    this.#isFresh = true;
  }

  /** From here on the thread has its own range of memory, and all else is the model's. */
  #takeOwn(global: (name: string) => EngineGlobal): void {
    const { low, high } = this.#owner;
    const { stackPointer, rewritten } = this.#loaded;
    global(OWN_GLOBALS.low).value = low;
    global(OWN_GLOBALS.size).value = high - low;
    const pointer = stackPointer === null ? undefined : rewritten.mutable.get(stackPointer);
    if (pointer !== undefined) global(pointer).value = high - ALIGNED;
    const initialise = this.#exports[`${MODEL}:__wasm_init_tls`];
    if (typeof initialise === 'function') initialise(low);
  }

  /** The thread's code is run from its beginning: all that is its own is as it was at first. */
  begin(words: ThreadWords, region: Region, askNumber: () => void): void {
    const { low, high } = this.#owner;
    const { stackPointer, rewritten, loopLimit } = this.#loaded;
    if (this.#changed.value !== 0 || (rewritten.hasVectorGlobals && !this.#isFresh)) this.#instantiate();
    this.#isFresh = false;
    for (const [global, value] of this.#globals) if (global.value !== value) global.value = value;
    if (stackPointer !== null) {
      const bytes = new platform.arrays.Uint8Array(this.#pages.buffer, low, high - low);
      bytes.fill(0);
      const initialise = this.#exports[`${MODEL}:__wasm_init_tls`];
      this.memory.words = null;
      if (typeof initialise === 'function') initialise(low);
    }
    this.memory.begin(words, region);
    this.memory.onOwnAddress = askNumber;
    this.#fuel.value = loopLimit;
  }

  /** True if the module exports something of that name. */
  has(name: string): boolean {
    return this.#exports[name] !== undefined;
  }

  /** Calls an exported function. */
  call(name: string, args: readonly unknown[]): unknown {
    const called = this.#exports[name] as (...given: readonly unknown[]) => unknown;
    let result: unknown;
    try {
      result = called(...args);
    } catch (error) {
      const { trap } = this.memory;
      if (this.#isSetUp) throw this.#toldOf(trap ?? error, `${name}, with which the module is set up,`);
      if (trap !== null) throw trap;
      throw this.#placed(error);
    }
    if (this.memory.trap !== null) throw this.memory.trap;
    return result;
  }

  /** What WebAssembly itself throws, with the place where it did. */
  #placed(error: unknown): unknown {
    if (error instanceof Trap && error.name !== 'RuntimeError') return error;
    if (error instanceof engine.RuntimeError || (error instanceof RangeError && !(error instanceof Trap))) {
      const place = this.#loaded.placeOf((error as Error).stack ?? '');
      return new Trap(place === null ? error.message : `${error.message}, at ${place}`);
    }
    if (Object.prototype.toString.call(error) === '[object WebAssembly.Exception]')
      return new Trap('an exception that it does not catch');
    return error;
  }

  #toldOf(error: unknown, what: string): unknown {
    if (error instanceof UsageError) return error;
    const placed = this.#placed(error);
    const why = placed instanceof Error ? placed.message : textOf(placed);
    return new UsageError(`${what} fails: ${why}.`, { cause: error });
  }
}

/** The type of an exported function. Throws a UsageError if there is no such function. */
export function exportedType(module: Rewritten['module'], name: string): FunctionType {
  const functions = module.exports.filter(({ kind }) => kind === KIND.function);
  const found = functions.find((each) => each.name === name);
  if (found === undefined) {
    const names = functions.map((each) => each.name);
    throw new UsageError(
      `The module exports no function "${name}"${closest(name, names)}: it has ${names.slice(0, 20).join(', ') || 'none'}.`,
    );
  }
  const own = found.index - module.importedFunctions;
  const type =
    own >= 0
      ? module.functions[own]
      : module.imports.filter(({ kind }) => kind === KIND.function)[found.index].type;
  return module.types[type];
}

/** An argument as a parameter takes it. Throws a UsageError if it cannot. */
export function argumentFor(
  name: string,
  type: number,
  given: unknown,
  addressOf: (name: string) => number | null,
): unknown {
  let value = given;
  if (typeof given === 'string') {
    const address = addressOf(given.replace(/^&/, ''));
    if (address === null)
      throw new UsageError(
        `${name} is given ${textOf(given)}, and the module has no variable of that name: give a number, or &NAME for the address of a variable.`,
      );
    value = address;
  }
  const isInteger = type === TYPE.i32 || type === TYPE.i64;
  const fits =
    typeof value === 'bigint' || (typeof value === 'number' && (!isInteger || Number.isInteger(value)));
  if (!fits || type <= TYPE.v128)
    throw new UsageError(
      `${name} cannot be given ${textOf(given)}: give a number that its parameter can hold.`,
    );
  if (type === TYPE.i64) return BigInt(value as number);
  return Number(value);
}
