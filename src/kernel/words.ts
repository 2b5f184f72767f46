/**
 * A pointer word is a slot index in the low bits and a tag above it. Slot 0 is null, so n index bits name 2^n - 1 slots.
 *
 *      31            indexBits + tagBits          indexBits            0
 *     ┌──────────────┬────────────────────────────┬────────────────────┐
 *     │ always 0     │ tag, wraps at 2^tagBits    │ slot index         │
 *     └──────────────┴────────────────────────────┴────────────────────┘
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

/** How a pointer word is packed: the widths of index and tag. It holds no state and asserts nothing; `checkGeometry` does. */
export class PointerFormat {
  readonly indexBits: i32;
  readonly tagBits: i32;
  readonly indexMask: i32;
  /** The tag's mask after it was shifted down. */
  readonly tagMask: i32;

  constructor(indexBits: i32, tagBits: i32) {
    this.indexBits = indexBits;
    this.tagBits = tagBits;
    this.indexMask = (1 << indexBits) - 1;
    this.tagMask = (1 << tagBits) - 1;
  }

  index(word: i32): i32 {
    return word & this.indexMask;
  }

  /** The logical shift keeps a tag whose top bit is the word's sign bit from coming out negative. */
  tag(word: i32): i32 {
    return (word >>> this.indexBits) & this.tagMask;
  }

  /** The mask is applied to the tag before the shift, so an overflow wraps the tag and never carries into the index. */
  pack(index: i32, tag: i32): i32 {
    return index | ((tag & this.tagMask) << this.indexBits);
  }

  /** The word that replaces `old` and names `index`: its tag is the next one. */
  bump(old: i32, index: i32): i32 {
    return this.pack(index, this.tag(old) + 1);
  }

  /** The word that names `index` and keeps the tag of `old`. */
  keep(old: i32, index: i32): i32 {
    return this.pack(index, this.tag(old));
  }
}
