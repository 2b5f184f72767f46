// Makes the scripts and the style that pages carry, for `build.ts`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, transform } from 'esbuild';
import { root, TARGET } from './build-bundle.ts';
import { scriptOfCode, scriptsOfRuns } from './build-parts.ts';
import type { Template } from './document.ts';

const out = join(root, 'dist/src/report/page');

/** The few lines that unpack the scripts. */
async function loader(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(root, 'src/report/page/tab/loader.ts')],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: TARGET,
  });
  return outputFiles[0].text.trim();
}

async function style(): Promise<string> {
  const text = readFileSync(join(root, 'src/report/page/page.css'), 'utf8');
  const { code } = await transform(text, { loader: 'css', minify: true });
  // What stands behind the colon of a variable is its value, white space and all.
  return code.trim().replaceAll(/(--[\w-]+): /g, '$1:');
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
  scripts: { ...(await scriptsOfRuns()), code: await scriptOfCode() },
  style: await style(),
};
mkdirSync(out, { recursive: true });
writeFileSync(join(out, 'template.json'), JSON.stringify(template));
