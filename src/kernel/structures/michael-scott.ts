import { putMany, takeMany } from '../batch.ts';
import { Memory } from '../memory.ts';
import { Scheme } from '../scheme.ts';
import { FIRST_PAUSE, FIRST_PAUSE_OF_CHAINS, OK, Structure, VALUE } from '../structure.ts';
import {
  Geometry,
  CHAIN_END,
  C_STRUCTURE,
  HAND_OWNED,
  HAND_UNLINKING,
  LINKED,
  OP_TAKE,
  OP_PUT,
  OP_IS_EMPTY,
  R_RESULT,
  S_NEXT,
  S_STATE,
  S_VALUE,
  ROOTS,
  LINE,
} from '../layout.ts';
import type { StepCards } from '../step-card.ts';
import type { StructureCard } from '../structure-card.ts';
import {
  CHAINS_NODE,
  HELPS,
  HELPS_DEQUEUE,
  HELPS_ENQUEUE,
  LINKS,
  LOOKS_AT_HEAD,
  ofChains,
  MOVES_TAIL,
  QUEUE_INVARIANTS,
  QUEUE_OPERATIONS,
  READS_END,
  READS_HEAD,
  READS_TAIL,
  READS_VALUE,
  UNLINKS,
  UNLINKS_CHAIN,
  WALKS_ON,
} from './queue-card.ts';

// The counters of its failures.
const C_E9: i32 = C_STRUCTURE;
const C_E13: i32 = C_STRUCTURE + 1;
const C_E17: i32 = C_STRUCTURE + 2;
const C_D10: i32 = C_STRUCTURE + 3;
export const C_D13: i32 = C_STRUCTURE + 4;

// E and D are the lines of the paper, Q the emptiness test's.
export const E3: i32 = 16;
export const E5: i32 = 17;
export const E6: i32 = 18;
export const E7: i32 = 19;
export const E9: i32 = 20;
export const E13: i32 = 21;
export const E17: i32 = 22;

export const D2: i32 = 32;
export const D3: i32 = 33;
export const D4: i32 = 34;
export const D5: i32 = 35;
export const D10: i32 = 36;
export const D12: i32 = 37;
export const D13: i32 = 38;

export const Q1: i32 = 48;
export const Q2: i32 = 49;
export const Q3: i32 = 50;

// Those of chains.
export const CH1: i32 = 320;
export const CH2: i32 = 321;
export const CH3: i32 = 322;
export const CH4: i32 = 323;
export const CH5: i32 = 324;
export const CH6: i32 = 325;
export const CH7: i32 = 326;
export const CH8: i32 = 327;
export const CH9: i32 = 328;
export const CH10: i32 = 329;

export const CARDS: StepCards = {
  E3: {
    access: 'store',
    needsNoLife: true,
    says: 'makes the next word of slot {holder} null',
  },
  E5: {
    access: 'load',
    fills: 'tail',
    headsLoop: true,
    says: 'slot {slot} is the last node',
  },
  E6: {
    access: 'load',
    fills: 'next',
    slotFrom: 'E5',
    says: 'slot {slot} follows slot {holder}, so Tail lags behind',
    saysNull: 'nothing follows slot {holder}',
  },
  E7: {
    access: 'load',
    validates: ['E5', 'E6'],
    says: 'Tail still names slot {slot}',
    saysFailed: 'Tail has moved on',
  },
  E9: LINKS,
  E13: HELPS,
  E17: MOVES_TAIL,
  D2: READS_HEAD,
  D3: READS_TAIL,
  D4: {
    access: 'load',
    fills: 'next',
    slotFrom: 'D2',
    linearizes: { operation: 'dequeue', ifNull: 'empty', validatedBy: 'D5' },
    says: 'slot {slot} comes next',
    saysNull: 'nothing follows slot {holder}',
  },
  D5: {
    access: 'load',
    validates: ['D2', 'D3', 'D4'],
    says: 'Head still names slot {slot}',
    saysFailed: 'Head has moved on',
  },
  D10: {
    access: 'cas',
    expectedFrom: 'D3',
    writtenFrom: 'D4',
    failures: C_D10,
    says: 'helps: moves Tail from slot {old} to slot {new}',
    saysFailed: 'Tail has been helped on already',
  },
  D12: {
    access: 'load',
    fills: 'v',
    slotFrom: 'D4',
    says: 'slot {holder} holds {word}',
  },
  D13: UNLINKS,
  Q1: READS_HEAD,
  Q2: {
    access: 'load',
    fills: 'next',
    slotFrom: 'Q1',
    linearizes: { operation: 'isEmpty', ifNull: 'yes', ifSlot: 'no', validatedBy: 'Q3' },
    says: 'slot {slot} comes next',
    saysNull: 'nothing follows slot {holder}',
  },
  Q3: {
    access: 'load',
    validates: ['Q1', 'Q2'],
    says: 'Head still names slot {slot}',
    saysFailed: 'Head has moved on',
  },
  CH1: ofChains(CHAINS_NODE),
  CH2: ofChains(READS_END),
  CH3: ofChains(HELPS_ENQUEUE),
  CH4: ofChains(HELPS_DEQUEUE),
  CH5: ofChains(READS_HEAD),
  CH6: ofChains(READS_TAIL),
  CH7: ofChains(WALKS_ON),
  CH8: ofChains(LOOKS_AT_HEAD),
  CH9: ofChains(READS_VALUE),
  CH10: ofChains(UNLINKS_CHAIN),
};

