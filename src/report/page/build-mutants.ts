// Mutants as a page has them: part of `npm run build`.
import { readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { type ClassElement, parseSync, type Statement } from 'oxc-parser';
import { knownSteps } from '../../laboratory/labels.ts';
import type { Mutant } from '../../mutant/file.ts';
import { edited } from '../../mutant/mutant.ts';
import { methodIn } from '../../scenario/source.ts';
import { editedMethod, type MethodTable } from '../../scenario/source.browser.ts';
import { methodTable } from './method-table.ts';
import { root } from './build-bundle.ts';

/** What a module has that gives a page a mutant. */
export interface MutantModule {
  /** The folder that its imports start from. */
  readonly folder: string;
  /** What the mutant is made with: imports, and functions and constants of its file. Most mutants of a file have the same. */
  readonly head: string;
  /** The mutant as a page has it, as an expression. */
  readonly text: string;
}

/** The text of a module in parts. */
interface Parts {
  readonly imports: readonly string[];
  /** Names that it exports. */
  readonly exports: readonly string[];
  /** Functions and constants of its own. */
  readonly own: readonly string[];
  /** Methods by their class and name, without what only TypeScript reads before them. */
  readonly methods: ReadonlyMap<string, string>;
  /** All the rest, in which a page could not change anything. */
  readonly frame: string;
}

const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/**
 * The module of a mutant; null if it has no program, or one on a free list that is a ring, which a page does not explore, or if it changes something
 * else than methods of one class: a page cannot change that.
 */
export function mutantModule(mutant: Mutant): MutantModule | null {
  const texts = [...edited(mutant, read)];
  const { program, freeList } = mutant.witness;
  if (program === undefined || freeList !== undefined || texts.length !== 1) return null;
  const [[file, text]] = texts;
  const [before, after] = [partsOf(file, read(file)), partsOf(file, text)];
  if (before.frame !== after.frame || before.own.join() !== after.own.join()) return null;
  const changed = [...after.methods].filter(([name, code]) => before.methods.get(name) !== code);
  const gone = [...before.methods.keys()].filter((name) => !after.methods.has(name));
  const classes = [...new Set([...changed.map(([name]) => name), ...gone].map(classOf))];
  if (classes.length === 0 || changed.some(([name]) => /^(?:static |constructor$)/.test(memberOf(name))))
    return null;
  const patches = classes.map((each) => {
    const methods = changed.filter(([name]) => classOf(name) === each).map(([, code]) => code);
    const without = gone.filter((name) => classOf(name) === each).map(memberOf);
    return `{ of: ${each}, methods: { ${methods.join(',\n')} }, without: ${JSON.stringify(without)} }`;
  });
  const known = posix.relative(dirname(file), 'src/report/page/tab/known-mutants.ts');
  return {
    folder: dirname(file),
    head: [
      ...after.imports,
      `import { ${after.exports.join(', ')} } from './${posix.basename(file)}';`,
      `import { addMutant } from '${known}';`,
      ...after.own,
    ].join('\n'),
    text: `{ mutant: ${JSON.stringify(mutant)}, patches: [${patches.join()}], sources: ${JSON.stringify(sourcesOf(mutant, file, text))} }`,
  };
}

function classOf(name: string): string {
  return name.slice(0, name.indexOf('.'));
}

function memberOf(name: string): string {
  return name.slice(name.indexOf('.') + 1);
}

/**
 * The methods that a page cannot make itself from the edits of a mutant: those that its text has otherwise than what comes of the edits.
 */
function sourcesOf({ edits }: Mutant, file: string, text: string): MethodTable {
  const own = read(file);
  const more = knownSteps().flatMap((step) => {
    if (step.file !== file) return [];
    const [before, found] = [methodIn(own, step.label), methodIn(text, step.label)];
    if (before === null || found === null) return [];
    const { name, lines } = editedMethod({ ...before, file }, edits);
    if (name === found.name && lines.join('\n') === found.lines.join('\n')) return [];
    return [[step.label, { ...found, file }] as const];
  });
  return methodTable(more);
}

function partsOf(file: string, text: string): Parts {
  const { program, errors } = parseSync(file, text);
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0].message}`);
  const [imports, exports, own]: [string[], string[], string[]] = [[], [], []];
  const methods = new Map<string, string>();
  const taken: (readonly [from: number, to: number])[] = [];
  for (const node of program.body) {
    const code = text.slice(node.start, node.end);
    const declared = node.type === 'ExportNamedDeclaration' ? node.declaration : null;
    if (node.type === 'ImportDeclaration') {
      imports.push(code);
      taken.push([node.start, node.end]);
      continue;
    }
    const names = declaredNames(declared ?? node);
    if (declared !== null) exports.push(...names);
    else if (names.length > 0 && node.type !== 'ClassDeclaration') own.push(code);
    const body = declared ?? node;
    if (body.type !== 'ClassDeclaration' || body.id === null) continue;
    for (const member of body.body.body) {
      const name = methodName(member);
      if (name === null) continue;
      const modifiers = /^(?:(?:public|private|protected|override) )*/;
      methods.set(`${body.id.name}.${name}`, text.slice(member.start, member.end).replace(modifiers, ''));
      taken.push([member.start, member.end]);
    }
  }
  return { imports, exports, own, methods, frame: outside(text, taken) };
}

/** A text without some of its parts, without comments, and with any space alike. */
function outside(text: string, taken: readonly (readonly [from: number, to: number])[]): string {
  let [rest, at] = ['', 0];
  for (const [from, to] of taken) {
    rest += text.slice(at, from);
    at = to;
  }
  return (rest + text.slice(at)).replaceAll(/\/\*.*?\*\/|\/\/[^\n]*/gs, '').replaceAll(/\s+/g, ' ');
}

function methodName(member: ClassElement): string | null {
  if (member.type !== 'MethodDefinition' || member.key.type !== 'Identifier') return null;
  return `${member.static ? 'static ' : ''}${member.key.name}`;
}

/** The values that a statement declares by their names. */
function declaredNames(node: Statement): string[] {
  if (node.type === 'FunctionDeclaration' || node.type === 'ClassDeclaration')
    return node.id ? [node.id.name] : [];
  if (node.type !== 'VariableDeclaration') return [];
  return node.declarations.flatMap(({ id }) => (id.type === 'Identifier' ? [id.name] : []));
}
