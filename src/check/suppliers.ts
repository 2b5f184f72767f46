/**
 * Which read supplies what a step builds on. One table, by label, for the steps of the paper and of the slab; a step that is not here
 * (a scheme's or a variant's own) is taken to build on the thread's latest read of the word, or of a word that named the slot.
 */

/** The read that supplied the expected value of a compare-and-swap. */
export const EXPECTED_FROM: Readonly<Record<string, string>> = {
  A3: 'A1',
  E9: 'E6',
  E13: 'E5',
  E17: 'E5',
  D10: 'D3',
  D13: 'D2',
};

/** The read that gave the thread the slot whose word a step touches. */
export const SLOT_FROM: Readonly<Record<string, string>> = {
  E6: 'E5',
  E9: 'E5',
  D4: 'D2',
  D12: 'D4',
  Q2: 'Q1',
};

/** Compare-and-swaps that need no identity: a push may take any top that is the top now. */
export const NEEDS_BITS_ONLY: ReadonlySet<string> = new Set(['F3']);

/**
 * Steps that touch a slot without having been given it: A2 reads the free list, whose slots are free; F2 and E3 are their slot's
 * owner's own.
 */
export const NEEDS_NO_LIFE: ReadonlySet<string> = new Set(['A2', 'F2', 'E3']);
