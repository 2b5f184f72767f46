import { withCommas } from '../counted.ts';

/** Slots as people write them: `4 5 6 9` in short lists, `4-6 9` where three or more follow each other, `… 12 more` at the end. */
export function slotList(
  slots: readonly number[],
  { total = slots.length, ellipsis = '…' }: { readonly total?: number; readonly ellipsis?: string } = {},
): string {
  const parts: string[] = [];
  for (let i = 0; i < slots.length;) {
    let last = i;
    while (slots[last + 1] === slots[last] + 1) last++;
    if (last - i >= 2) parts.push(`${slots[i]}-${slots[last]}`);
    else parts.push(...slots.slice(i, last + 1).map(String));
    i = last + 1;
  }
  const missing = total - slots.length;
  return missing > 0 ? `${parts.join(' ')} ${ellipsis} ${withCommas(missing)} more` : parts.join(' ');
}
