// Compiles the kernel with each structure and each scheme of the lab into dist/wasm, or those modules whose names are given
// (`michael-scott.tagged`), unless what is there is of its very sources: part of `npm run build`, after the TypeScript compiler.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { InternalError } from '../../errors.ts';
import { moduleOfLab } from './compile.ts';
import { moduleHash, MODULES, MODULES_OF_THE_LAB, STAMP, staleModules, stampsIn } from './modules.ts';

const asked = process.argv.slice(2);
const unknown = asked.find((each) => !MODULES_OF_THE_LAB.some(({ name }) => name === each));
if (unknown !== undefined) {
  const names = MODULES_OF_THE_LAB.map(({ name }) => name).join(', ');
  throw new InternalError(`There is no module "${unknown}" to compile; there are ${names}.`);
}
const stamp = join(MODULES, STAMP);

/** In one step, so that nobody who starts meanwhile reads half a file. */
function put(path: string, contents: Uint8Array | string): void {
  writeFileSync(`${path}.${process.pid}`, contents);
  renameSync(`${path}.${process.pid}`, path);
}

/** What the stamp says now; nothing before there is one. */
function stamped(): ReturnType<typeof stampsIn> {
  try {
    return stampsIn(readFileSync(stamp));
  } catch {
    return {};
  }
}

mkdirSync(MODULES, { recursive: true });
for (const { structure, scheme, name, sources } of staleModules()) {
  if (asked.length > 0 && !asked.includes(name)) continue;
  const wasm = await moduleOfLab(scheme, structure);
  put(join(MODULES, `${name}.wasm`), wasm);
  // After each one, so that a build that is broken off has not to make it again.
  put(
    stamp,
    `${JSON.stringify({ modules: { ...stamped(), [name]: { sources, module: moduleHash(wasm) } } })}\n`,
  );
}
