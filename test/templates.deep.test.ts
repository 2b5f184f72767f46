import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { lab, type Outcome } from './cli/lab.ts';

const root = join(import.meta.dirname, '..');

/** What CONTRIBUTING says of one kind of addition: the file to begin with, the new one, and the list that gets a line. */
interface Recipe {
  readonly template: string;
  readonly file: string;
  /** What is written anew in a copy of the template. */
  readonly changes: readonly (readonly [RegExp, string])[];
  readonly list: string;
  /** Its import, if the list has one, and its place in the list: what it stands behind, and what stands there then. */
  readonly line: string | null;
  readonly place: readonly [string | RegExp, string];
}

const recipes: Readonly<Record<string, Recipe>> = {
  scheme: {
    template: 'src/kernel/schemes/naive.ts',
    file: 'src/kernel/schemes/at-once.ts',
    changes: [
      [/\bNaive\b/g, 'AtOnce'],
      [/'naive'/, "'at-once'"],
      [/NUMBER: i32 = 1;/, 'NUMBER: i32 = 60;'],
    ],
    list: 'src/laboratory/schemes.ts',
    line: "import * as atOnce from '../kernel/schemes/at-once.ts';\n",
    place: [/^( {2}naive,\n[^\]]*)\]/m, '$1  atOnce,\n]'],
  },
  structure: {
    template: 'src/kernel/structures/treiber-stack.ts',
    file: 'src/kernel/structures/pile.ts',
    changes: [
      [/\bTreiberStack\b/g, 'Pile'],
      [/'treiber-stack'/, "'pile'"],
      [/NUMBER: i32 = 2;/, 'NUMBER: i32 = 60;'],
      [/\b(C_|)S([1-8])\b/g, '$1Y$2'],
      [/(Y\d: i32 = )2([3-7])/g, '$14$2'],
      [/(Y\d: i32 = )2([89])/g, '$115$2'],
      [/\bTop\b/g, 'Lid'],
      [/\bpush\b/g, 'heap'],
      [/\bpop\b/g, 'lift'],
    ],
    list: 'src/laboratory/structures.ts',
    line: "import * as pile from '../kernel/structures/pile.ts';\n",
    place: [/^( {2}michaelScott,\n[^\]]*)\]/m, '$1  pile,\n]'],
  },
  scenario: {
    template: 'scenarios/13-aba-stack/scenario.ts',
    file: 'scenarios/60-aba-pile/scenario.ts',
    changes: [
      [/number: 13/, 'number: 60'],
      [/'aba-stack'/, "'aba-pile'"],
      [/ABA at the top of a stack/, 'ABA at the lid of a pile'],
      [/treiber-stack:/g, 'pile:'],
      [/\bS6\b/g, 'Y6'],
      [/\bTop\b/g, 'Lid'],
      [/\bpush\b/g, 'heap'],
      [/\bpop\b/g, 'lift'],
    ],
    list: 'scenarios/index.ts',
    line: "import { scenario as abaPile } from './60-aba-pile/scenario.ts';\n",
    place: ['  abaStack,\n', '  abaStack,\n  abaPile,\n'],
  },
  strategy: {
    template: 'src/search/strategies/random-walk.ts',
    file: 'src/search/strategies/first-come.ts',
    changes: [
      [/randomWalk/, 'firstCome'],
      [/'random-walk'/, "'first-come'"],
    ],
    list: 'src/search/strategies/all.ts',
    line: "import { firstCome } from './first-come.ts';\n",
    place: ['randomWalk, scheduleReplay]', 'randomWalk, firstCome, scheduleReplay]'],
  },
  command: {
    template: 'src/cli/commands/explain.ts',
    file: 'src/cli/commands/define.ts',
    changes: [
      [/const explain\b/, 'const define'],
      [/name: 'explain'/, "name: 'define'"],
      [/lockfree-lab explain/g, 'lockfree-lab define'],
      [/Defines a word/, 'Says of a word what it means'],
    ],
    list: 'src/cli/commands/all.ts',
    line: null,
    place: [/( {2}explain: .*\n)/, "$1  define: async () => (await import('./define.ts')).define,\n"],
  },
};

/** Changes a text, and fails where there is nothing to change. */
function changed(text: string, from: RegExp | string, to: string, where: string): string {
  const next = text.replace(from, to);
  expect(next, `${String(from)} in ${where}`).not.toBe(text);
  return next;
}

