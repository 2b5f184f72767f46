/**
 * The compiled kernel: a module for each structure with each scheme of the lab in `dist/wasm`, made by `npm run build`. A hash of the
 * sources and of each module stands beside them, so that no module is run that says something else than the sources, or was damaged since.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../errors.ts';
import { type SchemeChoice, schemes } from '../../laboratory/registry.ts';
import type { SchemeClass } from '../../laboratory/scheme-class.ts';
import type { StructureClass } from '../../laboratory/structure-class.ts';
import { structures, usualStructure } from '../../laboratory/structures.ts';
import { hashOfSources, root } from './sources.ts';
import { type Module, webAssembly } from './webassembly.ts';

/** Where the modules are, and the file beside them that says from which sources. */
export const MODULES: string = join(root, 'dist/wasm');
export const STAMP = 'sources.json';

const REMEDY = 'run "npm run build" in the folder of lockfree-lab, or take the engine atomics';

/** The name of a module: `michael-scott.tagged`. */
export function moduleName(structure: Pick<StructureClass, 'ID'>, scheme: Pick<SchemeClass, 'ID'>): string {
  return `${structure.ID}.${scheme.ID}`;
}

/**
 * Loads the module of a scheme of the lab; it can be posted to workers. Throws a UsageError if the scheme or the structure is not the
 * lab's, or the module is missing, damaged, or older than the sources.
 *
 * @param structure the usual one if it is left out
 * @param folder where the modules are, for tests
 */
export function loadModule(
  { scheme }: SchemeChoice,
  structure: StructureClass = usualStructure,
  folder: string = MODULES,
): Module {
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
  const name = moduleName(structure, scheme);
  const file = join(folder, `${name}.wasm`);
  const [bytes, stamp] = [read(file), read(join(folder, STAMP))];
  if (bytes === null || stamp === null) {
    const missing = bytes === null ? file : join(folder, STAMP);
    throw new UsageError(`The compiled kernel is missing, there is no ${missing}: ${REMEDY}.`);
  }
  const sources = hashOfSources();
  if (sources !== null && stampOf(stamp) !== sources) {
    throw new UsageError(
      `The compiled kernel is stale, ${folder} was built from other sources than there are now: ${REMEDY}.`,
    );
  }
  const [hash, written] = [hashOf(bytes), hashesOf(stamp)[name] ?? 'none'];
  if (hash !== written) {
    throw new UsageError(
      `The compiled kernel is damaged, ${file} is not what the build wrote: its ${bytes.length} bytes have the SHA-256 ${hash.slice(0, 12)}…, and ${STAMP} says ${written.slice(0, 12)}…: ${REMEDY}.`,
    );
  }
  return new webAssembly.Module(bytes);
}

/** The hash by which the stamp knows the bytes of a module. */
export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function read(file: string): Uint8Array | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

/** The hash of the sources that the stamp states; of a stamp that cannot be read, nothing. */
export function stampOf(stamp: Uint8Array): string {
  return String(parsed(stamp).sources ?? '');
}

/** The hashes of the modules that the stamp states, by their names. */
export function hashesOf(stamp: Uint8Array): Readonly<Record<string, string>> {
  const { modules } = parsed(stamp);
  return typeof modules === 'object' && modules !== null ? (modules as Record<string, string>) : {};
}

function parsed(stamp: Uint8Array): { readonly sources?: unknown; readonly modules?: unknown } {
  try {
    return Object(JSON.parse(Buffer.from(stamp).toString('utf8'))) as object;
  } catch {
    return {};
  }
}
