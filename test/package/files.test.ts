import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { expect, test } from 'vitest';
import { root } from './packed.ts';
import { deep } from '../effort.ts';

/** Files of the package when it had everything that there was. */
const ONCE = 1564;

/** Those of them that were for the five schemes of then: of each its text, what is compiled of it, and a module for each structure. */
const OF_SCHEMES = 25;

/** And those for the two structures of then: of each its text, and what is compiled of it. */
const OF_STRUCTURES = 6;

/** And those that were for the thirteen scenarios of then. */
const OF_SCENARIOS = 42;

/** What came later beside those that are left out of the count: looks ahead, life cycles, hand-overs, hands, rehearsals, plots, amounts of the benchmark and kinds of its repetitions, threads of a story, names of scenarios and how one is loaded, and their sources. */
const LATER = 51;

/** What users import. */
const ENTRIES = [
  'dist/src/index.d.ts',
  ...['index', 'replays', 'vitest', 'wasm/index'].map((name) => `dist/src/checker/${name}.d.ts`),
];

test.runIf(deep)('the package has what it needs to run and to be read, and nothing else', () => {
  const said = execFileSync('npm', ['pack', '--dry-run', '--ignore-scripts', '--json'], {
    cwd: root,
    encoding: 'utf8',
  });
  const [{ files }] = JSON.parse(said) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);
  // Pages came later, with what they are made from, the gallery and the game, and the checks of modules; and there may be any number of schemes,
  // structures and scenarios.
  const others = paths.filter(
    (path) =>
      !/^(?:dist\/src\/(?:report\/page|play|checker\/wasm|cli\/check)|(?:dist\/)?scenarios\/(?:gallery|\d\d-[\w-]+))\//.test(
        path,
      ) && !/^dist\/wasm\/|kernel\/(?:schemes|structures)\//.test(path),
  );
  expect(others.length).toBeLessThanOrEqual(ONCE / 2 - OF_SCHEMES - OF_STRUCTURES - OF_SCENARIOS + LATER);
  // A bundler for browsers takes this one file in the place of another, as the package tells it to.
  const { browser } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    browser: Record<string, string>;
  };
  const forBrowsers = Object.values(browser).map((path) => posix.normalize(path));
  expect(paths.filter((path) => /\.browser\.|page\/(?:build|tab)/.test(path))).toEqual(forBrowsers);
  expect(paths.filter((path) => /\.map$|\/expected\/|\.test\./.test(path))).toEqual([]);
  for (const path of [
    'README.md',
    'LICENSE',
    'dist/src/index.js',
    'dist/src/index.d.ts',
    'dist/src/checker/index.js',
    'dist/src/checker/index.d.ts',
    'dist/src/cli/main.js',
    'dist/src/report/page/template.json',
    'src/checker/README.md',
    'dist/workers/stress.js',
    'dist/wasm/michael-scott.epochs.wasm',
    'dist/wasm/treiber-stack.tagged.wasm',
    'dist/wasm/sources.json',
    'src/kernel/structures/michael-scott.ts',
    'src/kernel/schemes/tagged.ts',
  ])
    expect(paths).toContain(path);
  const lacking = declarations(ENTRIES).filter((path) => !paths.includes(path));
  expect(lacking, 'declarations that an entry leads to; let "files" of package.json keep them').toEqual([]);
});

/** The declarations that some lead to, by imports. */
function declarations(entries: readonly string[]): string[] {
  const found = new Set(entries);
  for (const path of found) {
    const text = readFileSync(join(root, path), 'utf8');
    for (const [, from] of text.matchAll(/(?:from |import\()['"](\.[^'"]+)['"]/g))
      found.add(posix.join(posix.dirname(path), from!.replace(/\.[jt]s$/, '.d.ts')));
  }
  expect(found.size).toBeGreaterThan(50);
  return [...found];
}

test('package.json can be asked for', () => {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: object };
  expect(exports).toMatchObject({ './package.json': './package.json' });
  expect(import.meta.resolve('lockfree-lab/package.json')).toMatch(/\/package\.json$/);
});