let folder = '';

function add({ template, file, changes, list, line, place }: Recipe): void {
  let text = readFileSync(join(root, template), 'utf8');
  for (const [from, to] of changes) text = changed(text, from, to, template);
  mkdirSync(dirname(join(folder, file)), { recursive: true });
  writeFileSync(join(folder, file), text);
  const before = readFileSync(join(folder, list), 'utf8');
  const imported = line === null ? before : changed(before, /(?=^import )/m, line, list);
  writeFileSync(join(folder, list), changed(imported, place[0], place[1], list));
}

function added(...args: string[]): Outcome {
  return lab(args, {}, join(folder, 'dist/src/cli/main.js'));
}

function documentOf(...args: string[]): Record<string, unknown> {
  const { stdout, stderr } = added(...args, '--json');
  expect(stderr).toBe('');
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe('one of each kind, from its template: a file, and a line in a list', () => {
  beforeAll(() => {
    mkdirSync(join(root, 'out'), { recursive: true });
    folder = mkdtempSync(join(root, 'out/templates-'));
    for (const part of ['src', 'workers', 'scenarios', 'bench', 'package.json', 'tsconfig.json'])
      cpSync(join(root, part), join(folder, part), { recursive: true });
    for (const recipe of Object.values(recipes)) add(recipe);
    // With all types, as in the build.
    const compiler = join(root, 'node_modules/typescript/bin/tsc');
    const { status, stdout } = spawnSync(process.execPath, [compiler, '--project', folder], {
      encoding: 'utf8',
    });
    expect(stdout).toBe('');
    expect(status).toBe(0);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('all of them are listed, with what they say of themselves', () => {
    const { structures, schemes, scenarios } = documentOf('list');
    expect(structures).toContainEqual(expect.objectContaining({ id: 'pile', order: 'LIFO' }));
    expect(schemes).toContainEqual(expect.objectContaining({ id: 'at-once', title: 'naive reuse' }));
    expect(scenarios).toContainEqual(expect.objectContaining({ id: 'aba-pile', number: 60 }));
    expect(added('explore', '--help').stdout.replaceAll(/\s+/g, ' ')).toContain(
      'random-walk, first-come, replay',
    );
    expect(added('--help').stdout).toMatch(/^ +define \[word…\] +Says of a word what it means/m);
  });

  test('the scheme and the structure are explored, and damage is told in their own steps', () => {
    const { stdout } = added(
      'explore',
      '--structure',
      'pile',
      '--program',
      '[A B] lift | lift heap | lift',
      '--scheme',
      'at-once',
      '--slots',
      '5',
      '--shrink',
      '0',
      '--max-preemptions',
      '2',
    );
    expect(stdout).toContain('scheme at-once');
    expect(stdout).toMatch(/^bad .*ABA/m);
    expect(stdout).toMatch(
      /FIRST DAMAGE {3}ABA at step \d+, T\d Y6 +\(src\/kernel\/structures\/pile\.ts, label Y6\)/,
    );
    expect(stdout).toMatch(/^start {2}Lid 2 → 2B → 1A/m);
    const { findings } = documentOf(
      'explore',
      '--structure',
      'pile',
      '--program',
      '[A] lift | heap',
      '--scheme',
      'tagged',
    );
    expect(findings).toEqual([]);
  });

  test('the scenario ends under each scheme as it says, and its story has its title', () => {
    const { status, stdout } = added('run', 'aba-pile', '--engine', 'model');
    expect(status).toBe(0);
    expect(stdout).toContain('scenario 60  aba-pile');
    expect(stdout).toContain('Lid is on the free list now.');
    const all = added('run', 'aba-pile', '--engine', 'model', '--scheme', 'all');
    expect(all.status).toBe(0);
  });

  test('the strategy makes executions, and the command has help and does what it says', () => {
    const explored = documentOf(
      'explore',
      '--program',
      '[A] d | e',
      '--strategy',
      'first-come',
      '--runs',
      '20',
    );
    expect(explored).toMatchObject({ strategy: 'first-come', executions: 20 });
    expect(added('define', '--help').stdout).toContain('lockfree-lab define grace period');
    expect(added('define', 'slot').stdout).toContain('slot');
  });
});
