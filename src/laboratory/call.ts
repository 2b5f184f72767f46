import { putMany, takeMany } from '../kernel/batch.ts';
import type { Memory } from '../kernel/memory.ts';
import { AtomicsMemory } from './atomics.ts';
import type { Answer, Operation, OperationBody, Outcome } from './operations.ts';
import type { Participant } from './participant-view.ts';
import type { MichaelScottQueue } from '../kernel/structures/michael-scott.ts';
import type { Scheme } from '../kernel/scheme.ts';
import { cardOfStep } from './labels.ts';
import { batchName, inBatch, isChain } from './structures.ts';

/** An operation that is called. */
export interface CalledOperation extends Operation {
  /** Set for a batch whose count is not what it did, which is told behind its operations: how many it was asked to make. */
  readonly count?: number;
  /** Set for one that has begun by the step that was made last. */
  readonly now?: true;
}

/** Told what a thread calls, and what it is answered. Calls do not overlap. */
export interface Calls {
  /** @param call the how many-th call of the thread's program it is, from 0, each operation of a batch being one */
  begin(call: number, operation: CalledOperation): void;
  answer(answer: Answer): void;
}

/**
 * Makes one operation of a program. A batch runs the kernel's own loop, and each operation in it is a call that begins and answers
 * inside the batch. Throws what the operation throws; the call that was under way is then unanswered.
 *
 * @param first the number of its first call
 */
export function makeOperation(
  operation: Operation,
  first: number,
  participant: Participant,
  bodies: Readonly<Record<string, OperationBody>>,
  calls: Calls,
): void {
  if (operation.batch && isChain(operation.name) && participant.geometry.chain > 1) {
    new ChainCalls(operation.batch, first, calls).make(participant);
    return;
  }
  if (operation.batch) {
    new BatchCalls(operation, operation.batch, first, calls).make(participant);
    return;
  }
  calls.begin(first, operation);
  calls.answer(bodies[operation.name](participant, operation.argument ?? 0));
}

/**
 * A batch as its caller sees it: what was handed over was put in, and what stands in the values and is counted was delivered. So an
 * operation of it answers what the batch says, whatever the structure answered the batch.
 */
class BatchCalls {
  readonly #batch: Operation;
  readonly #asked: readonly Operation[];
  readonly #first: number;
  readonly #calls: Calls;
  readonly #values: Int32Array;
  #begun = 0;
  /** How many of them were told as done; true if the last one was told as refused. */
  #done = 0;
  #refused = false;

  constructor(batch: Operation, asked: readonly Operation[], first: number, calls: Calls) {
    this.#batch = batch;
    this.#asked = asked;
    this.#first = first;
    this.#calls = calls;
    this.#values = Int32Array.from(asked, ({ argument }) => argument ?? 0);
  }

  get #puts(): boolean {
    return inBatch(this.#batch.name)?.does === 'put';
  }

