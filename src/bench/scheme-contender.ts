import { audit } from '../judge/audit/audit.ts';
import { miscount } from '../judge/audit/census.ts';
import { countersOf, type Counted, threadTotals } from '../judge/audit/thread-records.ts';
import { AtomicsMemory } from '../laboratory/atomics.ts';
import {
  boundOf,
  choiceOn,
  claimsOf,
  needsOf,
  type SchemeChoice,
  unsafeText,
  unsafeUnder,
  usualScheme,
  saidWith,
} from '../laboratory/registry.ts';
import { chainsOf, noChainsText } from '../laboratory/batch.ts';
import type { FreeList } from '../laboratory/edge.ts';
import {
  attachWords,
  createBuffer,
  type GeometryOptions,
  leastSlots,
  usualCache,
} from '../laboratory/shared.ts';
import type { StructureClass } from '../laboratory/structure-class.ts';
import { calledBy, cardOfStructure, nameOfStructure, usualStructure } from '../laboratory/structures.ts';
import { loadModule } from '../engines/wasm/modules.ts';
import { createMemory } from '../engines/wasm/shared-memory.ts';
import { UsageError } from '../errors.ts';
import { TIME_MASK } from '../kernel/clock.ts';
import { Geometry, GLOBAL, MIN_STRIDE } from '../kernel/layout.ts';
import { clockOf } from '../laboratory/announcements.ts';
import { MAX_INDEX_BITS } from '../kernel/words.ts';
import { isChained } from './cell.ts';
import { createStamps } from './frees.ts';
import type { SchemeHandleParts } from './scheme-handle.ts';
import type { Conditions, Setup, SharedStructure, WorkerContender } from './contender.ts';
import { handleModule } from './handle.ts';
import { isOfSets, MANY, type Workload, WORKLOADS } from './workloads.ts';

/**
 * How a structure is driven: by JavaScript's atomics or by compiled code, and in each case with an operation a call, with many operations a call (`batched`), or with
 * one step for many a call (`chained`).
 */
export type BenchEngine = (typeof BENCH_ENGINES)[number];

export const BENCH_ENGINES = [
  'atomics',
  'wasm',
  'wasm-batched',
  'wasm-chained',
  'atomics-batched',
  'atomics-chained',
] as const;

/** True of an engine that runs compiled code. */
function isCompiled(engine: BenchEngine): boolean {
  return engine.startsWith('wasm');
}

/** True of one with many operations a call, whether each has a step of its own or not. */
export function isBatched(engine: BenchEngine): boolean {
  return /-(batched|chained)$/.test(engine);
}

/** How a structure's slab is laid out. */
export interface SlabGiven {
  /** Free slots in a magazine of a thread, 0 for no caches; null for the usual ones of a slab of its size. */
  readonly cache?: number | null;
  /** Words of a slot; null for the usual ones. */
  readonly stride?: number | null;
  /** The free list, a stack or a ring. */
  readonly freeList?: FreeList;
}

/**
 * A structure under a scheme, on an engine. Beside others, a structure that takes no slots is told with each of their schemes, and is run with the one that stands for
 * all: there is none that makes a difference to it.
 *
 * @param isBesideOthers true where several structures are measured: then it says which one it is
 */
