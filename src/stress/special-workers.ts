import type { Batch } from '../laboratory/batch.ts';
import { calledBy } from '../laboratory/structures.ts';
import { STOP } from '../threads/control-block.ts';
import { J_EMPTY, J_FULL, J_MOST, J_SEQUENCE, OUTCOME, PUT, TAKE } from './journals.ts';
import type { StressParticipant } from './membership.ts';
import { valueOf } from './values.ts';
import { StressWorker, type WorkerSetting } from './worker.ts';

/**
 * A thread at work on a deque. The first thread is the owner of one that has an owner; a thread that may put nothing in takes something out
 * in its place. Of several operations that it may call it calls the owner's.
 */
export class DequeWorker extends StressWorker {
  readonly #put: string | null;
  readonly #take: string;

  constructor(setting: WorkerSetting) {
    super(setting);
    this.#put = calledBy(setting.card, 'put', setting.thread);
    this.#take = calledBy(setting.card, 'take', setting.thread) as string;
  }

  override put(): boolean {
    return this.#put === null ? this.take() : super.put();
  }

  protected override putOne(value: number): number {
    return this.#methods()[this.#put as string](value);
  }

  protected override takeOne(): number {
    return this.#methods()[this.#take]();
  }

  #methods(): Readonly<Record<string, (value?: number) => number>> {
    return this.structure as unknown as Readonly<Record<string, (value?: number) => number>>;
  }
}

/**
 * A thread that makes chains: many of its values go in by one step, and many come out. A chain is written down as an operation for each value, which all begin
 * when it does.
 */
export class ChainWorker extends StressWorker {
  /** Puts up to `length` of this thread's next values in. False if the answer was "full". */
  putChain(length: number): boolean {
    const sequence = this.words[this.journal + J_SEQUENCE];
    const { values, putMany } = this.#chains;
    const most = this.#most(length);
    for (let n = 0; n < most; n++) values[n] = valueOf(this.thread, sequence + n);
    const flight = this.#invokeChain(PUT, most);
    const accepted = putMany(most);
    if (accepted === 0) this.words[this.journal + J_FULL]++;
    this.words[this.journal + J_SEQUENCE] = (sequence + accepted) | 0;
    this.#answerChain(flight, PUT, accepted === 0 ? OUTCOME.full : OUTCOME.ok, accepted);
    // As for a single value.
    if (accepted === 0 && this.endsWhenFull) Atomics.store(this.control, STOP, 1);
    return this.unlessRefused(accepted > 0);
  }

  /** Takes up to `length` values out. False if the structure was empty. */
  takeChain(length: number): boolean {
    const { values, takeMany } = this.#chains;
    const most = this.#most(length);
    values.fill(0, 0, most);
    const flight = this.#invokeChain(TAKE, most);
    const delivered = takeMany(most);
    for (let n = 0; n < delivered; n++) this.keep(values[n]);
    if (delivered === 0) this.words[this.journal + J_EMPTY]++;
    this.#answerChain(flight, TAKE, delivered === 0 ? OUTCOME.empty : OUTCOME.value, delivered);
    return this.unlessRefused(delivered > 0);
  }

  get #chains(): Batch {
    return (this.participant as StressParticipant).chains as Batch;
  }

  /** `length`, or as many as there is room for among the operations with times, if there is any. */
  #most(length: number): number {
    return this.room > 0 ? Math.min(length, this.room) : length;
  }

  /** In the flight recorder the chain stands as its first value until it has returned. */
  #invokeChain(operation: number, most: number): number {
    this.words[this.journal + J_MOST] = most;
    const { values } = this.#chains;
    const flight = this.invoke(operation, values[0]);
    for (let n = 1; n < most; n++) this.noteBegin(operation, values[n], n);
    return flight;
  }

  #answerChain(flight: number, operation: number, outcome: number, count: number): void {
    const { values } = this.#chains;
    this.answer(flight, operation, outcome, values[0]);
    for (let n = 1; n < count; n++) this.answer(this.nextFlight(), operation, outcome, values[n]);
    this.words[this.journal + J_MOST] = 1;
  }
}
