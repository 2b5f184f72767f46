import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../errors.ts';
import { buildMutant } from '../mutant/build.ts';
import { findMutant, type Mutant } from '../mutant/mutant.ts';
import type { Context } from './command.ts';
import { type Option, text } from './option.ts';

/** For commands that run the kernel. */
export const mutantOption: Option<string | null> = text(
  'ID',
  'Runs a copy of the lab with a known bug in its text; see list for the bugs. In a clone of the repository only.',
);

/** Runs the same command line on a mutated copy of the lab, in a process of its own, and returns its exit status. */
export async function runOnMutant(
  id: string,
  args: readonly string[],
  engine: unknown,
  { signal, progress }: Context,
): Promise<number> {
  const mutant = findMutant(id);
  if (engine === 'wasm' || engine === 'mixed') {
    throw new UsageError(
      `--mutant ${id} cannot run on the engine ${engine}: mutants are not compiled to WebAssembly; leave --engine out.`,
    );
  }
  progress.show(`compiling the lab with ${mutant.id}`);
  const folder = await buildMutant(mutant);
  progress.clear();
  signal.throwIfAborted();
  const main = join(folder, 'dist/src/cli/main.js');
  const own = [...withoutMutant(args), ...fromWitness(mutant, args)];
  const child = spawn(process.execPath, [main, ...own], { stdio: 'inherit' });
  // It is told of a Ctrl-C by the terminal, of a signal that was sent to this process by us, and takes both for one.
  const pass = (): void => void child.kill('SIGINT');
  const end = (): void => void child.kill('SIGKILL');
  signal.addEventListener('abort', pass, { once: true });
  process.on('exit', end);
  try {
    return await new Promise<number>((resolve, reject) => {
      child.on('error', reject);
      child.on('close', (status, killedBy) =>
        resolve(status ?? 128 + constants.signals[killedBy ?? 'SIGKILL']),
      );
    });
  } finally {
    process.off('exit', end);
    signal.removeEventListener('abort', pass);
  }
}

/** The arguments without `--mutant ID`. */
function withoutMutant(args: readonly string[]): string[] {
  return args.filter((arg, i) => !/^--mutant(=|$)/.test(arg) && args[i - 1] !== '--mutant');
}

/** What the mutant's witness says of options that were not given: its scheme, and for the explorer its program. */
function fromWitness({ witness }: Mutant, args: readonly string[]): string[] {
  const has = (name: string): boolean => args.some((arg) => arg === name || arg.startsWith(`${name}=`));
  const { program, scheme, slots, preemptions } = witness;
  const command = args.find((arg) => !arg.startsWith('-'));
  if (command === 'replay' || has('--scheme')) return [];
  if (command !== 'explore' || program === undefined || has('--program')) return ['--scheme', scheme];
  const bound =
    preemptions === undefined || has('--max-preemptions') ? [] : ['--max-preemptions', String(preemptions)];
  const size = slots === undefined || has('--slots') ? [] : ['--slots', String(slots)];
  return ['--scheme', scheme, '--program', program, ...size, ...bound];
}
