import { isThere } from '../../../scenarios/load.ts';
import type { Command } from '../arguments/command.ts';

/** Loads a command, by its name; in the order in which they are listed. */
const load: Readonly<Record<string, () => Promise<Command>>> = {
  tour: async () => (await import('./tour.ts')).tour,
  list: async () => (await import('./list.ts')).list,
  run: async () => (await import('./run.ts')).run,
  stress: async () => (await import('./stress.ts')).stressCommand,
  check: async () => (await import('./check.ts')).checkCommand,
  explore: async () => (await import('./explore.ts')).exploreCommand,
  replay: async () => (await import('./replay.ts')).replay,
  audit: async () => (await import('./audit.ts')).auditCommand,
  bench: async () => (await import('./bench.ts')).benchCommand,
  report: async () => (await import('./report.ts')).report,
  play: async () => (await import('./play.ts')).play,
  explain: async () => (await import('./explain.ts')).explain,
};

/** The options that ask for the version; without a command they need none. */
export const ASK_VERSION: readonly string[] = ['--version', '-v'];

/** The commands that a command line may be about: the one that it names, or all that there are. Loading all takes long. */
export async function commandsFor(args: readonly string[]): Promise<Command[]> {
  const name = nameIn(args);
  if (name === '' && args.some((arg) => ASK_VERSION.includes(arg))) return [];
  const names = Object.hasOwn(load, name) ? [name] : Object.keys(load);
  return Promise.all(names.map((each) => load[each]()));
}

function nameIn(args: readonly string[]): string {
  return args.find((arg) => !arg.startsWith('-')) ?? '';
}

/** Options with which a command makes no steps on real threads in this process. */
const NO_THREADS = /^(--help|-h|--mutant(=.*)?|--engine=model)$/;

/** How many threads are worth starting while a command is loaded: two, as most stories have, where a story of real threads is told. */
export function threadsAhead(args: readonly string[]): number {
  const name = nameIn(args);
  const [subject = ''] = args.slice(args.indexOf(name) + 1).filter((arg) => /^[^-]/.test(arg));
  const tells = name === 'tour' || name === 'replay' || (name === 'run' && isThere(subject));
  const asksNone = args.some(
    (arg, i) =>
      NO_THREADS.test(arg) || ASK_VERSION.includes(arg) || (arg === 'model' && args[i - 1] === '--engine'),
  );
  return tells && !asksNone ? 2 : 0;
}
