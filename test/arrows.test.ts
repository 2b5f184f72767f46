import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { FOLDERS } from '../src/explore/campaign/checkpoint.ts';

const root = join(import.meta.dirname, '..');
/** Files that import nothing of the lab's and may be imported by all but the kernel. */
const leaves = [
  'src/counted.ts',
  'src/errors.ts',
  'src/markup.ts',
  'src/random.ts',
  'src/platform-array.ts',
  'src/suggest.ts',
  'src/visible.ts',
];
/** What is below the experiments, each of which may import those before it, as far as its row says. */
const lower = [
  'src/kernel',
  'src/host',
  'src/laboratory',
  'src/engines',
  'src/threads',
  'src/model',
  'src/observe',
  'src/schedule',
  'src/judge',
  'src/search',
  'src/explore',
  'src/checker',
];
/** What runs whole experiments out of the parts: scenarios on the stepped engine, stress and benchmarks on free threads. */
const experiments = ['src/scenario', 'src/stress', 'src/bench'];
const library = [...lower, ...experiments, 'src/gallery', 'src/play', 'src/report'];

const inKernel = (name: string): string => `src/kernel/${name}.ts`;

/**
 * Which folder or file may import which, besides itself. Only what stands here is allowed. `packages` means Node's own modules and
 * dependencies. `judge` sees the kernel's facts and its step cards, and none of its code, so that no bug of the kernel can fool the
 * auditor.
 */
const arrows: Record<string, readonly string[]> = {
  ...Object.fromEntries(leaves.map((leaf) => [leaf, []])),
  'src/suggest.ts': ['packages'],
  'src/mutant': ['src/host', 'packages'],
  'src/types': ['packages'],
  // For those who watch: the compiler of the kernel never sees it.
  'src/kernel/announcement.ts': ['src/kernel', 'src/counted.ts'],
  'src/kernel': [],
  'src/host': ['packages'],
  'src/laboratory': ['src/host', 'src/kernel', 'packages'],
  'src/engines': ['src/laboratory', 'src/host', 'src/kernel', 'packages'],
  'src/threads': ['src/laboratory', 'src/host', 'src/kernel', 'packages'],
  'src/model': ['src/engines', 'src/laboratory', 'src/host', 'src/kernel', 'packages'],
  'src/observe': ['src/engines', 'src/laboratory', 'src/kernel', 'packages'],
  'src/schedule': ['src/observe', 'src/engines', 'src/laboratory', 'src/kernel', 'packages'],
  'src/judge': [
    'src/observe',
    'src/laboratory/announcements.ts',
    'src/laboratory/labels.ts',
    'src/laboratory/structures.ts',
    ...['announcement', 'layout', 'words', 'step-card', 'structure-card', 'invariants'].map(inKernel),
    'packages',
  ],
  'src/search': ['src/schedule', 'src/observe', 'src/model', 'src/engines', 'packages'],
  'src/explore': [
    'src/mutant/self.ts',
    'src/search',
    'src/judge',
    'src/schedule',
    'src/observe',
    'src/model',
    'src/engines',
    'src/laboratory',
    'src/host',
    'src/kernel',
    'packages',
  ],
  'src/checker': [
    'src/search',
    'src/judge/damage/races.ts',
    'src/judge/history/sequential-search.ts',
    'src/schedule/schedule.ts',
    'src/model',
    'src/threads',
    'src/engines',
    'src/host',
    'packages',
  ],
  'src/scenario': [
    'src/mutant',
    'src/judge',
    'src/schedule',
    'src/observe',
    'src/model',
    'src/engines',
    'src/laboratory',
    'src/host',
    'src/kernel',
    'packages',
  ],
  'src/stress': [
    'src/mutant/self.ts',
    'src/judge',
    'src/schedule',
    'src/observe',
    'src/threads',
    'src/engines',
    'src/laboratory',
    'src/host',
    'src/kernel',
    'packages',
  ],
  'src/bench': [
    'src/stress',
    'src/judge',
    'src/observe',
    'src/threads',
    'src/engines',
    'src/laboratory',
    'src/host',
    'src/kernel',
    'packages',
  ],
  'src/gallery': ['src/checker', 'src/explore', 'src/scenario', 'src/model', 'src/observe', 'packages'],
  'src/play': ['src/scenario', ...lower.filter((each) => each !== 'src/kernel'), 'src/kernel/layout.ts'],
  // What runs in a page: the reports of it, and the engine itself.
  'src/report/page/tab': [...library, 'src/mutant', 'scenarios', 'packages'],
  'src/report': [
    ...experiments,
    'src/mutant',
    'src/gallery',
    'src/play',
    'src/explore',
    'src/search',
    'src/judge',
    'src/schedule',
    'src/observe',
    'src/model',
    'src/engines',
    'src/laboratory',
    'src/kernel/layout.ts',
    'src/kernel/words.ts',
    'src/kernel/step-card.ts',
    'packages',
  ],
  'src/index.ts': library,
  'src/cli': [...library, 'src/mutant', 'src/index.ts', 'bench', 'scenarios', 'packages'],
  workers: [...library, 'src/index.ts', 'packages'],
  bench: [...library, 'src/index.ts', 'packages'],
  scenarios: [...library, 'src/index.ts', 'packages'],
  test: [
    ...library,
    'src/mutant',
    'src/types',
    'src/index.ts',
    'src/cli',
    'workers',
    'bench',
    'scenarios',
    'dist',
    'packages',
  ],
};

