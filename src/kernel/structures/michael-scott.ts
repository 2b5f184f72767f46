import { Memory } from '../memory.ts';
import { ThreadRecord } from '../record.ts';
import { Scheme } from '../scheme.ts';
import { Slab } from '../slab.ts';
import {
  Geometry,
  C_D10,
  C_D13,
  C_E13,
  C_E17,
  C_E9,
  C_EMPTY,
  C_FULL,
  HAND_OWNED,
  HAND_UNLINKING,
  HEAD,
  LINKED,
  OP_DEQUEUE,
  OP_ENQUEUE,
  OP_IS_EMPTY,
  R_RESULT,
  S_NEXT,
  S_STATE,
  S_VALUE,
  TAIL,
} from '../layout.ts';
import { D10, D12, D13, D2, D3, D4, D5, E13, E17, E3, E5, E6, E7, E9, Q1, Q2, Q3 } from '../steps.ts';

/** What an operation answers. A value is any 32-bit integer and is fetched with `result`, so that it never collides with these. */
export const OK: i32 = 1;
/**
 * The value was not taken: the thread's cache and the free list are empty, and the scheme could reclaim nothing. Without caches nothing
 * is free then; other threads may have up to two magazines each in theirs.
 */
export const FULL: i32 = 0;
/** A value was taken off; `result` fetches it. */
export const VALUE: i32 = 1;
/** The queue was empty at an instant of the call. */
export const EMPTY: i32 = 0;

/** How long a thread waits before its second round, and at most: measured (bench/README.md). */
const FIRST_PAUSE: i32 = 512;
const LONGEST_PAUSE: i32 = 4096;

/**
 * The queue of Michael and Scott, "Simple, Fast, and Practical Non-Blocking and Blocking Concurrent Queue Algorithms", PODC 1996,
 * Figure 1, over a slab and under any reclamation scheme. Labels are the paper's lines; E1 is the slab's A1 to A3, E2 a plain write,
 * and D19 is the scheme's `retire`.
 *
 * Invariants, after every step and under every scheme that keeps its promise. The node that Head names is the dummy; the values of the
 * nodes behind it are the queue's content, in order.
 * invariants:begin (made by npm run refresh from invariants.ts)
 * - Head never passes Tail: following next from Head leads to the node that Tail names.
 * - Tail names the last node, or the one before it.
 * - The next word of a node in the queue changes once, from null to its successor.
 * - A node is linked behind the last node of the queue, and is the last one then.
 * - Head moves from a node to its successor.
 * - Every node from Head on has the state LINKED.
 * - A node behind the dummy keeps its value as long as it is in the queue.
 * invariants:end
 * Non-invariants
 * - Tail need not name the last node.
 * - The value of the dummy means nothing. The next word of a node that was dequeued still names its successor.
 * - A node whose state is LINKED may not be in the queue yet: its owner is between that write and E9.
 */
export class MichaelScottQueue<S extends Scheme> {
  readonly memory: Memory;
  readonly geometry: Geometry;
  readonly record: ThreadRecord;
  readonly slab: Slab;
  readonly scheme: S;

  constructor(memory: Memory, geometry: Geometry, record: ThreadRecord, slab: Slab, scheme: S) {
    this.memory = memory;
    this.geometry = geometry;
    this.record = record;
    this.slab = slab;
    this.scheme = scheme;
  }

  /** Appends a value. Returns OK or FULL. */
  enqueue(value: i32): i32 {
    const format = this.geometry.link;
    this.record.begin(OP_ENQUEUE);
    const node = this.allocate();
    if (node == 0) {
      this.record.count(C_FULL);
      this.record.end();
      return FULL;
    }
    this.prepare(node, value);
    this.scheme.enter();
    let pause: i32 = 0;
    while (true) {
      pause = this.backOff(pause);
      // E5: the node to append to, as far as we know.
      const tail = this.scheme.protect(E5, 0, TAIL);
      const last = this.geometry.slot(format.index(tail), S_NEXT);
      // E6: its successor. If Tail has moved on and the node was recycled, this is another life's word; E7 finds out.
      const next = this.memory.load(E6, last);
      // E7: validates E5 and E6 together: the word that E6 read belonged to the node that was Tail all along, if a Tail that comes
      // back differs (tags) or cannot come back (protection). Another thread moved Tail: start over with the new one.
      if (tail != this.memory.load(E7, TAIL)) continue;
      if (format.index(next) == 0) {
        // E9: LINEARIZATION POINT of enqueue. Publishes E2 and E3, with the value, to D4 and D12.
        // It succeeds only if the node is still last: a next word leaves null once in a life, and the life is the one E7 validated.
        if (this.memory.cas(E9, last, next, this.scheme.link(next, node))) {
          this.record.release();
          // E17: swing Tail to our node. If it fails, someone helped with E13 or D10, and Tail is at our node or beyond.
          if (!this.memory.cas(E17, TAIL, tail, this.scheme.link(tail, node))) this.record.count(C_E17);
          break;
        }
        // Another enqueue's E9 was first: its node is last now, or Tail has moved beyond it.
        this.record.count(C_E9);
      } else {
        // E13: Tail lags behind; help the thread that should have moved it. If it fails, another thread has moved it since E7.
        if (!this.memory.cas(E13, TAIL, tail, this.scheme.link(tail, format.index(next))))
          this.record.count(C_E13);
      }
    }
    this.scheme.leave();
    this.record.end();
    return OK;
  }