export function schemeContender(
  choice: SchemeChoice,
  engine: BenchEngine,
  structure: StructureClass = usualStructure,
  slab: SlabGiven = {},
  isBesideOthers: boolean = false,
): WorkerContender {
  const { scheme, spec, name } = choice;
  const { cache = null, stride = null, freeList = 'stack' } = slab;
  const run = isBesideOthers ? choiceOn(structure, choice) : choice;
  // Loaded when it is needed, and once: it can be posted to any number of workers.
  let module: object | null = null;
  return {
    engine,
    scheme: name,
    ...(isBesideOthers && { structure: nameOfStructure(structure) }),
    ...(cache === null ? {} : { cache }),
    ...(stride === null ? {} : { stride }),
    ...(freeList === 'ring' && { freeList }),
    module: handleModule('scheme-handle', import.meta.url),
    exhausts: !scheme.RECLAIMS,
    batched: isBatched(engine),
    bound: (sizes) => boundFor(choice, sizes, structure, slab),
    formula: saidWith(scheme.BOUND, choice),
    ...(claimsOf(scheme).abaSafe === 'no' && !isBatched(engine) && unsafeUnder(structure, choice) === null
      ? { unsafe: spec }
      : {}),
    refusal: (workload, threads, { payload = 0, roles }: Partial<Conditions> = {}) => {
      const unsafe = unsafeText(structure, choice);
      if (unsafe !== null) return unsafe;
      if (claimsOf(scheme).abaSafe === 'no' && threads > 1)
        return `a ${structure.KIND} that is corrupted has no throughput, and it may never answer`;
      if (isOfSets(workload) !== (cardOfStructure(structure).order === 'SET'))
        return `${workload} is ${isOfSets(workload) ? 'of sets, and it is no set' : 'not of sets, and it is a set'}`;
      if (isBatched(engine) && payload > 0) return 'what comes with a value is written one by one';
      if (isChained(engine) && chainsOf(choice, structure, MANY) === 0)
        return noChainsText(choice, structure);
      if (isBatched(engine) && WORKLOADS[workload].batchedTurn === null)
        return `in ${workload} there is one operation at a time and nothing to be made at once`;
      return cardOfStructure(structure).order === 'DEQUE'
        ? refusalOfEnds(structure, engine, workload, threads, roles)
        : null;
    },
    make: (setup) => {
      module ??= !isCompiled(engine) ? null : loadModule(run, structure);
      return sharedStructure(run, engine, { structure, module, slab }, setup);
    },
  };
}

/** What is said of structures that are measured beside others under schemes that make no difference to them, in sentences. */
export function runAlike(
  measured: readonly StructureClass[],
  choices: readonly SchemeChoice[],
): readonly string[] {
  return measured
    .filter((structure) => choices.some((choice) => choiceOn(structure, choice) !== choice))
    .map(
      (structure) =>
        `${structure.ID} takes no slots, so all schemes are one to it: beside others it is measured with each, and runs as under ${usualScheme(structure)}.`,
    );
}

/** Why a deque cannot be measured so; null if it can: a thread that puts values in must be one that may. */
function refusalOfEnds(
  structure: StructureClass,
  engine: BenchEngine,
  workload: Workload,
  threads: number,
  roles: string | undefined,
): string | null {
  if (isBatched(engine)) return `a ${structure.KIND} has no operations that are made many at once`;
  const { produces, queues } = WORKLOADS[workload];
  for (let thread = 2; thread <= threads; thread++) {
    const isProducer = produces(thread, 0, roles) || (queues > 1 && produces(thread, 1, roles));
    if (isProducer && calledBy(cardOfStructure(structure), 'put', thread) === null)
      return `in ${workload} thread ${thread} puts values in, and into a ${structure.KIND} only its owner does, the first thread`;
  }
  return null;
}

/** Words of a segment where it is measured: two lines, which leaves room for 54 cells. */
const SEGMENT = 64;

type Sizes = Pick<Setup, 'capacity' | 'threads'>;

/** The sizes of a laboratory: room for what is inside, for what waits to be freed, and for the caches of other threads. */
export function geometryFor(
  choice: SchemeChoice,
  { capacity, threads }: Sizes,
  structure: StructureClass = usualStructure,
  { cache: asked = null, stride: words = null }: SlabGiven = {},
  chain = 1,
): GeometryOptions {
  const usual = cardOfStructure(structure).segments === undefined ? MIN_STRIDE : SEGMENT;
  const stride = words ?? usual;
  const own = { threads, structure, ...(stride !== MIN_STRIDE && { stride }) };
  // A scheme that frees nothing is given all that there can be, or as many words of longer slots.
  if (!choice.scheme.RECLAIMS) {
    const slots = Math.floor((2 ** MAX_INDEX_BITS * MIN_STRIDE) / stride) - 1;
    return { slots, ...own, ...(asked !== null && { cache: asked }) };
  }
  const room = capacity + needsOf(choice, threads, structure);
  const cache = asked ?? usualCache(room, threads, choice, structure);
  return { slots: room + leastSlots(choice, threads, cache, structure, chain), ...own, cache };
}

