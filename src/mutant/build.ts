import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { copyFile, link, mkdir, readdir, rm } from 'node:fs/promises';
import { basename, join, parse } from 'node:path';
import { packageFolder } from '../host/package-folder.ts';
import { UsageError } from '../errors.ts';
import { runToEnd } from '../host/subprocess.ts';
import { PARTS } from './file.ts';
import { edited } from './mutant.ts';
import type { Mutant } from './file.ts';
import { MARK } from './self.ts';

const COPIES = 'out/mutants';
const TEMPLATE = 'dist/src/report/page/template.json';
const CONFIGURATION = 'tsconfig.json';
const HASH_LENGTH = 12;
const HASH = new RegExp(`^[0-9a-f]{${HASH_LENGTH}}$`);

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
  const text = hashOfText();
  const folder = await madeOnce(nameOf(mutant), text + JSON.stringify(mutant), signal, async (aside) =>
    mutate(mutant, await compiledLab(text, signal), aside, signal),
  );
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

/**
 * The folder of a name for what it is made of, made now if it is not there. It is made aside and then moved, so that no other process meets
 * a half of it.
 */
async function madeOnce(
  name: string,
  of: string,
  signal: AbortSignal | undefined,
  make: (aside: string) => Promise<void>,
): Promise<string> {
  const hash = createHash('sha256').update(of).digest('hex').slice(0, HASH_LENGTH);
  const folder = join(packageFolder, COPIES, `${name}-${hash}`);
  if (existsSync(folder)) return folder;
  const aside = join(packageFolder, COPIES, `.${name}-${randomUUID()}`);
  mkdirSync(aside, { recursive: true });
  try {
    await make(aside);
    signal?.throwIfAborted();
    await removeOlder(folder);
    moveUnlessThere(aside, folder);
  } finally {
    await rm(aside, { recursive: true, force: true });
  }
  return folder;
}

/** Another process may have made the same meanwhile. */
function moveUnlessThere(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!existsSync(to)) throw error;
  }
}

/** The lab as it is, copied and compiled, which all mutants of this text share. */
function compiledLab(text: string, signal?: AbortSignal): Promise<string> {
  return madeOnce('lab', text, signal, async (aside) => {
    for (const part of PARTS)
      await copyFolder(join(packageFolder, part), join(aside, part), copyFile, signal);
    await copyFile(join(packageFolder, 'package.json'), join(aside, 'package.json'));
    await compile(aside, { include: PARTS, exclude: ['**/*.as.ts', 'scenarios/**/expected'] }, signal);
    // What pages are made from: they can put the mutant into the lab's own kernel.
    if (existsSync(join(packageFolder, TEMPLATE)))
      await copyFile(join(packageFolder, TEMPLATE), join(aside, TEMPLATE));
  });
}

/** Makes the edits in a second name for each file of the compiled lab, and compiles what they change. */
async function mutate(mutant: Mutant, lab: string, aside: string, signal?: AbortSignal): Promise<void> {
  await copyFolder(lab, aside, link, signal);
  const texts = edited(mutant, (name) => readFileSync(join(lab, name), 'utf8'));
  const compiled = [...texts.keys()].filter((file) => file.endsWith('.ts') && !file.endsWith('.as.ts'));
  // Not written over: the lab's own file would change with it.
  for (const file of [...texts.keys(), ...compiled.flatMap(compiledTo), CONFIGURATION])
    rmSync(join(aside, file), { force: true });
  for (const [file, text] of texts) writeFileSync(join(aside, file), text);
  writeFileSync(join(aside, MARK), JSON.stringify(mutant));
  if (compiled.length > 0) await compile(aside, { files: compiled, include: [] }, signal);
}

function compiledTo(file: string): string[] {
  const script = join('dist', file.replace(/\.ts$/, '.js'));
  return [script, `${script}.map`];
}

/**
 * Puts the files of a folder into another one, beside each other: `fs.cp` takes four times as long. An interruption is heard before each
 * folder, and then nothing more is put there.
 */
async function copyFolder(
  from: string,
  to: string,
  put: (from: string, to: string) => Promise<void>,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  await mkdir(to, { recursive: true });
  const entries = await readdir(from, { withFileTypes: true });
  const ended = await Promise.allSettled(
    entries.map((entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)];
      return entry.isDirectory() ? copyFolder(source, target, put, signal) : put(source, target);
    }),
  );
  // Only now: what was begun beside it would go on in a folder that is removed meanwhile.
  const failed = ended.find((each) => each.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

/** Compiles files of a copy. Types are checked in the lab's own text, so they are not looked up; a mutant may leave a name unused. */
async function compile(folder: string, files: object, signal?: AbortSignal): Promise<void> {
  const compiler = join(packageFolder, 'node_modules/typescript/bin/tsc');
  if (!existsSync(compiler)) {
    throw new UsageError(
      '--mutant compiles the lab anew and finds no compiler: run npm ci in the repository.',
    );
  }
  const compilerOptions = {
    rootDir: '.',
    outDir: 'dist',
    noCheck: true,
    noResolve: true,
    lib: ['es5'],
    types: [],
    declaration: false,
    isolatedDeclarations: false,
  };
  const configuration = { extends: join(packageFolder, 'tsconfig.json'), compilerOptions, ...files };
  writeFileSync(join(folder, CONFIGURATION), JSON.stringify(configuration));
  await runNode([compiler, '--project', folder], 'The mutated text does not compile', signal);
}

/** Throws a UsageError with what was said if the status is not 0: the text is the mutant's. */
async function runNode(args: readonly string[], failed: string, signal?: AbortSignal): Promise<void> {
  const { error, status, stdout, stderr } = await runToEnd(process.execPath, args, { signal });
  if (error) throw error;
  if (status !== 0) throw new UsageError(`${failed}:\n${(stdout + stderr).trimEnd()}`);
}

/** What was made under the same name of something else. */
async function removeOlder(folder: string): Promise<void> {
  const { dir, base } = parse(folder);
  const name = base.slice(0, -HASH_LENGTH);
  for (const each of readdirSync(dir))
    if (each !== base && each.startsWith(name) && HASH.test(each.slice(name.length)))
      await rm(join(dir, each), { recursive: true, force: true });
}

/** Of everything in the lab that is copied, and of the Node that compiles it. */
function hashOfText(): string {
  const hash = createHash('sha256').update(process.version);
  for (const part of PARTS) {
    for (const entry of readdirSync(join(packageFolder, part), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(ts|json)$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      hash.update(`${path}\n`).update(readFileSync(path));
    }
  }
  return hash.digest('hex');
}
