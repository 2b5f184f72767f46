import { assemble } from '../../src/laboratory/participant.ts';
import type { SchemeChoice } from '../../src/laboratory/registry.ts';
import { createBuffer } from '../../src/laboratory/shared.ts';
import { LimitedMemory, type Laboratory } from './laboratory.ts';

/** Counts how often each step was made. */
class CountedSteps extends LimitedMemory {
  readonly #made = new Map<number, number>();

  override load(step: number, address: number): number {
    this.#made.set(step, (this.#made.get(step) ?? 0) + 1);
    return super.load(step, address);
  }

  /** How often a step was made since this was asked last. */
  since(step: number): number {
    const made = this.#made.get(step) ?? 0;
    this.#made.delete(step);
    return made;
  }
}

export interface Counted extends Laboratory {
  readonly memory: CountedSteps;
}

/** A laboratory with so many values whose memory counts the steps. */
export function counting(
  choice: SchemeChoice,
  threads: number,
  values: number,
  cache = 0,
  slots = 200,
): Counted {
  const initial = Array.from({ length: values }, (_, i) => i);
  const buffer = createBuffer({ slots, threads, initial, cache }, choice);
  const memory = new CountedSteps(new Int32Array(buffer));
  const all = Array.from({ length: threads }, (_, i) => assemble(memory, i + 1, choice.scheme));
  return { memory, geometry: all[0]!.geometry, threads: all };
}

export const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);
