import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { schemes } from '../../src/engines/registry.ts';
import { compile } from '../../src/engines/wasm/compile.ts';

const root = join(import.meta.dirname, '../..');

/** The modules of all schemes of the lab, by id, from the sources as they are now. They are also written to out/kernel/, with their text. */
export async function compileAll(): Promise<Map<string, WebAssembly.Module>> {
  const folder = join(root, 'out/kernel');
  mkdirSync(folder, { recursive: true });
  const modules = new Map<string, WebAssembly.Module>();
  for (const scheme of schemes) {
    const { wasm, text } = await compile(scheme);
    writeFileSync(join(folder, `${scheme.ID}.wasm`), wasm);
    writeFileSync(join(folder, `${scheme.ID}.wat`), text);
    modules.set(scheme.ID, new WebAssembly.Module(wasm));
  }
  return modules;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await compileAll();
  console.log(
    `The kernel compiles with each of ${schemes.map((scheme) => scheme.ID).join(', ')}; see out/kernel/.`,
  );
}
