import { UsageError } from '../../errors.ts';
import { TYPE } from './binary/accesses.ts';
import { MODEL } from './binary/imports.ts';
import { KIND, type WasmModule } from './binary/module.ts';
import { OP } from './binary/opcodes.ts';
import { Reader } from './binary/reader.ts';
import { type Rewritten, rewriteModule } from './binary/rewrite.ts';
import { planHeap } from './heap.ts';
import { importsAllocator } from './imported.ts';
import { type CompiledModule, engine, type EngineMemory, PAGE } from './engine.ts';
import { argumentFor, type Loaded, exportedType, ThreadInstance } from './instance.ts';
import type { MemoryPlan } from './memory-plan.ts';
import { textOf } from '../text.ts';
import type { CheckWasm, WasmCall, WasmImports } from './types.ts';

/** A module may have as much memory: what is more would be copied for nothing. */
const MOST_PAGES = 1024;
const STACK_BYTES = 65536;
/** Before the memory of each thread lie bytes that nobody uses, so that a stack that grows too far is noticed. */
const GAP = 4096;
/** Bytes that a thread may allocate. */
const HEAP_BYTES = 16_384;
const LOOP_LIMIT = 10_000_000;
/** The first address at which a linker puts data, if it is a usual one: what is below is left free for null pointers. */
const FIRST_DATA = 1024;

/** A module whose start and constructors have run, once. */
export interface SetUp {
  readonly loaded: Loaded;
  readonly plan: MemoryPlan;
  /** What all threads share, as it is then. */
  readonly image: Uint8Array;
  /** Of each thread. */
  readonly instances: readonly ThreadInstance[];
}

/** Rewrites a module. Throws a UsageError of one sentence if it is not a module, or this engine does not take it. */
export function compileModule(
  bytes: Uint8Array,
  ownAllocator: boolean,
): {
  readonly rewritten: Rewritten;
  readonly compiled: CompiledModule;
} {
  const rewritten = rewriteModule(bytes, ownAllocator);
  try {
    return { rewritten, compiled: new engine.Module(rewritten.bytes) };
  } catch (error) {
    let why = error instanceof Error ? error.message : '';
    try {
      void new engine.Module(bytes);
    } catch (own) {
      why = own instanceof Error ? own.message : why;
    }
    throw new UsageError(
      `The module is not valid, or has a feature that this Node does not know (${why.replace(/^WebAssembly\.Module\(\): /, '')}).`,
      { cause: error },
    );
  }
}

/** Runs the start of a module, its constructors, and what a check wants to be called before the threads begin. */
export function setUp(
  { rewritten, compiled }: ReturnType<typeof compileModule>,
  {
    imports = {},
    loopLimit = LOOP_LIMIT,
    stackBytes = STACK_BYTES,
    heapBytes = HEAP_BYTES,
    allocator = 'modelled',
    setup = [],
  }: Pick<CheckWasm, 'imports' | 'loopLimit' | 'stackBytes' | 'heapBytes' | 'allocator' | 'setup'>,
  threads: number,
  placeOf: Loaded['placeOf'],
  addressOf: (name: string) => number | null,
): SetUp {
  const { module } = rewritten;
  const least = module.memory?.least ?? 0;
  if (least > MOST_PAGES)
    throw new UsageError(
      `The module asks for ${least} pages of memory, and up to ${MOST_PAGES} are checked: link it with less, as by -Wl,--initial-memory=1048576.`,
    );
  const wrapped = [...rewritten.names.functions.values()].find((name) => name.endsWith('.command_export'));
  if (wrapped !== undefined)
    throw new UsageError(
      `The linker has made each exported function run all constructors anew (${wrapped}): link the module with -Wl,--export=__wasm_call_ctors, so that they run once.`,
    );
  const allocates = allocator === 'modelled' && (rewritten.allocates || importsAllocator(module));
  const loaded: Loaded = {
    rewritten,
    compiled,
    imports,
    loopLimit,
    allocates,
    stackPointer: stackPointerOf(rewritten),
    placeOf,
  };
  const most = Math.min(MOST_PAGES, module.memory?.most ?? MOST_PAGES);
  const given = memoryGiven(module, typeof imports === 'function' ? imports(0) : imports);
  const initial = Math.max(least, (given?.length ?? 0) / PAGE);
  const heap = allocates ? planHeap(initial * PAGE, threads, heapBytes) : null;
  const atFirst = initial + Math.ceil(((heap?.end ?? 0) - (heap?.base ?? 0)) / PAGE);
  const memory: EngineMemory = new engine.Memory({ initial: atFirst, maximum: Math.max(atFirst, most) });
  if (given !== null) new Uint8Array(memory.buffer).set(given);
  const nobody = { number: -1, low: 0, high: 2 ** 32 };
  const nothing: MemoryPlan = { shared: 0, null: 0, own: 1, gap: 0, page: PAGE, heap };
  const first = new ThreadInstance(loaded, nobody, nothing, memory, null);
  for (const name of ['_initialize', '__wasm_call_ctors']) {
    const isExported = module.exports.some((each) => each.kind === KIND.function && each.name === name);
    if (isExported) first.call(name, []);
    else if (name === '__wasm_call_ctors' && first.has(`${MODEL}:${name}`))
      first.call(`${MODEL}:${name}`, []);
    else continue;
    break;
  }
  for (const call of setup) first.call(call[0], argumentsOf(rewritten, call, addressOf));
  const image = new Uint8Array(memory.buffer).slice();
  const own = Math.ceil((stackBytes + GAP) / 16) * 16;
  const plan: MemoryPlan = { shared: image.length, null: nullEnd(module), own, gap: GAP, page: PAGE, heap };
  const pages = Math.ceil((image.length + GAP + threads * own) / PAGE);
  // A module with active segments would lay its data anew: it was linked for one instance, and its start is each thread's own.
  const startsInShared = !module.segments.some(({ isActive }) => isActive);
  const instances = Array.from({ length: threads }, (_, number) => {
    const low = image.length + GAP + number * own;
    const owner = { number, low, high: low + own - GAP };
    const before = startsInShared ? image.slice() : null;
    const instance = new ThreadInstance(loaded, owner, plan, new engine.Memory({ initial: pages }), before);
    if (startsInShared) image.set(instance.shared);
    return instance;
  });
  return { loaded, plan, image, instances };
}

