import { describe, expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import { chargedUnnumbered } from '../../src/judge/damage/allowed.ts';
import { damageIn } from '../../src/judge/audit/shape.ts';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import { participate } from '../../src/laboratory/participant.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../../src/laboratory/shared.ts';
import { FREE_TOP, Geometry, R_UNRECLAIMED, S_NEXT, S_STAMP } from '../../src/kernel/layout.ts';
import { HEAD } from '../../src/kernel/structures/michael-scott.ts';
import { TOP } from '../../src/kernel/structures/treiber-stack.ts';

/** A slab after some operations of one thread, then spoilt. */
async function slab(
  scheme: string,
  spoil: (words: Int32Array, geometry: Geometry) => void,
): Promise<Int32Array> {
  const choice = await chooseScheme(scheme);
  const words = attachWords(createBuffer({ slots: 64, threads: 2, initial: [7, 8] }, choice));
  const memory = new AtomicsMemory(words);
  const { queue } = participate(memory, 1, choice.scheme);
  queue.enqueue(9);
  queue.dequeue();
  spoil(words, new Geometry(memory));
  return words;
}

/**
 * What is done to a slab; the damage that it shows, given that at most as many slots may be unreclaimed; what of it cannot follow from
 * ABA.
 */
const ROWS: readonly (readonly [
  string,
  (words: Int32Array, geometry: Geometry) => void,
  number | null,
  readonly string[],
  readonly string[],
])[] = [
  ['nothing', () => {}, 1, [], []],
  ['nothing, and no slot may be unreclaimed', () => {}, 0, ['bound exceeded'], ['bound exceeded']],
  [
    'a count that is off',
    (words, geometry) => void words[geometry.record(1) + R_UNRECLAIMED]!++,
    null,
    ['miscount'],
    ['miscount'],
  ],
  [
    'a word of slot 0',
    (words, geometry) => void (words[geometry.slot(0, S_STAMP)] = 5),
    null,
    ['stray write'],
    ['stray write'],
  ],
  [
    'a node that is skipped',
    (words, { link, ...geometry }) => {
      const slot = link.index(words[HEAD]!);
      words[HEAD] = words[geometry.slotsBase + slot * geometry.stride + S_NEXT]!;
    },
    null,
    ['orphaned slot'],
    [],
  ],
  [
    'both',
    (words, geometry) => {
      words[geometry.slot(0, S_STAMP)] = 5;
      words[HEAD] = words[geometry.slot(geometry.link.index(words[HEAD]!), S_NEXT)]!;
    },
    null,
    ['orphaned slot', 'stray write'],
    [],
  ],
];

describe.each(ROWS)('a slab with %s', (_, spoil, bound, kinds, never) => {
  test('shows it, and what cannot follow from ABA', async () => {
    const found = damageIn(audit(await slab('hazard-pointers', spoil)), true, bound);
    expect(found.map(({ kind }) => kind)).toEqual(kinds);
    expect(chargedUnnumbered(found, 2, null).map(({ kind }) => kind)).toEqual(never);
    expect(chargedUnnumbered(found, 1, null)).toEqual(found);
  });
});

test('what leads to a slot is named as the structure names it', async () => {
  const choice = await chooseScheme('tagged');
  const words = attachWords(
    createBuffer({ slots: 8, threads: 1, initial: [7, 8], structure: 'treiber-stack' }, choice),
  );
  words[FREE_TOP] = words[TOP]!;
  expect(damageIn(audit(words), true, null)[0]).toMatchObject({
    kind: 'retire while reachable',
    note: 'Reachable from Top, and retired or free as well: slots 1 and 2.',
  });
});
