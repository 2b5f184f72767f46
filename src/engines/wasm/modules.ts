/**
 * The compiled kernel: a module for each structure with each scheme of the lab that makes a difference to it, and under which it is safe, in
 * `dist/wasm`, made by `npm run build`. A hash of each module and of its sources stands beside them, so that none is run that says something
 * else than its sources, or was damaged since.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { InternalError, UsageError } from '../../errors.ts';
import {
  type SchemeChoice,
  compiledSchemes,
  schemes,
  schemesOf,
  unsafeText,
} from '../../laboratory/registry.ts';
import type { SchemeClass } from '../../laboratory/scheme-class.ts';
import type { StructureClass } from '../../laboratory/structure-class.ts';
import { compiledAs, structures, usualStructure } from '../../laboratory/structures.ts';
import { packageFolder } from '../../host/package-folder.ts';
import { loadedModule } from './constants.ts';
import type { Module } from './webassembly.ts';

/** Where the modules are, and the file beside them that says from which sources. */
export const MODULES: string = join(packageFolder, 'dist/wasm');
export const STAMP = 'sources.json';

const REMEDY = 'run "npm run build" in the folder of lockfree-lab, or take the engine atomics';

/** The name of the module by which a structure is run: `michael-scott.tagged`. */
export function moduleName(structure: StructureClass, scheme: Pick<SchemeClass, 'ID'>): string {
  return `${compiledAs(structure).ID}.${scheme.ID}`;
}

/**
 * Loads the module of a scheme of the lab; it can be posted to workers. Throws a UsageError if the scheme or the structure is not the
 * lab's, or the module is missing, damaged, or older than the sources.
 *
 * @param structure the usual one if it is left out
 * @param folder where the modules are, for tests
 */
export function loadModule(
  choice: SchemeChoice,
  structure: StructureClass = usualStructure,
  folder: string = MODULES,
): Module {
  const { scheme } = choice;
  if (!schemes.includes(scheme)) {
    throw new UsageError(
      `The scheme ${scheme.ID} is not compiled: the engine wasm has ${schemes.map(({ ID }) => ID).join(', ')}; take the engine atomics for one of your own.`,
    );
  }
  if (!structures.includes(structure)) {
    throw new UsageError(
      `The structure ${structure.ID} is not compiled: the engine wasm has ${structures.map(({ ID }) => ID).join(', ')}; take the engine atomics for one of your own.`,
    );
  }
  if (!schemesOf(structure).includes(scheme)) {
    const ids = schemesOf(structure).map(({ ID }) => ID);
    throw new UsageError(
      `The structure ${structure.ID} takes no slots, so all schemes are one to it, and it is compiled with ${ids.join()} alone: take --scheme ${ids.join()}, or the engine atomics for ${scheme.ID}.`,
    );
  }
  const unsafe = unsafeText(structure, choice);
  if (unsafe !== null && !compiledSchemes(structure).includes(scheme))
    throw new UsageError(
      `The structure ${structure.ID} is not compiled with ${scheme.ID}, since ${unsafe}: take the engine atomics.`,
    );
  const name = moduleName(structure, scheme);
  const file = join(folder, `${name}.wasm`);
  const [bytes, stamp] = [read(file), read(join(folder, STAMP))];
  if (bytes === null || stamp === null) {
    const missing = bytes === null ? file : join(folder, STAMP);
    throw new UsageError(`The compiled kernel is missing, there is no ${missing}: ${REMEDY}.`);
  }
  const sources = hashOfSources({ structure: compiledAs(structure), scheme });
  const written = stampsIn(stamp)[name];
  if (sources !== null && written?.sources !== sources) {
    throw new UsageError(
      `The compiled kernel is stale, ${file} was built from other sources than there are now: ${REMEDY}.`,
    );
  }
  const hash = moduleHash(bytes);
  if (hash !== written?.module) {
    throw new UsageError(
      `The compiled kernel is damaged, ${file} is not what the build wrote: its ${bytes.length} bytes have the SHA-256 ${hash.slice(0, 12)}…, and ${STAMP} says ${written?.module.slice(0, 12) ?? 'none'}…: ${REMEDY}.`,
    );
  }
  return loadedModule(bytes);
}

/** A module of the lab, by its name. */
export interface LabModule {
  readonly structure: StructureClass;
  readonly scheme: SchemeClass;
  readonly name: string;
}

/**
 * The modules of the lab: each structure that has modules of its own with each scheme that makes a difference to it, and under which it is safe. With one of both in a
 * module every call has one body, so that the compiler makes it directly, and most of them away; with two structures in one it would look the
 * body up by the class of the object.
 */
export const MODULES_OF_THE_LAB: readonly LabModule[] = structures
  .filter((structure) => compiledAs(structure) === structure)
  .flatMap((structure) =>
    compiledSchemes(structure).map((scheme) => ({ structure, scheme, name: moduleName(structure, scheme) })),
  );

/**
 * The modules that have to be made anew, with the hash of their sources: those that are missing, damaged, or of other sources than there
 * are now. Throws an InternalError if there are no sources.
 *
 * @param folder where the modules are
 * @param sources where the sources are: the folder of package.json
 */
