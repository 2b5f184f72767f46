import type { Contract } from '../kernel/structure-card.ts';
import type { Scheme } from '../kernel/scheme.ts';
import type { Slab } from '../kernel/slab.ts';
import type { Structure } from '../kernel/structure.ts';
import type { OperationBody } from './operations.ts';
import type { StructureClass } from './structure-class.ts';

/**
 * Classes that take the place of the kernel's own: named subclasses that a scenario or a user keeps in a module of their own, whose
 * exports these are. What is left out is the kernel's.
 */
export interface Variant<T extends Structure<Scheme> = Structure<Scheme>> {
  readonly structure?: StructureClass<T>;
  readonly slab?: typeof Slab;
  /** Operations beside those of the lab, by name. */
  readonly operations?: Readonly<Record<string, OperationBody>>;
  /** What these operations may answer, by name. The answers of one that is left out are not judged. */
  readonly contracts?: Readonly<Record<string, Contract>>;
  /** The URL of the module in which steps of these classes are made, where that is another one: it exports their labels and cards. */
  readonly labelsOf?: string;
}
