import { UsageError } from '../errors.ts';
import { ACTIVE, Geometry, R_STATUS } from '../kernel/layout.ts';
import type { Memory } from '../kernel/memory.ts';
import { MichaelScottQueue } from '../kernel/michael-scott.ts';
import { ThreadRecord } from '../kernel/record.ts';
import { join, type Scheme } from '../kernel/scheme.ts';
import { Slab } from '../kernel/slab.ts';
import { learnLabels } from './labels.ts';
import type { OperationBody } from './operations.ts';
import { chooseScheme, type SchemeClass } from './registry.ts';

/**
 * Classes that take the place of the kernel's own: named subclasses that a scenario or a user keeps in a module of their own, whose
 * exports these are. What is left out is the kernel's.
 */
export interface Variant {
  readonly queue?: typeof MichaelScottQueue;
  readonly slab?: typeof Slab;
  /** Operations beside those of the lab, by name. */
  readonly operations?: Readonly<Record<string, OperationBody>>;
}

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

/** Puts the kernel together for a thread, numbered from 1. Its record is marked as in use. */
export function participate(
  memory: Memory,
  thread: number,
  scheme: SchemeClass,
  variant: Variant = {},
): Participant {
  const geometry = new Geometry(memory);
  if (thread < 1 || thread > geometry.threads) {
    throw new UsageError(
      `There is no record for thread ${thread}: this laboratory has ${geometry.threads}; make it with more threads.`,
    );
  }
  const record = new ThreadRecord(memory, geometry, thread);
  const slab = new (variant.slab ?? Slab)(memory, geometry, record);
  const own = new scheme(memory, geometry, record, slab);
  const queue = new (variant.queue ?? MichaelScottQueue)(memory, geometry, record, slab, own);
  memory.poke(record.base + R_STATUS, ACTIVE);
  return { memory, geometry, thread, record, slab, scheme: own, queue };
}

/**
 * The same in the first record that nobody uses, for threads that come and go. A thread that is done calls `scheme.depart()`; what it
 * had retired and could not free waits in its record for whoever comes next. Throws a UsageError if every record is taken.
 */
export function joinLaboratory(memory: Memory, scheme: SchemeClass, variant: Variant = {}): Participant {
  const geometry = new Geometry(memory);
  const thread = join(memory, geometry);
  if (thread === 0) {
    throw new UsageError(
      `All ${geometry.threads} thread records of this laboratory are taken: wait until a thread has left, or make it with more threads.`,
    );
  }
  return participate(memory, thread, scheme, variant);
}

/** The variant of the kernel that a module exports, whose labels are known from then on. */
export async function loadVariant(url: string): Promise<Variant> {
  const module = (await import(url)) as Variant & Readonly<Record<string, unknown>>;
  learnLabels(module, url, 'structure');
  return module;
}

/** The same from what can be posted to a worker: the scheme's spec and the URL of a module with a variant, or null. */
export async function participateBySpec(
  memory: Memory,
  thread: number,
  spec: string,
  variant: string | null,
): Promise<Participant> {
  const choice = await chooseScheme(spec);
  return participate(
    memory,
    thread,
    choice.scheme,
    variant === null ? {} : ((await import(variant)) as Variant),
  );
}
