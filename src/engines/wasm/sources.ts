import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json, seen from here or from the compiled code. */
export const root: string = fileURLToPath(
  new URL(import.meta.url.endsWith('.ts') ? '../../../' : '../../../../', import.meta.url),
);

/** The folder of this engine, whose AssemblyScript the compiler reads. */
export const HERE = 'src/engines/wasm';
const KERNEL = 'src/kernel';

/**
 * A hash of all that the modules are made from: the kernel, the few lines of AssemblyScript around it, and how they are compiled. Null
 * if there are no sources.
 */
export function hashOfSources(folder: string = root): string | null {
  if (!existsSync(join(folder, KERNEL))) return null;
  const files = [
    ...filesOf(folder, KERNEL, (name) => name.endsWith('.ts')),
    ...filesOf(folder, HERE, (name) => name.endsWith('.as.ts') || name === 'compile.ts'),
  ];
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(join(folder, file)));
  return hash.digest('hex');
}

function filesOf(folder: string, within: string, among: (name: string) => boolean): string[] {
  return readdirSync(join(folder, within), { recursive: true })
    .map((name) => `${within}/${String(name).split(sep).join('/')}`)
    .filter((path) => among(path.slice(within.length + 1)))
    .toSorted();
}
