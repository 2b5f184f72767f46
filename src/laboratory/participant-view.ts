import { UsageError } from '../errors.ts';
import type { Geometry } from '../kernel/layout.ts';
import type { Memory } from '../kernel/memory.ts';
import type { ThreadRecord } from '../kernel/record.ts';
import type { Scheme } from '../kernel/scheme.ts';
import type { Slab } from '../kernel/slab.ts';
import type { Structure } from '../kernel/structure.ts';
import type { MichaelScottQueue } from '../kernel/structures/michael-scott.ts';
import { structureOf, usualStructure } from './structures.ts';

/** One thread's view of a laboratory: the kernel's objects over its memory, with its record. None of them holds state. */
export class Participant<T extends Structure<Scheme> = Structure<Scheme>> {
  readonly memory: Memory;
  readonly geometry: Geometry;
  readonly thread: number;
  readonly record: ThreadRecord;
  readonly slab: Slab;
  readonly scheme: Scheme;
  readonly structure: T;

  constructor(record: ThreadRecord, slab: Slab, scheme: Scheme, structure: T) {
    this.memory = record.memory;
    this.geometry = record.geometry;
    this.thread = record.thread;
    this.record = record;
    this.slab = slab;
    this.scheme = scheme;
    this.structure = structure;
  }

  /** The structure, if it is a queue. Throws a UsageError if it is another one. */
  get queue(): MichaelScottQueue<Scheme> {
    assertQueue(this.geometry);
    return this.structure as Structure<Scheme> as MichaelScottQueue<Scheme>;
  }
}

/** Throws a UsageError if a laboratory holds no queue. */
export function assertQueue(geometry: Geometry): void {
  const holds = structureOf(geometry)?.structure;
  if (holds === usualStructure) return;
  throw new UsageError(
    `The laboratory holds no queue but ${holds === undefined ? 'a structure that is not known here' : `a ${holds.TITLE}`}: take structure of the participant in place of queue.`,
  );
}
