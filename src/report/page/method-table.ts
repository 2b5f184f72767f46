import type { MethodTable } from '../../scenario/source.browser.ts';
import type { Method } from '../../scenario/source.ts';

/** A table of labels with the methods that make their steps; null is a method whose source is not to be had. */
export function methodTable(made: Iterable<readonly [label: string, method: Method | null]>): MethodTable {
  const methods: Method[] = [];
  const labels: Record<string, number> = {};
  for (const [label, method] of made) {
    if (method === null) continue;
    const at = methods.findIndex(({ file, name }) => file === method.file && name === method.name);
    labels[label] = at === -1 ? methods.push(method) - 1 : at;
  }
  return { methods, labels };
}