  make({ structure }: Participant): void {
    const size = this.#asked.length;
    if (!this.#puts) this.#values.fill(0);
    const watched = Object.create(structure) as typeof structure;
    watched.put = (value) => {
      this.#begin();
      return structure.put(value);
    };
    watched.take = () => {
      this.#begin();
      return structure.take();
    };
    const memory = new AtomicsMemory(this.#values);
    const many = this.#puts ? putMany : takeMany;
    const count = many(watched, memory, 0, size);
    if (this.#begun > 0) this.#answer(count >= this.#begun);
    // What the batch says that it did, and did not ask the structure for.
    while (this.#begun < Math.min(count, size)) this.#unasked(true);
    if (count < size && !this.#refused) this.#unasked(false);
    if (count === this.#done) return;
    // Some are done, and their caller takes them for not done, or the other way round: the count itself is the finding.
    const { name } = this.#batch;
    this.#calls.begin(this.#first + size - 1, { name, argument: size, count: size });
    this.#calls.answer({ outcome: 'value', value: count });
  }

  /** The structure is asked for the next one. That it is says that the one before it was done. */
  #begin(): void {
    if (this.#begun > 0) this.#answer(true);
    const place = Math.min(this.#begun++, this.#asked.length - 1);
    this.#calls.begin(this.#first + place, this.#asked[place]);
  }

  #unasked(isDone: boolean): void {
    const place = Math.min(this.#begun++, this.#asked.length - 1);
    this.#calls.begin(this.#first + place, this.#asked[place]);
    this.#answer(isDone);
  }

  #answer(isDone: boolean): void {
    if (isDone) this.#done++;
    this.#refused = !isDone;
    const refusal: Outcome = this.#puts ? 'full' : 'empty';
    if (!isDone) this.#calls.answer({ outcome: refusal });
    else if (this.#puts) this.#calls.answer({ outcome: 'ok' });
    else this.#calls.answer({ outcome: 'value', value: this.#values[this.#begun - 1] ?? 0 });
  }
}

/**
 * A chain as its caller sees it. What it puts in, or takes out, it does by one step; so its operations are told at that step: the first one has begun with the
 * chain, the others begin and answer right behind the step, one after the other, before any other thread moves, and the last one answers when the chain
 * does. A chain that ends early says nothing of what it has not done.
 */
class ChainCalls {
  readonly #asked: readonly Operation[];
  readonly #first: number;
  readonly #calls: Calls;
  readonly #values: Int32Array;
  /** How many have begun. */
  #begun = 0;

  constructor(asked: readonly Operation[], first: number, calls: Calls) {
    this.#asked = asked;
    this.#first = first;
    this.#calls = calls;
    this.#values = Int32Array.from(asked, ({ argument }) => argument ?? 0);
  }

  get #puts(): boolean {
    return inBatch(batchName(this.#asked[0].name))?.does === 'put';
  }

  make({ structure, memory, record }: Participant): void {
    const size = this.#asked.length;
    if (!this.#puts) this.#values.fill(0);
    const watched = Object.create(structure, {
      memory: { value: this.#watched(memory, () => this.#takeEffect(record.chained())) },
    }) as MichaelScottQueue<Scheme>;
    const values = new AtomicsMemory(this.#values);
    this.#begin();
    const count = this.#puts ? watched.enqueueChain(values, 0, size) : watched.dequeueChain(values, 0, size);
    if (count === 0 && this.#begun === 1) this.#calls.answer({ outcome: this.#puts ? 'full' : 'empty' });
    else this.#answer();
    if (count === this.#begun || (count === 0 && this.#begun === 1)) return;
    // It did another number than it says: that is the finding.
    const name = batchName(this.#asked[0].name);
    this.#calls.begin(this.#first + size - 1, { name, argument: size, count: size });
    this.#calls.answer({ outcome: 'value', value: count });
  }

  /** The memory of the structure, which tells of the step by which the chain takes effect. */
  #watched(memory: Memory, tell: () => void): Memory {
    const { name } = this.#asked[0];
    return {
      load: (step, address) => memory.load(step, address),
      store: (step, address, value) => memory.store(step, address, value),
      cas: (step, address, expected, desired) => {
        const done = memory.cas(step, address, expected, desired);
        if (done && cardOfStep(step)?.linearizes?.operation === name) tell();
        return done;
      },
      exchange: (step, address, value) => memory.exchange(step, address, value),
      add: (step, address, value) => memory.add(step, address, value),
      or: (step, address, bits) => memory.or(step, address, bits),
      peek: (address) => memory.peek(address),
      poke: (address, value) => memory.poke(address, value),
      pause: (turns) => memory.pause(turns),
    } satisfies Memory;
  }

  #takeEffect(count: number): void {
    for (let n = 1; n < Math.min(count, this.#asked.length); n++) {
      this.#answer();
      this.#begin();
    }
  }

  #begin(): void {
    const place = this.#begun++;
    this.#calls.begin(this.#first + place, { ...this.#asked[place], ...(place > 0 && { now: true }) });
  }

  #answer(): void {
    if (this.#puts) this.#calls.answer({ outcome: 'ok' });
    else this.#calls.answer({ outcome: 'value', value: this.#values[this.#begun - 1] ?? 0 });
  }
}
