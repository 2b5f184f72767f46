import { UsageError } from '../../errors.ts';
import { ACTIVE, H_SCHEME, R_RESULT, R_STATUS } from '../../kernel/layout.ts';
import type { MichaelScottQueue } from '../../kernel/structures/michael-scott.ts';
import { ThreadRecord } from '../../kernel/record.ts';
import type { Scheme } from '../../kernel/scheme.ts';
import type { Slab } from '../../kernel/slab.ts';
import { type Batch, MOST_IN_BATCH } from '../batch.ts';
import { type TakeUp, withRecord } from '../attaching.ts';
import { asCount, asWord } from '../edge.ts';
import { joinRecord } from '../participant.ts';
import type { Participant } from '../participant-view.ts';
import { nameOfNumber } from '../registry.ts';
import { placeOf } from './shared-memory.ts';
import { type Module, type SharedMemory, webAssembly } from './webassembly.ts';

/**
 * One thread's part in a laboratory, with the operations compiled. `memory`, `geometry` and `record` are the ordinary objects over the
 * same words, for looking at them; what the kernel does runs in the instance.
 */
export interface WasmParticipant extends Pick<Participant, 'memory' | 'geometry' | 'thread' | 'record'> {
  readonly queue: Pick<MichaelScottQueue<Scheme>, 'enqueue' | 'dequeue' | 'result' | 'isEmpty'>;
  readonly batch: Batch;
  readonly scheme: Pick<
    Scheme,
    'enter' | 'leave' | 'protect' | 'link' | 'retire' | 'collect' | 'idle' | 'adopt' | 'recover' | 'depart'
  >;
  readonly slab: Pick<Slab, 'take' | 'give'>;
}

/** What a module exports. Truth comes back as a number. */
interface Exports {
  number(): number;
  enqueue(value: number): number;
  dequeue(): number;
  isEmpty(): number;
  enqueueMany(at: number, count: number): number;
  dequeueMany(at: number, count: number): number;
  enter(): void;
  leave(): void;
  protect(step: number, k: number, source: number): number;
  link(old: number, slot: number): number;
  retire(slot: number): void;
  collect(): void;
  idle(): void;
  adopt(): void;
  recover(thread: number, sole: boolean, soleMagazine?: boolean): void;
  depart(): void;
  take(): number;
  give(slot: number): void;
}

/**
 * Takes part as a thread, numbered from 1, with the module of the laboratory's scheme (`loadModule`): `joinInWasm` finds a number that
 * nobody has. Its record is marked as in use. An enqueue of what is no 32-bit integer throws a TypeError.
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
  const { memory: words, geometry } = placeOf(memory, thread);
  return withRecord(words, geometry, thread, options, () => checked(assembleInWasm(memory, thread, module)));
}

/** The same in the first record that nobody uses: see `joinLaboratory`. */
export function joinInWasm(memory: SharedMemory, module: Module): WasmParticipant {
  const { memory: words, geometry } = placeOf(memory, 1);
  return joinRecord(words, geometry, (thread) => checked(assembleInWasm(memory, thread, module)));
}

function checked(participant: WasmParticipant): WasmParticipant {
  const { queue } = participant;
  return { ...participant, queue: { ...queue, enqueue: (value) => queue.enqueue(asWord(value)) } };
}

/**
 * The same for a record that another thread may have had before, and with values that are taken as they come: for the laboratory's own threads, whose numbers
 * and values are right.
 */
export function assembleInWasm(memory: SharedMemory, thread: number, module: Module): WasmParticipant {
  const { memory: words, geometry, arena, batch, batchAt } = placeOf(memory, thread);
  const { exports } = new webAssembly.Instance(module, { env: { memory, thread, arena } });
  const kernel = exports as Exports;
  const number = kernel.number();
  if (number !== words.peek(H_SCHEME)) {
    throw new UsageError(
      `This laboratory is one of ${nameOfNumber(words.peek(H_SCHEME))}, and the module is that of ${nameOfNumber(number)}: load the module of the same scheme.`,
    );
  }
  const record = new ThreadRecord(words, geometry, thread);
  words.poke(record.base + R_STATUS, ACTIVE);
  const result = record.base + R_RESULT;
  const { enqueue, dequeue, enter, leave, protect, link, retire, collect, idle, adopt, recover, depart } =
    kernel;
  return {
    memory: words,
    geometry,
    thread,
    record,
    queue: {
      enqueue,
      dequeue,
      // A plain read is cheaper than a call into the instance.
      result: () => words.peek(result),
      isEmpty: () => kernel.isEmpty() !== 0,
    },
    batch: {
      values: batch,
      enqueueMany: (count) => kernel.enqueueMany(batchAt, asCount(count, MOST_IN_BATCH)),
      dequeueMany: (count) => kernel.dequeueMany(batchAt, asCount(count, MOST_IN_BATCH)),
    },
    scheme: { enter, leave, protect, link, retire, collect, idle, adopt, recover, depart },
    slab: { take: kernel.take, give: kernel.give },
  };
}
