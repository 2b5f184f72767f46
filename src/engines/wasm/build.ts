// Compiles the kernel with each structure and each scheme of the lab into dist/wasm, or those modules whose names are given
// (`michael-scott.tagged`), unless what is there is of these very sources: part of `npm run build`, after the TypeScript compiler.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InternalError } from '../../errors.ts';
import { schemes } from '../../laboratory/registry.ts';
import { structures } from '../../laboratory/structures.ts';
import { compile } from './compile.ts';
import { hashesOf, hashOf, moduleName, MODULES, STAMP, stampOf } from './modules.ts';
import { hashOfSources } from './sources.ts';

const all = structures.flatMap((structure) =>
  schemes.map((scheme) => ({ structure, scheme, name: moduleName(structure, scheme) })),
);
const asked = process.argv.slice(2);
const unknown = asked.find((each) => !all.some(({ name }) => name === each));
if (unknown !== undefined) {
  throw new InternalError(
    `There is no module "${unknown}" to compile; there are ${all.map(({ name }) => name).join(', ')}.`,
  );
}
const wanted = all.filter(({ name }) => asked.length === 0 || asked.includes(name));
const stamp = join(MODULES, STAMP);
const sources = hashOfSources();

const isOfTheseSources = existsSync(stamp) && stampOf(readFileSync(stamp)) === sources;
const fileOf = (name: string): string => join(MODULES, `${name}.wasm`);
const known = isOfTheseSources ? hashesOf(readFileSync(stamp)) : {};
const isAsWritten = (name: string): boolean =>
  existsSync(fileOf(name)) && hashOf(readFileSync(fileOf(name))) === known[name];
const missing = wanted.filter(({ name }) => !isAsWritten(name));

/** In one step, so that nobody who starts meanwhile reads half a file. */
function put(path: string, contents: Uint8Array | string): void {
  writeFileSync(`${path}.${process.pid}`, contents);
  renameSync(`${path}.${process.pid}`, path);
}

if (missing.length > 0) {
  mkdirSync(MODULES, { recursive: true });
  // The stamp is about all modules: those that are not made anew must not stay under it.
  if (!isOfTheseSources)
    for (const { name } of all)
      if (!wanted.some((each) => each.name === name)) rmSync(fileOf(name), { force: true });
  const modules: Record<string, string> = { ...known };
  for (const { structure, scheme, name } of missing) {
    const { wasm } = await compile(scheme, undefined, structure);
    put(fileOf(name), wasm);
    modules[name] = hashOf(wasm);
  }
  put(stamp, `${JSON.stringify({ sources, modules })}\n`);
}
