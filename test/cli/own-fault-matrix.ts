import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { done, root } from '../package/packed.ts';

/**
 * Faults of a scheme of one's own, in every command that takes one: never told as right, and never as a fault of the lab's.
 */
export interface Fault {
  readonly name: string;
  /** Code at the head of the module, and in the class. `hit()` says that the fault has happened. */
  readonly head?: string;
  readonly body?: string;
  /** It may happen once the work is done, where nobody waits for it. */
  readonly late?: boolean;
}

/** Where code runs: the thread of the command, the trial before it, or a worker. */
const IN_WORKER = "where === 'worker'";
const AFTER_TRIAL = "where !== 'trial'";

const METHODS = ['enter', 'leave', 'protect', 'link', 'retire', 'collect', 'idle', 'depart', 'adopt'];

function method(name: string, fault: string): string {
  return `${name}(...given) { if (${AFTER_TRIAL}) { hit(); ${fault} } return super.${name}(...given); }`;
}

export const FAULTS: readonly Fault[] = [
  { name: 'exits at load', head: 'hit(); process.exit(0);' },
  { name: 'exits at load in the command', head: "if (where === 'command') { hit(); process.exit(0); }" },
  { name: 'exits at load in a worker', head: `if (${IN_WORKER}) { hit(); process.exit(0); }` },
  { name: 'never loads', head: 'hit(); await new Promise(() => {});' },
  {
    name: 'never loads in the command',
    head: "if (where === 'command') { hit(); await new Promise(() => {}); }",
  },
  { name: 'never loads in a worker', head: `if (${IN_WORKER}) { hit(); await new Promise(() => {}); }` },
  { name: 'throws at load in a worker', head: `if (${IN_WORKER}) { hit(); throw new Error('planted'); }` },
  { name: 'spins at load in a worker', head: `if (${IN_WORKER}) { hit(); for (;;); }` },
  {
    name: 'throws later in a worker',
    late: true,
    head: `if (${IN_WORKER}) setTimeout(() => { hit(); throw new Error('planted'); });`,
  },
  {
    name: 'rejects at load in a worker',
    head: `if (${IN_WORKER}) { hit(); void Promise.reject(new Error('planted')); }`,
  },
  { name: 'bound throws', body: "static bound() { hit(); throw new Error('planted'); }" },
  { name: 'bound is NaN', body: 'static bound() { hit(); return NaN; }' },
  {
    name: 'bound throws later',
    body: `static bound() { if (${AFTER_TRIAL}) { hit(); throw new Error('planted'); } return 0; }`,
  },
  {
    name: 'bound is NaN later',
    body: `static bound() { if (${AFTER_TRIAL}) { hit(); return NaN; } return 0; }`,
  },
  {
    name: 'its constructor throws',
    body: `constructor(...given) { super(...given); if (${AFTER_TRIAL}) { hit(); throw new Error('planted'); } }`,
  },
  ...METHODS.map((name) => ({ name: `${name} throws`, body: method(name, "throw new Error('planted');") })),
  { name: 'retire rejects', body: method('retire', "void Promise.reject(new Error('planted'));") },
  { name: 'retire exits', body: method('retire', 'process.exit(0);') },
  { name: 'retire spins', body: method('retire', 'for (;;);') },
];

/** A module with a fault, and the file that is there once the fault has happened. */
function moduleWith({ head = '', body = '' }: Fault, folder: string): { file: string; mark: string } {
  const [file, mark] = [join(folder, 'mine.mjs'), join(folder, 'happened')];
  const tagged = pathToFileURL(join(root, 'dist/src/kernel/schemes/tagged.js')).href;
  writeFileSync(
    file,
    `import { writeFileSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { Tagged } from ${JSON.stringify(tagged)};
const where = workerData?.role === 'command' ? 'command' : workerData?.url !== undefined ? 'trial' : 'worker';
const hit = () => writeFileSync(${JSON.stringify(mark)}, where);
${head}
export class Mine extends Tagged {
  static ID = 'mine';
  static NUMBER = 0;
  ${body}
}`,
  );
  return { file, mark };
}

/** The command lines that take a scheme of one's own: its file, and a trace that was made under a sound one of its name. */
export const COMMANDS: Readonly<Record<string, (file: string, trace: string) => readonly string[]>> = {
  run: (file) => ['run', 'aba-dequeue', '--scheme', file],
  'run on the model': (file) => ['run', 'aba-dequeue', '--scheme', file, '--engine', 'model'],
  explore: (file) => [
    'explore',
    '--program',
    '[A] d | d e d',
    '--scheme',
    file,
    '--max-seconds',
    '20',
    '--shrink',
    '0',
  ],
  stress: (file) => ['stress', '--scheme', file, '--threads', '2', '--slots', '8', '--seconds', '0.3'],
  bench: (file) => [
    'bench',
    '--quick',
    '--scheme',
    file,
    '--threads',
    '1',
    '--workload',
    'pairs',
    '--no-peers',
    '--no-memory',
  ],
  replay: (file) => ['replay', `[A] d | e d/${file}:slots=6`, '1x9,2x9'],
  'replay of a trace': (file, trace) => ['replay', trace, '--scheme', file],
  audit: (file, trace) => ['audit', trace, '--scheme', file],
};

/** Runs a command on a fault; null if what it says is right, else what it did. */
export async function wrongIn(
  fault: Fault,
  command: string,
  folder: string,
  trace: string,
): Promise<string | null> {
  const { file, mark } = moduleWith(fault, folder);
  rmSync(mark, { force: true });
  const main = join(root, 'dist/src/cli/main.js');
  const { status, stdout, stderr } = await done(process.execPath, [main, ...COMMANDS[command]!(file, trace)]);
  const said = `${fault.name}, ${command}: ${status}\n${stderr}${stdout.slice(-400)}`;
  // A fault that did not happen is none.
  if (status === 0) return existsSync(mark) && fault.late !== true ? said : null;
  if (status !== 1 && status !== 2) return said;
  const isTold = status === 1 ? stdout.length + stderr.length > 0 : /mine/.test(stderr);
  return isTold && !/^ {4}at /m.test(stderr) && !/fault is its own/.test(stderr) ? null : said;
}

/** A trace under a sound scheme of the same name. */
export async function traceIn(folder: string): Promise<string> {
  const { file } = moduleWith({ name: 'none' }, folder);
  const trace = join(folder, 'trace.jsonl');
  const main = join(root, 'dist/src/cli/main.js');
  await done(process.execPath, [main, 'run', 'aba-dequeue', '--scheme', file, '--trace', trace]);
  return trace;
}
