// Parts of the script that only some pages have: part of `npm run build`.
import { existsSync, readdirSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import type { Plugin } from 'esbuild';
import { loadVariant } from '../../laboratory/participant.ts';
import { knownSteps } from '../../laboratory/labels.ts';
import { type Method, methodOf } from '../../scenario/source.ts';
import type { MethodTable } from '../../scenario/source.browser.ts';
import { methodTable } from './method-table.ts';
import { allMutants } from '../../mutant/mutant.ts';
import { mutantModule } from './build-mutants.ts';
import { bundled, named, root, pageUrlOf } from './build-bundle.ts';
import type { PackedScript } from './document.ts';

/** One isolate runs all threads of the model, and a page that is not isolated from others has no buffers to share. */
const define = { SharedArrayBuffer: 'ArrayBuffer' };

/** What plays the levels. */
const OF_LEVELS =
  /^(?:scenarios\/levels|src\/play\/.*|src\/report\/text\/play-text|src\/report\/page\/tab\/(?:level-box|level-engine|level-boot|hinter|solved-levels))\.ts$/;

/**
 * The modules that parts have in common with the script that every page carries: there is one of each, so that a class of a part extends
 * the class that runs.
 */
class SharedModules {
  readonly #paths: string[] = [];

  /** Takes all modules but a part's own from the rest of the page. */
  plugin(isOwn: (name: string) => boolean): Plugin {
    const places = this.#paths;
    return {
      name: 'shared',
      setup(bundle) {
        bundle.onResolve({ filter: /./ }, ({ path, resolveDir, kind }) => {
          if (kind === 'entry-point') return null;
          const absolute = join(resolveDir, path);
          const other = absolute.replace(/\.ts$/, '.browser.ts');
          const shared = path.startsWith('.') ? `./${named(existsSync(other) ? other : absolute)}` : path;
          return isOwn(shared.slice(2)) ? null : { path: shared, namespace: 'shared', sideEffects: false };
        });
        bundle.onLoad({ filter: /./, namespace: 'shared' }, ({ path }) => {
          if (!places.includes(path)) places.push(path);
          return { contents: `module.exports = shared[${places.indexOf(path)}];`, loader: 'js' };
        });
      },
    };
  }

  /** The lines by which the script that every page carries runs the parts, once all of them are made. */
  lines(): string[] {
    return [
      `import { runPageParts } from './src/report/page/tab/page-parts.ts';`,
      ...this.#paths.map((path, i) => `import * as shared${i} from '${path}';`),
      `runPageParts([${this.#paths.map((_, i) => `shared${i}`).join()}]);`,
    ];
  }
}

/** The modules in the folder of a scenario that scenarios name by their URLs: variants of the kernel, and schemes of their own. */
function variantsIn(folder: string): string[] {
  return readdirSync(join(root, 'scenarios', folder), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join('scenarios', folder, name.split(sep).join('/')))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('/scenario.ts'))
    .toSorted();
}

/** The source of every step that is known, each method once, by whose it is: the folder of a scenario, or empty of what is the lab's own. */
async function methods(folders: readonly string[]): Promise<ReadonlyMap<string, MethodTable>> {
  for (const name of folders.flatMap(variantsIn))
    await loadVariant(new URL(`dist/${name.replace(/ts$/, 'js')}`, `file://${root}`).href);
  const made = new Map<string, [label: string, method: Method][]>();
  for (const { label } of knownSteps()) {
    const method = methodOf(label);
    if (method === null) continue;
    const [, folder = ''] = /^scenarios\/([^/]+)\//.exec(method.file) ?? [];
    made.set(folder, [...(made.get(folder) ?? []), [label, method]]);
  }
  return new Map([...made].map(([folder, own]) => [folder, methodTable(own)]));
}

