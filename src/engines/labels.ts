import { UsageError } from '../errors.ts';
import { closest } from '../suggest.ts';
import * as paper from '../kernel/steps.ts';
import * as epochs from '../kernel/schemes/epochs.ts';
import * as hazardPointers from '../kernel/schemes/hazard-pointers.ts';

const names = new Map<number, string>();
const numbers = new Map<string, number>();
/** The source file of each label, from the root of the repository. */
const files = new Map<string, string>();

/** Files of the labels of `steps.ts` that are not the queue's, by their first letter. */
const PAPER_FILES: Readonly<Record<string, string>> = {
  A: 'src/kernel/slab.ts',
  F: 'src/kernel/slab.ts',
  J: 'src/kernel/scheme.ts',
};

/**
 * Learns the labels of a module: its exported constants that are named like a step, `D13` or `H1`.
 *
 * @param file where the steps are made: a path from the root of the repository, or the URL of a user's module
 */
export function learnLabels(module: Readonly<Record<string, unknown>>, file: string): void {
  for (const [name, step] of Object.entries(module)) {
    if (typeof step !== 'number' || !/^[A-Z]{1,2}\d+$/.test(name)) continue;
    const other = names.get(step);
    if (other !== undefined && other !== name) {
      throw new UsageError(
        `The steps ${other} and ${name} are both number ${step}: give your own numbers from 192 to 255, each once.`,
      );
    }
    const taken = numbers.get(name);
    if (taken !== undefined && taken !== step) {
      throw new UsageError(
        `The step ${name} is number ${taken} already, and cannot be ${step} too: give yours another name.`,
      );
    }
    names.set(step, name);
    numbers.set(name, step);
    files.set(name, PAPER_FILES[name[0]] ?? file);
  }
}

learnLabels(paper, 'src/kernel/michael-scott.ts');
learnLabels(hazardPointers, 'src/kernel/schemes/hazard-pointers.ts');
learnLabels(epochs, 'src/kernel/schemes/epochs.ts');

/** The file in which a label's step is made; null if there is no such label. */
export function fileOf(label: string): string | null {
  return files.get(label) ?? null;
}

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
