import { cardOfStep } from '../laboratory/labels.ts';
import { callsIn, operationsOf } from '../laboratory/operations.ts';
import { isFromOwn } from '../host/own-fault.ts';
import type { StructureClass } from '../laboratory/structure-class.ts';
import type { Contract } from '../kernel/structure-card.ts';
import { cardOfStructure, rootAt, structureOperation } from '../laboratory/structures.ts';
import type { Variant } from '../laboratory/variant.ts';
import { readProgram } from '../laboratory/participant.ts';
import { sizesAsked } from '../laboratory/batch.ts';
import type { Program } from '../laboratory/program.ts';
import { chooseScheme, type SchemeChoice } from '../laboratory/registry.ts';
import type { FreeList } from '../laboratory/edge.ts';
import { attachWords, createBuffer } from '../laboratory/shared.ts';
import { geometryOf } from '../judge/audit/mark.ts';
import {
  ACTIVE,
  DEAD,
  FREE,
  type Geometry,
  HELD,
  RETIRED,
  R_STATUS,
  S_NEXT,
  S_STATE,
} from '../kernel/layout.ts';
import { J6 } from '../kernel/steps.ts';
import { placeOf } from '../observe/lives.ts';
import { Naming } from '../search/trace-names.ts';
import {
  type Dependence,
  type FootprintBuilder,
  memoryFootprint,
  ONE_KIND,
  OTHER_KIND,
  READ,
  touchCalls,
  WRITE,
} from '../model/dependence.ts';
import type { Effect } from '../model/thread-state.ts';
import type { Model } from '../model/machine.ts';
import type { Death } from '../model/thread-state.ts';
import { kernelCode } from '../model/kernel-code.ts';
import type { Code } from '../model/thread-tree.ts';

/** The kernel under a program, ready to be explored. */
export interface KernelModel extends Model {
  readonly program: Program;
  readonly choice: SchemeChoice;
  readonly structure: StructureClass;
  readonly geometry: Geometry;
  /** What operations of a variant may answer, by name. */
  readonly contracts: Readonly<Record<string, Contract>>;
  /** The record of each thread; null if a thread has the record of its own number. */
  readonly records: readonly number[] | null;
  /** The buffer as it was made, for engines that run the same program. */
  readonly makeBuffer: () => SharedArrayBuffer;
}

export interface KernelModelOptions {
  readonly slots: number;
  /** Free slots in a magazine of a thread's cache. Default 0, no caches. */
  readonly cache?: number;
  /** The free list: a stack, or a ring. Default `stack`. */
  readonly freeList?: FreeList;
  readonly variant?: Variant;
  /** True if what an operation of a user's own code throws is its answer, and no fault of that code. */
  readonly mayThrow?: boolean;
  /**
   * The record of each thread, where threads follow each other on one: a thread takes up the record of one that came before. The caller
   * sees to it that it moves only when that one has ended.
   */
  readonly records?: readonly number[];
  /** Threads that may be killed from outside, numbered from 0. */
  readonly mortal?: readonly number[];
}

/** The kernel's loops do not count their rounds, so two equal ones show that the next is equal too. */
const SPINS = 2;

/** True of an operation that leaves the records of other threads alone while nobody departs. */
function keepsToItself(name: string): boolean {
  return name === 'collect' || name === 'offline' || structureOperation(name) !== undefined;
}

