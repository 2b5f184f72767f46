// Makes the script and the style that every page carries: part of `npm run build`.
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, existsSync, writeFileSync } from 'node:fs';
import { join, posix, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build, type Plugin, transform } from 'esbuild';
import { knownSteps } from '../../laboratory/labels.ts';
import { loadVariant } from '../../laboratory/participant.ts';
import { type Method, methodOf } from '../../scenario/source.ts';
import type { MethodTable } from '../../scenario/source.browser.ts';
import type { PackedScript, Template } from './document.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const out = join(root, 'dist/src/report/page');

/** The oldest browsers that can unpack the script of a page. */
const TARGET = ['chrome111', 'firefox115', 'safari16.4'];

/** A path from the root, with slashes. */
function named(path: string): string {
  return relative(root, path).split(sep).join('/');
}

/**
 * How the lab's modules become a page's: NAME.ts gives way to NAME.browser.ts where there is one, `import.meta.url` is a URL that says
 * where the compiled module stands in the package, and a module of Node's may be named only where nothing is taken from it.
 */
const forBrowsers: Plugin = {
  name: 'for browsers',
  setup(bundle) {
    bundle.onResolve({ filter: /^\.{1,2}\// }, ({ path, resolveDir }) => {
      const other = join(resolveDir, path).replace(/\.ts$/, '.browser.ts');
      return existsSync(other) ? { path: other } : null;
    });
    bundle.onResolve({ filter: /^node:/ }, ({ path }) => {
      const own = join(root, 'src/report/page/tab', `${path.replace(':', '-')}.ts`);
      return existsSync(own) ? { path: own } : { path, external: true, sideEffects: false };
    });
    bundle.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('import.meta')) return null;
      const url = `lab:///dist/${named(path).replace(/\.ts$/, '.js')}`;
      return { contents: text.replaceAll('import.meta.url', JSON.stringify(url)), loader: 'ts' };
    });
  },
};

/** The modules that scenarios name by their URLs: variants of the kernel, and schemes of their own. */
function variants(): string[] {
  return readdirSync(join(root, 'scenarios'), { recursive: true, encoding: 'utf8' })
    .map((name) => posix.join('scenarios', name.split(sep).join('/')))
    .filter((name) => /^scenarios\/\d[^/]*\/[^/]*\.ts$/.test(name) && !name.endsWith('/scenario.ts'))
    .toSorted();
}

/** The source of every step that is known, each method once. */
async function methods(): Promise<MethodTable> {
  for (const name of variants())
    await loadVariant(new URL(`dist/${name.replace(/ts$/, 'js')}`, `file://${root}`).href);
  const found: Method[] = [];
  const labels: Record<string, number> = {};
  for (const { label } of knownSteps()) {
    const method = methodOf(label);
    if (method === null) continue;
    const at = found.findIndex(({ file, name }) => file === method.file && name === method.name);
    labels[label] = at === -1 ? found.push(method) - 1 : at;
  }
  return { methods: found, labels };
}

/** The script that steps through runs and makes others: the engine is in it, and the scenarios. */
async function scriptOfRuns(): Promise<PackedScript> {
  const modules = variants();
  const lines = [
    `import { registerModule } from './src/host/lab-modules.browser.ts';`,
    `import { setMethods } from './src/scenario/source.browser.ts';`,
    `import { boot } from './src/report/page/tab/boot.ts';`,
    ...modules.map((name, i) => `import * as module${i} from './${name}';`),
    ...modules.map((name, i) => `registerModule('lab:///dist/${name.replace(/ts$/, 'js')}', module${i});`),
    `setMethods(${JSON.stringify(await methods())});`,
    `boot();`,
  ];
  // One isolate runs all threads of the model, and a page that is not isolated from others has no buffers to share.
  return bundled(lines, { SharedArrayBuffer: 'ArrayBuffer' });
}

/** The script that checks a user's own code: the checker is in it. */
function scriptOfCode(): Promise<PackedScript> {
  return bundled([
    // First: it puts in place what other modules note when they are run.
    `import './src/report/page/tab/shared-memory.ts';`,
    `import { bootCode } from './src/report/page/tab/code-boot.ts';`,
    `bootCode();`,
  ]);
}

/** @param define names that stand for others in the whole script */
async function bundled(lines: readonly string[], define: Record<string, string> = {}): Promise<PackedScript> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: lines.join('\n'), resolveDir: root, loader: 'ts' },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'iife',
    platform: 'browser',
    target: TARGET,
    legalComments: 'none',
    charset: 'utf8',
    define,
    plugins: [forBrowsers],
  });
  for (const { imports } of Object.values(metafile.outputs)) {
    for (const { path } of imports)
      throw new Error(
        `The page imports ${path}, which no browser has: give the module that uses it a .browser.ts beside it.`,
      );
  }
  if (process.argv.includes('--sizes')) {
    const [{ inputs }] = Object.values(metafile.outputs);
    const sizes = Object.entries(inputs).toSorted((a, b) => b[1].bytesInOutput - a[1].bytesInOutput);
    for (const [file, { bytesInOutput }] of sizes.slice(0, 40))
      process.stdout.write(`${bytesInOutput} ${file}\n`);
  }
  const [{ text }] = outputFiles;
  return {
    packed: gzipSync(text, { level: 9 }).toString('base64'),
    sha256: createHash('sha256').update(text).digest('base64'),
  };
}

/** The few lines that unpack the script. */
async function loader(): Promise<string> {
  const text = readFileSync(join(root, 'src/report/page/tab/loader.ts'), 'utf8');
  return (await transform(text, { loader: 'ts', minify: true, format: 'iife', target: TARGET })).code.trim();
}

async function style(): Promise<string> {
  const text = readFileSync(join(root, 'src/report/page/page.css'), 'utf8');
  return (await transform(text, { loader: 'css', minify: true })).code.trim();
}

// Plots are made by the package itself, which needs no d3 then.
await build({
  entryPoints: [join(root, 'src/report/plots/d3.ts')],
  outfile: join(root, 'dist/src/report/plots/d3.js'),
  bundle: true,
  minify: true,
  format: 'esm',
  platform: 'neutral',
  mainFields: ['module', 'main'],
  legalComments: 'inline',
  allowOverwrite: true,
});

const template: Template = {
  loader: await loader(),
  scripts: { runs: await scriptOfRuns(), code: await scriptOfCode() },
  style: await style(),
};
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'template.json'), JSON.stringify(template));