export function staleModules(
  folder: string = MODULES,
  sources: string = packageFolder,
): (LabModule & { readonly sources: string })[] {
  const stamp = read(join(folder, STAMP));
  const written = stamp === null ? {} : stampsIn(stamp);
  const codes = new Map<string, string>();
  return MODULES_OF_THE_LAB.flatMap((each) => {
    const hash = hashOfSources(each, sources, codes);
    if (hash === null)
      throw new InternalError(`There are no sources of the kernel in ${sources} to compile.`);
    const bytes = read(join(folder, `${each.name}.wasm`));
    const known = written[each.name];
    const isAsWritten = bytes !== null && known?.sources === hash && known.module === moduleHash(bytes);
    return isAsWritten ? [] : [{ ...each, sources: hash }];
  });
}

/** The hash by which the stamp knows the bytes of a module. */
export function moduleHash(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function read(file: string): Uint8Array | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

/** What the stamp says of a module: the hash of its sources, and that of its bytes. */
interface ModuleStamp {
  readonly sources: string;
  readonly module: string;
}

/** What a stamp says of each module, by its name; nothing if it cannot be read. */
export function stampsIn(stamp: Uint8Array): Readonly<Record<string, ModuleStamp>> {
  try {
    const { modules } = Object(JSON.parse(Buffer.from(stamp).toString('utf8'))) as { modules?: unknown };
    const known = Object.entries(Object(modules) as object).filter(
      (entry): entry is [string, ModuleStamp] =>
        typeof entry[1]?.sources === 'string' && typeof entry[1]?.module === 'string',
    );
    return Object.fromEntries(known);
  } catch {
    return {};
  }
}

/** The folder of this engine, whose AssemblyScript the compiler reads. */
export const HERE = 'src/engines/wasm';
const KERNEL = 'src/kernel';
/** The files that say how a module is made. */
const MAKERS = ['compile.ts', 'constant-fields.ts'];

/** The files of one module beside those of all: the scheme's and the structure's, which their ids name. */
interface ModuleKey {
  readonly structure: { readonly ID: string };
  readonly scheme: { readonly ID: string };
}

/**
 * What the compiler does not see of a file of the kernel. Imports of types alone, which it does not know and does not need. The cards of
 * structures, of schemes and of steps, and what a scheme says of what its threads announce, to the end of its file: they are for those who watch, and without their
 * strings a module has no constant data, which would need a place in the memory. The imports of what these are made from.
 */
const UNSEEN = [
  /^import type [^;]*;$/gm,
  /^export const \w+: (?:StructureCard|StepCards) = \{\n.*?^\};$/gms,
  /^ +static (?:override )?readonly \w+: string =(?:.*;$|\n(?:.*[^;\n]\n)*.*;$)/gm,
  /^export const ANNOUNCES: Announcement = .*/gms,
  /^import \{[^}]*\} from '(?:\.\.?\/[\w-]+-card|\.\.\/announcement)\.ts';$/gm,
];

/** A file of the kernel as the compiler is given it. */
export function withoutCards(text: string): string {
  return UNSEEN.reduce((left, unseen) => left.replaceAll(unseen, ''), text);
}

/** Files of the kernel of which the compiler sees nothing: memory.ts has another in its place. */
const UNSEEN_FILE =
  /^(?:announcement|invariants|memory|step-card|structure-card|structures\/[\w-]+-card)\.ts$/;

/** A line of comment. */
const COMMENT = /^ *(?:\/\/|\/\*\*|\*).*$/gm;

/** What a module is made from of a file: words that change nothing of it leave it as it is. */
function codeOf(text: string): string {
  return withoutCards(text)
    .replaceAll(COMMENT, '')
    .replaceAll(/\n\s*\n/g, '\n');
}

/**
 * A hash of all that a module is made from: the kernel without the other schemes and structures, the few lines of AssemblyScript around it,
 * and how they are compiled. So a change of one scheme makes its modules anew, and no others. Null if there are no sources.
 *
 * @param codes what was read of files already, for who asks for many modules
 */
export function hashOfSources(
  { structure, scheme }: ModuleKey,
  folder: string = packageFolder,
  codes: Map<string, string> = new Map(),
): string | null {
  if (!existsSync(join(folder, KERNEL))) return null;
  const own = [`schemes/${scheme.ID}.ts`, ...withShared(folder, `structures/${structure.ID}.ts`)];
  const isOthers = (name: string): boolean => /^(schemes|structures)\//.test(name) && !own.includes(name);
  const files = [
    ...filesOf(folder, KERNEL, (name) => name.endsWith('.ts') && !isOthers(name) && !UNSEEN_FILE.test(name)),
    ...filesOf(folder, HERE, (name) => name.endsWith('.as.ts') || MAKERS.includes(name)),
  ];
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\n`).update(codeIn(join(folder, file), codes));
  return hash.digest('hex');
}

function codeIn(path: string, codes: Map<string, string>): string {
  const code = codes.get(path) ?? codeOf(readFileSync(path, 'utf8'));
  codes.set(path, code);
  return code;
}

/** A structure's file, those of its folder that it imports, and those that these do. */
function withShared(folder: string, file: string): string[] {
  const found = new Set([file]);
  for (const each of found) {
    const path = join(folder, KERNEL, each);
    if (!existsSync(path)) continue;
    const imports = readFileSync(path, 'utf8').matchAll(/ from '\.\/([\w-]+\.ts)';/g);
    for (const [, name] of imports) found.add(`structures/${name}`);
  }
  return [...found];
}

function filesOf(folder: string, within: string, among: (name: string) => boolean): string[] {
  return readdirSync(join(folder, within), { recursive: true })
    .map((name) => `${within}/${String(name).split(sep).join('/')}`)
    .filter((path) => among(path.slice(within.length + 1)))
    .toSorted();
}
