import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { indexBitsFor, MAX_INDEX_BITS, MAX_TAG_BITS, PointerFormat } from '../../src/kernel/words.ts';

/** Every pair of widths that fits into a word. */
const formats = fc
  .integer({ min: 1, max: MAX_INDEX_BITS })
  .chain((indexBits) =>
    fc
      .integer({ min: 0, max: Math.min(MAX_TAG_BITS, 32 - indexBits) })
      .map((tagBits) => new PointerFormat(indexBits, tagBits)),
  );

/** A format with an index and a tag that fit, the greatest ones often. */
const pointers = formats.chain((format) =>
  fc.record({
    format: fc.constant(format),
    index: fc.oneof(fc.constant(2 ** format.indexBits - 1), fc.nat(2 ** format.indexBits - 1)),
    other: fc.nat(2 ** format.indexBits - 1),
    tag: fc.oneof(fc.constant(2 ** format.tagBits - 1), fc.nat(2 ** format.tagBits - 1)),
  }),
);

const isWord = (word: number): boolean => Object.is(word | 0, word);

describe('a pointer word', () => {
  test('gives back the index and the tag that were packed, whatever the widths', () => {
    fc.assert(
      fc.property(pointers, ({ format, index, tag }) => {
        const word = format.pack(index, tag);
        expect([format.index(word), format.tag(word)]).toEqual([index, tag]);
      }),
    );
  });

  test('is a signed 32-bit integer, so what a compare-and-swap returns equals what was packed', () => {
    fc.assert(
      fc.property(pointers, ({ format, index, tag }) => {
        const word = format.pack(index, tag);
        expect(isWord(word)).toBe(true);
        const cell = Int32Array.of(word);
        expect(Atomics.compareExchange(cell, 0, word, 0)).toBe(word);
        expect(cell[0]).toBe(0);
      }),
    );
  });

  test('has a tag that is never negative, also when its top bit is the sign bit of the word', () => {
    const format = new PointerFormat(16, 16);
    const word = format.pack(1, 0x8000);
    expect(word).toBeLessThan(0);
    expect(format.tag(word)).toBe(0x8000);
    fc.assert(
      fc.property(formats, fc.integer(), (any, word32) => {
        expect(any.tag(word32)).toBeGreaterThanOrEqual(0);
        expect(any.tag(word32)).toBeLessThan(2 ** any.tagBits);
        expect(any.index(word32)).toBeGreaterThanOrEqual(0);
        expect(any.index(word32)).toBeLessThan(2 ** any.indexBits);
      }),
    );
  });

  test('takes a tag that is too great modulo its width and leaves the index alone', () => {
    fc.assert(
      fc.property(pointers, fc.integer(), ({ format, index }, tag) => {
        const word = format.pack(index, tag);
        expect(format.index(word)).toBe(index);
        expect(format.tag(word)).toBe(
          ((tag % 2 ** format.tagBits) + 2 ** format.tagBits) % 2 ** format.tagBits,
        );
        expect(isWord(word)).toBe(true);
      }),
    );
  });

  test('bumped has the next tag, 0 after the last, and the index asked for', () => {
    fc.assert(
      fc.property(pointers, ({ format, index, other, tag }) => {
        const bumped = format.bump(format.pack(index, tag), other);
        expect([format.index(bumped), format.tag(bumped)]).toEqual([other, (tag + 1) % 2 ** format.tagBits]);
        expect(isWord(bumped)).toBe(true);
      }),
    );
  });

  test('kept has the same tag and the index asked for', () => {
    fc.assert(
      fc.property(pointers, ({ format, index, other, tag }) => {
        const kept = format.keep(format.pack(index, tag), other);
        expect([format.index(kept), format.tag(kept)]).toEqual([other, tag]);
      }),
    );
  });

  test.each([1, 2, 3, 12])('comes back to itself after exactly 2^%i bumps', (tagBits) => {
    const format = new PointerFormat(4, tagBits);
    const first = format.pack(5, 0);
    let word = first;
    for (let n = 1; n <= 2 ** tagBits; n++) {
      word = format.bump(word, 5);
      expect(word === first).toBe(n === 2 ** tagBits);
    }
  });

  test('has marks between index and tag, which `or` sets and which no new word has', () => {
    const marked = fc.integer({ min: 1, max: MAX_INDEX_BITS }).chain((indexBits) =>
      fc.integer({ min: 1, max: Math.min(2, 32 - indexBits) }).chain((markBits) =>
        fc.integer({ min: 0, max: Math.min(MAX_TAG_BITS, 32 - indexBits - markBits) }).chain((tagBits) => {
          const format = new PointerFormat(indexBits, tagBits, markBits);
          return fc.record({
            format: fc.constant(format),
            index: fc.nat(2 ** indexBits - 1),
            other: fc.nat(2 ** indexBits - 1),
            tag: fc.nat(2 ** tagBits - 1),
            mark: fc.integer({ min: 1, max: 2 ** markBits - 1 }).map((mark) => (mark << indexBits) | 0),
          });
        }),
      ),
    );
    fc.assert(
      fc.property(marked, ({ format, index, other, tag, mark }) => {
        const plain = format.pack(index, tag);
        expect(format.marked(plain)).toBe(0);
        const cell = Int32Array.of(plain);
        expect(Atomics.or(cell, 0, mark)).toBe(plain);
        const [word] = cell as unknown as [number];
        expect([format.index(word), format.marked(word), format.tag(word)]).toEqual([index, mark, tag]);
        expect(mark & format.marks).toBe(mark);
        for (const next of [format.bump(word, other), format.keep(word, other)]) {
          expect([format.index(next), format.marked(next)]).toEqual([other, 0]);
        }
        expect(format.tag(format.bump(word, other))).toBe((tag + 1) % 2 ** format.tagBits);
      }),
    );
  });

  test('without tag bits is its index', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: MAX_INDEX_BITS }), fc.integer(), (bits, tag) => {
        const format = new PointerFormat(bits, 0);
        const index = 2 ** bits - 1;
        expect(format.pack(index, tag)).toBe(index);
        expect(format.bump(index, 1)).toBe(1);
      }),
    );
  });
});

describe('indexBitsFor', () => {
  test('is the least number of bits that hold every index', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.integer({ min: 1, max: 2 ** 31 - 1 }),
          fc.nat(30).map((n) => 2 ** n),
        ),
        (slots) => {
          const bits = indexBitsFor(slots);
          expect(2 ** bits).toBeGreaterThan(slots);
          if (bits > 1) expect(2 ** (bits - 1)).toBeLessThanOrEqual(slots);
        },
      ),
    );
  });

  test.each([
    [1, 1],
    [2, 2],
    [3, 2],
    [4, 3],
    [255, 8],
    [256, 9],
    [2 ** 20 - 1, 20],
    [2 ** 20, 21],
    [2 ** 30, 31],
    [2 ** 31 - 1, 31],
    // What a damaged header may say has an answer too.
    [0, 1],
    [-5, 1],
  ])('of %i is %i', (slots, bits) => expect(indexBitsFor(slots)).toBe(bits));
});
