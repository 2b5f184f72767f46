import { wherePlaced } from '../where.ts';
import type { Rewritten } from './binary/rewrite.ts';
import type { DebugInfo } from './dwarf/debug-info.ts';

const FRAME = /wasm-function\[\d+\]:0x([0-9a-f]+)/;

/**
 * Where the code of a module is, by the stack of what it calls: in its source, a user's own file before one of the compiler's or a library's; or
 * else by the name of the function and the instruction's place in the module.
 */
export function placeIn(
  stack: string,
  { sites, names }: Pick<Rewritten, 'sites' | 'names'>,
  sourceOf: DebugInfo['placeOf'],
): string | null {
  let first: string | null = null;
  for (const line of stack.split('\n')) {
    const [, at] = FRAME.exec(line) ?? [];
    const site = at === undefined ? undefined : sites.get(Number.parseInt(at, 16));
    if (site === undefined) continue;
    const source = sourceOf(site.at);
    if (source?.isOwn === true) return source.text;
    const named = names.functions.get(site.function) ?? `function ${site.function}`;
    first ??= source?.text ?? `${named}+0x${site.at.toString(16)}`;
  }
  return first;
}

/** While something runs, places in a module are known by this. */
export function whilePlaced<T>(place: (stack: string) => string | null, run: () => T): T {
  const before = wherePlaced.by;
  wherePlaced.by = place;
  try {
    return run();
  } finally {
    wherePlaced.by = before;
  }
}
