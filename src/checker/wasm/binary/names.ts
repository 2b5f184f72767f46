import type { WasmModule } from './module.ts';
import { Reader } from './reader.ts';
import { nameBytes, unsigned, Writer } from './writer.ts';

/** Parts of the name section, by their ids. Those of locals and labels are by function too. */
const FUNCTIONS = 1;
const LOCALS = 2;
const LABELS = 3;
const GLOBALS = 7;

/** What the name section calls functions and globals, by their indices. */
export interface Names {
  readonly functions: ReadonlyMap<number, string>;
  readonly globals: ReadonlyMap<number, string>;
}

/** The names that a module has. The section is of no effect, so that one that is broken has as many names as could be read. */
export function namesOf({ bytes, custom }: WasmModule): Names {
  const functions = new Map<number, string>();
  const globals = new Map<number, string>();
  const section = custom.get('name');
  if (section === undefined) return { functions, globals };
  try {
    for (const { id, content } of partsOf(new Reader(bytes, ...section))) {
      const into = new Map([
        [FUNCTIONS, functions],
        [GLOBALS, globals],
      ]).get(id);
      if (into === undefined) continue;
      for (let left = content.u32(); left > 0; left--) into.set(content.u32(), content.name());
    }
  } catch {
    // What was read until then is known.
  }
  return { functions, globals };
}

function* partsOf(reader: Reader): Iterable<{ readonly id: number; readonly content: Reader }> {
  while (!reader.isAtEnd) {
    const id = reader.byte();
    yield { id, content: reader.part(reader.u32()) };
  }
}

/** The name section with other indices of functions; null if there is none, or it is broken. */
export function renumberedNames(
  { bytes, custom }: WasmModule,
  moved: (index: number) => number,
): Uint8Array | null {
  const section = custom.get('name');
  if (section === undefined) return null;
  const out = new Writer();
  out.put(nameBytes('name'));
  try {
    for (const { id, content } of partsOf(new Reader(bytes, ...section))) {
      const part = new Writer();
      if (id === FUNCTIONS) copyNames(content, part, moved);
      else if (id === LOCALS || id === LABELS) {
        const count = content.u32();
        part.put(unsigned(count));
        for (let left = count; left > 0; left--) {
          part.put(unsigned(moved(content.u32())));
          copyNames(content, part, (index) => index);
        }
      } else part.put(content.take(content.end - content.at));
      out.put([id]);
      out.sized(part.bytes);
    }
  } catch {
    return null;
  }
  return out.bytes;
}

function copyNames(from: Reader, to: Writer, moved: (index: number) => number): void {
  const count = from.u32();
  to.put(unsigned(count));
  for (let left = count; left > 0; left--) {
    to.put(unsigned(moved(from.u32())));
    to.put(nameBytes(from.name()));
  }
}
