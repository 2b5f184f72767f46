import { SECTION, type WasmModule } from '../binary/module.ts';
import { PAGE } from '../engine.ts';
import type { Variable } from '../variables.ts';
import { BrokenDwarf, type Sections } from './data.ts';
import { readEntries } from './entries.ts';
import { SourcePlaces } from './places.ts';
import { variablesIn } from './variables.ts';

/** What a module's DWARF says (versions 2 to 5, as compilers put it into sections of the module). */
export interface DebugInfo {
  readonly variables: readonly Variable[];
  /** Where an instruction stands in its source, by its place in the module; null if that is not known. */
  readonly placeOf: (at: number) => { readonly text: string; readonly isOwn: boolean } | null;
}

/** Reads the debug information of a module. It is of no effect on what the module does, so what is broken in it is left out. */
export function debugInfoOf({ bytes, custom, sections: known, memory }: WasmModule): DebugInfo {
  const empty = new Uint8Array(0);
  const sections: Sections = (name) => {
    const section = custom.get(name);
    return section === undefined ? empty : bytes.subarray(...section);
  };
  // Addresses of code are counted from the content of its section.
  const [code] = known.get(SECTION.code) ?? [0];
  try {
    const entries = readEntries(sections);
    const places = new SourcePlaces(entries, sections);
    const end = (memory?.least ?? 0) * PAGE;
    return { variables: variablesIn(entries, sections, end), placeOf: (at) => places.placeOf(at - code) };
  } catch (error) {
    if (error instanceof BrokenDwarf) return { variables: [], placeOf: () => null };
    throw error;
  }
}
