import type { MichaelScottQueue } from '../kernel/structures/michael-scott.ts';
import type { Slab } from '../kernel/slab.ts';
import type { OperationBody } from './operations.ts';

/**
 * Classes that take the place of the kernel's own: named subclasses that a scenario or a user keeps in a module of their own, whose
 * exports these are. What is left out is the kernel's.
 */
export interface Variant {
  readonly queue?: typeof MichaelScottQueue;
  readonly slab?: typeof Slab;
  /** Operations beside those of the lab, by name. */
  readonly operations?: Readonly<Record<string, OperationBody>>;
}
