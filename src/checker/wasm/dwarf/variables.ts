import type { Variable } from '../variables.ts';
import type { Sections } from './data.ts';
import { AT, type DebugEntry, numberAt, TAG, textAt } from './entries.ts';
import { addressAt } from './forms.ts';
import { typeOf } from './types.ts';

/** Operations of a location that is an address. */
const ADDRESS = 0x03;
const INDEXED_ADDRESS = 0xa1;

/** The variables that have an address, by their short names where these are not those of others too. */
export function variablesIn(
  entries: ReadonlyMap<number, DebugEntry>,
  sections: Sections,
  end: number,
): Variable[] {
  const found: { readonly path: readonly string[]; readonly address: number; readonly entry: DebugEntry }[] =
    [];
  for (const entry of entries.values()) {
    if (entry.tag !== TAG.variable) continue;
    const address = locationOf(entry, sections);
    const origin = originOf(entry, entries);
    const path = pathOf(origin);
    if (address === null || address === 0 || address >= end || path === null) continue;
    found.push({ path, address, entry: origin });
  }
  const uses = new Map<string, Set<number>>();
  for (const { path, address } of found) {
    const name = path[path.length - 1];
    uses.set(name, (uses.get(name) ?? new Set<number>()).add(address));
  }
  return found.flatMap(({ path, address, entry }): Variable[] => {
    const short = path[path.length - 1];
    const name = uses.get(short)?.size === 1 ? short : path.join('::');
    const type = typeOf(entry, entries);
    return type.bytes === 0 || address + type.bytes > end ? [] : [{ name, address, type }];
  });
}

function locationOf({ attributes, unit }: DebugEntry, sections: Sections): number | null {
  const location = attributes.get(AT.location);
  if (!(location instanceof Uint8Array)) return null;
  const [operation, ...rest] = location;
  if (operation === ADDRESS && rest.length === unit.address)
    return rest.reduceRight((value, byte) => value * 256 + byte, 0);
  if (operation === INDEXED_ADDRESS && rest.length > 0) {
    const index = rest.reduce((value, byte, i) => value + (byte & 127) * 128 ** i, 0);
    return rest[rest.length - 1] < 128 ? addressAt(index, unit, sections) : null;
  }
  return null;
}

/** The entry that says what it is called and of which type it is: itself, or the one that it completes. */
function originOf(entry: DebugEntry, entries: ReadonlyMap<number, DebugEntry>): DebugEntry {
  const at = numberAt(entry, AT.specification) ?? numberAt(entry, AT.origin);
  return (at === null ? undefined : entries.get(at)) ?? entry;
}

/** Its name, and those of what it stands in; null if it has none. */
function pathOf(entry: DebugEntry): string[] | null {
  const name = textAt(entry, AT.name);
  if (name === null) return null;
  const path = [tidied(name)];
  for (let at = entry.parent; at !== null; at = at.parent) {
    const outer = at.tag === TAG.compileUnit ? null : textAt(at, AT.name);
    if (outer !== null) path.unshift(tidied(outer));
  }
  return path;
}

/** A name as a replay line can have it. */
function tidied(name: string): string {
  return name.replaceAll(/\s*,\s*/g, ';').replaceAll(/\s+/g, '_');
}
