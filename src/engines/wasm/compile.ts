import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { packageFolder } from '../../host/package-folder.ts';
import { InternalError } from '../../errors.ts';
import type { SchemeClass } from '../../laboratory/scheme-class.ts';
import type { StructureClass } from '../../laboratory/structure-class.ts';
import { usualStructure } from '../../laboratory/structures.ts';
import { withImports, withPlaces } from './constant-fields.ts';
import { HERE, withoutCards } from './modules.ts';

/** Changes the text of a file on the way into the compiler; for tests. */
export type Rewrite = (path: string, text: string) => string;

/** The kernel with one scheme and one structure, as a module and as text. */
export interface Compiled {
  readonly wasm: Uint8Array<ArrayBuffer>;
  readonly text: string;
}

/** What is used of the compiler. Its own declarations bring all of AssemblyScript's global types along, which clash with the kernel's. */
interface Compiler {
  main(
    argv: readonly string[],
    options: {
      readonly readFile: (name: string) => string | null;
      readonly listFiles: () => string[];
      readonly transforms: readonly (new () => object)[];
    },
  ): Promise<{ readonly error: Error | null; readonly stderr: { toString(): string } }>;
}

interface Parser {
  readonly sources: readonly { statements: readonly Statement[] }[];
}

interface Statement {
  /** Of a class: its members, its name, and the class that it extends. */
  members?: readonly Member[];
  readonly name?: { readonly text: string };
  readonly extendsType?: { readonly name: { readonly identifier: { readonly text: string } } } | null;
}

interface Member {
  readonly name: { readonly text: string };
  /** Of a method. */
  body?: object | null;
  flags: number;
}

/** The compiler's flag of a method that has no body. */
const ABSTRACT = 128;

/** The name under which the compiler asks for what follows. */
const CONFIGURATION = 'asconfig.json';

const options = {
  // What it makes is optimized, and written, below.
  noEmit: true,
  optimizeLevel: 0,
  noAssert: true,
  runtime: `${HERE}/heap.as`,
  // 0 is taken for the default of 32 KiB, which garbage collectors need and which all instances would share; anything below gives no stack.
  stackSize: -1,
  use: ['abort='],
  importMemory: true,
  sharedMemory: true,
  initialMemory: 1,
  maximumMemory: 65_536,
  enable: ['threads'],
  pedantic: true,
};

/** What is used of the compiler's optimizer, which it brings along. */
interface Optimizer {
  setTrapsNeverHappen(on: boolean): void;
  setOptimizeLevel(level: number): void;
  setShrinkLevel(level: number): void;
  setAlwaysInlineMaxSize(size: number): void;
  setFlexibleInlineMaxSize(size: number): void;
  setOneCallerInlineMaxSize(size: number): void;
}

/** A module as the optimizer has it. */
interface Optimized {
  runPasses(names: readonly string[]): void;
  emitBinary(): Uint8Array<ArrayBuffer>;
  emitText(): string;
}

/**
 * What the scheme has of its own stands in for the body in Scheme, which is left out. With both the compiler would look up each call of it
 * by the class of the object, though there is one class alone.
 */
function leaveOutDefaults(statements: readonly Statement[]): void {
  const own = new Set(
    statements
      .filter(({ extendsType }) => extendsType?.name.identifier.text === 'Scheme')
      .flatMap(({ members = [] }) => members.filter(({ body }) => body).map(({ name }) => name.text)),
  );
  const base = statements.find(({ name, members }) => name?.text === 'Scheme' && members);
  for (const method of base?.members ?? []) {
    if (!method.body || !own.has(method.name.text) || method.name.text === 'constructor') continue;
    method.body = null;
    method.flags |= ABSTRACT;
  }
}

/** A part in the compiler's work, which gives on the module that it ends with: the compiler disposes of that afterwards. */
function transformFor(take: (module: Optimized) => void): new () => object {
  return class Transform {
    /** Given by the compiler. */
    declare readonly binaryen: Optimizer;

    afterParse({ sources }: Parser): void {
      leaveOutDefaults(sources.flatMap(({ statements }) => statements));
    }

    /** A load whose result nobody uses goes away, even though it would trap outside of the memory: objects are always within. */
    afterInitialize(): void {
      this.binaryen.setTrapsNeverHappen(true);
    }

    afterCompile(module: Optimized): void {
      inline(module, this.binaryen);
      take(module);
    }
  };
}

