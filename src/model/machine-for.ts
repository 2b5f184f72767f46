import type { Dependence } from './dependence.ts';
import { Machine, type Model, STEP_LIMIT } from './machine.ts';

const machines = new WeakMap<Dependence, Machine>();

/**
 * A machine that stands at the start of a model, for one search at a time. With the same dependence it is the same machine, and the trees
 * of answers that it has grown are of use again, until they have more than `most` places.
 */
export function machineFor(
  model: Model,
  dependence: Dependence,
  stepLimit: number = STEP_LIMIT,
  most: number = Infinity,
): Machine {
  const known = machines.get(dependence);
  if (known !== undefined && known.model === model && known.stepLimit === stepLimit && known.places <= most) {
    known.rewind();
    return known;
  }
  const machine = new Machine(model, dependence, stepLimit);
  machines.set(dependence, machine);
  return machine;
}