const [COMMANDS, LIST] = ['src/cli/commands', 'src/cli/commands/all.ts'];

interface Import {
  readonly specifier: string;
  /** Where it stands in the text. */
  readonly start: number;
}

/** What was found in a text, which several tests look at. */
const known = new Map<string, readonly Import[]>();

function importsOf(file: string, text: string): readonly Import[] {
  const found = known.get(text) ?? parsed(file, text);
  known.set(text, found);
  return found;
}

function parsed(file: string, text: string): Import[] {
  const result = parseSync(file, text);
  const { module, errors } = result;
  if (errors.length > 0) throw new Error(`${file} cannot be parsed: ${errors[0]?.message}`);
  const found: Import[] = [];
  const note = (specifier: unknown, start = 0): unknown =>
    typeof specifier === 'string' && found.push({ specifier, start });
  const passed = module.staticExports.flatMap(({ entries }) => entries);
  for (const { moduleRequest: from } of [...module.staticImports, ...passed]) note(from?.value, from?.start);
  // The tree is made where it is asked for, which costs the most: in few files there is an import within a line.
  if (!/\bimport\(/.test(text)) return found;
  new Visitor({
    ImportExpression: ({ source }) => note('value' in source ? source.value : null, source.start),
    TSImportType: ({ source }) => note(source.value, source.start),
  }).visit(result.program);
  return found;
}

/** The file that a specifier names, as a path from the root, or `packages`. */
function target(file: string, specifier: string): string {
  if (specifier === 'lockfree-lab') return 'src/index.ts';
  if (!specifier.startsWith('.')) return 'packages';
  return posix.normalize(posix.join(posix.dirname(file), specifier));
}

function isWithin(path: string, owner: string): boolean {
  return path === owner || path.startsWith(`${owner}/`);
}

function allowedOf(owner: string): readonly string[] {
  const own = arrows[owner] ?? [];
  return owner === 'src/kernel' || leaves.includes(owner) ? own : [...own, ...leaves];
}

/** One sentence for each import in `text` that no arrow allows. */
function violations(file: string, text: string): string[] {
  const owner = Object.keys(arrows).find((each) => isWithin(file, each));
  if (owner === undefined)
    return [`${file} is in no folder of the table; give it a row in test/arrows.test.ts`];
  const allowed = allowedOf(owner);
  return importsOf(file, text)
    .filter(({ specifier }) => {
      const path = target(file, specifier);
      return !isWithin(path, owner) && !allowed.some((each) => isWithin(path, each));
    })
    .map(({ specifier, start }) => {
      const line = text.slice(0, start).split('\n').length;
      const list = allowed.length > 0 ? `only ${allowed.join(', ')}` : 'nothing outside itself';
      return `${file}:${line} imports '${specifier}', but ${owner} may import ${list}`;
    });
}

/** Groups of files each of which leads to all others of its group by imports, types included. Tarjan 1972. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const [found, lowest] = [new Map<string, number>(), new Map<string, number>()];
  const path: string[] = [];
  const groups: string[][] = [];
  const visit = (file: string): void => {
    found.set(file, found.size);
    lowest.set(file, found.get(file)!);
    path.push(file);
    for (const next of imports.get(file) ?? []) {
      if (!imports.has(next)) continue;
      if (!found.has(next)) visit(next);
      else if (!path.includes(next)) continue;
      lowest.set(file, Math.min(lowest.get(file)!, lowest.get(next)!));
    }
    if (lowest.get(file) !== found.get(file)) return;
    const group = path.splice(path.indexOf(file));
    if (group.length > 1) groups.push(group.toSorted());
  };
  for (const file of imports.keys()) if (!found.has(file)) visit(file);
  return groups;
}

/** Files named `.as.ts` are AssemblyScript and checked by its compiler. */
function sources(): string[] {
  return ['src', 'workers', 'bench', 'scenarios', 'test'].flatMap((folder) => {
    const isThere = readdirSync(root).includes(folder);
    return (isThere ? readdirSync(join(root, folder), { recursive: true }) : [])
      .map((name) => posix.join(folder, String(name).split(sep).join('/')))
      .filter((name) => /\.m?[jt]s$/.test(name) && !name.endsWith('.as.ts') && !name.includes('/expected/'));
  });
}

describe('the arrows of the architecture', () => {
  test('every import follows an arrow', () => {
    expect(sources()).toContain('src/index.ts');
    expect(sources().flatMap((file) => violations(file, readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });

  test.each([
    ['src/kernel/schemes/epochs.ts', `import { Trace } from '../../observe/trace.ts';`],
    ['src/kernel/slab.ts', `import { assert } from 'node:assert';`],
    ['src/laboratory/atomics.ts', `import type { Trace } from '../observe/trace.ts';`],
    ['src/observe/trace.ts', `export { run } from '../schedule/run.ts';`],
    ['src/schedule/run.ts', `export * from '../judge/audit/audit.ts';`],
    ['src/judge/audit/audit.ts', `import { Queue } from '../../kernel/structures/michael-scott.ts';`],
    ['src/judge/audit/audit.ts', `let q: import('../../kernel/structures/michael-scott.ts').Queue;`],
    ['src/search/search.ts', `await import('../report/page.ts');`],
    ['src/report/page.ts', `import { Slab } from '../kernel/slab.ts';`],
    ['src/index.ts', `export { main } from './cli/main.ts';`],
    ['workers/stress.ts', `import { scenario } from '../scenarios/01-aba/scenario.ts';`],
    ['bench/bench.ts', `import { main } from '../src/cli/main.ts';`],
    ['src/judge/audit/audit.ts', `import { audit } from 'lockfree-lab';`],
    ['src/helpers/all.ts', ''],
  ])('%s may not say %s', (file, text) => {
    expect(violations(file, text)).toHaveLength(1);
  });

  test.each([
    ['src/kernel/schemes/epochs.ts', `import { Memory } from '../memory.ts';`],
    ['src/judge/audit/audit.ts', `import { HEAD } from '../../kernel/layout.ts';`],
    ['src/report/page.ts', `import type { StepCard } from '../kernel/step-card.ts';`],
    ['src/cli/commands/run.ts', `await import('../../../scenarios/01-aba/scenario.ts');`],
    ['test/cli/run.test.ts', `import { main } from '../../dist/src/cli/main.js';`],
  ])('%s may say %s', (file, text) => {
    expect(violations(file, text)).toEqual([]);
  });

  test('a violation names the file, the line, the import and what is allowed instead', () => {
    expect(violations('src/judge/audit/audit.ts', `\nimport '../../schedule/run.ts';`)).toEqual([
      "src/judge/audit/audit.ts:2 imports '../../schedule/run.ts', but src/judge may import only " +
        'src/observe, src/laboratory/announcements.ts, src/laboratory/labels.ts, src/laboratory/structures.ts, src/kernel/announcement.ts, src/kernel/layout.ts, src/kernel/words.ts, src/kernel/step-card.ts, src/kernel/structure-card.ts, src/kernel/invariants.ts, packages, src/counted.ts, src/errors.ts, src/markup.ts, src/random.ts, src/platform-array.ts, src/suggest.ts, src/visible.ts',
    ]);
  });

  test('what two searches must have in common, to be added up, is all that a search may use', () => {
    const used = ['src/explore', ...arrows['src/explore']!].filter((each) => /^src\/\w+$/.test(each));
    expect(FOLDERS.map((folder) => `src/${folder}`).toSorted()).toEqual(used.toSorted());
  });

  test('no command imports another one, and nothing but their list imports a command', () => {
    const isCommand = (path: string): boolean => isWithin(path, COMMANDS) && path !== LIST;
    const wrong = (file: string, text: string): boolean =>
      file !== LIST && importsOf(file, text).some(({ specifier }) => isCommand(target(file, specifier)));
    const files = sources().filter((file) => !isWithin(file, 'test'));
    expect(files.filter((file) => wrong(file, readFileSync(join(root, file), 'utf8')))).toEqual([]);
    expect(wrong(`${COMMANDS}/tour.ts`, `import { runEach } from './run.ts';`)).toBe(true);
  });

  test('no file leads back to itself', () => {
    const files = sources();
    const imports = files.map((file): [string, string[]] => [
      file,
      importsOf(file, readFileSync(join(root, file), 'utf8')).map(({ specifier }) => target(file, specifier)),
    ]);
    expect(circles(new Map(imports))).toEqual([]);
    const around = { a: ['b', 'd'], b: ['c'], c: ['a', 'd'], d: [] };
    expect(circles(new Map(Object.entries(around)))).toEqual([['a', 'b', 'c']]);
  });
});
