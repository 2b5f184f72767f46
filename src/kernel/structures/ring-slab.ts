import { Memory } from '../memory.ts';
import { ThreadRecord } from '../record.ts';
import { Slab } from '../slab.ts';
import {
  Geometry,
  FREE_LIST_RING,
  FREE_TOP,
  HAND_DRAWING,
  HAND_OWNED,
  H_FREE_LIST,
  R_HAND,
  R_HAND_KIND,
  R_MAGAZINE,
  S_NEXT,
} from '../layout.ts';
import { beginRing, HEADS, IndexRing, patienceFor } from './index-ring.ts';

// The free list of a slab as a ring of the numbers of its slots. It lies where a structure of cells has its array.

/** Entries lie side by side. */
export const PAIR_BITS: i32 = 1;

/** Entries of the ring of so many slots: at least four, so that no slot has the number that says none. */
export function entriesFor(slots: i32): i32 {
  let entries: i32 = 4;
  while (entries < 2 * slots) entries <<= 1;
  return entries;
}

/** Words of the ring of so many slots. */
export function wordsOfFreeRing(slots: i32): i32 {
  return HEADS + entriesFor(slots);
}

/** Makes the free list of a buffer that was laid out with a stack, and that nobody else sees yet, a ring: of the slots behind the first `inUse`. */
export function beginFreeRing(memory: Memory, inUse: i32): void {
  memory.poke(H_FREE_LIST, FREE_LIST_RING);
  memory.poke(FREE_TOP, 0);
  const geometry = new Geometry(memory);
  const slots = geometry.slots;
  for (let slot: i32 = inUse + 1; slot <= slots; slot++) memory.poke(geometry.slot(slot, S_NEXT), 0);
  beginRing(
    memory,
    geometry.cell(0),
    geometry.cell(HEADS),
    PAIR_BITS,
    entriesFor(slots),
    geometry.threads,
    inUse + 1,
    slots - inUse,
  );
}

/**
 * A slab whose free list is a ring: the slot that was freed first is taken first. No word of it needs a tag: a position is taken once, and an
 * entry says for which position it was written. A free slot's next word stays as it was.
 *
 * A thread takes a position before it knows which slot is there. So its record says that it may have drawn one (HAND_DRAWING) from before
 * RI7 on, and names the slot from before RI8 on: the slot is in its hand as soon as Head has passed the entry, though the words do not tell
 * which of the threads that draw has it, and one that dies there takes no other thread's slot with it.
 *
 * "The free list is empty" is said of an instant at which no entry from Head on had a slot. A threshold below 0 alone does not say so: its
 * giver may be between RI4 and RI6, or have died there.
 */
export class RingSlab extends Slab {
  readonly ring: IndexRing;

  constructor(memory: Memory, geometry: Geometry, record: ThreadRecord) {
    super(memory, geometry, record);
    const entries = entriesFor(geometry.slots);
    const first = geometry.cell(HEADS);
    const patience = patienceFor(entries, geometry.threads);
    this.ring = new IndexRing(memory, record, geometry.cell(0), first, PAIR_BITS, entries, patience);
  }

  protected override pop(hand: i32): i32 {
    const intent = this.record.base + hand;
    this.record.come(HAND_DRAWING);
    let slot = this.ring.take(intent);
    while (slot < 0 && !this.ring.isEmpty(false)) slot = this.ring.take(intent);
    // A slot in the first hand has been taken: `take` writes that down.
    if (slot < 0 || hand != R_HAND) this.record.come(HAND_OWNED);
    return slot < 0 ? 0 : slot;
  }

  protected override push(slot: i32, hand: i32): void {
    this.ring.put(slot, this.record.base + hand);
  }

  override freeAt(n: i32, _before: i32): i32 {
    if (n >= this.ring.entries) return 0;
    return this.ring.isPassed(n) ? -1 : this.ring.indexIn(n);
  }

  override forgetDrawn(): void {
    for (let entry: i32 = 0; entry < this.ring.entries; entry++) {
      if (this.ring.indexIn(entry) >= 0 && this.ring.isPassed(entry)) this.ring.takeOut(entry);
    }
  }

  override settle(record: i32, drawn: i32): void {
    // In hand first, so that the slot has an owner at every moment.
    const hand = this.geometry.cache == 0 ? R_HAND : R_MAGAZINE;
    if (drawn != 0) {
      this.record.come(HAND_OWNED);
      this.memory.poke(this.record.base + hand, drawn);
    }
    // It may have died with a position where nothing is yet, and what came there would be lost.
    if (this.memory.peek(record + R_HAND_KIND) == HAND_DRAWING) this.ring.passOver();
    this.memory.poke(record + R_HAND_KIND, HAND_OWNED);
    if (drawn == 0) return;
    this.forget(drawn);
    this.push(drawn, hand);
  }

  override rechain(slot: i32): void {
    this.forget(slot);
    this.chain(slot);
  }

  override recover(record: i32): void {
    this.forget(this.memory.peek(record + R_MAGAZINE));
    super.recover(record);
  }

  /** Takes a slot out of the entry from which a thread that died was about to take it, if it is there still. */
  private forget(slot: i32): void {
    for (let entry: i32 = 0; entry < this.ring.entries; entry++) {
      if (this.ring.indexIn(entry) == slot && this.ring.isPassed(entry)) this.ring.takeOut(entry);
    }
  }
}