export const CARD: StructureCard = {
  operations: QUEUE_OPERATIONS,
  order: 'FIFO',
  roots: [
    { name: 'Head', names: 'the dummy node' },
    { name: 'Tail', names: 'the last node, or one before it' },
  ],
  invariants: QUEUE_INVARIANTS,
};

/**
 * Its first root: pointer word, the dummy node.
 * about-Head:begin (made by npm run refresh from the invariants)
 * - Head never passes Tail: following next from Head leads to the node that Tail names.
 * - Head moves along next, from a node to its successor or as far as one step takes values out.
 * about-Head:end
 */
export const HEAD: i32 = ROOTS;
/**
 * Its second root: pointer word, the last node, or one before it.
 * about-Tail:begin (made by npm run refresh from the invariants)
 * - Head never passes Tail: following next from Head leads to the node that Tail names.
 * - Tail names the last node, or one behind which one step has linked all the rest.
 * about-Tail:end
 */
export const TAIL: i32 = ROOTS + LINE;

/**
 * The queue of Michael and Scott, "Simple, Fast, and Practical Non-Blocking and Blocking Concurrent Queue Algorithms", PODC 1996,
 * Figure 1, over a slab and under any reclamation scheme. Labels are the paper's lines; E1 is the slab's A1 to A3, E2 a plain write,
 * and D19 is the scheme's `retire`.
 *
 * Progress: lock-free, where its scheme is. A round is repeated only if another thread has moved Head or Tail or linked a node since it began, or if it
 * has found Tail behind, and then Tail is moved on. A node, or a chain, is linked once by an operation that has taken effect then, Tail is moved past
 * it once, and Head is moved once by each dequeue.
 *
 * Invariants, after every step and under every scheme that keeps its promise. The node that Head names is the dummy; the values of the
 * nodes behind it are the queue's content, in order.
 * invariants:begin (made by npm run refresh from the card above, and for all structures from invariants.ts)
 * - Head never passes Tail: following next from Head leads to the node that Tail names.
 * - Tail names the last node, or one behind which one step has linked all the rest.
 * - The next word of a node in the queue changes once, from null to its successor.
 * - A node, or a chain of nodes, is linked behind the last node of the queue, and nothing comes behind it then.
 * - Head moves along next, from a node to its successor or as far as one step takes values out.
 * - Every node of the structure has the state LINKED.
 * - A node keeps its value as long as it is inside, unless it is a dummy.
 * invariants:end
 *
 * Chains, in a laboratory that has them (`chain` of the geometry): many values go in by one E9, and out by one CH10, after Milman, Kogan, Lev, Luchangco and Petrank,
 * "BQ: A Lock-Free Queue with Batching", SPAA 2018, for the idea alone. Why Tail is never more than one chain behind. A node is linked, by E9, behind one that
 * Tail names then: E7 has shown that it did, E9 that nothing had been linked behind it since, and Tail moves along next words. So what is behind Tail was linked by
 * one E9, and it ends with that node's chain; until Tail names that end, no E9 succeeds, since the next word of what Tail names is not null. Every
 * step that moves Tail moves it there: E17 has the end from its own chain, and CH3 and CH4 read it in the first node of the chain, whose owner wrote
 * it before E9 published it. That node is the one that follows what Tail named, so Head has not passed it as long as Tail names the same; if Tail has moved on
 * meanwhile, CH3 and CH4 fail, whatever they have read.
 * A short answer says nothing of the queue: a chain is as long as there are free slots, and a walk goes as far as Tail, which may lag. Only an answer of none says FULL or EMPTY.
 *
 * Non-invariants
 * - Tail need not name the last node.
 * - The value of the dummy means nothing. The next word of a node that was dequeued still names its successor.
 * - A node whose state is LINKED may not be in the queue yet: its owner is between that write and E9.
 */
