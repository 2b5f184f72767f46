import * as v from 'valibot';
import { UsageError } from '../errors.ts';
import { knownSteps, type Step, stepOf } from '../laboratory/labels.ts';
import { type SchemeChoice, schemes, stepsOf, takesNoSlots } from '../laboratory/registry.ts';
import type { StructureClass } from '../laboratory/structure-class.ts';
import { filesOfStructure, structures } from '../laboratory/structures.ts';
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

/** What a run has, as far as it says which steps its threads make. */
export interface Stoppable {
  readonly choice: SchemeChoice;
  readonly structure: StructureClass;
  readonly hasRing?: boolean;
  readonly hasChains?: boolean;
  /** True if a variant stands in place of a part of the lab. */
  readonly isVariant?: boolean;
}

/** True of a step that a thread may make there. What is the user's own may make any step of the part that it stands for. */
export function mayMake({ label, part, file, card }: Step, run: Stoppable): boolean {
  const { choice, structure, hasRing = false, hasChains = false, isVariant = false } = run;
  if (part === 'scheme' && !schemes.includes(choice.scheme)) return true;
  if (part !== 'scheme' && (isVariant || !structures.includes(structure))) return true;
  if (card?.ofChains === true && !hasChains) return false;
  if (takesNoSlots(structure) && part === 'slab' && !filesOfStructure(structure).includes(file)) return false;
  return stepsOf(choice, structure, hasRing).some((each) => each.label === label);
}

/**
 * The number of a step at which a thread is to stop. Throws a UsageError if there is none of that label, or no thread of such a run can make it.
 */
export function stepIn(label: string, run: Stoppable): number {
  const number = stepOf(label);
  const all = knownSteps();
  const step = all.find((each) => each.label === label);
  if (step === undefined || mayMake(step, run)) return number;
  const { choice, structure } = run;
  const own = filesOfStructure(structure);
  const some = all.filter((each) => own.includes(each.file) && mayMake(each, run)).slice(0, 3);
  const by = step.card?.ofChains === true ? 'only chains make' : `is made in ${step.file}`;
  throw new UsageError(
    `No thread comes to ${label} on ${structure.ID} under ${choice.name}: it is a step that ${by}; give one that is made there, such as ${some.map((each) => each.label).join(', ')}.`,
  );
}

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
