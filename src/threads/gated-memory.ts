import * as v from 'valibot';
import type { ControlBlock } from './control-block.ts';
import { RecordingMemory } from './watched-memory.ts';

/** Where a thread stops for good: at the n-th passing of a step, counted from 1, before the step or right after it. */
export interface StopPoint {
  readonly step: number;
  readonly passing: number;
  readonly after: boolean;
}

const whole = v.pipe(v.number(), v.integer());

/** It as a worker is given it. */
export const STOP_POINT: v.GenericSchema<unknown, StopPoint> = v.strictObject({
  step: whole,
  passing: whole,
  after: v.boolean(),
});

/** Stops for good at one point, after it has said so in the control block. */
export class GatedMemory extends RecordingMemory {
  readonly #point: StopPoint;
  readonly #control: ControlBlock;
  readonly #thread: number;
  #passed = 0;

  constructor(words: Int32Array, record: number, point: StopPoint, control: ControlBlock, thread: number) {
    super(words, record);
    this.#point = point;
    this.#control = control;
    this.#thread = thread;
  }

  override load(step: number, address: number): number {
    this.#before(step);
    const value = super.load(step, address);
    this.#after(step);
    return value;
  }

  override store(step: number, address: number, value: number): void {
    this.#before(step);
    super.store(step, address, value);
    this.#after(step);
  }

  override cas(step: number, address: number, expected: number, desired: number): boolean {
    this.#before(step);
    const swapped = super.cas(step, address, expected, desired);
    this.#after(step);
    return swapped;
  }

  override exchange(step: number, address: number, value: number): number {
    this.#before(step);
    const former = super.exchange(step, address, value);
    this.#after(step);
    return former;
  }

  override add(step: number, address: number, value: number): number {
    this.#before(step);
    const former = super.add(step, address, value);
    this.#after(step);
    return former;
  }

  override or(step: number, address: number, bits: number): number {
    this.#before(step);
    const former = super.or(step, address, bits);
    this.#after(step);
    return former;
  }

  #before(step: number): void {
    if (step !== this.#point.step) return;
    this.#passed++;
    if (!this.#point.after) this.#parkIfHere(step);
  }

  #after(step: number): void {
    if (step === this.#point.step && this.#point.after) this.#parkIfHere(step);
  }

  #parkIfHere(step: number): void {
    if (this.#passed !== this.#point.passing) return;
    this.poke(this.label, step);
    this.#control.park(this.#thread);
  }
}