  /**
   * Another round is due to another thread's progress: the more of them, the longer it pays to leave the words to the others. Waits for
   * so long, and not before the first round; returns how long to wait before the next one.
   */
  private backOff(pause: i32): i32 {
    if (pause == 0) return FIRST_PAUSE;
    this.memory.pause(pause);
    return pause < LONGEST_PAUSE ? pause << 1 : pause;
  }

  /** E1: a slot from the free list. Before the answer is "none", the scheme is asked to reclaim what it can. */
  protected allocate(): i32 {
    const slot = this.slab.take();
    if (slot != 0) return slot;
    this.scheme.collect();
    return this.slab.take();
  }

  /** E2 and E3: the node is ours alone; E9 publishes it. */
  protected prepare(node: i32, value: i32): void {
    this.memory.poke(this.geometry.slot(node, S_VALUE), value);
    const next = this.geometry.slot(node, S_NEXT);
    // E3: null, with a tag of its own, so that a thread that saw the word as null in an earlier life fails at E9. A store and no
    // plain write, since such a thread may be looking. E9 publishes it.
    this.memory.store(E3, next, this.scheme.link(this.memory.peek(next), 0));
    this.memory.poke(this.geometry.slot(node, S_STATE), LINKED);
  }

  /** Takes the oldest value off: VALUE, and `result` fetches it; or EMPTY. */
  dequeue(): i32 {
    const format = this.geometry.link;
    this.record.begin(OP_DEQUEUE);
    this.scheme.enter();
    let pause: i32 = 0;
    while (true) {
      pause = this.backOff(pause);
      // D2: the dummy node, as far as we know.
      const head = this.scheme.protect(D2, 0, HEAD);
      // D3: read before D4, so that a Tail which is not the dummy is beyond it and stays beyond it.
      const tail = this.memory.load(D3, TAIL);
      // D4: its successor. LINEARIZATION POINT of a dequeue that answers EMPTY: next is null here, and D5 shows that the node was the
      // dummy then.
      const next = this.scheme.protect(D4, 1, this.geometry.slot(format.index(head), S_NEXT));
      // D5: validates D2 to D4: the dummy was the dummy throughout, so `next` is its successor of this life, and not retired by the
      // time D4 protected it, because Head has to pass a node before it is retired. Another dequeue was faster: start over.
      if (head != this.memory.load(D5, HEAD)) continue;
      if (format.index(head) == format.index(tail)) {
        if (format.index(next) == 0) {
          this.scheme.leave();
          this.record.count(C_EMPTY);
          this.scheme.idle();
          this.record.end();
          return EMPTY;
        }
        // D10: Tail lags behind; help it before Head passes it, so that no node that Tail names is ever retired. If it fails, someone
        // else has done so since D3.
        if (!this.memory.cas(D10, TAIL, tail, this.scheme.link(tail, format.index(next))))
          this.record.count(C_D10);
      } else {
        // D12: before D13, since afterwards another dequeue may free the node. If the node has gone already, D13 fails.
        const value = this.memory.load(D12, this.geometry.slot(format.index(next), S_VALUE));
        // The intent comes before the step: a thread that dies right after D13 leaves a record of what it unlinked.
        this.record.intend(format.index(head), HAND_UNLINKING);
        // D13: LINEARIZATION POINT of a dequeue that delivers. It compares bits and needs identity: that Head did not go and come
        // back since D2 is what the scheme has to see to.
        if (this.memory.cas(D13, HEAD, head, this.scheme.link(head, format.index(next)))) {
          this.record.come(HAND_OWNED);
          this.memory.poke(this.record.base + R_RESULT, value);
          this.scheme.leave();
          this.retire(format.index(head));
          this.record.end();
          return VALUE;
        }
        this.outrun(format.index(head));
      }
    }
  }

  /** D13 failed: another dequeue's was first, and the successor of `dummy` is the dummy now. */
  protected outrun(_dummy: i32): void {
    this.record.release();
    this.record.count(C_D13);
  }

  /** D19: the old dummy is ours, by D13; nothing in the queue names it: Head has passed it, and Tail was beyond it at D3. */
  protected retire(slot: i32): void {
    this.scheme.retire(slot);
  }

  /** The value that this thread's last successful dequeue delivered. */
  result(): i32 {
    return this.memory.peek(this.record.base + R_RESULT);
  }

  /** True if the queue was empty at an instant of the call. */
  isEmpty(): bool {
    const format = this.geometry.link;
    this.record.begin(OP_IS_EMPTY);
    this.scheme.enter();
    while (true) {
      // Q1, Q2, Q3 stand to each other as D2, D4 and D5. LINEARIZATION POINT: Q2.
      const head = this.scheme.protect(Q1, 0, HEAD);
      const next = this.memory.load(Q2, this.geometry.slot(format.index(head), S_NEXT));
      if (head != this.memory.load(Q3, HEAD)) continue;
      this.scheme.leave();
      this.record.end();
      return format.index(next) == 0;
    }
  }
}
