import { plural } from '../../counted.ts';
import type { Audit } from '../../judge/audit/audit.ts';
import { type Geometry, FREE_TOP, LINE } from '../../kernel/layout.ts';
import { wordName } from '../../observe/names.ts';
import type { Style } from './style.ts';

/** How many words that belong to nobody are named. */
const STRAYS = 6;

/** How many words that belong to nobody were written, and which, with their addresses; null if none was. */
export function strayText(
  audit: Audit,
  { glyph }: Style,
): { readonly count: number; readonly where: string } | null {
  const written = audit.strayWrites();
  if (written.length === 0) return null;
  const named = written.slice(0, STRAYS).map((address) => unownedName(audit.geometry, address));
  const more = written.length > STRAYS ? ` ${glyph.ellipsis}` : '';
  const they = plural(written.length, 'it belongs', 'they belong');
  return { count: written.length, where: `${named.join(', ')}${more}: ${they} to nobody.` };
}

/** `0.stamp (word 517, of slot 0, which is null)`, `word 33 (behind Head)`. */
function unownedName(geometry: Geometry, address: number): string {
  const name = wordName(geometry, address);
  if (address < FREE_TOP) return `${name} (of the header)`;
  if (address < geometry.recordsBase) return `${name} (behind ${wordName(geometry, address & ~(LINE - 1))})`;
  const at = `word ${address}`;
  if (address < geometry.slotsBase) return `${name} (${at}, in a gap of the record)`;
  if (address < geometry.slot(1, 0)) return `${name} (${at}, of slot 0, which is null)`;
  return `${name} (${at}, without a meaning)`;
}
