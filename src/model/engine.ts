import { InternalError, UsageError } from '../errors.ts';
import { Memory } from '../kernel/memory.ts';
import { takeUp } from '../kernel/scheme.ts';
import { makeOperation } from '../engines/call.ts';
import {
  type Access,
  type ControlledEngine,
  type ControlledRun,
  type Granted,
  MOST_PLAIN,
  type Pending,
  type Plain,
  type Stage,
  type ThreadState,
} from '../engines/controlled.ts';
import { wordAfter } from '../engines/effect.ts';
import { labelOf } from '../engines/labels.ts';
import { NotDeterministic } from './not-deterministic.ts';
import { cameOutside, wentInside } from './whereabouts.ts';
import { operations, type Answer, type OperationBody } from '../engines/operations.ts';
import { loadVariant, participateBySpec, type Participant } from '../engines/participant.ts';
import { attachWords } from '../engines/shared.ts';

/** Thrown through a thread's code to suspend it. A frozen constant: throwing it makes no stack trace. */
const SUSPEND: object = Object.freeze({ reason: 'this thread is suspended' });

/** What a memory was asked for once and answered: a step with its request, or a plain read. */
interface Recorded {
  readonly request: Pending | null;
  readonly result: number;
}

/**
 * The kernel's words for one thread of the model: the thread is suspended at a step by throwing a constant, and goes on by running its
 * operation again against the record of its own earlier results. Plain reads are recorded too; plain writes are not repeated.
 */
class ModelMemory extends Memory {
  readonly words: Int32Array;
  /** What the current operation was answered so far. */
  readonly #record: Recorded[] = [];
  #at = 0;
  #unwinding = false;
  #pending: Pending | null = null;
  #plain: Plain[] = [];
  /** Plain accesses since the last step. */
  #plains = 0;

  constructor(words: Int32Array) {
    super();
    this.words = words;
  }

  load(step: number, address: number): number {
    return this.#step(step, 'load', address, 0, 0);
  }

  store(step: number, address: number, value: number): void {
    this.#step(step, 'store', address, value, 0);
  }

  cas(step: number, address: number, expected: number, desired: number): boolean {
    return this.#step(step, 'cas', address, expected, desired) === expected;
  }

  exchange(step: number, address: number, value: number): number {
    return this.#step(step, 'exchange', address, value, 0);
  }

  add(step: number, address: number, value: number): number {
    return this.#step(step, 'add', address, value, 0);
  }

  /** Blocks the thread until the word is no longer `value`. */
  await(step: number, address: number, value: number): number {
    return this.#step(step, 'await', address, value, 0);
  }