export class MichaelScottQueue<S extends Scheme> extends Structure<S> {
  static readonly NUMBER: i32 = 1;
  static readonly ID: string = 'michael-scott';
  static readonly KIND: string = 'queue';
  static readonly TITLE: string = 'Michael-Scott queue';
  static readonly IDEA: string =
    'A linked list with a dummy node in front: a value goes in behind the last node, and a thread that finds Tail behind the last node helps it on.';
  static readonly PAPER: string = 'Michael and Scott 1996, PODC, Figure 1';
  static readonly ROOTS: i32 = 2;
  static readonly CELLS: i32 = 0;
  static readonly MARK_BITS: i32 = 0;
  /** Nodes that an operation protects at a time: the dummy and its successor. */
  static readonly PROTECTIONS: i32 = 2;
  /** Slots that it uses when it is empty: the dummy. */
  static readonly DUMMIES: i32 = 1;
  /** Many values go in, and out, by one step, where the scheme admits it. */
  static readonly CHAINS: bool = true;

  /** Writes the roots and links of a queue that consists of the slots 1 to `inUse`: the dummy, and behind it the values in order. */
  static begin(memory: Memory, geometry: Geometry, inUse: i32): void {
    for (let slot: i32 = 1; slot < inUse; slot++) memory.poke(geometry.slot(slot, S_NEXT), slot + 1);
    memory.poke(HEAD, 1);
    memory.poke(TAIL, inUse);
  }

  put(value: i32): i32 {
    return this.enqueue(value);
  }

  take(): i32 {
    return this.dequeue();
  }

  /** Appends a value. Returns OK or FULL. */
  enqueue(value: i32): i32 {
    this.begin(OP_PUT);
    // E1: see Slab.take.
    const node = this.allocate();
    if (node == 0) return this.full();
    this.prepare(node, value);
    this.append(node, node);
    this.end();
    return OK;
  }

  /** Links what this thread alone has, and the others see from E9 on: the nodes from `first` to `node`, which their next words chain, or one node that is both. */
  private append(first: i32, node: i32): void {
    const format = this.geometry.link;
    this.scheme.enter();
    const firstPause = first == node ? FIRST_PAUSE : FIRST_PAUSE_OF_CHAINS;
    let pause: i32 = 0;
    while (true) {
      pause = this.backOff(pause, firstPause);
      // E5: the node to append to, as far as we know.
      const tail = this.scheme.protect(E5, 0, TAIL);
      const end = format.index(tail);
      const last = this.geometry.slot(end, S_NEXT);
      // E6: its successor. If Tail has moved on and the node was recycled, this is another life's word; E7 finds out.
      const next = this.memory.load(E6, last);
      // E7: validates E5 and E6 together: the word that E6 read belonged to the node that was Tail all along, if a Tail that comes
      // back differs (tags) or cannot come back (protection). Another thread moved Tail: start over with the new one.
      if (tail != this.memory.load(E7, TAIL)) continue;
      let ahead = format.index(next);
      if (this.geometry.chain > 1 && ahead != 0) {
        // CH3 goes to the end of the chain that begins there. Tail is not behind that node if it is where it was; if not, another thread has helped.
        if (!this.scheme.follow(1, ahead, TAIL, tail)) continue;
        ahead = this.endOf(ahead);
      }
      if (!this.scheme.upgrade(end, ahead, first)) continue;
      if (format.index(next) == 0) {
        // E9: LINEARIZATION POINT of enqueue, and of all that a chain puts in. Publishes E2, E3 and CH1, with the values, to D4 and D12, CH7 and CH9.
        // It succeeds only if the node is still last: a next word leaves null once in a life, and the life is the one E7 validated.
        this.scheme.hold(first);
        if (this.memory.cas(E9, last, next, this.scheme.link(next, first, end))) {
          if (this.geometry.chain > 1) this.record.releaseChain();
          this.record.release();
          // E17: swing Tail to our node, or to the end of our chain. If it fails, someone helped with E13 or D10, CH3 or CH4, and Tail is
          // there or beyond.
          this.moveTail(E17, tail, node, C_E17);
          break;
        }
        // Another enqueue's E9 was first: its node is last now, or Tail has moved beyond it.
        this.record.count(C_E9);
        this.scheme.release(first);
      } else {
        // E13, CH3: Tail lags behind; help the thread that should have moved it. If it fails, another thread has moved it since E7.
        this.moveTail(this.geometry.chain > 1 ? CH3 : E13, tail, ahead, C_E13);
      }
    }
    this.scheme.leave();
  }

