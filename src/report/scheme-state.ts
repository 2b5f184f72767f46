import { plural } from '../counted.ts';
import { Audit } from '../judge/audit/audit.ts';
import type { RetiredList } from '../judge/audit/held-back.ts';
import {
  ANNOUNCED,
  type Geometry,
  GLOBAL,
  HOLDS_EPOCHS,
  HOLDS_NOTHING,
  R_ANNOUNCE,
  S_STAMP,
} from '../kernel/layout.ts';
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
  const retired = new Map<number, string[]>();
  for (const each of audited.retiredLists(64))
    retired.set(each.thread, [...(retired.get(each.thread) ?? []), ...listText(each, words, geometry)]);
  for (const [thread, lists] of retired) parts.push(`T${thread} retired ${lists.join(', ')}`);
  for (const { thread, slot, counts } of audited.slotsInHand())
    if (counts) parts.push(`T${thread} has ${slot} in hand`);
  for (const { thread, has } of audited.chainsInHand())
    if (has.length > 0) parts.push(`T${thread} has the chain of ${slotsText(has)} in hand`);
  return parts.join(` ${style.glyph.dot} `);
}

/** `slots 3 2 in epoch 1`: the slots of a list, by their epochs where the scheme has such; else by the list, where it is not the first. */
function listText({ list, slots }: RetiredList, words: Int32Array, geometry: Geometry): string[] {
  if (geometry.holds !== HOLDS_EPOCHS) return [slotsText(slots) + (list === 0 ? '' : ` on list ${list + 1}`)];
  const byEpoch = new Map<number, number[]>();
  for (const slot of slots) {
    const epoch = words[geometry.slot(slot, S_STAMP)] >>> 0;
    byEpoch.set(epoch, [...(byEpoch.get(epoch) ?? []), slot]);
  }
  return [...byEpoch].map(([epoch, those]) => `${slotsText(those)} in epoch ${epoch}`);
}

function slotsText(slots: readonly number[]): string {
  return `${plural(slots.length, 'slot')} ${slots.join(' ')}`;
}