  peek(address: number): number {
    if (this.#unwinding) throw SUSPEND;
    if (this.#at < this.#record.length) return this.#record[this.#at++].result;
    this.#count();
    const result = this.words[address];
    this.#record.push({ request: null, result });
    this.#at++;
    this.#plain.push({ kind: 'peek', address });
    return result;
  }

  poke(address: number, value: number): void {
    if (this.#unwinding) throw SUSPEND;
    // An earlier run of this operation has made the write already.
    if (this.#at < this.#record.length) return;
    this.#count();
    this.words[address] = value;
    this.#plain.push({ kind: 'poke', address, value });
  }

  /** True if the thread made too many plain accesses since its last step: it is in a loop that makes none. */
  get isHung(): boolean {
    return this.#plains > MOST_PLAIN;
  }

  #count(): void {
    if (++this.#plains <= MOST_PLAIN) return;
    this.#unwinding = true;
    throw SUSPEND;
  }

  /** True if the operation has been answered before: it is run again, and does not begin. */
  get isResumed(): boolean {
    return this.#record.length > 0;
  }

  /** The step that the thread was suspended at, or null. */
  get pending(): Pending | null {
    return this.#pending;
  }

  /** True while the thread is being unwound: code that swallows what was thrown is noticed by this. */
  get unwinding(): boolean {
    return this.#unwinding;
  }

  /** Takes note of something that is neither a step nor a plain access. */
  note(plain: Plain): void {
    if (this.#unwinding) throw SUSPEND;
    // An earlier run of this operation has noted it already.
    if (this.#at === this.#record.length) this.#plain.push(plain);
  }

  takePlain(): Plain[] {
    const plain = this.#plain;
    this.#plain = [];
    return plain;
  }

  /** The operation begins: nothing is recorded of it. */
  begin(): void {
    this.#record.length = 0;
    this.#at = 0;
  }

  /** The operation runs again from its beginning. */
  rewind(): void {
    this.#at = 0;
    this.#unwinding = false;
    this.#pending = null;
  }

  /** Makes the pending step and records its result. Returns the word before and after. */
  make(): { before: number; after: number } {
    const request = this.#pending;
    if (!request) throw new InternalError('A step was granted to a thread of the model that asked for none.');
    const before = this.words[request.address];
    const after = wordAfter(request, before);
    if (after !== before) this.words[request.address] = after;
    this.#plains = 0;
    this.#record.push({ request, result: before });
    return { before, after };
  }

  #step(step: number, access: Access, address: number, first: number, second: number): number {
    // Code that catches the constant, or has a `finally`, gets it again.
    if (this.#unwinding) throw SUSPEND;
    if (this.#at < this.#record.length) {
      const { request, result } = this.#record[this.#at++];
      if (!request || request.step !== step || request.address !== address || request.access !== access) {
        throw new NotDeterministic(
          `The thread is not deterministic: run again on the same answers it asks for ${labelOf(step)} at word ${address}, and before it ${request ? `asked for ${labelOf(request.step)} at word ${request.address}` : 'read plainly'}. Use nothing but shared memory and arguments.`,
        );
      }
      return result;
    }
    this.#pending = { step, access, address, first, second };
    this.#unwinding = true;
    throw SUSPEND;
  }
}

/** One thread: its operations, and how far it has come. */
class ModelThread {
  readonly memory: ModelMemory;
  readonly participant: Participant;
  readonly program: ControlledRun['programs'][number];
  readonly bodies: Readonly<Record<string, OperationBody>>;
  readonly complaints: string[] = [];
  #op = 0;
  #made = 0;
  /** How many calls the operations before it are asked to make. */
  #calls = 0;
  #state: ThreadState = 'waiting';
  /** What is done before the first operation, with steps of its own; null once it is done. */
  #prologue: (() => void) | null;

  constructor(
    participant: Participant,
    memory: ModelMemory,
    program: ControlledRun['programs'][number],
    bodies: Readonly<Record<string, OperationBody>>,
    prologue: (() => void) | null,
  ) {
    this.participant = participant;
    this.memory = memory;
    this.program = program;
    this.bodies = bodies;
    this.#prologue = prologue;
  }

  get state(): ThreadState {
    return this.#state;
  }

  kill(): void {
    this.#state = 'killed';
  }

  /**
   * Runs from where the thread was suspended to its next step, or to the end of its program.
   *
   * @param step that it has just made, for a watchdog; 0 before its first
   */
  run(thread: number, step: number): void {
    if (step !== 0) this.#made++;
    wentInside(thread, step, this.#made);
    try {
      this.#run();
    } finally {
      cameOutside();
    }
  }

  #run(): void {
    this.memory.rewind();
    let resumed = this.memory.isResumed;
    while (this.#prologue || this.#op < this.program.length) {
      if (!resumed) this.memory.begin();
      const finished = this.#prologue ? this.#runPrologue() : this.#runOperation();
      if (!finished) {
        if (this.memory.isHung) this.#state = 'hung';
        return;
      }
      resumed = false;
    }
    this.#state = 'finished';
  }

  #runPrologue(): boolean {
    try {
      this.#prologue?.();
    } catch (error) {
      if (error === SUSPEND) return false;
      throw error;
    }
    this.#prologue = null;
    return true;
  }

  #runOperation(): boolean {
    const operation = this.program[this.#op];
    const { memory } = this;
    const answered = ({ outcome, value = 0 }: Answer): void => {
      if (memory.unwinding) {
        throw new UsageError(
          `The operation ${operation.name} caught what the model throws to suspend a thread and went on: let errors that are not yours pass.`,
        );
      }
      memory.note({ kind: 'return', outcome, value });
    };
    try {
      makeOperation(operation, this.#calls, this.participant, this.bodies, {
        begin: (call, { name, argument }) => memory.note({ kind: 'invoke', op: call + 1, name, argument }),
        answer: answered,
      });
    } catch (error) {
      if (error === SUSPEND) return false;
      if (error instanceof NotDeterministic || memory.unwinding) throw error;
      this.complaints.push(`${operation.name}#${this.#op + 1} threw: ${String(error)}`);
      answered({ outcome: 'threw' });
    }
    this.#op++;
    this.#calls += operation.batch?.length ?? 1;
    return true;
  }
}

/**
 * The same kernel in one isolate, without worker threads: every thread is a function that is run again after each of its steps. It runs
 * the schedules of the stepped engine, step for step.
 */
export class ModelEngine implements ControlledEngine {
  readonly words: Int32Array;
  readonly threads: number;
  readonly #run: ControlledRun;
  readonly #threads: readonly ModelThread[];
  readonly #preludes: readonly (readonly Plain[])[];

  private constructor(run: ControlledRun, threads: readonly ModelThread[]) {
    this.words = attachWords(run.buffer);
    this.threads = threads.length;
    this.#run = run;
    this.#threads = threads;
    this.#preludes = threads.map((thread, i) => {
      thread.run(i + 1, 0);
      return thread.memory.takePlain();
    });
  }

  static async begin(run: ControlledRun): Promise<ModelEngine> {
    const words = attachWords(run.buffer);
    const variant = run.variant === null ? {} : await loadVariant(run.variant);
    const bodies = { ...operations, ...variant.operations };
    const records = run.programs.map((_, i) => run.records?.[i] ?? i + 1);
    const threads: ModelThread[] = [];
    for (const [i, program] of run.programs.entries()) {
      const memory = new ModelMemory(words);
      const participant = await participateBySpec(memory, records[i], run.scheme, run.variant);
      // What is done to set up is not a step.
      memory.begin();
      memory.takePlain();
      const again = records.indexOf(records[i]) < i;
      const prologue = again ? (): void => takeUp(memory, participant.geometry, records[i]) : null;
      threads.push(new ModelThread(participant, memory, program, bodies, prologue));
    }
    return new ModelEngine(run, threads);
  }

  recordOf(thread: number): number {
    return this.#run.records?.[thread - 1] ?? thread;
  }

  state(thread: number): ThreadState {
    return this.#threads[thread - 1].state;
  }

  pending(thread: number): Pending {
    const { memory, state } = this.#threads[thread - 1];
    if (state !== 'waiting' || !memory.pending) {
      throw new InternalError(`T${thread} was asked for a step and is ${state}.`);
    }
    return memory.pending;
  }

  prelude(thread: number): readonly Plain[] {
    return this.#preludes[thread - 1];
  }

  grant(thread: number): Granted {
    const each = this.#threads[thread - 1];
    const { step } = this.pending(thread);
    const { before, after } = each.memory.make();
    each.run(thread, step);
    return { before, after, plain: each.memory.takePlain() };
  }

  kill(thread: number): void {
    this.#threads[thread - 1].kill();
  }

  complaints(): readonly string[] {
    return this.#threads.flatMap(({ complaints }, i) =>
      complaints.map((complaint) => `T${i + 1} ${complaint}`),
    );
  }

  /** Nothing to give back. */
  async release(): Promise<void> {}
}

/** The model as a stage. */
export const model: Stage = { begin: (run) => ModelEngine.begin(run) };