/** What a check gives for the memory that a module imports: the bytes that it has at first. Null if it gives none. */
function memoryGiven({ imports }: WasmModule, given: WasmImports): Uint8Array | null {
  const asked = imports.find(({ kind }) => kind === KIND.memory);
  const value = asked === undefined ? undefined : given[asked.module]?.[asked.name];
  if (asked === undefined || value === undefined) return null;
  if (!engine.isMemory(value))
    throw new UsageError(
      `The module imports the memory ${asked.module}.${asked.name}, and is given ${textOf(value)}: give a WebAssembly.Memory, whose bytes are where every execution begins, or none.`,
    );
  return new Uint8Array(value.buffer);
}

/** The arguments of a call, as the function takes them. */
export function argumentsOf(
  rewritten: Rewritten,
  [name, ...given]: WasmCall,
  addressOf: (name: string) => number | null,
): unknown[] {
  const { parameters } = exportedType(rewritten.module, name);
  if (given.length !== parameters.length)
    throw new UsageError(
      `${name} is called with ${given.length} arguments, and takes ${parameters.length}: write them behind its name, as in ${JSON.stringify([name, ...parameters.map((_, i) => i + 1)])}.`,
    );
  return given.map((each, i) => argumentFor(name, parameters[i], each, addressOf));
}

/** The global with the stack pointer: by its name, or the first one if it looks like it. */
function stackPointerOf({ module, names, mutable }: Rewritten): number | null {
  for (const [index, name] of names.globals)
    if (/(?:^|\/)__stack_pointer$/.test(name)) return mutable.has(index) ? index : null;
  const exported = module.exports.find(
    ({ kind, name }) => kind === KIND.global && name === '__stack_pointer',
  );
  if (exported !== undefined) return mutable.has(exported.index) ? exported.index : null;
  if (names.globals.size > 0) return null;
  const [first] = module.globals;
  const at = module.importedGlobals;
  if (first === undefined || first.type !== TYPE.i32 || !mutable.has(at)) return null;
  const initial = constantOf(module, first.initial);
  const isStack = initial !== null && initial >= FIRST_DATA && initial % 16 === 0;
  return isStack ? at : null;
}

/** The constant that an expression is; null if it is another one. */
export function constantOf({ bytes }: Pick<WasmModule, 'bytes'>, at: number): number | null {
  const reader = new Reader(bytes, at);
  return reader.byte() === OP.i32Const ? Number(reader.signed()) : null;
}

/** Where data can begin: what is below is for null pointers, if the module was linked in the usual way. */
function nullEnd(module: WasmModule): number {
  const exported = module.exports.find(({ kind, name }) => kind === KIND.global && name === '__global_base');
  const base =
    exported && constantOf(module, module.globals[exported.index - module.importedGlobals].initial);
  return base === FIRST_DATA ? FIRST_DATA : 0;
}
