import type {
  ControlledEngine,
  ControlledRun,
  Granted,
  Pending,
  Plain,
  Stage,
  ThreadProgress,
} from '../engines/controlled.ts';
import { AtomicsMemory } from '../laboratory/atomics.ts';
import { checkAttached } from '../laboratory/attaching.ts';
import { structureCard } from '../laboratory/structures.ts';
import { operationsOf } from '../laboratory/operations.ts';
import { loadVariant } from '../laboratory/participant.ts';
import { chooseScheme } from '../laboratory/registry.ts';
import { attachWords } from '../laboratory/shared.ts';
import { InternalError } from '../errors.ts';
import { kernelCode } from './kernel-code.ts';
import { isStep } from './request.ts';
import { Machine } from './machine.ts';
import { plainSince } from './effect.ts';

/** A run along one path forgets its way after so many steps: at each would take longer, and a long way fills the memory. */
const SETTLED_AFTER = 64;

interface Run {
  readonly complaints: readonly string[];
}

/**
 * A machine as an engine: the kernel in one isolate, without worker threads. It runs the schedules of the stepped engine, step for step,
 * and the lab's recorder and judge can look at what it runs. Threads are numbered from 1 here.
 */
export class ModelEngine implements ControlledEngine {
  readonly words: Int32Array;
  readonly threads: number;
  readonly #machine: Machine;
  readonly #run: Run | null;
  readonly #records: readonly number[] | null;
  readonly #preludes: readonly (readonly Plain[])[];
  /** Threads that were ended from outside. */
  readonly #killed = new Set<number>();

  /**
   * @param machine which must stand at the start
   * @param run of a run along one path alone: where the threads' code writes what went wrong in it. Else all steps can be taken back
   * @param records the record of each thread; null if a thread has the record of its own number
   */
  constructor(machine: Machine, run: Run | null = null, records: readonly number[] | null = null) {
    this.#machine = machine;
    this.#run = run;
    this.#records = records;
    this.words = machine.words;
    this.threads = machine.threads - (machine.model.deaths?.length ?? 0);
    this.#preludes = machine.at.map((place) => plainSince(null, place));
  }

  static async begin(run: ControlledRun): Promise<ModelEngine> {
    const words = attachWords(run.buffer);
    const choice = await chooseScheme(run.scheme);
    const geometry = checkAttached(new AtomicsMemory(words), choice);
    const variant = run.variant === null ? {} : await loadVariant(run.variant);
    const bodies = { ...operationsOf(structureCard(geometry)), ...variant.operations };
    const records = run.programs.map((_, i) => run.records?.[i] ?? i + 1);
    const complaints: string[] = [];
    const threads = run.programs.map((program, i) =>
      kernelCode({
        program,
        record: records[i],
        scheme: choice.scheme,
        variant,
        bodies,
        takesUp: records.indexOf(records[i]) < i,
        remembers: 'all',
        complain: (complaint) => complaints.push(`T${i + 1} ${complaint}`),
      }),
    );
    return new ModelEngine(new Machine({ words, threads }, null, Infinity), { complaints }, records);
  }

  recordOf(thread: number): number {
    return this.#records?.[thread - 1] ?? thread;
  }

  state(thread: number): ThreadProgress {
    const { next } = this.#machine.at[thread - 1];
    if (next === null) return 'finished';
    if (this.#killed.has(thread) || this.#machine.isDead(thread - 1)) return 'killed';
    return next.access === 'stuck' ? 'hung' : 'waiting';
  }

  pending(thread: number): Pending {
    const { next } = this.#machine.at[thread - 1];
    const state = this.state(thread);
    if (state !== 'waiting' || !isStep(next))
      throw new InternalError(`T${thread} was asked for a step and is ${state}.`);
    return next as Pending;
  }

  prelude(thread: number): readonly Plain[] {
    return this.#preludes[thread - 1];
  }

  grant(thread: number): Granted {
    const machine = this.#machine;
    const from = machine.at[thread - 1];
    const before = this.words[this.pending(thread).address];
    machine.step(thread - 1);
    // Not what the word holds now: a plain write after the step may have gone to it.
    const after = machine.lastWritten;
    const to = machine.at[thread - 1];
    const { effect } = to;
    // A run along one path forgets its way.
    const plain = effect === null ? plainSince(from, to) : effect.plain;
    if (this.#run && machine.happened.length >= SETTLED_AFTER) machine.settle();
    return effect === null
      ? { before, after, plain }
      : { before, after, plain, writes: effect.writes, reads: effect.reads };
  }

  /** Of a model with deaths the step of the one that stands for it; else the thread is just not moved any more. */
  kill(thread: number): void {
    const { deaths } = this.#machine.model;
    if (!deaths) {
      this.#killed.add(thread);
      return;
    }
    const death = deaths.find(({ of }) => of === thread - 1);
    if (!death) throw new InternalError(`T${thread} is not one that may be killed.`);
    this.#machine.step(death.by);
  }

  complaints(): readonly string[] {
    return this.#run?.complaints ?? [];
  }

  /** Nothing to give back. */
  async release(): Promise<void> {}
}

/** The model as a stage. */
export const model: Stage = { begin: (run) => ModelEngine.begin(run) };