/** Puts the kernel together for a program under a scheme: `[A] d | d e d`, `epochs:period=1`. The program names its structure. */
export async function kernelModel(
  text: string,
  scheme: string,
  options: KernelModelOptions,
): Promise<KernelModel> {
  const { slots, cache = 0, freeList = 'stack', records = null, mortal = [] } = options;
  const { program, variant, url } = await readProgram(text, options.variant);
  const choice = await chooseScheme(scheme);
  const { structure } = program;
  const recordOf = (thread: number): number => records?.[thread] ?? thread + 1;
  const size = {
    ...sizesAsked(program, records),
    slots,
    cache,
    freeList,
  };
  const makeBuffer = (): SharedArrayBuffer => createBuffer(size, choice);
  const words = attachWords(makeBuffer());
  const bodies = { ...operationsOf(cardOfStructure(structure)), ...variant.operations };
  const all = program.threads.flatMap(callsIn).map(({ name }) => name);
  // A record is written by its owner alone, unless another thread adopts it.
  const isShared = records !== null || mortal.length > 0;
  const isApart = !isShared && options.variant === undefined && url === null && all.every(keepsToItself);
  const threads = program.threads.map((own, i) =>
    kernelCode({
      program: own,
      record: recordOf(i),
      scheme: choice.scheme,
      variant,
      bodies,
      takesUp: records !== null && records.indexOf(records[i]) < i,
      remembers: isApart ? 'its record' : 'nothing',
      // What an operation throws is its answer; what code of a user's own throws ends the search.
      complain: (_, error) => {
        if (options.mayThrow !== true && isFromOwn(error)) throw error;
      },
    }),
  );
  const geometry = geometryOf(words);
  // Each by a thread of its own, behind those of the program.
  const threadsThatDie = [...program.threads.keys()].filter((i) => program.threads[i].at(-1)?.name === 'die');
  const deaths = [...new Set([...threadsThatDie, ...mortal])].map((of, i): Death => ({
    of,
    by: program.threads.length + i,
    status: geometry.record(recordOf(of)) + R_STATUS,
    alive: ACTIVE,
    isShared: records !== null,
  }));
  const kills = deaths.map(({ status }): Code => (memory) => [() => memory.cas(J6, status, ACTIVE, DEAD)]);
  return {
    words,
    threads: [...threads, ...kills],
    program,
    choice,
    structure,
    geometry,
    contracts: variant.contracts ?? {},
    records,
    makeBuffer,
    spins: SPINS,
    ...(deaths.length > 0 && { deaths }),
  };
}

/**
 * The dependence that the lab's judgements need beside that of memory.
 * - The beginning and the end of a slot's life conflict with every access to the slot that is judged by it: use after free and ABA are
 *   about which came first. Where the scheme claims stale reads, reads are not judged.
 * - Retiring a slot conflicts with every write of a root and of a next word: whether the structure still led to the slot.
 * - A call conflicts with the returns of other threads: linearizability.
 *
 * Which life a reading met needs nothing more: a slot that a word names begins another life only between two writes of that word, which
 * the read is ordered with. Races need nothing more: they are defined by the order of accesses to the same word. What remains
 * undecided is an owner that is missing for some steps only, between two that do not depend on each other: an orphan or a cycle is
 * judged after every step of the executions that are run, and of no others. Invariants are judged in all (`cuts.ts`).
 *
 * @param orderOfCalls false for what is judged step by step, without the history
 */
export function judgedDependence({ words, geometry, choice }: KernelModel, orderOfCalls = true): Dependence {
  const lives = words.length;
  const retiring = lives + geometry.slots + 1;
  const calls = retiring + 1;
  const { STALE_READS: staleReads } = choice.scheme;
  return {
    resources: calls + 1,
    footprint: (to) => {
      const builder = memoryFootprint(to);
      const { effect } = to;
      if (effect === null) return builder.build();
      if (orderOfCalls) touchCalls(to, builder, calls);
      touchLives(effect, builder, geometry, { lives, retiring, staleReads });
      return builder.build();
    },
  };
}

/** Names the executions of a model up to the order of calls and returns. */
export function namingOf(model: KernelModel): Naming {
  return new Naming(model.threads.length, judgedDependence(model, false));
}

function touchLives(
  { request, wrote, shared }: Effect,
  builder: FootprintBuilder,
  geometry: Geometry,
  at: { readonly lives: number; readonly retiring: number; readonly staleReads: boolean },
): void {
  const { address } = request;
  const place = placeOf(geometry, address);
  if (wrote && (rootAt(geometry, address) >= 0 || place?.word === S_NEXT)) {
    builder.touch(at.retiring, OTHER_KIND);
  }
  const isSlot = place !== null && place.slot >= 1 && place.slot <= geometry.slots;
  if (isSlot && (wrote || !at.staleReads) && cardOfStep(request.step)?.needsNoLife !== true) {
    builder.touch(at.lives + place.slot, READ);
  }
  for (const each of shared) {
    const written = placeOf(geometry, each.address);
    if (each.kind !== 'poke' || written?.word !== S_STATE || written.slot > geometry.slots) continue;
    if (each.value === HELD || each.value === FREE) builder.touch(at.lives + written.slot, WRITE);
    if (each.value === RETIRED) builder.touch(at.retiring, ONE_KIND);
  }
}
