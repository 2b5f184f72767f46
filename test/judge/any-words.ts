import * as fc from 'fast-check';
import * as layout from '../../src/kernel/layout.ts';
import { wordsOfFreeRing } from '../../src/kernel/structures/ring-slab.ts';

const { FREE_TOP, R_MAGAZINE } = layout;

const sizes = fc.record({
  slots: fc.integer({ min: 2, max: 9 }),
  threads: fc.integer({ min: 1, max: 3 }),
  stride: fc.constantFrom(8, 16),
  hasRing: fc.boolean(),
});

/** Words with a sound header and anything at all behind it. Most of it is small, so that chains come about. */
export const anyWords = sizes.chain(({ slots, threads, stride, hasRing }) => {
  const cells = hasRing ? wordsOfFreeRing(slots) : 0;
  const total = layout.totalWords(slots, stride, threads, 2, cells);
  const word = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: slots }) },
    { weight: 1, arbitrary: fc.integer({ min: -3, max: slots + 8 }) },
    { weight: 1, arbitrary: fc.integer() },
    { weight: 4, arbitrary: fc.constant(0) },
  );
  return fc
    .array(word, { minLength: total - FREE_TOP, maxLength: total - FREE_TOP, size: 'max' })
    .chain((body) =>
      fc.record({
        body: fc.constant(body),
        holds: fc.constantFrom(0, 1, 2, layout.HOLDS_PARKED, layout.HOLDS_COUNTS),
        grace: fc.integer({ min: 0, max: 3 }),
        cache: fc.constantFrom(0, 2),
        quiet: fc.boolean(),
      }),
    )
    .map(({ body, holds, grace, cache, quiet }) => {
      const words = new Int32Array(total);
      words[layout.H_MAGIC] = layout.MAGIC;
      words[layout.H_VERSION] = layout.LAYOUT_VERSION;
      words[layout.H_WORDS] = total;
      words[layout.H_SLOTS] = slots;
      words[layout.H_STRIDE] = stride;
      words[layout.H_THREADS] = threads;
      words[layout.H_TAG_BITS] = 4;
      words[layout.H_HOLDS] = holds;
      words[layout.H_PARAM_0] = grace;
      words[layout.H_CACHE] = cache;
      words[layout.H_STRUCTURE] = 1;
      words[layout.H_ROOTS] = 2;
      words[layout.H_CELLS] = cells;
      words[layout.H_FREE_LIST] = Number(hasRing);
      words[layout.H_PROTECTIONS] = 2;
      words.set(body, FREE_TOP);
      // So many announced words name every slot.
      for (let thread = 0; thread < (quiet ? threads : 0); thread++) {
        const announced =
          layout.recordsBase(2, cells) + thread * layout.recordWords(threads) + layout.R_ANNOUNCE;
        words.fill(0, announced, announced + layout.ANNOUNCED);
      }
      // A magazine in hand has a test of its own.
      for (let thread = 1; thread <= threads; thread++)
        words[layout.recordsBase(2, cells) + (thread - 1) * layout.recordWords(threads) + R_MAGAZINE] = 0;
      return words;
    });
});
