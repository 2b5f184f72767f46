// How the lab's modules become the scripts of a page: part of `npm run build`.
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import zopfli from '@gfx/zopfli';
import { build, type BuildOptions, type Plugin } from 'esbuild';
import type { PackedScript } from './document.ts';
import { toLetters } from './letters.ts';
import { UNEXPLAINED } from '../terms.ts';

export const root: string = fileURLToPath(new URL('../../../', import.meta.url));

/** The oldest browsers that can unpack the script of a page. */
export const TARGET: string[] = ['chrome111', 'firefox115', 'safari16.4'];

/** A path from the root, with slashes. */
export function named(path: string): string {
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
    // A worker runs the same script: of the two builds of lit-html this one begins without a document.
    bundle.onResolve({ filter: /^lit-html/ }, ({ path }) => {
      const file = path === 'lit-html' ? 'lit-html.js' : path.slice('lit-html/'.length);
      return { path: join(root, 'node_modules/lit-html/node', file) };
    });
    bundle.onLoad({ filter: UNTOLD_IN }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(UNTOLD, " ''"),
      loader: 'ts',
    }));
    bundle.onLoad({ filter: GLOSSARY_IN }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll(UNASKED, ''),
      loader: 'ts',
    }));
    // The schemes of a page are the lab's, whose cards its tests check.
    bundle.onLoad({ filter: /[/\\]laboratory[/\\]own-scheme\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace('checkCard(scheme, ids);', ''),
      loader: 'ts',
    }));
    bundle.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8');
      if (!text.includes('import.meta')) return null;
      return {
        contents: text.replaceAll('import.meta.url', JSON.stringify(pageUrlOf(named(path)))),
        loader: 'ts',
      };
    });
  },
};

/** What schemes and structures say of themselves that is told by `list` or `bench`, or to readers of the source, and by no page. */
const UNTOLD =
  /(?<=^ +static (?:override )?readonly (?:IDEA|PAPER|BOUND|PROGRESS|HIDES|GIVES_UP|NO_CHAINS): string =|^ +(?:because|paper):)\s+(?:'[^']*'|"[^"]*")(?=[;,]$)/gm;
const UNTOLD_IN = /[/\\]kernel[/\\](?:schemes|structures)[/\\][\w-]+\.ts$/;

/** The words that are explained where somebody asks for them: a page explains the words that stand in it, and these not. */
const UNASKED = new RegExp(
  String.raw`^ {4}(?:${[...UNEXPLAINED].join('|')}):\s+(?:'[^'\n]*'|"[^"\n]*"),\n`,
  'gm',
);
const GLOSSARY_IN = /[/\\]report[/\\]glossary\.ts$/;

/** The URL by which a page knows a module of the lab. */
export function pageUrlOf(name: string): string {
  return `lab:///dist/${name.replace(/\.ts$/, '.js')}`;
}

/** Bundles modules that these lines import: the text of a script. */
export async function bundled(lines: readonly string[], options: BuildOptions = {}): Promise<string> {
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
    ...options,
    plugins: [...(options.plugins ?? []), forBrowsers],
  });
  for (const { imports } of Object.values(metafile?.outputs ?? {})) {
    for (const { path } of imports)
      throw new Error(
        `The page imports ${path}, which no browser has: give the module that uses it a .browser.ts beside it.`,
      );
  }
  if (process.argv.includes('--sizes')) {
    const [{ inputs }] = Object.values(metafile?.outputs ?? {});
    const sizes = Object.entries(inputs).toSorted((a, b) => b[1].bytesInOutput - a[1].bytesInOutput);
    for (const [file, { bytesInOutput }] of sizes.slice(0, 40))
      process.stdout.write(`${bytesInOutput} ${file}\n`);
  }
  const [{ text }] = outputFiles ?? [];
  return text;
}

/** A script as a page carries it. */
export async function packedScript(text: string): Promise<PackedScript> {
  return {
    // As gzip has it, and smaller than zlib makes it.
    packed: toLetters(await zopfli.gzipAsync(Buffer.from(text), { numiterations: 5 })),
    sha256: createHash('sha256').update(text).digest('base64'),
  };
}
