import { execFile } from 'node:child_process';
import { mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

export const root: string = join(import.meta.dirname, '../..');

/** What came of a program that was run: its exit status, null if it was ended, and what it printed. */
export interface Done {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const run = promisify(execFile);
const LIMIT_MS = 180_000;

/** Runs a program to its end, or ends it after so long. */
export async function done(
  program: string,
  args: readonly string[],
  {
    cwd = root,
    limitMs = LIMIT_MS,
    env = process.env,
  }: { readonly cwd?: string; readonly limitMs?: number; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Done> {
  try {
    const options = { cwd, env, timeout: limitMs, killSignal: 'SIGKILL', maxBuffer: 2 ** 26 } as const;
    const { stdout, stderr } = await run(program, args, options);
    return { status: 0, stdout, stderr };
  } catch (error) {
    const { code, stdout = '', stderr = '', message } = error as Error & Partial<Done> & { code?: unknown };
    if (typeof code === 'string') return { status: null, stdout, stderr: message };
    return { status: (code as number | null | undefined) ?? null, stdout, stderr };
  }
}

/** An empty folder for one run; who asks for it removes it. */
export function emptyFolder(name: string): string {
  return realpathSync(mkdtempSync(join(tmpdir(), `lockfree-lab-${name}-`)));
}

/** Packs what is built, as it would be published, into a folder. Returns the path of the archive. */
export async function pack(folder: string): Promise<string> {
  // The scripts would build anew, under the feet of the tests that run beside this.
  const { status, stdout, stderr } = await done('npm', [
    'pack',
    '--ignore-scripts',
    '--json',
    '--pack-destination',
    folder,
  ]);
  if (status !== 0) throw new Error(`npm pack failed:\n${stderr}`);
  const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
  return join(folder, filename);
}

/** Makes a project in an empty folder and installs packages there: archives and names of the registry. */
export async function install(folder: string, packages: readonly string[]): Promise<void> {
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
  const { status, stderr } = await done(
    'npm',
    ['install', '--no-audit', '--no-fund', '--prefer-offline', '--no-package-lock', ...packages],
    { cwd: folder },
  );
  if (status !== 0) throw new Error(`npm install ${packages.join(' ')} failed:\n${stderr}`);
}
