// Parts of the script that only some pages have: part of `npm run build`.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import type { Plugin } from 'esbuild';
import { loadVariant } from '../../laboratory/participant.ts';
import { knownSteps } from '../../laboratory/labels.ts';
import { filesOfStructure, structures, usualStructure } from '../../laboratory/structures.ts';
import { type Method, methodOf } from '../../scenario/source.ts';
import type { MethodTable } from '../../scenario/source.browser.ts';
import { methodTable, packedMethods } from './method-table.ts';
import { allMutants } from '../../mutant/mutant.ts';
import { type MutantModule, mutantModule } from './build-mutants.ts';
import { bundled, named, packedScript, root, pageUrlOf } from './build-bundle.ts';
import type { PackedScript } from './document.ts';

/** One isolate runs all threads of the model, and a page that is not isolated from others has no buffers to share. */
const define = { SharedArrayBuffer: 'ArrayBuffer' };

/** What plays the levels. */
const OF_LEVELS =
  /^(?:scenarios\/levels|src\/play\/.*|src\/report\/text\/play-text|src\/report\/page\/tab\/(?:level-box|level-engine|level-boot|hinter|solved-levels))\.ts$/;

/** What of a module can be imported by its name. */
function exportsOf(path: string): string[] {
  const text = readFileSync(join(root, path), 'utf8');
  const declared = text.matchAll(/^export (?:abstract |async )*(?:const|let|function|class) (\w+)/gm);
  const listed = [...text.matchAll(/^export \{([^}]*)\}/gm)].flatMap(([, names]) => names.split(','));
  return [
    ...[...declared].map(([, name]) => name),
    ...listed.flatMap((each) => /(\w+)\s*$/.exec(each)?.[1] ?? []),
  ];
}

/**
 * What parts have in common with the script that every page carries: there is one of each module, so that a class of a part extends the class
 * that runs. A part asks for each thing by its module and its name, until all parts are bundled: then each has a number, by which they stay the
 * same from build to build. The bundler meets them in an order of its own. A module as a whole would keep all that it exports by its name.
 */
class SharedThings {
  readonly #things = new Set<string>();

  /** Takes all modules but a part's own from the rest of the page. */
  plugin(isOwn: (name: string) => boolean): Plugin {
    return {
      name: 'shared',
      setup(bundle) {
        bundle.onResolve({ filter: /^\./ }, ({ path, resolveDir, kind }) => {
          if (kind === 'entry-point') return null;
          const absolute = join(resolveDir, path);
          const other = absolute.replace(/\.ts$/, '.browser.ts');
          const shared = `./${named(existsSync(other) ? other : absolute)}`;
          return isOwn(shared.slice(2)) ? null : { path: shared, namespace: 'shared', sideEffects: false };
        });
        bundle.onLoad({ filter: /./, namespace: 'shared' }, ({ path }) => {
          const lines = exportsOf(path).map(
            (name) => `export const ${name} = /* @__PURE__ */ shared(${JSON.stringify(`${path} ${name}`)});`,
          );
          return { contents: lines.join('\n'), loader: 'js' };
        });
      },
    };
  }

  /** Notes what a part asks for, by its text. */
  note(text: string): string {
    for (const [, thing] of text.matchAll(ASKED)) this.#things.add(thing);
    return text;
  }

  /** The text of a part with numbers in the place of names, once all parts are bundled. */
  numbered(text: string): string {
    const things = this.#inOrder();
    return text.replaceAll(ASKED, (_, thing: string) => `shared[${things.indexOf(thing)}]`);
  }

  /** The lines by which the script that every page carries runs the parts, once all of them are bundled. */
  lines(): string[] {
    const things = this.#inOrder().map((thing) => thing.split(' '));
    return [
      `import { runPageParts } from './src/report/page/tab/page-parts.ts';`,
      ...things.map(([path, name], i) => `import { ${name} as shared${i} } from '${path}';`),
      `runPageParts([${things.map((_, i) => `shared${i}`).join()}]);`,
    ];
  }

  #inOrder(): string[] {
    return [...this.#things].toSorted();
  }
}

/** How a part asks for something. */
const ASKED = /\bshared\("([^"]+)"\)/g;

