import type { MessagePort } from 'node:worker_threads';
import { Crew, type CrewOptions } from '../host/crew.ts';
import { Patience } from '../host/patience.ts';
import type { Operation } from '../laboratory/operations.ts';
import * as gate from './gate.ts';

/** A program for a stepped worker. */
export interface StepperJob {
  readonly buffer: SharedArrayBuffer;
  readonly thread: number;
  readonly record: number;
  /** True if another thread has the record first: this one takes it up with its first step. */
  readonly again: boolean;
  /** The scheme's spec, and the URL of a module with a variant of the kernel. */
  readonly scheme: string;
  readonly variant: string | null;
  readonly program: readonly Operation[];
}

/** What a thread may take from one step to the next before it counts as hung: no kernel code takes a millisecond. */
export const HUNG_PROCESSOR_MS = 3_000;
export const HUNG_MS = 30_000;
/** How often it is looked whether that is over. */
const LOOK_MS = 100;

/** One worker with its block and the port on which it complains. */
export class Stepper {
  readonly crew: Crew;
  readonly block: Int32Array;
  readonly complaints: MessagePort;

  private constructor(crew: Crew, block: Int32Array, complaints: MessagePort) {
    this.crew = crew;
    this.block = block;
    this.complaints = complaints;
  }

  /**
   * One that was started ahead, if there is one left, or else a new one.
   *
   * @param atOnce how many start at once
   */
  static async start(atOnce: number): Promise<Stepper> {
    // If that one could not be started, a new one says why.
    const ahead = await spares.shift()?.catch(() => null);
    if (ahead?.crew.alive(1) !== true) return Stepper.startNew({ atOnce });
    ahead.crew.workers[0].ref();
    return ahead;
  }

  static async startNew(options: Pick<CrewOptions, 'atOnce' | 'idle' | 'signal'>): Promise<Stepper> {
    const block = new Int32Array(new SharedArrayBuffer(4 * gate.BLOCK_WORDS));
    const { port1, port2 } = new MessageChannel();
    const crew = await Crew.start('stepped', [{ block, complaints: port2 }], {
      transfers: [[port2]],
      ...options,
    });
    return new Stepper(crew, block, port1);
  }

  post(job: StepperJob): void {
    Atomics.store(this.block, gate.GATE, gate.GRANTED);
    this.crew.workers[0].postMessage(job);
  }

  /** Waits until the thread stands at its gate or has finished. False if it does neither in time. */
  arrive(): boolean {
    const patience = new Patience(HUNG_PROCESSOR_MS, HUNG_MS);
    while (Atomics.load(this.block, gate.GATE) === gate.GRANTED) {
      if (Atomics.wait(this.block, gate.GATE, gate.GRANTED, LOOK_MS) === 'timed-out' && patience.isOver)
        return false;
    }
    return true;
  }

  async end(): Promise<void> {
    this.complaints.close();
    await this.crew.end();
  }
}

const spares: Promise<Stepper>[] = [];
let unwanted = new AbortController();

/** Starts threads before it is known what for, while this one loads what it needs: see `endSpares`. */
export function startAhead(threads: number): void {
  for (let i = 0; i < threads; i++) {
    const stepper = Stepper.startNew({ atOnce: threads, idle: true, signal: unwanted.signal });
    // If no run takes it, it does not matter why it could not be started.
    stepper.catch(() => undefined);
    spares.push(stepper);
  }
}

/** Ends the threads that were started ahead and that nobody has taken. */
export async function endSpares(): Promise<void> {
  unwanted.abort();
  unwanted = new AbortController();
  for (const started of await Promise.allSettled(spares.splice(0)))
    if (started.status === 'fulfilled') await started.value.end();
}
