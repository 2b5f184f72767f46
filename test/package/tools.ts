// The checker in test runners, as a user writes it: a check that fails is shown at the user's line, kept beside the tests, tried first by the
// next run, run alone by LOCKFREE_REPLAY, and forgotten when the code is repaired.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type Done, done } from './packed.ts';

/** A test runner, and how it is used. */
export interface Tool {
  readonly name: string;
  /** What brings it, by its name in the registry; null for Node's own. */
  readonly package: string | null;
  /** What the file of tests begins with, and what its tests are called by. */
  readonly begins: string;
  /** The file of tests, and files besides. */
  readonly file: string;
  readonly files: Readonly<Record<string, string>>;
  /** The words that run it in the folder, and those that run one test by its name. */
  readonly runs: readonly string[];
  readonly byName: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

const BIN = 'node_modules/.bin';

/** A file for a test runner that is given its test function. */
function beginning(imports: string, own: string): string {
  return `${imports}import { withReplays } from 'lockfree-lab/replays';

const test = withReplays(${own}, import.meta.url);
`;
}

const SETUP = `import { defineConfig } from 'vitest/config';

export default defineConfig({ test: { setupFiles: ['lockfree-lab/vitest'] } });
`;

export const TOOLS: readonly Tool[] = [
  {
    name: 'node:test',
    package: null,
    begins: beginning(`import { test as own } from 'node:test';\n`, 'own'),
    file: 'node.test.mjs',
    files: {},
    runs: [process.execPath, '--test', '--test-reporter=spec'],
    byName: ['--test-name-pattern', 'lost'],
    environment: {},
  },
  {
    name: 'vitest',
    package: 'vitest',
    begins: `import { test } from 'vitest';\n`,
    file: 'counter.test.ts',
    files: { 'vitest.config.mjs': SETUP },
    runs: [process.execPath, `${BIN}/vitest`, 'run', '--root', '.'],
    byName: ['-t', 'lost'],
    environment: { NO_COLOR: '1' },
  },
  {
    name: 'jest',
    package: 'jest',
    begins: beginning('', 'globalThis.test'),
    file: 'jest.test.mjs',
    files: { 'jest.config.mjs': `export default { testMatch: ['**/jest.test.mjs'], transform: {} };\n` },
    runs: [process.execPath, '--experimental-vm-modules', `${BIN}/jest`],
    byName: ['-t', 'lost'],
    environment: {},
  },
  {
    name: 'bun test',
    package: 'bun',
    begins: beginning(`import { test as own } from 'bun:test';\n`, 'own'),
    file: 'bun.test.mjs',
    files: {},
    runs: [`${BIN}/bun`, 'test'],
    byName: ['-t', 'lost'],
    environment: {},
  },
  {
    name: 'deno test',
    package: 'deno',
    begins: beginning('', 'Deno.test'),
    file: 'deno.test.mjs',
    files: {},
    runs: [`${BIN}/deno`, 'test', '--allow-read', '--allow-write', '--allow-env'],
    byName: ['--filter', 'lost'],
    environment: { NO_COLOR: '1', DENO_NO_UPDATE_CHECK: '1' },
  },
];

const TESTS = `
test('a lock excludes', () => {
  check({
    words: { memory: [0], n: 0 },
    threads: [locked, locked],
    finally: ({ n }) => n === 2,
  });
});

test('no increment is lost', () => {
  check({
    words: { counter: 0 },
    threads: [increment, increment],
    finally: ({ counter }) => counter === 2,
  });
});
`;

const LOCKED = `
export const locked = ({ memory, n }) => {
  while (Atomics.compareExchange(memory, 0, 0, 1) !== 0) Atomics.wait(memory, 0, 1);
  n.value++;
  Atomics.store(memory, 0, 0);
  Atomics.notify(memory, 0, 1);
};
`;
const BROKEN = `export const increment = ({ counter }) => {
  const before = counter.load();
  counter.store(before + 1);
};
`;
const REPAIRED = `export const increment = ({ counter }) => {
  counter.add(1);
};
`;

/** Uses a test runner in a folder where it and the package are installed. Returns what went not as it should. */
export async function useTool(tool: Tool, folder: string): Promise<string[]> {
  const { begins, file, files, runs, byName } = tool;
  const text = `import { check } from 'lockfree-lab/explore';\n${begins}import { increment, locked } from './counter.mjs';\n${TESTS}`;
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries({ ...files, [file]: text }))
    writeFileSync(join(folder, name), content);
  const line = text.split('\n').findLastIndex((each) => each.includes('check({')) + 1;
  const kept = join(folder, '__lockfree__', `${file}.json`);
  const wrong: string[] = [];
  const run = async (code: string, more: readonly string[], environment = {}): Promise<Done> => {
    writeFileSync(join(folder, 'counter.mjs'), code + LOCKED);
    const [program, ...args] = [...runs, ...more, file] as string[] as [string, ...string[]];
    return done(program, args, {
      cwd: folder,
      env: { ...process.env, CI: '', LOCKFREE_REPLAY: '', ...tool.environment, ...environment },
    });
  };
  const expect = (
    what: string,
    { status, stdout, stderr }: Done,
    fails: boolean,
    words: readonly string[],
  ): void => {
    const said = stripVTControlCharacters(stdout + stderr);
    const missing = words.find((each) => !said.includes(each));
    if (fails === (status !== 0) && status !== null && missing === undefined) return;
    const why = missing === undefined ? `it ended with status ${status}` : `it did not print "${missing}"`;
    wrong.push(`${what}: ${why}\n${said.trim().split('\n').slice(-60).join('\n')}`);
  };

  const first = await run(BROKEN, []);
  expect('the first run', first, true, [
    'What must hold at the end does not.',
    'counter.mjs:2',
    `${file}:${line}:3`,
    'Found after 2 executions',
  ]);
  if (!existsSync(kept)) wrong.push(`${kept} was not written`);
  expect('the second run', await run(BROKEN, []), true, ['It failed so the last time and was tried first']);
  expect('LOCKFREE_REPLAY', await run(BROKEN, byName, { LOCKFREE_REPLAY: '1x2,2,1' }), true, [
    '1x2,2,1" does not fit',
  ]);
  expect('LOCKFREE_REPLAY', await run(BROKEN, byName, { LOCKFREE_REPLAY: '1,2x2,1' }), true, [
    'Replayed: 4 steps',
  ]);
  expect('the repaired code', await run(REPAIRED, []), false, []);
  if (existsSync(join(folder, '__lockfree__'))) wrong.push(`${kept} was not removed`);
  return wrong;
}
