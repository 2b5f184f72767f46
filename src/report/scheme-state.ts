import { Audit } from '../check/audit.ts';
import { ANNOUNCED, GLOBAL, HOLDS_EPOCHS, HOLDS_NOTHING, R_ANNOUNCE } from '../kernel/layout.ts';
import type { Wording } from './words.ts';

/**
 * What the scheme knows at this moment, in one line: what threads announce, the epoch, the retired lists, and the slots in hand.
 * Empty if there is nothing to say.
 */
export function schemeState(words: Int32Array, { geometry, style }: Wording): string {
  const audited = new Audit(words);
  const parts: string[] = [];
  if (geometry.holds === HOLDS_EPOCHS) parts.push(`epoch ${words[GLOBAL] >>> 0}`);
  for (let thread = 1; thread <= geometry.threads && geometry.holds !== HOLDS_NOTHING; thread++) {
    const announce = geometry.record(thread) + R_ANNOUNCE;
    const announced = [...words.subarray(announce, announce + ANNOUNCED)].filter((word) => word !== 0);
    if (announced.length === 0) continue;
    if (geometry.holds === HOLDS_EPOCHS) parts.push(`T${thread} pins ${announced[0] >>> 1}`);
    else parts.push(`T${thread} protects ${announced.join(',')}`);
  }
  for (const { thread, slots } of audited.retiredLists(64))
    parts.push(`T${thread} retired ${slots.join(' ')}`);
  for (const { thread, slot, counts } of audited.hands())
    if (counts) parts.push(`T${thread} has ${slot} in hand`);
  return parts.join(` ${style.glyph.dot} `);
}
