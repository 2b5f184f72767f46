/**
 * The compiled kernel: a module for each scheme of the lab in `dist/wasm`, made by `npm run build`. A hash of the sources stands beside
 * them, so that no module is run that says something else than the sources.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../../errors.ts';
import { type SchemeChoice, schemes } from '../registry.ts';
import { hashOfSources, root } from './sources.ts';
import { type Module, webAssembly } from './webassembly.ts';

/** Where the modules are, and the file beside them that says from which sources. */
export const MODULES: string = join(root, 'dist/wasm');
export const STAMP = 'sources.json';

const REMEDY = 'run "npm run build" in the folder of lockfree-lab, or take the engine atomics';

/**
 * Loads the module of a scheme of the lab; it can be posted to workers. Throws a UsageError if the scheme is not the lab's, or its
 * module is missing or older than the sources.
 *
 * @param folder where the modules are, for tests
 */
export function loadModule({ scheme }: SchemeChoice, folder: string = MODULES): Module {
  if (!schemes.includes(scheme)) {
    throw new UsageError(
      `The scheme ${scheme.ID} is not compiled: the engine wasm has ${schemes.map(({ ID }) => ID).join(', ')}; take the engine atomics for one of your own.`,
    );
  }
  const file = join(folder, `${scheme.ID}.wasm`);
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
  return new webAssembly.Module(bytes);
}

function read(file: string): Uint8Array | null {
  try {
    return readFileSync(file);
  } catch {
    return null;
  }
}

/** The hash that the stamp states; of a stamp that cannot be read, nothing. */
export function stampOf(stamp: Uint8Array): string {
  try {
    return String((JSON.parse(Buffer.from(stamp).toString('utf8')) as { sources?: unknown }).sources);
  } catch {
    return '';
  }
}
