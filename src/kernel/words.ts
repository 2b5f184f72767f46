/**
 * A pointer word is a slot index in the low bits, marks above it, and a tag above them. Slot 0 is null, so n index bits name 2^n - 1
 * slots. A structure that marks no words has no marks.
 *
 *      31         indexBits + markBits + tagBits     indexBits + markBits     indexBits            0
 *     ┌───────────┬──────────────────────────────────┬────────────────────────┬────────────────────┐
 *     │ always 0  │ tag, wraps at 2^tagBits          │ marks                  │ slot index         │
 *     └───────────┴──────────────────────────────────┴────────────────────────┴────────────────────┘
 *
 * Every word is a signed 32-bit integer, so that what a compare-and-swap returns can be held against what was packed.
 */
export const MAX_INDEX_BITS: i32 = 20;
/** The widest tag: 2^30 - 1 is the largest mask that shifts without leaving the signed range. */
export const MAX_TAG_BITS: i32 = 30;

/** The number of bits that hold the indices 0 to `slots`: at most 31, since 1 << 31 is no positive number any more. */
export function indexBitsFor(slots: i32): i32 {
  let bits: i32 = 1;
  while (bits < 31 && 1 << bits <= slots) bits++;
  return bits;
}

/** How a pointer word is packed: the widths of index, marks and tag. It holds no state and asserts nothing; `checkGeometry` does. */
export class PointerFormat {
  readonly indexBits: i32;
  readonly markBits: i32;
  readonly tagBits: i32;
  readonly indexMask: i32;
  /** The marks where they stand in a word: what a step sets by `or`, all of them or one. */
  readonly marks: i32;
  /** How far the tag is shifted, and its mask after it was shifted down. */
  readonly tagShift: i32;
  readonly tagMask: i32;

  constructor(indexBits: i32, tagBits: i32, markBits: i32 = 0) {
    this.indexBits = indexBits;
    this.markBits = markBits;
    this.tagBits = tagBits;
    this.marks = ((1 << markBits) - 1) << indexBits;
    this.tagShift = indexBits + markBits;
    this.indexMask = (1 << indexBits) - 1;
    this.tagMask = (1 << tagBits) - 1;
  }

  index(word: i32): i32 {
    return word & this.indexMask;
  }

  /** The logical shift keeps a tag whose top bit is the word's sign bit from coming out negative. */
  tag(word: i32): i32 {
    return (word >>> this.tagShift) & this.tagMask;
  }

  /** The marks of a word, where they stand in it: 0 if it has none. */
  marked(word: i32): i32 {
    return word & this.marks;
  }

  /**
   * A word without marks. The mask is applied to the tag before the shift, so an overflow wraps the tag and never carries into the index.
   */
  pack(index: i32, tag: i32): i32 {
    return index | ((tag & this.tagMask) << this.tagShift);
  }

  /** The word that replaces `old` and names `index`, without marks: its tag is the next one. */
  bump(old: i32, index: i32): i32 {
    return this.pack(index, this.tag(old) + 1);
  }

  /** The word that names `index`, with the tag and the marks of `old`. */
  renamed(old: i32, index: i32): i32 {
    return (old & ~this.indexMask) | index;
  }

  /** The word that names `index`, without marks, and keeps the tag of `old`. */
  keep(old: i32, index: i32): i32 {
    return this.pack(index, this.tag(old));
  }
}
