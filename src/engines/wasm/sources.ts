import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { packageFolder } from '../../host/package-folder.ts';

/** The folder of this engine, whose AssemblyScript the compiler reads. */
export const HERE = 'src/engines/wasm';
const KERNEL = 'src/kernel';

/** The files of one module beside those of all: the scheme's and the structure's, which their ids name. */
interface ModuleKey {
  readonly structure: { readonly ID: string };
  readonly scheme: { readonly ID: string };
}

/**
 * A hash of all that a module is made from: the kernel without the other schemes and structures, the few lines of AssemblyScript around it,
 * and how they are compiled. So a change of one scheme makes its modules anew, and no others. Null if there are no sources.
 */
export function hashOfSources(
  { structure, scheme }: ModuleKey,
  folder: string = packageFolder,
): string | null {
  if (!existsSync(join(folder, KERNEL))) return null;
  const own = [`schemes/${scheme.ID}.ts`, ...withShared(folder, `structures/${structure.ID}.ts`)];
  const isOthers = (name: string): boolean => /^(schemes|structures)\//.test(name) && !own.includes(name);
  const files = [
    ...filesOf(folder, KERNEL, (name) => name.endsWith('.ts') && !isOthers(name)),
    ...filesOf(folder, HERE, (name) => name.endsWith('.as.ts') || name === 'compile.ts'),
  ];
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\n`).update(readFileSync(join(folder, file)));
  return hash.digest('hex');
}

/** A structure's file, and those of its folder that it imports. */
function withShared(folder: string, file: string): string[] {
  const path = join(folder, KERNEL, file);
  if (!existsSync(path)) return [file];
  const imports = readFileSync(path, 'utf8').matchAll(/ from '\.\/([\w-]+\.ts)';/g);
  return [file, ...[...imports].map(([, name]) => `structures/${name}`)];
}

function filesOf(folder: string, within: string, among: (name: string) => boolean): string[] {
  return readdirSync(join(folder, within), { recursive: true })
    .map((name) => `${within}/${String(name).split(sep).join('/')}`)
    .filter((path) => among(path.slice(within.length + 1)))
    .toSorted();
}
