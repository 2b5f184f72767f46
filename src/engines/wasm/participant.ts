import { UsageError } from '../../errors.ts';
import { ACTIVE, H_SCHEME, R_RESULT, R_STATUS } from '../../kernel/layout.ts';
import { ThreadRecord } from '../../kernel/record.ts';
import type { Scheme } from '../../kernel/scheme.ts';
import type { Slab } from '../../kernel/slab.ts';
import type { StructureCard } from '../../kernel/structure-card.ts';
import type { Structure } from '../../kernel/structure.ts';
import type { ChaseLev } from '../../kernel/structures/chase-lev.ts';
import type { MichaelList } from '../../kernel/structures/michael-list.ts';
import type { MichaelScottQueue } from '../../kernel/structures/michael-scott.ts';
import { type Batch, MOST_IN_BATCH } from '../../laboratory/batch.ts';
import { type TakeUp, withRecord } from '../../laboratory/attaching.ts';
import { asCount, asValueOf, asWord } from '../../laboratory/edge.ts';
import { joinRecord } from '../../laboratory/participant.ts';
import { assertQueue, type Participant } from '../../laboratory/participant-view.ts';
import { nameOfNumber } from '../../laboratory/registry.ts';
import { checkCompiled } from '../../laboratory/edge.ts';
import {
  compiledAs,
  hasChains,
  hasRing,
  structureCard,
  structureOf,
  titleIn,
} from '../../laboratory/structures.ts';
import { constantsOf, withNumbers } from './constants.ts';
import { threadPlaceOf } from './shared-memory.ts';
import { type Module, type SharedMemory, webAssembly } from './webassembly.ts';

/**
 * One thread's part in a laboratory, with the operations compiled. `memory`, `geometry` and `record` are the ordinary objects over the
 * same words, for looking at them; what the kernel does runs in the instance.
 */
export interface WasmParticipant extends Pick<Participant, 'memory' | 'geometry' | 'thread' | 'record'> {
  readonly structure: CompiledStructure;
  /** The structure by a queue's names, if it is one. Reading it throws a UsageError if it is another. */
  readonly queue: Pick<MichaelScottQueue<Scheme>, 'enqueue' | 'dequeue' | 'result' | 'isEmpty'>;
  readonly batch: Batch;
  /** The same with one step for all of a call; null in a laboratory without chains. */
  readonly chains: Batch | null;
  readonly scheme: Pick<
    Scheme,
    | 'enter'
    | 'leave'
    | 'protect'
    | 'mustRestart'
    | 'restart'
    | 'upgrade'
    | 'born'
    | 'link'
    | 'hold'
    | 'release'
    | 'retire'
    | 'collect'
    | 'idle'
    | 'offline'
    | 'adopt'
    | 'recover'
    | 'depart'
  >;
  readonly slab: Pick<Slab, 'take' | 'give'>;
}

/** A set has its operations by key as well, and a deque those at its ends. */
type CompiledStructure = Pick<Structure<Scheme>, 'put' | 'take' | 'result' | 'isEmpty'> &
  Partial<KeyedOperations> &
  Partial<OperationsAtEnds>;

type OperationsAtEnds = Pick<ChaseLev<Scheme>, 'push' | 'pop' | 'steal'>;

type KeyedOperations = Pick<MichaelList<Scheme>, 'insert' | 'remove' | 'contains'>;

/** What a module exports. Truth comes back as a number. */
interface KernelExports {
  schemeNumber(): number;
  structureNumber(): number;
  put(value: number): number;
  take(): number;
  isEmpty(): number;
  insert(key: number): number;
  remove(key: number): number;
  contains(key: number): number;
  steal(): number;
  putMany(at: number, count: number): number;
  takeMany(at: number, count: number): number;
  putChain(at: number, count: number): number;
  takeChain(at: number, count: number): number;
  enter(): void;
  leave(): void;
  protect(step: number, k: number, source: number): number;
  mustRestart(): number;
  restart(): void;
  upgrade(first: number, second: number, third: number): number;
  born(slot: number): void;
  link(old: number, slot: number, owner: number): number;
  hold(slot: number): void;
  release(slot: number): void;
  retire(slot: number): void;
  collect(): void;
  idle(): void;
  offline(): void;
  adopt(): void;
  recover(
    thread: number,
    sole: boolean,
    soleMagazine?: boolean,
    soleInChain?: number,
    soleTaken?: boolean,
    claims?: number,
  ): void;
  depart(): void;
  allocate(): number;
  give(slot: number): void;
}

/**
 * Takes part as a thread, numbered from 1, with the module of the laboratory's scheme (`loadModule`): `joinInWasm` finds a number that
 * nobody has. Its record is marked as in use. A value that is no 32-bit integer throws a TypeError.
 *
 * @param options `takeUp`: take the record even though a thread has it, or had it when it crashed
 * @throws UsageError if the memory holds no laboratory of this scheme, has no room for the thread, or another thread has the number
 */
export function participateInWasm(
  memory: SharedMemory,
  thread: number,
  module: Module,
  options: TakeUp = {},
): WasmParticipant {
  const { memory: words, geometry } = threadPlaceOf(memory, thread);
  return withRecord(words, geometry, thread, options, () => checked(assembled(memory, thread, module)));
}

