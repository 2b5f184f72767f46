import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { join } from 'node:path';
import { parentPort } from 'node:worker_threads';
import { buildMutant } from '../mutant/build.ts';
import { findMutant } from '../mutant/mutant.ts';
import type { Mutant } from '../mutant/file.ts';
import { splitProgram } from '../laboratory/program.ts';
import { compiledSchemes } from '../laboratory/registry.ts';
import { structures, usualStructure } from '../laboratory/structures.ts';
import { moduleName } from '../engines/wasm/modules.ts';
import type { Context } from './arguments/command.ts';
import { type Option, text } from './arguments/option.ts';
import type { CommandMessage } from './supervisor.ts';

/** For commands that run the kernel. */
export const mutantOption: Option<string | null> = text(
  'ID|FILE',
  'Runs a copy of the lab with a bug in its text: a known one, see list, or one of your own, as a diff or as JSON as in test/mutants. In a ' +
    'clone of the repository only.',
);

/** Runs the same command line on a mutated copy of the lab, in a process of its own, and returns its exit status. */
export async function runOnMutant(
  id: string,
  args: readonly string[],
  engine: unknown,
  { signal, progress }: Context,
): Promise<number> {
  const mutant = findMutant(id);
  const own = [...withoutMutant(args), ...fromWitness(mutant, args)];
  progress.show(`compiling the lab with ${mutant.id}`);
  const modules = engine === 'wasm' || engine === 'mixed' ? modulesFor(own) : [];
  const folder = await buildMutant(mutant, modules, signal);
  progress.clear();
  signal.throwIfAborted();
  const main = join(folder, 'dist/src/cli/main.js');
  const child = spawn(process.execPath, [main, ...own], { stdio: 'inherit' });
  if (child.pid !== undefined) parentPort?.postMessage({ child: child.pid } satisfies CommandMessage);
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

/** The compiled modules that a command line runs, by name: its structure with each scheme that it names, if they are the lab's. */
export function modulesFor(args: readonly string[]): string[] {
  const named = valueOf(args, '--scheme');
  const id = valueOf(args, '--structure') ?? usualStructure.ID;
  const isWanted = (scheme: string): boolean => named === 'all' || scheme === named?.split(':')[0];
  return structures
    .filter(({ ID }) => ID === id)
    .flatMap((structure) =>
      compiledSchemes(structure)
        .filter(({ ID }) => isWanted(ID))
        .map((scheme) => moduleName(structure, scheme)),
    );
}

/** What a command line says of an option, as `--name value` or `--name=value`. */
function valueOf(args: readonly string[], name: string): string | undefined {
  const at = args.findIndex((arg) => arg === name || arg.startsWith(`${name}=`));
  if (at === -1) return undefined;
  return args[at] === name ? args[at + 1] : args[at].slice(name.length + 1);
}

/**
 * What the mutant's witness says of options that were not given: its scheme, and for the explorer its program, for free runs the
 * structure of it.
 */
export function fromWitness({ witness }: Mutant, args: readonly string[]): string[] {
  const has = (name: string): boolean => args.some((arg) => arg === name || arg.startsWith(`${name}=`));
  const { program, scheme, slots, cache, freeList, preemptions } = witness;
  const command = args.find((arg) => !arg.startsWith('-'));
  const { structure } = splitProgram(program ?? '');
  const held =
    command !== 'stress' || structure === null || has('--structure') ? [] : ['--structure', structure];
  if (command === 'replay' || has('--scheme')) return held;
  if (command !== 'explore' || program === undefined || has('--program') || has('--smallest'))
    return ['--scheme', scheme, ...held];
  const bound =
    preemptions === undefined || has('--max-preemptions') ? [] : ['--max-preemptions', String(preemptions)];
  const size = slots === undefined || has('--slots') ? [] : ['--slots', String(slots)];
  const caches = cache === undefined || has('--cache') ? [] : ['--cache', String(cache)];
  const free = freeList === undefined || has('--free-list') ? [] : ['--free-list', freeList];
  return ['--scheme', scheme, '--program', program, ...size, ...caches, ...free, ...bound];
}