/** A file of the package as the compiler takes it, or null if there is none. */
function read(path: string): string | null {
  try {
    return withoutCards(readFileSync(join(packageFolder, path), 'utf8'));
  } catch {
    return null;
  }
}

/** A file as the compiler is given it. Every file of the kernel goes in as it is, but for memory.ts, the cards, and fields that are imported. */
function textOf(path: string, scheme: SchemeClass, structure: StructureClass): string | null {
  if (path === 'src/kernel/memory.ts') return read(`${HERE}/memory.as.ts`);
  // A scheme's file and a structure's are named by their ids. The compiler takes the ending .ts in an import, and not in an export.
  if (path === `${HERE}/chosen.ts`)
    return `export { ${scheme.name} as Chosen } from '../../kernel/schemes/${scheme.ID}';\n`;
  if (path === `${HERE}/held.ts`)
    return `export { ${structure.name} as Held } from '../../kernel/structures/${structure.ID}';\n`;
  const text = read(path);
  return text === null ? null : withImports(path, text);
}

/**
 * What is run. Each pass of inlining goes five calls deep and simplifies what it has changed; two of them take every call of the kernel
 * away. Two whole rounds of the optimizer, which reach the same, take two to three times as long and give modules that are no faster.
 */
const PASSES = [
  'inlining-optimizing',
  'inlining-optimizing',
  'duplicate-function-elimination',
  'remove-unused-module-elements',
];

/** Larger than any function. */
const ANY_SIZE = 100_000;

/**
 * Puts the functions of the kernel into their callers. The compiler itself stops at a size, and then an operation makes several calls:
 * each writes a frame to memory, and the next atomic instruction waits until all writes have arrived.
 */
function inline(module: Optimized, settings: Optimizer): void {
  settings.setOptimizeLevel(3);
  settings.setShrinkLevel(0);
  settings.setAlwaysInlineMaxSize(ANY_SIZE);
  settings.setFlexibleInlineMaxSize(ANY_SIZE);
  settings.setOneCallerInlineMaxSize(ANY_SIZE);
  module.runPasses(PASSES);
}

/**
 * Compiles the kernel with one scheme and one structure of the lab. Throws with the compiler's own words if it is no AssemblyScript, and
 * if the compiler is not there: it is needed to build the lab, and not to use it.
 */
export async function compile(
  scheme: SchemeClass,
  rewrite: Rewrite = (_, text) => text,
  structure: StructureClass = usualStructure,
): Promise<Compiled> {
  let text = '';
  const wasm = await moduleOf(scheme, structure, rewrite, (module) => void (text = module.emitText()));
  return { wasm, text };
}

/** The same without the text, which takes its time to write. */
export function moduleOfLab(
  scheme: SchemeClass,
  structure: StructureClass,
): Promise<Uint8Array<ArrayBuffer>> {
  return moduleOf(scheme, structure, (_, text) => text);
}

async function moduleOf(
  scheme: SchemeClass,
  structure: StructureClass,
  rewrite: Rewrite,
  look: (module: Optimized) => void = () => {},
): Promise<Uint8Array<ArrayBuffer>> {
  const { main } = (await import(import.meta.resolve('assemblyscript/asc'))) as Compiler;
  const made: Uint8Array<ArrayBuffer>[] = [];
  const take = (module: Optimized): void => {
    made.push(module.emitBinary());
    look(module);
  };
  const { error, stderr } = await main([`--config=${CONFIGURATION}`], {
    readFile: (name) => {
      const path = posix.normalize(name);
      if (path === CONFIGURATION) return JSON.stringify({ entries: [`${HERE}/entry.as.ts`], options });
      const text = textOf(path, scheme, structure);
      return text === null ? null : rewrite(path, text);
    },
    listFiles: () => [],
    transforms: [transformFor(take)],
  });
  const [wasm] = made;
  if (error || wasm === undefined) {
    throw new InternalError(
      `asc cannot compile the kernel with ${structure.ID} and ${scheme.ID}:\n${stderr.toString()}\n`,
    );
  }
  return withPlaces(wasm);
}