  /**
   * CH2: the last node of the chain that begins with `first`, which its owner has written before it published that node. If the node has left the queue it may be
   * anything that free or retired slots chain by; Tail is beyond the node then, and CH3 and CH4 fail.
   */
  private endOf(first: i32): i32 {
    return this.memory.load(CH2, this.geometry.slot(first, CHAIN_END));
  }

  /** Moves Tail on from the node that `tail` names to its successor, if it is still there; a failure is counted. */
  protected moveTail(step: i32, tail: i32, successor: i32, failures: i32): void {
    this.scheme.hold(successor);
    if (this.memory.cas(step, TAIL, tail, this.scheme.link(tail, successor, 0))) {
      this.scheme.release(this.geometry.link.index(tail));
    } else {
      this.record.count(failures);
      this.scheme.release(successor);
    }
  }

  /** E2 and E3: the node is ours alone; E9 publishes it. */
  protected prepare(node: i32, value: i32): void {
    this.memory.poke(this.geometry.slot(node, S_VALUE), value);
    const next = this.geometry.slot(node, S_NEXT);
    // E3: null, with a tag of its own, so that a thread that saw the word as null in an earlier life fails at E9. A store and no
    // plain write, since such a thread may be looking. E9 publishes it.
    this.memory.store(E3, next, this.scheme.link(this.memory.peek(next), 0, node));
    this.memory.poke(this.geometry.slot(node, S_STATE), LINKED);
    if (this.geometry.chain > 1) this.memory.poke(this.geometry.slot(node, CHAIN_END), node);
  }

