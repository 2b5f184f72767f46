// Compiles the kernel with each scheme of the lab into dist/wasm, unless what is there is of these very sources: part of
// `npm run build`, after the TypeScript compiler.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemes } from '../registry.ts';
import { compile } from './compile.ts';
import { MODULES, STAMP, stampOf } from './modules.ts';
import { hashOfSources } from './sources.ts';

const stamp = join(MODULES, STAMP);
const sources = hashOfSources();

function isUpToDate(): boolean {
  const files = schemes.map(({ ID }) => join(MODULES, `${ID}.wasm`));
  return [...files, stamp].every((file) => existsSync(file)) && stampOf(readFileSync(stamp)) === sources;
}

/** In one step, so that nobody who starts meanwhile reads half a file. */
function put(path: string, contents: Uint8Array | string): void {
  writeFileSync(`${path}.${process.pid}`, contents);
  renameSync(`${path}.${process.pid}`, path);
}

if (!isUpToDate()) {
  mkdirSync(MODULES, { recursive: true });
  for (const scheme of schemes) put(join(MODULES, `${scheme.ID}.wasm`), (await compile(scheme)).wasm);
  put(stamp, `${JSON.stringify({ sources })}\n`);
}
