/**
 * A laboratory in a WebAssembly.Memory: the words of a SharedArrayBuffer's, and behind them what belongs to no laboratory.
 *
 *     byte 0            4 x totalWords                     heap of T1       heap of T2
 *     ┌─────────────────┬──────────────────────────────────┬────────────────┬────────────────┬─
 *     │ the laboratory  │ where a wild index would lead    │ objects, batch │ objects, batch │ …
 *     └─────────────────┴──────────────────────────────────┴────────────────┴────────────────┴─
 *
 * An instance makes the kernel's objects in the heap of its thread. A pointer word can name more slots than there are, since its
 * index has whole bits; the heaps begin behind the last one, so that no pointer word, however damaged, leads into a heap.
 */
import { UsageError } from '../../errors.ts';
import { Geometry, H_MAGIC, LINE, totalWords } from '../../kernel/layout.ts';
import { indexBitsFor } from '../../kernel/words.ts';
import { AtomicsMemory } from '../../laboratory/atomics.ts';
import { checkThread } from '../../laboratory/attaching.ts';
import { MOST_IN_BATCH } from '../../laboratory/batch.ts';
import type { SchemeChoice } from '../../laboratory/registry.ts';
import {
  attachWords,
  checkGeometry,
  formatBuffer,
  type GeometryOptions,
  type LayoutSizes,
  sizesOf,
} from '../../laboratory/shared.ts';
import { type SharedMemory, webAssembly } from './webassembly.ts';

const PAGE = 65_536;
/** Room for the objects of one instance: they take about 350 bytes. */
const OBJECT_BYTES = 1024;
const HEAP_BYTES = OBJECT_BYTES + 4 * MOST_IN_BATCH;

/** Where the heaps begin, in bytes. */
function heapsBase({ slots, stride, threads, roots, cells }: LayoutSizes): number {
  const nameable = totalWords(2 ** indexBitsFor(slots) - 1, stride, threads, roots, cells);
  return 4 * Math.ceil(nameable / LINE) * LINE;
}

/** Bytes that a laboratory takes in a memory, heaps included. */
function bytesFor(sizes: LayoutSizes): number {
  return heapsBase(sizes) + sizes.threads * HEAP_BYTES;
}

/**
 * Makes a laboratory in a new shared WebAssembly.Memory, which cannot grow: its maximum is what it has. Threads of both engines can take
 * part: `participateInWasm` takes the memory, and `participate` the words of its buffer. Throws a UsageError for sizes that cannot be
 * had.
 */
export function createMemory(options: GeometryOptions, choice: SchemeChoice): SharedMemory {
  checkGeometry(options, choice);
  const pages = Math.ceil(bytesFor(sizesOf(options)) / PAGE);
  const memory = new webAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  formatMemory(memory, options, choice);
  return memory;
}

/** The same in a memory that is there already and holds nothing. Throws a UsageError if the laboratory does not fit into it. */
export function formatMemory(memory: SharedMemory, options: GeometryOptions, choice: SchemeChoice): void {
  checkGeometry(options, choice);
  const { buffer } = memory;
  checkFit(buffer, bytesFor(sizesOf(options)));
  if (new Int32Array(buffer, 0, 1)[H_MAGIC] !== 0) {
    throw new UsageError(
      'This memory holds something already: give a fresh one, or attach to what is there.',
    );
  }
  formatBuffer(buffer, options, choice);
}

function checkFit(buffer: SharedArrayBuffer | ArrayBuffer, bytes: number): void {
  if (!(buffer instanceof SharedArrayBuffer)) {
    throw new UsageError(
      'Threads cannot share this memory: make one with createMemory, or with shared: true.',
    );
  }
  if (buffer.byteLength < bytes) {
    throw new UsageError(
      `A memory of ${buffer.byteLength / PAGE} pages is too small: this laboratory with its heaps takes ${Math.ceil(bytes / PAGE)}; make it with createMemory, or with fewer slots.`,
    );
  }
}

/** A laboratory that is in a memory, and where a thread's own bytes are. */
export interface ThreadPlace {
  readonly memory: AtomicsMemory;
  readonly geometry: Geometry;
  /** The byte address of the heap. */
  readonly heap: number;
  /** The words of the thread's batch, and the address of the first of them. */
  readonly batch: Int32Array;
  readonly batchAt: number;
}

/** Finds the place of a thread. Throws a UsageError if the memory holds no laboratory, or has no room for the thread. */
export function threadPlaceOf(memory: SharedMemory, thread: number): ThreadPlace {
  const { buffer } = memory;
  const words = new AtomicsMemory(attachWords(buffer));
  const geometry = new Geometry(words);
  checkThread(geometry, thread);
  checkFit(buffer, bytesFor(geometry));
  const heap = heapsBase(geometry) + (thread - 1) * HEAP_BYTES;
  const batch = new Int32Array(buffer, heap + OBJECT_BYTES, MOST_IN_BATCH);
  return { memory: words, geometry, heap, batch, batchAt: (heap + OBJECT_BYTES) / 4 };
}
