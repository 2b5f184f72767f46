import { MODEL_NAMES, type ModelFunction } from './imports.ts';
import { OP } from './opcodes.ts';
import { unsigned } from './writer.ts';

/** Where things are in the rewritten module. */
export interface Places {
  /** The index of the first function of the model's. */
  readonly model: number;
  /** Globals: the first address that is the thread's own, and how many are. */
  readonly low: number;
  readonly size: number;
}

/** Pieces of code, one after the other. */
export function joinBytes(...pieces: readonly (readonly number[])[]): number[] {
  return pieces.flat();
}

export const get = (local: number): number[] => [OP.localGet, local];

export function callModel({ model }: Pick<Places, 'model'>, name: ModelFunction): number[] {
  return [OP.call, ...unsigned(model + MODEL_NAMES.indexOf(name))];
}
