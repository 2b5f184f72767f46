import { spawn } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { edited, type Mutant, root } from './mutant.ts';
import { MARK } from './self.ts';

/** What is copied: all that is compiled. */
const PARTS = ['src', 'workers', 'scenarios'];
const COPIES = 'out/mutants';

/**
 * Makes a copy of the whole lab with a mutant's edits, compiles it, and returns its folder. So every thread of every engine runs the
 * mutated text, and no code of the lab knows of mutants. A copy is kept as long as neither the lab nor the mutant changes.
 */
export async function buildMutant(mutant: Mutant): Promise<string> {
  const folder = join(root, COPIES, `${mutant.id}-${hashOf(mutant)}`);
  if (existsSync(folder)) return folder;
  // It is made aside and then moved, so that nobody meets a half of it.
  const aside = join(root, COPIES, `.${mutant.id}-${randomUUID()}`);
  mkdirSync(aside, { recursive: true });
  try {
    for (const part of [...PARTS, 'package.json'])
      cpSync(join(root, part), join(aside, part), { recursive: true });
    for (const [file, text] of edited(mutant, (name) => readFileSync(join(root, name), 'utf8')))
      writeFileSync(join(aside, file), text);
    writeFileSync(join(aside, 'tsconfig.json'), JSON.stringify(configuration()));
    writeFileSync(join(aside, MARK), JSON.stringify(mutant));
    await compile(aside);
    removeOlder(mutant);
    if (!existsSync(folder)) renameSync(aside, folder);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
  return folder;
}

/** Types are checked in the lab's own text; a mutant may leave a name unused. */
function configuration(): object {
  return {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      rootDir: '.',
      outDir: 'dist',
      noCheck: true,
      declaration: false,
      isolatedDeclarations: false,
      typeRoots: [join(root, 'node_modules/@types')],
    },
    include: PARTS,
    exclude: ['**/*.as.ts', 'scenarios/**/expected'],
  };
}

async function compile(folder: string): Promise<void> {
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  if (!existsSync(compiler)) {
    throw new UsageError(
      '--mutant compiles the lab anew and finds no compiler: run npm ci in the repository.',
    );
  }
  const child = spawn(process.execPath, [compiler, '--project', folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const status = await new Promise<number | null>((resolve, reject) => {
    child.on('close', resolve).on('error', reject);
  });
  if (status !== 0) throw new Error(`The mutated text does not compile:\n${said}`);
}

/** Copies of the same mutant that were made from another text. */
function removeOlder({ id }: Mutant): void {
  const older = new RegExp(`^${id}-[0-9a-f]{12}$`);
  for (const name of readdirSync(join(root, COPIES)))
    if (older.test(name)) rmSync(join(root, COPIES, name), { recursive: true, force: true });
}

function hashOf(mutant: Mutant): string {
  const hash = createHash('sha256').update(JSON.stringify(mutant)).update(process.version);
  for (const part of PARTS) {
    for (const entry of readdirSync(join(root, part), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.(ts|json)$/.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      hash.update(`${path}\n`).update(readFileSync(path));
    }
  }
  return hash.digest('hex').slice(0, 12);
}
