import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkWasm } from '../../../src/checker/wasm/check-wasm.ts';
import type { WasmCall } from '../../../src/checker/wasm/types.ts';
import { type Constants, constantsOf } from '../../../src/engines/wasm/constants.ts';
import { MODULES, moduleName } from '../../../src/engines/wasm/modules.ts';
import { createMemory, threadPlaceOf } from '../../../src/engines/wasm/shared-memory.ts';
import { kernelModel, type KernelModel } from '../../../src/explore/kernel-model.ts';
import { ACTIVE, R_RESULT, R_STATUS } from '../../../src/kernel/layout.ts';
import { ThreadRecord } from '../../../src/kernel/record.ts';
import { callsIn } from '../../../src/laboratory/operations.ts';
import { memoryFootprint } from '../../../src/model/dependence.ts';
import { Dpor } from '../../../src/search/dpor.ts';

/** What an exploration of a program comes to. */
export interface Explored {
  readonly executions: number;
  readonly complete: boolean;
  /** All words of the laboratory where an execution ends, answers and all, each once. */
  readonly ends: readonly string[];
}

export const SLOTS = 14;
/** A thread that tries again pauses before, for as long as 512 loads at first, and twice as long each time. */
const STEP_LIMIT = 20_000;

/** The words of a laboratory but for those in which its threads keep what an operation has taken. */
export function withoutResults({ program, geometry }: KernelModel, words: ArrayLike<number>): string {
  const left = Array.from(words);
  for (const thread of program.threads.keys()) left[geometry.record(thread + 1) + R_RESULT] = 0;
  return left.join();
}

/**
 * The text of the kernel on the model. What depends on what is memory alone, as for a check.
 *
 * @param endOf what is kept of the words at an end
 */
export async function exploredAsText(
  program: string,
  scheme: string,
  endOf: (model: KernelModel, words: Int32Array) => string = (_, words) => words.join(),
): Promise<Explored> {
  const model = await kernelModel(program, scheme, { slots: SLOTS });
  const ends = new Set<string>();
  const dependence = {
    resources: model.words.length,
    footprint: (to: Parameters<typeof memoryFootprint>[0]) => memoryFootprint(to).build(),
  };
  const search = new Dpor(model, dependence, ({ words }) => void ends.add(endOf(model, words)));
  const { executions, complete } = search.run();
  return { executions, complete, ends: [...ends].toSorted() };
}

/** The module of the same kernel as the build has made it, checked as a binary that nobody knows anything of. */
export async function exploredAsBinary(program: string, scheme: string): Promise<Explored> {
  const model = await kernelModel(program, scheme, { slots: SLOTS });
  const { choice, structure, words } = model;
  const bytes = readFileSync(join(MODULES, `${moduleName(structure, choice.scheme)}.wasm`));
  const memory = memoryOf(model);
  const ends = new Set<string>();
  const { executions, complete } = checkWasm(bytes, {
    threads: model.program.threads.map((thread) => callsIn(thread).map(callOf)),
    imports: (thread) => ({
      env: { memory, thread, heap: heapOf(memory, thread) },
      ...constantsFor(memory, thread),
    }),
    finally: (_, _results, view) =>
      void ends.add(Array.from(words, (_word, i) => view.getInt32(4 * i, true)).join()),
    symmetry: false,
    stepLimit: STEP_LIMIT,
    maxSeconds: 3000,
  });
  return { executions, complete, ends: [...ends].toSorted() };
}

/** A laboratory of the model's size, whose threads take part in it. */
function memoryOf({ program, choice, structure }: KernelModel): ReturnType<typeof createMemory> {
  const threads = program.threads.length;
  const memory = createMemory(
    { slots: SLOTS, threads, cache: 0, initial: program.initial, structure },
    choice,
  );
  const words = new Int32Array(memory.buffer);
  for (let thread = 1; thread <= threads; thread++)
    words[threadPlaceOf(memory, thread).geometry.record(thread) + R_STATUS] = ACTIVE;
  return memory;
}

/** The instance that belongs to no thread is given the first one's. */
function constantsFor(memory: ReturnType<typeof createMemory>, thread: number): Constants {
  const { memory: words, geometry } = threadPlaceOf(memory, Math.max(thread, 1));
  return constantsOf(new ThreadRecord(words, geometry, Math.max(thread, 1)));
}

/** The instance that belongs to no thread makes its objects behind all others. */
function heapOf(memory: ReturnType<typeof createMemory>, thread: number): number {
  return thread === 0 ? memory.buffer.byteLength - 1024 : threadPlaceOf(memory, thread).heap;
}

function callOf({ name, argument }: { readonly name: string; readonly argument: number | null }): WasmCall {
  return name === 'enqueue' ? ['put', argument as number] : ['take'];
}
