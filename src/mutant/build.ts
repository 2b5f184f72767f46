import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { packageFolder } from '../host/package-folder.ts';
import { UsageError } from '../errors.ts';
import { runToEnd } from '../host/subprocess.ts';
import { PARTS } from './file.ts';
import { edited } from './mutant.ts';
import type { Mutant } from './file.ts';
import { MARK } from './self.ts';

const COPIES = 'out/mutants';

/**
 * Makes a copy of the whole lab with a mutant's edits, compiles it, and returns its folder. So every thread of every engine runs the
 * mutated text, and no code of the lab knows of mutants. A copy is kept as long as neither the lab nor the mutant changes.
 *
 * @param modules what is compiled to WebAssembly as well, by the names of the modules: `michael-scott.tagged`
 * @throws the reason of the signal, once it is aborted: nothing is left of a copy that was not finished
 */
export async function buildMutant(
  mutant: Mutant,
  modules: readonly string[] = [],
  signal?: AbortSignal,
): Promise<string> {
  const folder = join(packageFolder, COPIES, `${nameOf(mutant)}-${hashOf(mutant)}`);
  if (!existsSync(folder)) await make(mutant, folder, signal);
  if (modules.length > 0) {
    const builder = join(folder, 'dist/src/engines/wasm/build.js');
    await runNode([builder, ...modules], 'The mutated kernel does not compile to WebAssembly', signal);
  }
  return folder;
}

/** What its folder is called, before a hash. */
function nameOf({ id }: Mutant): string {
  return basename(id).replaceAll(/[^\w.-]/g, '-');
}

async function make(mutant: Mutant, folder: string, signal?: AbortSignal): Promise<void> {
  // It is made aside and then moved, so that no other process meets a half of it.
  const aside = join(packageFolder, COPIES, `.${nameOf(mutant)}-${randomUUID()}`);
  mkdirSync(aside, { recursive: true });
  try {
    // Meanwhile an interruption is heard, and then nothing more is copied.
    const filter = (): boolean => signal?.aborted !== true;
    for (const part of [...PARTS, 'package.json'])
      await cp(join(packageFolder, part), join(aside, part), { recursive: true, filter });
    signal?.throwIfAborted();
    for (const [file, text] of edited(mutant, (name) => readFileSync(join(packageFolder, name), 'utf8')))
      writeFileSync(join(aside, file), text);
    writeFileSync(join(aside, 'tsconfig.json'), JSON.stringify(configuration()));
    writeFileSync(join(aside, MARK), JSON.stringify(mutant));
    await compile(aside, signal);
    await removeOlder(mutant);
    if (!existsSync(folder)) renameSync(aside, folder);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
}

/** Types are checked in the lab's own text; a mutant may leave a name unused. */
function configuration(): object {
  return {
    extends: join(packageFolder, 'tsconfig.json'),
    compilerOptions: {
      rootDir: '.',
      outDir: 'dist',
      noCheck: true,
      declaration: false,
      isolatedDeclarations: false,
      typeRoots: [join(packageFolder, 'node_modules/@types')],
    },
    include: PARTS,
    exclude: ['**/*.as.ts', 'scenarios/**/expected'],
  };
}

async function compile(folder: string, signal?: AbortSignal): Promise<void> {
  const compiler = join(packageFolder, 'node_modules/typescript/bin/tsc');
  if (!existsSync(compiler)) {
    throw new UsageError(
      '--mutant compiles the lab anew and finds no compiler: run npm ci in the repository.',
    );
  }
  await runNode([compiler, '--project', folder], 'The mutated text does not compile', signal);
}

/** Throws a UsageError with what was said if the status is not 0: the text is the mutant's. */
async function runNode(args: readonly string[], failed: string, signal?: AbortSignal): Promise<void> {
  const { error, status, stdout, stderr } = await runToEnd(process.execPath, args, { signal });
  if (error) throw error;
  if (status !== 0) throw new UsageError(`${failed}:\n${(stdout + stderr).trimEnd()}`);
}

/** Copies of the same mutant that were made from another text. */
async function removeOlder(mutant: Mutant): Promise<void> {
  const own = `${nameOf(mutant)}-`;
  for (const name of readdirSync(join(packageFolder, COPIES)))
    if (name.startsWith(own) && /^[0-9a-f]{12}$/.test(name.slice(own.length)))
      await rm(join(packageFolder, COPIES, name), { recursive: true, force: true });
}

function hashOf(mutant: Mutant): string {
  const hash = createHash('sha256').update(JSON.stringify(mutant)).update(process.version);
  for (const part of PARTS) {
    for (const entry of readdirSync(join(packageFolder, part), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(ts|json)$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      hash.update(`${path}\n`).update(readFileSync(path));
    }
  }
  return hash.digest('hex').slice(0, 12);
}
