import type { SchemeChoice } from '../laboratory/registry.ts';
import { checkCompiled, type FreeList } from '../laboratory/edge.ts';
import { createBuffer, type GeometryOptions } from '../laboratory/shared.ts';
import type { StructureClass } from '../laboratory/structure-class.ts';
import { loadModule } from '../engines/wasm/modules.ts';
import { createMemory } from '../engines/wasm/shared-memory.ts';
import type { CompiledKernel } from '../engines/wasm/webassembly.ts';
import { UsageError } from '../errors.ts';
import { closest } from '../suggest.ts';

/** What the operations of a stress run are made by: JavaScript's atomics, compiled code, or both on one structure. */
export type EngineName = (typeof ENGINE_NAMES)[number];

export const ENGINE_NAMES = ['atomics', 'wasm', 'mixed'] as const;

/** True if a thread runs the compiled kernel: every thread on the engine wasm, and those with even numbers on both. */
export function isCompiled(engine: EngineName, thread: number): boolean {
  return engine === 'wasm' || (engine === 'mixed' && thread % 2 === 0);
}

/** What of a run depends on its engine. */
interface Wishes {
  readonly threads: number;
  /** The threads that are to stop somewhere, with the text of the point. */
  readonly stoppings: readonly { readonly thread: number; readonly text: string }[];
  /** Pauses were asked for. */
  readonly perturb: boolean;
  readonly variant: string | null;
  readonly freeList: FreeList;
}

/** Throws a UsageError if there is no such engine, or it cannot do what is wished. */
export function engineOf(
  text: string,
  { threads, stoppings, perturb, variant, freeList }: Wishes,
): EngineName {
  const engine = ENGINE_NAMES.find((name) => name === text);
  if (engine === undefined) {
    throw new UsageError(
      `There is no engine "${text}"${closest(text, ENGINE_NAMES)} for a stress run; the engines are ${ENGINE_NAMES.join(', ')}.`,
    );
  }
  if (engine === 'mixed' && threads < 2) {
    throw new UsageError(
      'One thread cannot be on both engines: give at least 2 threads, or one of the engines.',
    );
  }
  if (engine === 'atomics') return engine;
  checkCompiled(freeList);
  if (variant !== null) {
    throw new UsageError(
      `A variant is JavaScript, and the engine ${engine} runs what was compiled from the kernel: take the engine atomics.`,
    );
  }
  for (const { thread, text: point } of stoppings) {
    if (!isCompiled(engine, thread)) continue;
    throw new UsageError(
      `T${thread} cannot be stopped at ${point}: compiled steps have no labels and no gates; take the engine atomics, or mixed with a point of T1, T3 and so on, which run on atomics.`,
    );
  }
  if (perturb && engine === 'wasm') {
    throw new UsageError(
      'Compiled steps cannot be perturbed by pauses between them: leave that off, or take the engine atomics, or mixed, where T1, T3 and so on make pauses.',
    );
  }
  return engine;
}

/** The laboratory of a run: the buffer that everybody reads and, if compiled threads take part, the memory that it belongs to. */
export interface Laboratory {
  readonly buffer: SharedArrayBuffer;
  readonly compiled: CompiledKernel | null;
}

export function laboratoryOf(
  engine: EngineName,
  options: GeometryOptions & { readonly structure: StructureClass },
  choice: SchemeChoice,
): Laboratory {
  if (engine === 'atomics') return { buffer: createBuffer(options, choice), compiled: null };
  const module = loadModule(choice, options.structure);
  const memory = createMemory(options, choice);
  return { buffer: memory.buffer as SharedArrayBuffer, compiled: { memory, module } };
}