/** A script that waits to be run with the modules that it shares. */
function part(
  shared: SharedModules,
  lines: readonly string[],
  isOwn: (name: string) => boolean,
  more: readonly Plugin[] = [],
): Promise<PackedScript> {
  return bundled(lines, {
    define,
    plugins: [...more, shared.plugin(isOwn)],
    banner: { js: '(globalThis.labParts??=[]).push(shared=>{' },
    footer: { js: '});' },
  });
}

/** What scenarios are, with the modules that they name, by their folders. */
function partOfScenarios(
  shared: SharedModules,
  folders: readonly string[],
  tables: ReadonlyMap<string, MethodTable>,
): Promise<PackedScript> {
  const lines = [
    `import { addScenario } from './src/report/page/tab/known-scenarios.ts';`,
    `import { registerModule } from './src/host/lab-modules.browser.ts';`,
    `import { addMethods } from './src/scenario/source.browser.ts';`,
    ...folders.flatMap((folder, i) => [
      `import { scenario as scenario${i} } from './scenarios/${folder}/scenario.ts';`,
      `addScenario(scenario${i});`,
      ...(tables.has(folder) ? [`addMethods(${JSON.stringify(tables.get(folder))});`] : []),
    ]),
    ...folders
      .flatMap(variantsIn)
      .flatMap((name, i) => [
        `import * as module${i} from './${name}';`,
        `registerModule(${JSON.stringify(pageUrlOf(name))}, module${i});`,
      ]),
  ];
  return part(shared, lines, (name) => folders.some((folder) => name.startsWith(`scenarios/${folder}/`)));
}

/** All mutants of which a page can show how they are killed. */
function partOfMutants(shared: SharedModules): Promise<PackedScript> {
  const modules = allMutants().flatMap((mutant) => mutantModule(mutant) ?? []);
  const byName = new Map(modules.map((each) => [each.name, each]));
  const plugin: Plugin = {
    name: 'mutants',
    setup(bundle) {
      bundle.onResolve({ filter: /^mutant:/ }, ({ path }) => ({
        path: path.slice('mutant:'.length),
        namespace: 'mutant',
      }));
      bundle.onLoad({ filter: /./, namespace: 'mutant' }, ({ path }) => {
        const { text, folder } = byName.get(path) ?? { text: '', folder: '' };
        return { contents: text, loader: 'ts', resolveDir: join(root, folder) };
      });
    },
  };
  const lines = modules.map(({ name }) => `import 'mutant:${name}';`);
  return part(shared, lines, () => false, [plugin]);
}

/** The scripts of pages that step through runs, by their names: `runs` is that of all of them, and comes last. */
export async function scriptsOfRuns(): Promise<Record<string, PackedScript>> {
  const folders = readdirSync(join(root, 'scenarios')).filter((name) => /^\d/.test(name));
  const tables = await methods(folders);
  const shared = new SharedModules();
  const parts: Record<string, PackedScript> = {
    scenarios: await partOfScenarios(shared, folders, tables),
    mutants: await partOfMutants(shared),
    levels: await part(
      shared,
      [`import { bootLevels } from './src/report/page/tab/level-boot.ts';`, `bootLevels();`],
      (name) => OF_LEVELS.test(name),
    ),
  };
  for (const folder of folders)
    parts[`scenario ${folder.replace(/^\d+-/, '')}`] = await partOfScenarios(shared, [folder], tables);
  const runs = await bundled(
    [
      `import { boot } from './src/report/page/tab/boot.ts';`,
      `import { addMethods } from './src/scenario/source.browser.ts';`,
      `addMethods(${JSON.stringify(tables.get(''))});`,
      ...shared.lines(),
      `boot();`,
    ],
    { define },
  );
  return { ...parts, runs };
}

/** The script that checks a user's own code: the checker is in it. */
export function scriptOfCode(): Promise<PackedScript> {
  return bundled([
    // First: it puts in place what other modules note when they are run.
    `import './src/report/page/tab/shared-memory.ts';`,
    `import { bootCode } from './src/report/page/tab/code-boot.ts';`,
    `bootCode();`,
  ]);
}
