import type { Method } from './source.ts';

/** The methods that make the steps of labels, each once. */
export interface MethodTable {
  readonly methods: readonly Method[];
  /** By its label, the place of the method that makes the step. */
  readonly labels: Readonly<Record<string, number>>;
}

const methods = new Map<string, Method>();

/** Gives a page sources that stand in it. */
export function addMethods({ methods: given, labels }: MethodTable): void {
  for (const [label, place] of Object.entries(labels)) methods.set(label, given[place]);
}

/** Puts other sources in the place of those that stand in the page. Returns what puts them back. */
export function replaceMethods(table: MethodTable): () => void {
  const before = Object.keys(table.labels).map((label) => [label, methods.get(label)] as const);
  addMethods(table);
  return () => {
    for (const [label, method] of before) {
      if (method === undefined) methods.delete(label);
      else methods.set(label, method);
    }
  };
}

/** The method that makes the step of a label; null if its source is not in the page. */
export function methodOf(label: string): Method | null {
  return methods.get(label) ?? null;
}
