import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { schemes } from '../../src/laboratory/registry.ts';
import { compile } from '../../src/engines/wasm/compile.ts';

const root = join(import.meta.dirname, '../..');

/** Writes the modules of all schemes of the lab, from the sources as they are now, to out/kernel/, with their text. */
async function compileAll(): Promise<void> {
  const folder = join(root, 'out/kernel');
  mkdirSync(folder, { recursive: true });
  for (const scheme of schemes) {
    const { wasm, text } = await compile(scheme);
    writeFileSync(join(folder, `${scheme.ID}.wasm`), wasm);
    writeFileSync(join(folder, `${scheme.ID}.wat`), text);
  }
}

await compileAll();
console.log(
  `The kernel compiles with each of ${schemes.map((scheme) => scheme.ID).join(', ')}; see out/kernel/.`,
);
