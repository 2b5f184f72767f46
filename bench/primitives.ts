import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseScheme } from '../src/laboratory/registry.ts';
import { compile } from '../src/engines/wasm/compile.ts';
import { constantsOf, loadedModule, withNumbers } from '../src/engines/wasm/constants.ts';
import { ThreadRecord } from '../src/kernel/record.ts';
import { createMemory, threadPlaceOf } from '../src/engines/wasm/shared-memory.ts';

type Loop = (times: number) => number;

/** What `primitives.as.ts` exports, over one word of a memory of its own. */
export interface Primitives extends Record<
  'loop' | 'loads' | 'stores' | 'swaps' | 'exchanges' | 'adds' | 'bumps',
  Loop
> {
  readonly nothing: () => void;
}

/** Loops in a module: the kernel's own, with `primitives.as.ts` behind its entry. */
export async function primitives(): Promise<Primitives> {
  const choice = await chooseScheme('tagged');
  const loops = readFileSync(join(import.meta.dirname, 'primitives.as.ts'), 'utf8');
  const { wasm } = await compile(choice.scheme, (path, text) =>
    path.endsWith('/entry.as.ts') ? text + loops : text,
  );
  const memory = createMemory({ slots: 8, threads: 1 }, choice);
  const { memory: words, geometry, heap, batchAt } = threadPlaceOf(memory, 1);
  const constants = constantsOf(new ThreadRecord(words, geometry, 1));
  const env = { memory, thread: 1, heap };
  const module = withNumbers(loadedModule(wasm), constants) as WebAssembly.Module;
  const exports = new WebAssembly.Instance(module, { env, ...constants }).exports as Record<
    string,
    (...words: number[]) => number
  >;
  const at =
    (name: string): Loop =>
    (times) =>
      exports[name](batchAt, times);
  return {
    nothing: exports['nothing'],
    bumps: exports['bumps'],
    loop: at('loop'),
    loads: at('loads'),
    stores: at('stores'),
    swaps: at('swaps'),
    exchanges: at('exchanges'),
    adds: at('adds'),
  };
}
