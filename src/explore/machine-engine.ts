import type { ControlledEngine, Granted, Pending, Plain, ThreadState } from '../engines/controlled.ts';
import { InternalError } from '../errors.ts';
import { isStep, type Local } from './local.ts';
import type { Machine } from './machine.ts';

/** A machine as an engine, so that the lab's recorder and judge can look at what it runs. Threads are numbered from 1 here. */
export class MachineEngine implements ControlledEngine {
  readonly words: Int32Array;
  readonly threads: number;
  readonly #machine: Machine;

  /** The machine must stand at the start. */
  constructor(machine: Machine) {
    this.#machine = machine;
    this.words = machine.words;
    this.threads = machine.threads;
  }

  recordOf(thread: number): number {
    return thread;
  }

  state(thread: number): ThreadState {
    return this.#machine.at[thread - 1].next === null ? 'finished' : 'waiting';
  }

  pending(thread: number): Pending {
    const { next } = this.#machine.at[thread - 1];
    if (!isStep(next)) throw new InternalError(`T${thread} was asked for a step and has ended.`);
    return next as Pending;
  }

  prelude(thread: number): readonly Plain[] {
    const plain: Plain[] = [];
    for (let place: Local | null = this.#machine.at[thread - 1]; place !== null; place = place.parent) {
      plain.unshift(...place.plain);
    }
    return plain;
  }

  grant(thread: number): Granted {
    const { address } = this.pending(thread);
    const before = this.words[address];
    this.#machine.step(thread - 1);
    const { effect } = this.#machine.at[thread - 1];
    // A plain write after the step may have gone to the same word.
    const after = effect?.wrote === true ? this.#machine.lastWritten : before;
    return { before, after, plain: effect?.plain ?? [] };
  }

  kill(): void {
    throw new InternalError('A thread of an exploration is not killed.');
  }

  complaints(): readonly string[] {
    return [];
  }
}