/** The modules in the folder of a scenario that scenarios name by their URLs: variants of the kernel, and schemes of their own. */
function variantsIn(folder: string): string[] {
  return readdirSync(join(root, 'scenarios', folder), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join('scenarios', folder, name.split(sep).join('/')))
    .filter((name) => name.endsWith('.ts') && !name.endsWith('/scenario.ts'))
    .toSorted();
}

/** The modules that a scenario needs of the folders of others, since its own modules extend what is in them. */
function borrowedBy(folder: string): string[] {
  const texts = variantsIn(folder).map((name) => readFileSync(join(root, name), 'utf8'));
  const paths = texts.flatMap((text) => [...text.matchAll(/ from '\.\.\/(\d[^']*\.ts)';/g)]);
  return [...new Set(paths.map(([, name]) => `scenarios/${name}`))];
}

/** The source of every step that is known, each method once, by whose it is: the folder of a scenario, or empty of what is the lab's own. */
async function methods(folders: readonly string[]): Promise<ReadonlyMap<string, MethodTable>> {
  for (const name of folders.flatMap(variantsIn))
    await loadVariant(new URL(`dist/${name.replace(/ts$/, 'js')}`, `file://${root}`).href);
  const made = new Map<string, [label: string, method: Method][]>();
  for (const { label, card } of knownSteps()) {
    const method = methodOf(label);
    // No scenario has chains.
    if (method === null || card?.ofChains === true) continue;
    const [, folder = ''] = /^scenarios\/([^/]+)\//.exec(method.file) ?? [];
    made.set(folder, [...(made.get(folder) ?? []), [label, method]]);
  }
  return new Map([...made].map(([folder, own]) => [folder, methodTable(own)]));
}

/** True of a file of a structure that is not the usual one, or of what some of these share. */
function isOfOther(file: string): boolean {
  return file.startsWith('src/kernel/structures/') && !filesOfStructure(usualStructure).includes(file);
}

/** Of the lab's own methods those whose file fits, as short as they can be. */
function packed(tables: ReadonlyMap<string, MethodTable>, fits: (file: string) => boolean): string {
  const { methods: all, labels } = tables.get('') ?? methodTable([]);
  const own = Object.entries(labels).map(([label, at]) => [label, all[at]] as const);
  return JSON.stringify(packedMethods(methodTable(own.filter(([, { file }]) => fits(file)))));
}

/** The methods of the other structures that the programs of a text name: a page has them where it may run such a program by itself. */
function ofOthersIn(text: string, tables: ReadonlyMap<string, MethodTable>): string {
  const files = structures.filter(({ ID }) => text.includes(`${ID}:`)).flatMap(filesOfStructure);
  return packed(tables, (file) => isOfOther(file) && files.includes(file));
}

/** A script that waits to be run with the modules that it shares. */
async function part(
  shared: SharedThings,
  lines: readonly string[],
  isOwn: (name: string) => boolean,
  more: readonly Plugin[] = [],
): Promise<string> {
  const text = await bundled(lines, {
    define,
    plugins: [...more, shared.plugin(isOwn)],
    banner: { js: '(globalThis.labParts??=[]).push(shared=>{' },
    footer: { js: '});' },
  });
  return shared.note(text);
}

/** What is written of a scenario. */
function textOf(folder: string): string {
  return readFileSync(join(root, 'scenarios', folder, 'scenario.ts'), 'utf8');
}

/** What scenarios are, with the modules that they name, by their folders. */
function partOfScenarios(
  shared: SharedThings,
  folders: readonly string[],
  tables: ReadonlyMap<string, MethodTable>,
): Promise<string> {
  const borrowed = folders.flatMap(borrowedBy);
  const modules = [...new Set([...folders.flatMap(variantsIn), ...borrowed])];
  const lines = [
    `import { addScenario } from './src/report/page/tab/known-scenarios.ts';`,
    `import { registerModule } from './src/host/lab-modules.browser.ts';`,
    `import { addMethods, unpackMethods } from './src/scenario/source.browser.ts';`,
    `unpackMethods(${ofOthersIn(folders.map(textOf).join(), tables)});`,
    ...folders.flatMap((folder, i) => [
      `import { scenario as scenario${i} } from './scenarios/${folder}/scenario.ts';`,
      `addScenario(scenario${i});`,
      ...[folder, ...borrowedBy(folder).map((name) => name.split('/')[1])].flatMap((of) =>
        tables.has(of) ? [`addMethods(${JSON.stringify(tables.get(of))});`] : [],
      ),
    ]),
    ...modules.flatMap((name, i) => [
      `import * as module${i} from './${name}';`,
      `registerModule(${JSON.stringify(pageUrlOf(name))}, module${i});`,
    ]),
  ];
  const isOwn = (name: string): boolean =>
    borrowed.includes(name) || folders.some((folder) => name.startsWith(`scenarios/${folder}/`));
  return part(shared, lines, isOwn);
}

/** All mutants of which a page can show how they are killed. */
function partOfMutants(shared: SharedThings): Promise<string> {
  // One module for all mutants that have the same head.
  const modules: MutantModule[] = [];
  const made = allMutants().flatMap((mutant) => mutantModule(mutant) ?? []);
  for (const [place, { folder, head, text }] of made.entries()) {
    const line = `addMutant(${place}, ${text});`;
    const at = modules.findIndex((each) => each.folder === folder && each.head === head);
    if (at === -1) modules.push({ folder, head, text: line });
    else modules[at] = { folder, head, text: `${modules[at].text}\n${line}` };
  }
  const plugin: Plugin = {
    name: 'mutants',
    setup(bundle) {
      bundle.onResolve({ filter: /^mutant:/ }, ({ path }) => ({
        path: path.slice('mutant:'.length),
        namespace: 'mutant',
      }));
      bundle.onLoad({ filter: /./, namespace: 'mutant' }, ({ path }) => {
        const { head, text, folder } = modules[Number(path)];
        return { contents: `${head}\n${text}`, loader: 'ts', resolveDir: join(root, folder) };
      });
    },
  };
  const lines = modules.map((_, i) => `import 'mutant:${i}';`);
  return part(shared, lines, () => false, [plugin]);
}

/** The scripts of pages that step through runs, by their names: `runs` is that of all of them, and comes last. */
export async function scriptsOfRuns(): Promise<Record<string, PackedScript>> {
  const folders = readdirSync(join(root, 'scenarios')).filter((name) => /^\d/.test(name));
  const tables = await methods(folders);
  const shared = new SharedThings();
  const parts: Record<string, string> = {
    scenarios: await partOfScenarios(shared, folders, tables),
    mutants: await partOfMutants(shared),
    levels: await part(
      shared,
      [
        `import { bootLevels } from './src/report/page/tab/level-boot.ts';`,
        `import { unpackMethods } from './src/scenario/source.browser.ts';`,
        `unpackMethods(${ofOthersIn(readFileSync(join(root, 'scenarios/levels.ts'), 'utf8'), tables)});`,
        `bootLevels();`,
      ],
      (name) => OF_LEVELS.test(name),
    ),
  };
  for (const folder of folders)
    parts[`scenario ${folder.replace(/^\d+-/, '')}`] = await partOfScenarios(shared, [folder], tables);
  const runs = await bundled(
    [
      `import { boot } from './src/report/page/tab/boot.ts';`,
      `import { unpackMethods } from './src/scenario/source.browser.ts';`,
      `unpackMethods(${packed(tables, (file) => !isOfOther(file))});`,
      ...shared.lines(),
      `boot();`,
    ],
    { define },
  );
  const packedParts = Object.entries(parts).map(
    async ([name, text]) => [name, await packedScript(shared.numbered(text))] as const,
  );
  return { ...Object.fromEntries(await Promise.all(packedParts)), runs: await packedScript(runs) };
}

/** The script that checks a user's own code: the checker is in it. */
export async function scriptOfCode(): Promise<PackedScript> {
  const text = await bundled([
    // First: it puts in place what other modules note when they are run.
    `import './src/report/page/tab/shared-memory.ts';`,
    `import { bootCode } from './src/report/page/tab/code-boot.ts';`,
    `bootCode();`,
  ]);
  return packedScript(text);
}
