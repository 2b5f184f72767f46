import type { MethodTable, PackedMethods } from '../../scenario/source.browser.ts';
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

/** A table as short as it can be. */
export function packedMethods({ methods, labels }: MethodTable): PackedMethods {
  const packed: Record<string, [name: string, labels: string, text: string][]> = {};
  for (const [at, { file, name, lines }] of methods.entries()) {
    const own = Object.keys(labels).filter((label) => labels[label] === at);
    const text = lines.map((line) => line.replace(/^(?: {2})+/, (blanks) => '\t'.repeat(blanks.length / 2)));
    (packed[file] ??= []).push([name, own.join(' '), text.join('\n')]);
  }
  return packed;
}
