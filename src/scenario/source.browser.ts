import type { Method } from './source.ts';

/** The methods that make the steps of labels, as the build found them. */
export interface MethodTable {
  readonly methods: readonly Method[];
  /** By its label, the place of the method that makes the step. */
  readonly labels: Readonly<Record<string, number>>;
}

let table: MethodTable = { methods: [], labels: {} };

/** Gives a page the sources that stand in it. */
export function setMethods(given: MethodTable): void {
  table = given;
}

/** The method that makes the step of a label; null if its source is not in the page. */
export function methodOf(label: string): Method | null {
  return table.methods[table.labels[label] ?? -1] ?? null;
}
