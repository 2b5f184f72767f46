import { receiveMessageOnPort } from 'node:worker_threads';
import { InternalError, UsageError } from '../errors.ts';
import { AtomicsMemory } from '../laboratory/atomics.ts';
import { checkAttached } from '../laboratory/attaching.ts';
import {
  ACCESSES,
  type ControlledEngine,
  type ControlledRun,
  type Granted,
  type Pending,
  type Plain,
  type Stage,
  type ThreadProgress,
} from './controlled.ts';
import { wordAfterAccess } from './effect.ts';
import * as gate from './gate.ts';
import { callsIn, OUTCOMES, type Operation } from '../laboratory/operations.ts';
import { ownModules, pathOf } from '../host/own-module.ts';
import { Patience } from '../host/patience.ts';
import { chooseScheme } from '../laboratory/registry.ts';
import { attachWords } from '../laboratory/shared.ts';
import { HUNG_MS, HUNG_PROCESSOR_MS, Stepper } from './stepper.ts';

/**
 * A pool of stepped workers: real threads that run one program after the other. A thread that was killed is replaced before the next
 * run. Ended on every path: use it with `await using`.
 */
export class Steppers implements Stage {
  #steppers: Stepper[] = [];
  #engine: SteppedEngine | null = null;

  /** Puts a program on as many threads as there are, and waits until each stands before its first step. */
  async begin(run: ControlledRun): Promise<SteppedEngine> {
    await this.#engine?.release();
    const starts = await Promise.allSettled(
      run.programs.map((_, i) => this.#startAt(i, run.programs.length)),
    );
    for (const start of starts) if (start.status === 'rejected') throw start.reason;
    checkAttached(new AtomicsMemory(attachWords(run.buffer)), await chooseScheme(run.scheme));
    this.#engine = new SteppedEngine(this.#steppers.slice(0, run.programs.length), run);
    this.#engine.checkBegun();
    return this.#engine;
  }

  async #startAt(i: number, atOnce: number): Promise<void> {
    if (this.#steppers[i]?.crew.alive(1) === true) return;
    await this.#steppers[i]?.end();
    this.#steppers[i] = await Stepper.start(atOnce);
  }

  async end(): Promise<void> {
    await Promise.all(this.#steppers.map((stepper) => stepper.end()));
    this.#steppers = [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}

/** Threads of a pool under one run: one moves at a time. */
export class SteppedEngine implements ControlledEngine {
  readonly words: Int32Array;
  readonly threads: number;
  readonly #steppers: readonly Stepper[];
  readonly #run: ControlledRun;
  /** The calls that each thread's program makes. */
  readonly #calls: readonly (readonly Operation[])[];
  readonly #states: ThreadProgress[];
  readonly #preludes: (readonly Plain[])[];
  readonly #complaints: string[] = [];

  constructor(steppers: readonly Stepper[], run: ControlledRun) {
    this.words = attachWords(run.buffer);
    this.threads = run.programs.length;
    this.#steppers = steppers;
    this.#run = run;
    this.#calls = run.programs.map(callsIn);
    const { buffer, scheme, variant, programs } = run;
    const records = programs.map((_, i) => this.recordOf(i + 1));
    for (const [i, program] of programs.entries()) {
      const again = records.indexOf(records[i]) < i;
      steppers[i].post({ buffer, thread: i + 1, record: records[i], again, scheme, variant, program });
    }
    this.#states = steppers.map((stepper) => this.#stateOf(stepper));
    this.#preludes = steppers.map((stepper, i) => this.#readLog(stepper, i));
  }

  /** Throws a UsageError if a thread could not begin its program: its scheme or variant did not let it. */
  checkBegun(): void {
    for (const [i, program] of this.#run.programs.entries()) {
      const state = this.#states[i];
      const begun = this.#preludes[i].some(({ kind }) => kind === 'invoke');
      if (begun || state === 'waiting' || program.length === 0) continue;
      const why = state === 'hung' ? 'did not come back' : 'ended';
      const own = ownModules().map(pathOf).join(' and ') || 'its scheme';
      const [complaint = `T${i + 1} ${why} before its first operation`] = this.complaints();
      throw new UsageError(`${complaint}: look at what ${own} does when it is loaded and constructed.`);
    }
  }

  recordOf(thread: number): number {
    return this.#run.records?.[thread - 1] ?? thread;
  }

  state(thread: number): ThreadProgress {
    return this.#states[thread - 1];
  }

  prelude(thread: number): readonly Plain[] {
    return this.#preludes[thread - 1];
  }

  pending(thread: number): Pending {
    const { block } = this.#waiting(thread);
    return {
      step: block[gate.STEP],
      access: ACCESSES[block[gate.ACCESS]],
      address: block[gate.ADDRESS],
      first: block[gate.FIRST],
      second: block[gate.SECOND],
    };
  }

  grant(thread: number): Granted {
    const stepper = this.#waiting(thread);
    const { block } = stepper;
    const address = block[gate.ADDRESS];
    const before = this.words[address];
    // Not read back: a plain write that the thread makes before its next step may change the word again.
    const after = wordAfterAccess(this.pending(thread), before);
    block[gate.LOGGED] = 0;
    Atomics.store(block, gate.GATE, gate.GRANTED);
    Atomics.notify(block, gate.GATE);
    this.#states[thread - 1] = this.#stateOf(stepper);
    return { before, after, plain: this.#readLog(stepper, thread - 1) };
  }

  kill(thread: number): void {
    const stepper = this.#waiting(thread);
    // The thread waits at its gate and makes no step between now and its end.
    void stepper.crew.kill(1);
    this.#states[thread - 1] = 'killed';
  }

  complaints(): readonly string[] {
    for (const stepper of this.#steppers) {
      for (
        let post = receiveMessageOnPort(stepper.complaints);
        post;
        post = receiveMessageOnPort(stepper.complaints)
      ) {
        this.#complaints.push(String(post.message));
      }
    }
    return this.#complaints;
  }

  /** Gives the threads back: those that wait unwind, those that hang are terminated. */
  async release(): Promise<void> {
    for (const [i, stepper] of this.#steppers.entries()) {
      if (this.#states[i] === 'waiting') {
        Atomics.store(stepper.block, gate.GATE, gate.ABANDONED);
        Atomics.notify(stepper.block, gate.GATE);
        this.#states[i] = 'finished';
        const patience = new Patience(HUNG_PROCESSOR_MS, HUNG_MS);
        while (
          Atomics.load(stepper.block, gate.GATE) !== gate.FINISHED &&
          stepper.crew.alive(1) &&
          !patience.isOver
        ) {
          await new Promise((resolve) => setImmediate(resolve));
        }
      }
      const last = Atomics.load(stepper.block, gate.GATE);
      if (last !== gate.FINISHED && last !== gate.GONE) await stepper.crew.kill(1);
    }
  }

  #waiting(thread: number): Stepper {
    if (this.#states[thread - 1] !== 'waiting') {
      throw new InternalError(`T${thread} was asked for a step and is ${this.#states[thread - 1]}.`);
    }
    return this.#steppers[thread - 1];
  }

  #stateOf(stepper: Stepper): ThreadProgress {
    if (!stepper.arrive()) return stepper.crew.alive(1) ? 'hung' : 'crashed';
    if (Atomics.load(stepper.block, gate.GATE) === gate.GONE) return 'crashed';
    return Atomics.load(stepper.block, gate.GATE) === gate.FINISHED ? 'finished' : 'waiting';
  }

  #readLog({ block }: Stepper, index: number): Plain[] {
    const calls = this.#calls[index];
    return Array.from({ length: block[gate.LOGGED] }, (_, entry): Plain => {
      const at = gate.LOG + 3 * entry;
      const [kind, first, second] = block.subarray(at, at + 3);
      switch (kind) {
        case gate.PEEK:
          return { kind: 'peek', address: first };
        case gate.POKE:
          return { kind: 'poke', address: first, value: second };
        case gate.INVOKE:
          return {
            kind: 'invoke',
            op: first + 1,
            ...(second > 0 ? batchOf(calls[first], second) : calls[first]),
            ...(second === gate.NOW && { now: true }),
          };
        default:
          return { kind: 'return', outcome: OUTCOMES[first], value: second };
      }
    });
  }
}

/** The call of a batch of this many of these calls. */
function batchOf({ name }: Operation, count: number): Operation {
  return { name: `${name}Many`, argument: count };
}
