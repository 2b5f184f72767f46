import type { Geometry } from '../kernel/layout.ts';
import type { Memory } from '../kernel/memory.ts';
import type { MichaelScottQueue } from '../kernel/structures/michael-scott.ts';
import type { ThreadRecord } from '../kernel/record.ts';
import type { Scheme } from '../kernel/scheme.ts';
import type { Slab } from '../kernel/slab.ts';

/** One thread's view of a laboratory: the kernel's objects over its memory, with its record. None of them holds state. */
export interface Participant {
  readonly memory: Memory;
  readonly geometry: Geometry;
  readonly thread: number;
  readonly record: ThreadRecord;
  readonly slab: Slab;
  readonly scheme: Scheme;
  readonly queue: MichaelScottQueue<Scheme>;
}
