// Compiles the kernel with each scheme of the lab into dist/wasm, or with those whose ids are given, unless what is there is of these very
// sources: part of `npm run build`, after the TypeScript compiler.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemes } from '../registry.ts';
import { compile } from './compile.ts';
import { hashesOf, hashOf, MODULES, STAMP, stampOf } from './modules.ts';
import { hashOfSources } from './sources.ts';

const wanted = schemes.filter(({ ID }) => process.argv.length < 3 || process.argv.includes(ID, 2));
const stamp = join(MODULES, STAMP);
const sources = hashOfSources();

const isOfTheseSources = existsSync(stamp) && stampOf(readFileSync(stamp)) === sources;
const fileOf = (id: string): string => join(MODULES, `${id}.wasm`);
const known = isOfTheseSources ? hashesOf(readFileSync(stamp)) : {};
const isAsWritten = (id: string): boolean =>
  existsSync(fileOf(id)) && hashOf(readFileSync(fileOf(id))) === known[id];
const missing = wanted.filter(({ ID }) => !isAsWritten(ID));

/** In one step, so that nobody who starts meanwhile reads half a file. */
function put(path: string, contents: Uint8Array | string): void {
  writeFileSync(`${path}.${process.pid}`, contents);
  renameSync(`${path}.${process.pid}`, path);
}

if (missing.length > 0) {
  mkdirSync(MODULES, { recursive: true });
  // The stamp is about all modules: those that are not made anew must not stay under it.
  if (!isOfTheseSources)
    for (const { ID } of schemes)
      if (!wanted.some((each) => each.ID === ID)) rmSync(fileOf(ID), { force: true });
  const modules: Record<string, string> = { ...known };
  for (const scheme of missing) {
    const { wasm } = await compile(scheme);
    put(fileOf(scheme.ID), wasm);
    modules[scheme.ID] = hashOf(wasm);
  }
  put(stamp, `${JSON.stringify({ sources, modules })}\n`);
}
