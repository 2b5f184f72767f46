import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { defineConfig, type Plugin, type TestProjectInlineConfiguration } from 'vitest/config';

/** Files that need a process of their own: they hold what is said where no code of a user's own was ever loaded. */
const APART = ['test/cli/ending.test.ts'];
const DEEP = 'test/**/*.deep.test.ts';
/** Take minutes each: `npm run test:deep` runs them, and the bounded form of it that is part of the gate does not. */
const LONG = [
  'judge/linearizability',
  'checker/examples/safe-stack',
  'cli/endless',
  'cli/own-fault-matrix',
  'examples',
  'kernel/kills',
  'scenarios/sentences',
  'stress/broken-compiled',
].map((name) => `test/${name}.deep.test.ts`);

/** Files whose tests have a short form for `npm test`: they import `effort.ts`, or `width.ts`, which does. */
const shortened = readdirSync('test', { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.test.ts') && !file.endsWith('.deep.test.ts'))
  .map((file) => `test/${file}`)
  .filter((file) => /from '[./\w]*(effort|width)\.ts'/.test(readFileSync(file, 'utf8')));

/**
 * For the short forms: most of what they run is run too few times to be worth the optimizing compiler, which took a third of their processor
 * time. What is run eight times as long as is usual is still optimized.
 */
const OPTIMIZE_LATE = ['--interrupt-budget=540672'];

/** Run by `npm run test:browser`, where there is a browser. */
const BROWSER = 'test/**/*.browser.test.ts';

/** Which tests a mode runs, each group in processes of its own. */
function projectsFor(mode: string): TestProjectInlineConfiguration[] {
  if (mode === 'browser') {
    // A page that was asked for something answers when it can: where the machine is busy, after seconds.
    const expect = { poll: { timeout: 30_000 } };
    return [{ extends: true, test: { name: 'browser', include: [BROWSER], expect } }];
  }
  if (mode === 'deep' || mode === 'bounded') {
    return [
      {
        extends: true,
        test: {
          name: 'deep',
          include: [DEEP, ...shortened],
          exclude: mode === 'bounded' ? LONG : [],
          env: { LOCKFREE_LAB_DEEP: mode },
        },
      },
    ];
  }
  // In the long forms some tests put others in the place of modules of the sources.
  const plugins = [asBuilt(join(import.meta.dirname, '..'))];
  return [
    {
      extends: true,
      plugins,
      test: {
        name: 'together',
        include: ['test/**/*.test.ts'],
        exclude: [...APART, DEEP, BROWSER],
        isolate: false,
        execArgv: OPTIMIZE_LATE,
      },
    },
    { extends: true, plugins, test: { name: 'apart', include: APART, execArgv: OPTIMIZE_LATE } },
  ];
}

/**
 * Tests import the sources, and get what the build has made of them, where it has made something: that is loaded once, by Node itself, and is
 * what their workers and the command line run.
 */
function asBuilt(root: string): Plugin {
  return {
    name: 'as built',
    enforce: 'pre',
    resolveId(source, importer) {
      if (!source.startsWith('.') || !source.endsWith('.ts') || importer === undefined) return null;
      const path = relative(root, resolve(dirname(importer), source));
      const built = join(root, 'dist', path.replace(/\.ts$/, '.js'));
      // What builds stays where the sources are.
      const isBuilt = /^(?:src|workers|scenarios|bench)\/(?!.*\/build[^/]*$)/.test(path) && existsSync(built);
      return isBuilt ? built : null;
    },
  };
}

/** `vitest --mode deep` runs what takes long, `--mode bounded` all of that but the longest, `--mode browser` those that need a browser; every other mode the short forms. */
export default defineConfig(({ mode }) => ({
  test: {
    // Compiled code is loaded by Node itself, so that a test and its workers run the same files and c8 can count them.
    server: { deps: { external: [/\/dist\//] } },
    pool: 'forks',
    // Tests start threads and processes of their own, and no test asserts a time that a neighbour could spoil.
    maxWorkers: 2,
    setupFiles: ['test/coverage.ts', 'test/random-inputs.ts'],
    // Against hangs alone: a machine may be slow, and busy.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    projects: projectsFor(mode),
  },
}));
