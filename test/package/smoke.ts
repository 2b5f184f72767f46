// Packs the package, installs it into an empty folder, and lets every runtime that it is for work with it: npm run test:package.
// With -- --only bun,node@22 those alone. A runtime that cannot be installed is a failure.
import { copyFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { closest } from '../../src/suggest.ts';
import { programs } from '../examples/programs.ts';
import { type Done, done, emptyFolder, install, pack, root } from './packed.ts';

/** The runtimes, by the packages of the registry that bring them. */
const RUNTIMES = ['node@20', 'node@22', 'node@24', 'node@26', 'bun', 'deno'] as const;
type Runtime = (typeof RUNTIMES)[number];

const AT_ONCE = 2;
/** A step takes a few seconds; this is for one that hangs, on a busy machine. */
const LIMIT_MS = 180_000;

interface Step {
  readonly name: string;
  readonly args: readonly string[];
  /** Words that it prints if all is well. */
  readonly prints: readonly string[];
}

const MAIN = 'node_modules/lockfree-lab/dist/src/cli/main.js';

/** The programs of the README, as files in the folder. */
function writePrograms(folder: string): Step[] {
  const own = programs().filter(
    ({ place, code }) => place.startsWith('README.md:') && code.includes("'lockfree-lab"),
  );
  return own.map(({ code, promised, place }, i) => {
    const file = `program-${i + 1}.mjs`;
    writeFileSync(join(folder, file), code);
    return { name: place, args: [file], prints: promised };
  });
}

/** Float16Array, where the engine has it; else another one that can hold the same number. */
const HALF = `import { check } from 'lockfree-lab/explore';
const half = () => globalThis.Float16Array ?? Float32Array;
const { complete } = check({
  words: { memory: new SharedArrayBuffer(4) },
  threads: [({ memory }) => (new (half())(memory)[0] = 0.1)],
  finally: ({ memory }) => new (half())(memory)[0] === half().of(0.1)[0],
});
console.log(half().name, complete);
`;

function stepsIn(folder: string): Step[] {
  writeFileSync(join(folder, 'half.mjs'), HALF);
  copyFileSync(join(root, 'scenarios/own/delayed-reuse.js'), join(folder, 'mine.mjs'));
  copyFileSync(join(root, 'scenarios/own/delayed-reuse.ts'), join(folder, 'mine.mts'));
  const stress = ['stress', '--scheme', 'hazard-pointers', '--seconds', '0.3'];
  const steps: readonly (readonly [name: string, args: readonly string[], prints: string])[] = [
    ['run', ['run', 'aba-dequeue', '--scheme', 'naive'], 'FIRST DAMAGE   ABA'],
    ['model', ['run', 'aba-dequeue', '--scheme', 'naive', '--engine', 'model'], 'FIRST DAMAGE   ABA'],
    ['atomics', stress, 'AUDIT'],
    ['wasm', [...stress, '--engine', 'wasm'], 'AUDIT'],
    ['explore', ['explore', '--program', '[A] d | d e', '--scheme', 'tagged'], 'complete'],
    ['own .js', ['run', 'aba-dequeue', '--scheme', './mine.mjs:delay=1'], 'delayed-reuse'],
    ['own .ts', ['run', 'aba-dequeue', '--scheme', './mine.mts:delay=1'], 'delayed-reuse'],
  ];
  return [
    ...steps.map(([name, args, prints]) => ({ name, args: [MAIN, ...args], prints: [prints] })),
    { name: 'halves', args: ['half.mjs'], prints: ['Array true'] },
    ...writePrograms(folder),
  ];
}

/** The words that start a program under a runtime. Deno gives no rights unless it is asked to. */
async function launcher(runtime: Runtime, folder: string): Promise<string[]> {
  const [name] = runtime.split('@') as [string];
  if (runtime === `node@${process.versions.node.split('.')[0]}`) return [process.execPath];
  mkdirSync(folder);
  await install(folder, [runtime]);
  const binary = join(folder, 'node_modules/.bin', name);
  return name === 'deno' ? [binary, 'run', '-A'] : [binary];
}

/** Runtimes lay values out in their own ways, and quote them so, too. */
function bare(text: string): string {
  return text.replaceAll(/[\s"',]/g, '');
}

function whatIsWrong({ status, stdout, stderr }: Done, { prints }: Step): string | null {
  const said = `${stdout}\n${stderr}`.trim().split('\n').slice(-6).join('\n    ');
  if (status !== 0) return `${status === null ? 'did not end' : `ended with status ${status}`}\n    ${said}`;
  const missing = prints.find((words) => !bare(stdout).includes(bare(words)));
  return missing === undefined ? null : `did not print ${missing}\n    ${said}`;
}

/** Returns false if anything went wrong, which has been said then. */
async function tryOn(
  runtime: Runtime,
  steps: readonly Step[],
  app: string,
  folder: string,
): Promise<boolean> {
  const began = performance.now();
  const failed: string[] = [];
  let version = '';
  try {
    const [program, ...before] = (await launcher(runtime, folder)) as [string, ...string[]];
    const told = await done(program, ['--version'], { cwd: app, limitMs: LIMIT_MS });
    version = /\d+\.\d+\.\d+/.exec(told.stdout)?.[0] ?? `no version: ${told.stderr}`;
    for (const step of steps) {
      const came = await done(program, [...before, ...step.args], { cwd: app, limitMs: LIMIT_MS });
      const wrong = whatIsWrong(came, step);
      if (wrong !== null) failed.push(`${step.name}: ${wrong}`);
    }
  } catch (error) {
    failed.push(`it cannot be had: ${(error as Error).message}`);
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  const verdict = failed.length === 0 ? `ok      ${steps.length} steps` : `FAILED  ${failed.length} of them`;
  console.log(`${runtime.padEnd(8)} ${version.padEnd(8)} ${verdict}, ${seconds} s`);
  for (const each of failed) console.log(`  ${each}`);
  return failed.length === 0;
}

function chosen(): readonly Runtime[] {
  const { values } = parseArgs({ options: { only: { type: 'string' } } });
  const names = values.only?.split(',') ?? RUNTIMES;
  for (const name of names) {
    if ((RUNTIMES as readonly string[]).includes(name)) continue;
    console.error(
      `There is no runtime "${name}"${closest(name, RUNTIMES)}; the runtimes are ${RUNTIMES.join(', ')}.`,
    );
    process.exit(2);
  }
  return names as readonly Runtime[];
}

const runtimes = chosen();
if (!existsSync(join(root, 'dist/wasm'))) {
  console.error('There is nothing to pack yet: run "npm run build".');
  process.exit(2);
}
const folder = emptyFolder('package');
const clean = (): void => rmSync(folder, { recursive: true, force: true });
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    clean();
    process.exit(signal === 'SIGINT' ? 130 : 143);
  });
}
try {
  const app = join(folder, 'app');
  mkdirSync(app);
  await install(app, [await pack(folder)]);
  const steps = stepsIn(app);
  const queue = [...runtimes];
  const results: boolean[] = [];
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      results.push(await tryOn(next, steps, app, join(folder, next)));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const passed = results.filter(Boolean).length;
  console.log(`${passed} passed, ${results.length - passed} failed`);
  if (passed < runtimes.length) process.exitCode = 1;
} finally {
  clean();
}