  /** Takes the oldest value off: VALUE, and `result` fetches it; or EMPTY. */
  dequeue(): i32 {
    const format = this.geometry.link;
    this.begin(OP_TAKE);
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
          if (this.scheme.mustRestart()) continue;
          return this.empty();
        }
        // D5 has shown that the node is protected, and CH2 may read it.
        const hasChains = this.geometry.chain > 1;
        const ahead = hasChains ? this.endOf(format.index(next)) : format.index(next);
        // D10, CH4: Tail lags behind; help it before Head passes it, so that no node that Tail names is ever retired. If it fails, someone
        // else has done so since D3.
        if (!this.scheme.upgrade(format.index(tail), ahead, 0)) continue;
        this.moveTail(hasChains ? CH4 : D10, tail, ahead, C_D10);
      } else {
        // A dummy node that is not the last one has a successor. Where there is none, what was read is not of one life.
        if (format.index(next) == 0 && this.scheme.mustRestart()) continue;
        // D12: before D13, since afterwards another dequeue may free the node. If the node has gone already, D13 fails.
        const value = this.memory.load(D12, this.geometry.slot(format.index(next), S_VALUE));
        if (!this.scheme.upgrade(format.index(head), format.index(next), 0)) continue;
        // The intent comes before the step: a thread that dies right after D13 leaves a record of what it unlinked.
        this.record.intend(format.index(head), HAND_UNLINKING);
        // D13: LINEARIZATION POINT of a dequeue that delivers. It compares bits and needs identity: that Head did not go and come
        // back since D2 is what the scheme has to see to.
        this.scheme.hold(format.index(next));
        if (this.memory.cas(D13, HEAD, head, this.scheme.link(head, format.index(next), 0))) {
          this.record.come(HAND_OWNED);
          this.memory.poke(this.record.base + R_RESULT, value);
          this.scheme.leave();
          // D19: the old dummy is ours, by D13; nothing in the queue names it: Head has passed it, and Tail was beyond it at D3.
          this.retire(format.index(head));
          this.end();
          return VALUE;
        }
        this.outrun(format.index(head));
        this.scheme.release(format.index(next));
      }
    }
  }

  /** D13 failed: another dequeue's was first, and the successor of `dummy` is the dummy now. */
  protected outrun(_dummy: i32): void {
    this.record.release();
    this.record.count(C_D13);
  }

  /**
   * Puts up to `count` values in, those at `at` of `values` and behind it, by one step: as many as slots can be had for, and as `chain` of the geometry says. Returns how
   * many; 0 is FULL. In a laboratory without chains each has a step of its own.
   */
  enqueueChain(values: Memory, at: i32, count: i32): i32 {
    if (this.geometry.chain < 2) return putMany<S>(this, values, at, count);
    const most = count < this.geometry.chain ? count : this.geometry.chain;
    if (most < 1) return 0;
    this.begin(OP_PUT);
    // What an operation that was broken off had in hand has no owner from now on.
    this.record.releaseChain();
    const last = this.takeChain(CH1, E3, values, at, most);
    if (last == 0) {
      this.full();
      return 0;
    }
    const n = this.record.chained();
    const first = this.record.chainFirst();
    this.memory.poke(this.geometry.slot(first, CHAIN_END), last);
    this.append(first, last);
    this.end();
    return n;
  }

  /**
   * Takes up to `count` values off, the oldest first, into `values` from `at` on, by one step: as many as there are up to the node that Tail names, and
   * as `chain` of the geometry says. Returns how many; 0 is EMPTY. In a laboratory without chains each has a step of its own.
   */
  dequeueChain(values: Memory, at: i32, count: i32): i32 {
    if (this.geometry.chain < 2) return takeMany<S>(this, values, at, count);
    const format = this.geometry.link;
    const most = count < this.geometry.chain ? count : this.geometry.chain;
    if (most < 1) return 0;
    this.begin(OP_TAKE);
    this.record.releaseChain();
    this.scheme.enter();
    let pause: i32 = 0;
    while (true) {
      pause = this.backOff(pause, FIRST_PAUSE_OF_CHAINS);
      // CH5: the dummy node, as far as we know.
      const head = this.scheme.protect(CH5, 0, HEAD);
      const first = format.index(head);
      // CH6: read before CH7, as D3: so a Tail which is not the dummy is beyond it and stays beyond it, and what the walk passes before it comes
      // to that node, Tail has left behind for good.
      const tail = this.memory.load(CH6, TAIL);
      const stop = format.index(tail);
      let node = first;
      let n: i32 = 0;
      let isWhole: bool = true;
      while (isWhole && n < most && node != stop) {
        const next = this.walk(node, head);
        isWhole = next != 0;
        if (isWhole) {
          // CH9: before CH10, as D12.
          values.poke(at + n, this.memory.load(CH9, this.geometry.slot(next, S_VALUE)));
          node = next;
          n++;
        }
      }
      if (isWhole && n > 0) {
        if (!this.scheme.upgrade(first, node, 0)) continue;
        // The intent comes before the step: a thread that dies right after CH10 leaves a record of what it unlinked.
        this.record.intendChain(first, n);
        // CH10: LINEARIZATION POINT of a dequeue of a chain that delivers: of all its values, in their order. It compares bits and needs identity, as D13;
        // and if Head has been the same throughout, the nodes that the walk has passed were behind each other, and inside, throughout.
        if (this.memory.cas(CH10, HEAD, head, this.scheme.link(head, node, 0))) {
          this.scheme.leave();
          // D19: the old dummy and all that were passed but the last are ours, by CH10; nothing in the queue names them: Head has passed
          // them, and Tail was beyond them at CH6.
          if (this.movesChains()) this.scheme.retireTogether();
          else this.retireChain();
          this.end();
          return n;
        }
        this.record.releaseChain();
        this.record.count(C_D13);
      } else if (first == stop) {
        const next = format.index(this.memory.load(CH7, this.geometry.slot(first, S_NEXT)));
        // CH8: the dummy was the dummy throughout, as D5. LINEARIZATION POINT of one that answers EMPTY: CH7.
        if (head != this.memory.load(CH8, HEAD)) continue;
        if (next == 0) {
          if (this.scheme.mustRestart()) continue;
          this.empty();
          return 0;
        }
        // CH4: Tail lags behind; help it before Head passes it.
        if (!this.scheme.follow(1, next, HEAD, head)) continue;
        const ahead = this.endOf(next);
        if (this.scheme.upgrade(stop, ahead, 0)) this.moveTail(CH4, tail, ahead, C_D10);
      }
    }
  }

  /** CH7: the node behind one, protected as the second one of two, if Head has not moved meanwhile; 0 if it has, or what was read is not of one life. */
  private walk(node: i32, head: i32): i32 {
    const next = this.geometry.link.index(this.memory.load(CH7, this.geometry.slot(node, S_NEXT)));
    return next != 0 && this.scheme.follow(1, next, HEAD, head) ? next : 0;
  }

  /** True if the queue was empty at an instant of the call. */
  isEmpty(): bool {
    const format = this.geometry.link;
    this.begin(OP_IS_EMPTY);
    this.scheme.enter();
    while (true) {
      // Q1, Q2, Q3 stand to each other as D2, D4 and D5. LINEARIZATION POINT: Q2.
      const head = this.scheme.protect(Q1, 0, HEAD);
      const next = this.memory.load(Q2, this.geometry.slot(format.index(head), S_NEXT));
      const isSame = head == this.memory.load(Q3, HEAD);
      if (!isSame || this.scheme.mustRestart()) {
        this.scheme.restart();
        continue;
      }
      this.scheme.leave();
      this.end();
      return format.index(next) == 0;
    }
  }
}