/** The same in the first record that nobody uses: see `joinLaboratory`. */
export function joinInWasm(memory: SharedMemory, module: Module): WasmParticipant {
  const { memory: words, geometry } = threadPlaceOf(memory, 1);
  return joinRecord(words, geometry, (thread) => checked(assembled(memory, thread, module)));
}

function checked(participant: Omit<WasmParticipant, 'queue'>): WasmParticipant {
  const { structure } = participant;
  const { insert, remove, contains, push } = structure;
  const asValue = asValueOf(structureOf(participant.geometry)?.structure);
  const { values, putMany } = participant.batch;
  return withQueue({
    ...participant,
    structure: {
      ...structure,
      put: (value) => structure.put(asValue(value)),
      ...(push && { push: (value) => push(asWord(value)) }),
      ...(insert && { insert: (key) => insert(asWord(key)) }),
      ...(remove && { remove: (key) => remove(asWord(key)) }),
      ...(contains && { contains: (key) => contains(asWord(key)) }),
    },
    ...(asValue !== asWord && {
      batch: {
        ...participant.batch,
        putMany: (count) => {
          for (const value of values.subarray(0, asCount(count, MOST_IN_BATCH))) asValue(value);
          return putMany(count);
        },
      },
    }),
  });
}

/**
 * The same for a record that another thread may have had before, and with values that are taken as they come: for the laboratory's own
 * threads, whose numbers and values are right.
 */
export function assembleInWasm(memory: SharedMemory, thread: number, module: Module): WasmParticipant {
  return withQueue(assembled(memory, thread, module));
}

function withQueue(participant: Omit<WasmParticipant, 'queue'>): WasmParticipant {
  const { structure, geometry } = participant;
  const { put, take, result, isEmpty } = structure;
  return Object.defineProperty(participant, 'queue', {
    get: () => {
      assertQueue(geometry);
      return { enqueue: put, dequeue: take, result, isEmpty };
    },
  }) as WasmParticipant;
}

function assembled(memory: SharedMemory, thread: number, module: Module): Omit<WasmParticipant, 'queue'> {
  const { memory: words, geometry, heap, batch, batchAt } = threadPlaceOf(memory, thread);
  checkCompiled(hasRing(geometry) ? 'ring' : 'stack');
  const record = new ThreadRecord(words, geometry, thread);
  const constants = constantsOf(record);
  const { exports } = new webAssembly.Instance(withNumbers(module, constants), {
    env: { memory, thread, heap },
    ...constants,
  });
  const kernel = exports as KernelExports;
  const held = structureOf(geometry)?.structure;
  const expected = held === undefined ? geometry.structure : compiledAs(held).NUMBER;
  if (kernel.structureNumber() !== expected) {
    throw new UsageError(
      `This laboratory holds a ${titleIn(geometry)}, and the module is one of a ${titleIn({ structure: kernel.structureNumber() })}: load the module of the same structure.`,
    );
  }
  const number = kernel.schemeNumber();
  if (number !== words.peek(H_SCHEME)) {
    throw new UsageError(
      `This laboratory is one of ${nameOfNumber(words.peek(H_SCHEME))}, and the module is that of ${nameOfNumber(number)}: load the module of the same scheme.`,
    );
  }
  words.poke(record.base + R_STATUS, ACTIVE);
  const result = record.base + R_RESULT;
  const { enter, leave, protect, restart, born, link, hold, release, retire } = kernel;
  const { collect, idle, offline, adopt, recover, depart } = kernel;
  return {
    memory: words,
    geometry,
    thread,
    record,
    structure: {
      ...byOrder(kernel, structureCard(geometry).order),
      // A plain read is cheaper than a call into the instance.
      result: () => words.peek(result),
      isEmpty: () => kernel.isEmpty() !== 0,
    },
    batch: {
      values: batch,
      putMany: (count) => kernel.putMany(batchAt, asCount(count, MOST_IN_BATCH)),
      takeMany: (count) => kernel.takeMany(batchAt, asCount(count, MOST_IN_BATCH)),
    },
    chains: hasChains(geometry)
      ? {
          values: batch,
          putMany: (count) => kernel.putChain(batchAt, asCount(count, MOST_IN_BATCH)),
          takeMany: (count) => kernel.takeChain(batchAt, asCount(count, MOST_IN_BATCH)),
          chained: true,
        }
      : null,
    scheme: {
      enter,
      leave,
      protect,
      mustRestart: () => kernel.mustRestart() !== 0,
      restart,
      upgrade: (first, second, third) => kernel.upgrade(first, second, third) !== 0,
      born,
      link,
      hold,
      release,
      retire,
      collect,
      idle,
      offline,
      adopt,
      recover,
      depart,
    },
    slab: { take: kernel.allocate, give: kernel.give },
  };
}

/** What is called in a structure of an order, beside what is read. */
function byOrder(
  { put, take, insert, remove, contains, steal }: KernelExports,
  order: StructureCard['order'],
): Pick<CompiledStructure, 'put' | 'take'> & Partial<KeyedOperations & OperationsAtEnds> {
  if (order === 'SET') return { put: insert, take, insert, remove, contains: (key) => contains(key) !== 0 };
  return order === 'DEQUE' ? { put, take, push: put, pop: take, steal } : { put, take };
}
