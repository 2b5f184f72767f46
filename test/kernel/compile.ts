import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { pathToFileURL } from 'node:url';
import { main } from 'assemblyscript/asc';
import { schemes, type SchemeClass } from '../../src/engines/registry.ts';

const root = join(import.meta.dirname, '../..');
const as = 'test/kernel/as';

/**
 * Where the compiler puts constant data, in bytes. A scheme's card has strings, and an instance writes them when it starts: they must
 * not meet a laboratory's words, so words have to end before, and arenas begin after.
 */
export const DATA_BASE = 1 << 20;
/** More than the data takes. */
export const DATA_BYTES = 1 << 16;

/** What the compiler is given in place of a file of the repository. Every other file of the kernel goes in as it is. */
function replacement(path: string, scheme: SchemeClass): string | null {
  if (path === 'src/kernel/memory.ts') return read(`${as}/memory.as.ts`);
  // A scheme's file is named by its id. asc takes the ending .ts in an import, and not in an export.
  if (path === `${as}/chosen.ts`)
    return `export { ${scheme.name} as Chosen } from '../../../src/kernel/schemes/${scheme.ID}';\n`;
  return null;
}

function read(path: string): string | null {
  try {
    return readFileSync(join(root, path), 'utf8');
  } catch {
    return null;
  }
}

/** The kernel with one scheme, compiled by AssemblyScript. Throws with the compiler's own words if it is no AssemblyScript. */
export async function compile(scheme: SchemeClass): Promise<Uint8Array<ArrayBuffer>> {
  let wasm: Uint8Array<ArrayBuffer> | null = null;
  const { error, stderr } = await main(
    [
      `${as}/entry.as.ts`,
      '--outFile=kernel.wasm',
      '-O3',
      '--noAssert',
      // No stack and no heap of the compiler's own, since all instances share one memory.
      `--runtime=${as}/arena.as`,
      '--stackSize=0',
      `--memoryBase=${DATA_BASE}`,
      '--use=abort=',
      '--importMemory',
      '--sharedMemory',
      `--initialMemory=${(DATA_BASE + DATA_BYTES) >> 16}`,
      '--maximumMemory=65536',
      '--enable=threads',
      '--pedantic',
    ],
    {
      readFile: (name) => replacement(posix.normalize(name), scheme) ?? read(name),
      writeFile: (name, contents) => {
        if (name === 'kernel.wasm') wasm = new Uint8Array(contents as Uint8Array<ArrayBuffer>);
      },
      listFiles: () => [],
    },
  );
  if (error || wasm === null)
    throw new Error(`asc cannot compile the kernel with ${scheme.ID}:\n${stderr.toString()}`);
  return wasm;
}

/** The modules of all schemes of the lab, by id. They are also written to out/kernel/. */
export async function compileAll(): Promise<Map<string, WebAssembly.Module>> {
  const folder = join(root, 'out/kernel');
  mkdirSync(folder, { recursive: true });
  const modules = new Map<string, WebAssembly.Module>();
  for (const scheme of schemes) {
    const wasm = await compile(scheme);
    writeFileSync(join(folder, `${scheme.ID}.wasm`), wasm);
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
