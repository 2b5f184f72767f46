import { AtomicsMemory } from '../../../src/laboratory/atomics.ts';
import { type Batch, batchOf } from '../../../src/laboratory/batch.ts';
import { assemble } from '../../../src/laboratory/participant.ts';
import type { SchemeChoice } from '../../../src/laboratory/registry.ts';
import { attachWords, createBuffer, type GeometryOptions } from '../../../src/laboratory/shared.ts';
import { assembleInWasm, type WasmParticipant } from '../../../src/engines/wasm/participant.ts';
import { MOST_IN_BATCH } from '../../../src/laboratory/batch.ts';
import { createMemory } from '../../../src/engines/wasm/shared-memory.ts';
import type { Module } from '../../../src/engines/wasm/webassembly.ts';

/** What both kinds of participants can do. */
export type Party = Pick<WasmParticipant, 'queue' | 'scheme' | 'batch'>;

/** A laboratory, and a way to take part in it. */
export interface Side {
  readonly words: Int32Array;
  party(thread: number): Party;
}

function onAtomics(memory: AtomicsMemory, thread: number, { scheme }: SchemeChoice): Party {
  const { queue, scheme: own } = assemble(memory, thread, scheme);
  const batch: Batch = batchOf(queue, MOST_IN_BATCH);
  return { queue, scheme: own, batch };
}

export function atomicsSide(options: GeometryOptions, choice: SchemeChoice): Side {
  const words = attachWords(createBuffer(options, choice));
  return { words, party: (thread) => onAtomics(new AtomicsMemory(words), thread, choice) };
}

/** @param isCompiled which threads run compiled code; the others are on atomics, in the same memory */
export function wasmSide(
  options: GeometryOptions,
  choice: SchemeChoice,
  module: Module,
  isCompiled: (thread: number) => boolean = () => true,
): Side {
  const memory = createMemory(options, choice);
  const words = attachWords(memory.buffer);
  return {
    words,
    party: (thread) =>
      isCompiled(thread)
        ? assembleInWasm(memory, thread, module)
        : onAtomics(new AtomicsMemory(words), thread, choice),
  };
}