/** The bound of a scheme there, where as many slots as there are may be inside at a time. */
export function boundFor(
  choice: SchemeChoice,
  sizes: Sizes,
  structure: StructureClass = usualStructure,
  slab: SlabGiven = {},
): number | null {
  return boundOf(choice, sizes.threads, structure, geometryFor(choice, sizes, structure, slab).slots);
}

function sharedStructure(
  choice: SchemeChoice,
  engine: BenchEngine,
  {
    structure,
    module,
    slab,
  }: { readonly structure: StructureClass; readonly module: object | null; readonly slab: SlabGiven },
  setup: Setup,
): SharedStructure {
  const { scheme, spec } = choice;
  const { freeList = 'stack' } = slab;
  const chain = isChained(engine) ? MANY : 1;
  const options = { ...geometryFor(choice, setup, structure, slab, chain), freeList, chain };
  const compiled = module === null ? null : { memory: createMemory(options, choice), module };
  if (compiled !== null && setup.points.size > 0) {
    throw new UsageError(
      'Compiled steps have no labels and no gates, so no thread can be stopped there: take the engine atomics.',
    );
  }
  const words = attachWords(compiled === null ? createBuffer(options, choice) : compiled.memory.buffer);
  // Compiled code has no place for a look at the clock.
  const stamps = scheme.RECLAIMS && compiled === null ? createStamps(options.slots) : null;
  const pristine = scheme.RECLAIMS ? null : words.slice();
  const geometry = new Geometry(new AtomicsMemory(words));
  const moves = clockMoves(words, geometry);
  const sums = (): Counted => countersOf(words, geometry, threadTotals(words, geometry));
  return {
    partsFor: (thread) => ({
      state: {
        buffer: words.buffer as SharedArrayBuffer,
        compiled,
        batched: isChained(engine) ? 'by one step' : isBatched(engine) && 'one by one',
        scheme: spec,
        structure: nameOfStructure(structure),
        point: setup.points.get(thread) ?? null,
        stamps,
        churns: setup.workload === 'churn',
      } satisfies SchemeHandleParts,
    }),
    counts: () => {
      const { failures, everAllocated, retiredEver, freed } = sums();
      const moved = moves();
      return {
        ...failures,
        ...(moved !== null && { clockMoves: moved }),
        allocated: everAllocated,
        retired: retiredEver,
        freed,
      };
    },
    bytes: words.byteLength,
    touched: () => touchedBytes(words),
    unreclaimed: () => sums().unreclaimedCounted,
    reset: () => {
      if (pristine !== null) words.set(pristine);
    },
    complaint: () => complaintOf(words, scheme.RECLAIMS),
  };
}

/** A page of memory, in words. */
const PAGE = 1024;

/** Bytes of the pages that have a word which is not 0: what was never written takes no memory. */
function touchedBytes(words: Int32Array): number {
  let pages = 0;
  for (let start = 0; start < words.length; start += PAGE)
    if (words.subarray(start, start + PAGE).some((word) => word !== 0)) pages++;
  return Math.min(words.byteLength, 4 * PAGE * pages);
}

/** How often the clock has moved, asked before it has come round twice; null where the scheme names none. */
function clockMoves(words: Int32Array, geometry: Geometry): () => number | null {
  if (clockOf(geometry) === null) return () => null;
  let seen = words[GLOBAL];
  let moves = 0;
  return () => {
    const now = Atomics.load(words, GLOBAL);
    moves += (now - seen) & TIME_MASK;
    seen = now;
    return moves;
  };
}

/**
 * What is wrong with a laboratory's words, as the part of a sentence after a colon; null if every slot is accounted for.
 *
 * @param counts false if nobody counted unreclaimed slots
 */
export function complaintOf(words: Int32Array, reclaims: boolean, counts: boolean = true): string | null {
  const now = audit(words);
  const { leaked, surplus, wild, threads } = now;
  const lost = leaked - (reclaims ? 0 : now.retiredLost);
  const miscounted = counts ? miscount(now, now.totals.unreclaimedCounted) : null;
  const damages = threads.filter(({ damage }) => damage !== null).length;
  if (lost === 0 && surplus === 0 && wild === 0 && damages === 0)
    return miscounted?.replace(/^The/, 'the').replace(/\.$/, '') ?? null;
  return `${lost} slots leaked, ${surplus} claimed twice, ${wild} wild indices, ${damages} threads noticed damage`;
}
