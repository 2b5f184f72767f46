import { UsageError } from '../errors.ts';
import { closest } from '../suggest.ts';
import * as paper from '../kernel/steps.ts';
import * as epochs from '../kernel/schemes/epochs.ts';
import * as hazardPointers from '../kernel/schemes/hazard-pointers.ts';

const names = new Map<number, string>();
const numbers = new Map<string, number>();

/** Learns the labels of a module: its exported constants that are named like a step, `D13` or `H1`. */
export function learnLabels(module: Readonly<Record<string, unknown>>): void {
  for (const [name, step] of Object.entries(module)) {
    if (typeof step !== 'number' || !/^[A-Z]{1,2}\d+$/.test(name)) continue;
    const other = names.get(step);
    if (other !== undefined && other !== name) {
      throw new UsageError(
        `The steps ${other} and ${name} are both number ${step}: give your own numbers from 192 to 255, each once.`,
      );
    }
    names.set(step, name);
    numbers.set(name, step);
  }
}

for (const module of [paper, epochs, hazardPointers]) learnLabels(module);

/** The name of a step: the name of its constant. */
export function labelOf(step: number): string {
  return names.get(step) ?? `step ${step}`;
}

/** The step of a label; throws a UsageError if there is none. */
export function stepOf(label: string): number {
  const step = numbers.get(label);
  if (step === undefined) {
    throw new UsageError(
      `There is no step "${label}"${closest(label, [...numbers.keys()])}; the steps are the labels in src/kernel, such as D13 or E9.`,
    );
  }
  return step;
}
