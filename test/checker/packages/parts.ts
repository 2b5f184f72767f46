import { readFileSync } from 'node:fs';
import { parseSync, Visitor } from 'oxc-parser';

/** The text of a file of an installed package. */
export function fileOf(path: string): string {
  return readFileSync(urlOf(path), 'utf8');
}

/** Where a file of an installed package is, also one that the package does not export. */
export function urlOf(path: string): URL {
  return new URL(`../../../node_modules/${path}`, import.meta.url);
}

/** The text of the function that a module assigns to a name, wherever in it that is. */
export function functionIn(source: string, name: string): string {
  return theOnly(
    nodesOf(source)
      .filter(({ of }) => of === name)
      .map(({ start, end }) => source.slice(start, end)),
    `a function ${name}`,
  );
}

/** The statements of the smallest block that has a text in it. */
export function blockWith(source: string, text: string): string {
  const blocks = nodesOf(source)
    .filter(({ of }) => of === null)
    .map(({ start, end }) => source.slice(start, end))
    .filter((block) => block.includes(text));
  return theOnly(blocks.toSorted((a, b) => a.length - b.length).slice(0, 1), `a block with ${text}`);
}

interface Node {
  readonly start: number;
  readonly end: number;
  /** The name that a function is assigned to; null for a block. */
  readonly of: string | null;
}

function nodesOf(source: string): Node[] {
  const nodes: Node[] = [];
  const take = (name: string, value: { type: string; start: number; end: number } | null): void => {
    if (value?.type === 'ArrowFunctionExpression')
      nodes.push({ start: value.start, end: value.end, of: name });
  };
  new Visitor({
    BlockStatement: ({ start, end }) => void nodes.push({ start, end, of: null }),
    VariableDeclarator: ({ id, init }) => id.type === 'Identifier' && take(id.name, init),
    AssignmentExpression: ({ left, right }) => left.type === 'Identifier' && take(left.name, right),
  }).visit(parseSync('module.js', source).program);
  return nodes;
}

function theOnly(found: readonly string[], what: string): string {
  if (found.length !== 1) throw new Error(`The package has ${found.length} times ${what}, and not once.`);
  return found[0]!;
}

/** Makes a function of a text that uses names: it is given what these are, and returns the function. */
export function compiled<N extends object, F>(
  text: string,
  names: readonly (keyof N & string)[],
): (given: N) => F {
  const made = new Function(...names, `return ${text}`) as (...given: unknown[]) => F;
  return (given) => made(...names.map((name) => given[name]));
}
