import { Memory } from './memory.ts';
import { ThreadRecord } from './record.ts';
import { Slab } from './slab.ts';
import {
  Geometry,
  CLAIM_CHAIN,
  C_RETIRED,
  DAMAGE_BAD_RETIRE,
  DEAD,
  FREE,
  HAND_TAKEN,
  LEFT,
  LINKED,
  LISTS,
  LIST_COUNT,
  LIST_STAMP,
  LIST_TOP,
  LIST_WORDS,
  RETIRED,
  R_CHAIN,
  R_CHAIN_COUNT,
  R_COUNTERS,
  R_HAND,
  R_HAND_KIND,
  R_LISTS,
  R_ANNOUNCE,
  R_MAGAZINE,
  R_STATUS,
  R_TAKES,
  R_UNRECLAIMED,
  SETTLED,
  S_LIMBO,
  S_NEXT,
  S_STAMP,
  S_STATE,
  VACANT,
  inheritedBy,
} from './layout.ts';
import { hasMagazine, isOpen } from './in-hand.ts';
import { isLost } from './lost.ts';
import { gatherWord } from './withdraw.ts';
import { J1, J2, J3, J4, J7, J8 } from './steps.ts';

/** How far a scheme's promise against ABA goes. */
export const ABA_POSSIBLE: i32 = 0;
/** No slot is recycled while a thread can name it. */
export const ABA_IMPOSSIBLE: i32 = 1;
/** Impossible until a tag comes round: 2^(tag bits) changes of one word within one thread's pause. */
export const ABA_UNTIL_WRAP: i32 = 2;

/** `bound` of a scheme that promises none. */
export const UNBOUNDED: i32 = -1;

/**
 * A reclamation scheme, as a structure sees it. A subclass is one file, with its card in its static members (see any of them) and its
 * methods in this order. What it does not say it has from here: the bodies below are those of a scheme that frees a slot at once and
 * protects nothing, so that a simple scheme is its card and its proof. All state lives in shared words: the object holds none.
 *
 * A slot is *retired* when it is handed to the scheme, *reclaimed* when the scheme judges that no thread can name it any more, and
 * *free* when it is back on the free list.
 *
 * What a scheme does not need is not there once it is compiled: a body below that does nothing, or answers with a constant, leaves
 * nothing behind, and the compiler of the kernel leaves out each one that the scheme has of its own.
 */
export abstract class Scheme {
  readonly memory: Memory;
  readonly geometry: Geometry;
  readonly record: ThreadRecord;
  readonly slab: Slab;
  /** True of a scheme that keeps no retired slot on a list and frees none: `lose` (lost.ts) counts them. */
  readonly loses: bool;

  constructor(memory: Memory, geometry: Geometry, record: ThreadRecord, slab: Slab, loses: bool = false) {
    this.memory = memory;
    this.geometry = geometry;
    this.record = record;
    this.slab = slab;
    this.loses = loses;
  }

  /**
   * The buffer was laid out a moment ago, and nobody else sees it yet: for words of the scheme that do not begin as 0. The slots 1 to
   * `inUse` are those of the structure, which has linked them.
   */
  begin(_inUse: i32): void {}

  /** An operation begins: it has taken no slot yet, and reads no word of the structure or of the free list before. */
  start(): void {}

  /** It has ended, whatever it answers: the thread uses no word that it read, and has nothing in hand. */
  end(): void {}

  /** An operation that follows links begins. */
  enter(): void {}

  /** It has ended: no word that it read is used any more. */
  leave(): void {}

  /**
   * Reads the pointer word at `source` as step `step`. Under a scheme that protects, the slot that it names is safe from being freed
   * as long as the caller's own validation shows that the slot was not retired by the time the protection was in place, and until the
   * k-th protection is replaced or the operation leaves. Under one that lets operations start over it is believed only if
   * `mustRestart` says no after it.
   */
  protect(step: i32, _k: i32, source: i32): i32 {
    return this.memory.load(step, source);
  }

  /**
   * A walk over many nodes that a root leads to has come to `slot`, by a read of the node before it: protects it as the k-th one. The word at `source`, a
   * root, was `seen` when the walk began, and what it named then is protected; as long as it is the same the slot is not retired. False if it has
   * changed: then nothing is known of the slot. A node is read while its own protection, or that of the walk's beginning, is in place, and is let go when the next
   * one is protected: so two protections are enough for a walk of any length. Under a scheme that protects all that an operation may come to, or where a
   * compare-and-swap of that root shows afterwards that it had not changed, there is nothing to do.
   * Only of schemes whose class says CHAINS.
   */
  follow(_k: i32, _slot: i32, _source: i32, _seen: i32): bool {
    return true;
  }

  /**
   * True if the operation has to start over: what it has read since `enter` or `restart` need not be so. It is asked beside the words,
   * because tag, marks and index may fill all 32 bits of one: after the last read that an answer rests on, and in each round of a loop
   * whose end depends on what was read. Reading a slot that was freed does no harm, as long as what was read is not used.
   * A structure that goes on from a node which may have been unlinked names it: where a slot is free at once the free list may have
   * chained it while it was looked at, and its next word is not what follows it in the structure.
   * A scheme counts each time that it says so, here or in `upgrade`, by C_RESTARTS.
   */
  mustRestart(_passed: i32 = 0): bool {
    return false;
  }

  /** The operation that has entered starts over: nothing that it has read is used any more. */
  restart(): void {}

  /**
   * Comes before the first shared write of a round, which expects, follows or installs these slots (0 where there are fewer): from here
   * on the operation names no others, until it leaves or starts over. False if it must start over without that write.
   */
  upgrade(_first: i32, _second: i32, _third: i32): bool {
    return true;
  }

  /** A slot was taken from the free list and belongs to this thread: no other one can name it yet. */
  born(_slot: i32): void {}

  /**
   * The word to replace `old` by, when it is to name `slot`, in a word that belongs to the slot `owner`, or 0 where it is a root. This is
   * where tags live.
   */
  link(_old: i32, slot: i32, _owner: i32): i32 {
    return slot;
  }

  /**
   * A pointer word is about to name `slot`, and has a claim on it from then on: before anyone can see that. If the compare-and-swap fails
   * the claim is released.
   */
  hold(_slot: i32): void {}

  /** A pointer word names `slot` no more, and has no claim on it. One that named a slot until it was unlinked keeps its claim up to `retire`. */
  release(_slot: i32): void {}

  /**
   * Hands over a slot that the caller has unlinked: it owns the slot and nothing in the structure names it. The claim of the word that
   * named it last ends here.
   */
  retire(slot: i32): void {
    this.takeBack(slot);
    this.keep(slot);
  }

  /**
   * True of a scheme under which a chain can go from the structure to a list, or back to the cache, as a whole:
   * `retireTogether` says what becomes of many slots that one step has unlinked. Where there are caches and chains it is called then.
   */
  movesChains(): bool {
    return false;
  }

  /** `retire` for all slots of the chain in hand, with as many looks at others, and frees as many, as if each was retired by itself. */
  retireTogether(): void {}

  /**
   * The free list was found empty: reclaim all that can be reclaimed now. Called outside of `enter` and `leave`. Where nothing is kept
   * there is nothing to reclaim, but a thread that died may have had a cache.
   */
  collect(): void {
    if (this.geometry.cache != 0) this.adopt();
  }

  /** The structure was found empty, or a key that was to be removed was not inside: help others to reclaim. Called outside of `enter` and `leave`. */
  idle(): void {}

  /**
   * This thread makes no operation for a while: it sleeps, waits, or leaves, and uses no word that it read. Called outside of `enter` and
   * `leave`; the next `enter` ends it. For a scheme that would wait for the thread otherwise.
   */
  offline(): void {}

  /**
   * Keeps a retired slot that is in hand until it can be reclaimed, and counts it. Also for a slot that another thread had retired: as
   * if this thread had retired it now, which is later and therefore safe.
   */
  protected keep(slot: i32): void {
    this.slab.give(slot);
  }

  /** Takes back what a dead thread announced, since it can do so no more. */
  protected silence(_thread: i32): void {}

  /** Takes over what a thread that left or died keeps in words of the scheme, beside its lists. */
  protected takeOwn(_thread: i32): void {}

  /** The slot changes hands from the structure to this thread: notes it, and notices one that was not in the structure. */
  protected takeBack(slot: i32): void {
    const state = this.geometry.slot(slot, S_STATE);
    if (this.memory.peek(state) != LINKED) this.record.damage(DAMAGE_BAD_RETIRE, slot);
    this.memory.poke(state, RETIRED);
    this.record.count(C_RETIRED);
  }

  /** Frees a slot that was kept. It is counted off first: from then on it is in hand and on its way to the free list. */
  reclaim(slot: i32): void {
    this.record.unreclaimed(-1);
    this.slab.give(slot);
  }

  /** The address of one of this thread's lists of retired slots. */
  list(n: i32): i32 {
    return this.record.base + R_LISTS + n * LIST_WORDS;
  }

  /** Puts a slot on one of this thread's lists: it is in hand until then and retired from then on. */
  push(list: i32, slot: i32, stamp: i32): void {
    this.memory.poke(this.geometry.slot(slot, S_STAMP), stamp);
    this.memory.poke(this.geometry.slot(slot, S_LIMBO), this.memory.peek(list + LIST_TOP));
    this.memory.poke(list + LIST_TOP, slot);
    this.memory.poke(list + LIST_COUNT, (this.memory.peek(list + LIST_COUNT) + 1) | 0);
    this.record.release();
  }

  /** True if a list is freed as a whole: it becomes a magazine. */
  private freesLists(): bool {
    return this.geometry.chain > 1 && this.geometry.cache != 0 && this.movesChains();
  }

  /** Frees all slots of a list of this thread. */
  reclaimList(list: i32): void {
    const isWhole = this.freesLists();
    while (this.memory.peek(list + LIST_TOP) != 0) {
      if (isWhole && this.memory.peek(list + LIST_COUNT) <= this.geometry.cache) {
        this.slab.stowList(list);
        return;
      }
      this.reclaim(this.pop(list));
    }
  }

  /** Takes the first slot off a list, or returns 0. It is in hand from then on, and before it is off the list: it has an owner at every moment. */
  pop(list: i32): i32 {
    const slot = this.memory.peek(list + LIST_TOP);
    if (slot == 0) return 0;
    this.record.hold(slot);
    this.memory.poke(list + LIST_TOP, this.memory.peek(this.geometry.slot(slot, S_LIMBO)));
    this.memory.poke(list + LIST_COUNT, (this.memory.peek(list + LIST_COUNT) - 1) | 0);
    return slot;
  }

  /** What `push` stamped a slot with. */
  protected stampOf(slot: i32): i32 {
    return this.memory.peek(this.geometry.slot(slot, S_STAMP));
  }

  /** The time of this thread for schemes that have no other: how many slots it has retired, modulo 2^32. */
  protected now(): i32 {
    return this.memory.peek(this.record.base + R_COUNTERS + C_RETIRED * 2);
  }

  /**
   * Adopts the retired slots of threads that left or died. The slot in hand of a dead thread is left alone: only an audit at a moment
   * without operations can tell whether anyone else has a claim on it.
   *
   * A record that waits has one heir at a time, the thread that its status names, and never stays with an heir that is dead. By cases:
   * - LEFT or DEAD: of all threads that read it at J1, the one whose J2 succeeds is named as heir, and all others fail.
   * - INHERITING, and the heir lives: it goes on until J3, and nobody else writes the status meanwhile, since J2 expects another word,
   *   and J8 is for records of heirs that are dead.
   * - INHERITING, and the heir h is dead: the record of h waits too, and the heir of h takes this one over at J8. There is one
   *   such heir at a time, by these cases for the record of h, and so on: each heir was alive when the one before it was dead, so the
   *   chain of heirs ends with one that is alive, or with a record that is DEAD and that J1 finds.
   * - No record names h once J3 makes the record of h vacant or settled: h named itself while it was alive, and its heir looked at every
   *   record (J7) after that, between J2 or J8 and J3. So the number is never that of a thread that got the record of h by `join`. One
   *   that took it up by its number finds itself named at J1, and goes on with what h had begun.
   * So the lists of a record are drained by one thread at a time. An heir that dies leaves each list as a shorter one, with the slot that
   * it was moving in its own hand, or on one of its own lists; the next heir finds all three, silences again and drains what is left.
   */
  adopt(): void {
    this.start();
    const mine = inheritedBy(this.record.thread);
    let thread: i32 = 1;
    while (thread <= this.geometry.threads) {
      let next: i32 = thread + 1;
      const record = this.geometry.record(thread);
      // J1: a record that is in use, vacant or settled has nothing to give, and one that another thread inherits nothing to us.
      const seen = this.memory.load(J1, record + R_STATUS);
      const waits = seen == LEFT || seen == DEAD;
      // J2: makes this thread the only heir; the former owner's plain writes happened before the status that J1 read.
      if (seen == mine || (waits && this.memory.cas(J2, record + R_STATUS, seen, mine))) {
        if (seen != LEFT) next = this.succeed(thread, next);
        this.takeOver(thread);
        // J3: publishes the emptied record.
        const status = isOpen(this.memory, this.geometry, record) ? SETTLED : VACANT;
        this.memory.store(J3, record + R_STATUS, status);
      }
      thread = next;
    }
    this.end();
  }

  /**
   * Becomes the heir of every record that the dead `thread` was inheriting: they name this thread now, and `adopt` comes to them. Returns
   * the first of them if it is before `next`, else `next`.
   */
  private succeed(thread: i32, next: i32): i32 {
    this.silence(thread);
    const theirs = inheritedBy(thread);
    let first = next;
    for (let other: i32 = 1; other <= this.geometry.threads; other++) {
      const status = this.geometry.record(other) + R_STATUS;
      // J7: pairs with the J2 or J8 by which `thread` became an heir, as long as it lived.
      if (this.memory.load(J7, status) == theirs) {
        // J8: makes this thread the only heir in its stead; what `thread` wrote to the record happened before its death was read.
        if (this.memory.cas(J8, status, theirs, inheritedBy(this.record.thread)) && other < first)
          first = other;
      }
    }
    return first;
  }

  private takeOver(thread: i32): void {
    const base = this.geometry.record(thread);
    if (this.freesLists()) this.slab.recount(base);
    for (let n: i32 = 0; n < LISTS; n++) {
      const list = base + R_LISTS + n * LIST_WORDS;
      for (let slot = this.pop(list); slot != 0; slot = this.pop(list)) {
        this.memory.poke(base + R_UNRECLAIMED, (this.memory.peek(base + R_UNRECLAIMED) - 1) | 0);
        this.keep(slot);
      }
      this.memory.poke(list + LIST_COUNT, 0);
      this.memory.poke(list + LIST_STAMP, 0);
    }
    this.takeOwn(thread);
    if (this.geometry.cache != 0) this.slab.inherit(base);
    // The lists are empty, so there is nothing to reclaim, whatever the thread counted: it may have died between taking a slot off a list
    // and counting it off. Slots that were lost are on no list, and stay lost.
    if (!this.loses) this.memory.poke(base + R_UNRECLAIMED, 0);
  }

  /**
   * Settles what a dead thread had in hand whose record was adopted. `sole` says that an audit, at a moment without operations,
   * found no other claim on the slot: it was lost with the thread and is recovered here. Otherwise it is just forgotten. The same with
   * a magazine in its hand: `soleMagazine` says it of the magazine's first slot; and with a chain, of which the first `soleInChain` slots
   * have no other claim than those of the hands of this thread; and with the slot that it was taking out of a hand-over, `soleTaken`. Of
   * several dead threads with the same slot in hand one is given as the sole one, and each is settled: the slot has another owner then.
   * Where slots are counted, `claims` says which of the claims that its record speaks of are there and are nobody else's: bits `CLAIM_…`.
   * Where the free list is a ring, `drawn` is the slot at the position that the thread had taken, or 0.
   */
  recover(
    thread: i32,
    sole: bool,
    soleMagazine: bool = false,
    soleInChain: i32 = 0,
    soleTaken: bool = false,
    claims: i32 = 0,
    drawn: i32 = 0,
  ): void {
    const base = this.geometry.record(thread);
    this.regainClaims(base, sole, claims);
    this.regainTaken(base, soleTaken, claims);
    if (soleMagazine && hasMagazine(this.memory, this.geometry, base)) this.slab.recover(base);
    this.memory.poke(base + R_MAGAZINE, 0);
    const slot = this.memory.peek(base + R_HAND);
    this.regainChain(base, slot, soleInChain, (claims & CLAIM_CHAIN) != 0);
    if (slot != 0 && sole) this.regain(base, slot);
    this.memory.poke(base + R_HAND, 0);
    this.slab.settle(base, drawn);
    this.memory.store(J3, base + R_STATUS, VACANT);
  }

  /**
   * Retires the slots of a chain that a dead thread had unlinked: others may still be looking at them. It may have had the first one in
   * its first hand already, `hand`, and that one is settled by itself. What named the first one may have left a claim that ends with `retire`, `isClaimed`;
   * the others have that of the slot before them alone, as in `retireChain` of the structure, and so each has one more.
   */
  private regainChain(record: i32, hand: i32, count: i32, isClaimed: bool): void {
    for (let n: i32 = 0; n < count; n++) {
      const slot = this.memory.peek(record + R_CHAIN);
      // In hand first, so that the slot has an owner at every moment.
      if (slot != hand) this.record.hold(slot);
      const next = this.memory.peek(this.geometry.slot(slot, S_NEXT));
      this.memory.poke(record + R_CHAIN, this.geometry.link.index(next));
      this.memory.poke(record + R_CHAIN_COUNT, (this.memory.peek(record + R_CHAIN_COUNT) - 1) | 0);
      if (slot == hand) continue;
      const state = this.memory.peek(this.geometry.slot(slot, S_STATE));
      // On its way with others to the cache, or to a list.
      if (state == FREE) this.slab.rechain(slot);
      else if (state == RETIRED) this.keep(slot);
      else {
        if (n != 0 || !isClaimed) this.hold(slot);
        this.retire(slot);
      }
    }
    this.memory.poke(record + R_CHAIN_COUNT, 0);
  }

  /** Ends the claims of a dead thread that were on their way to a word, or from one, for schemes that count them. */
  protected regainClaims(_record: i32, _sole: bool, _claims: i32): void {}

  /** Keeps a slot that a dead thread had taken out of a hand-over, if nothing else has a claim on it: it was retired. It is in hand first. */
  protected regainTaken(record: i32, sole: bool, _claims: i32): void {
    const slot = this.memory.peek(record + R_TAKES);
    if (sole) this.record.hold(slot);
    this.memory.poke(record + R_TAKES, 0);
    if (sole) this.keep(slot);
  }

  private regain(record: i32, slot: i32): void {
    const state = this.memory.peek(this.geometry.slot(slot, S_STATE));
    if (this.loses && state == RETIRED && isLost(this.memory, this.geometry, slot)) return;
    // While the dead thread has it in hand still, so that this thread's death would not be taken for that one's.
    this.memory.poke(this.geometry.slot(slot, S_LIMBO), 0);
    this.record.hold(slot);
    this.memory.poke(record + R_HAND, 0);
    if (state == LINKED && this.memory.peek(record + R_HAND_KIND) != HAND_TAKEN) {
      // Unlinked by D13: others may still be looking at it.
      this.retire(slot);
    } else if (state == RETIRED) {
      // Retired and not kept yet.
      this.keep(slot);
    }
    // Taken and never linked: nobody has seen it in this life.
    else if (state != FREE) this.slab.give(slot);
    // On its way back to the free list.
    else this.slab.rechain(slot);
  }

  /** This thread leaves: what it can reclaim is freed, the rest waits in its record for an heir. */
  depart(): void {
    this.offline();
    this.collect();
    this.start();
    if (this.geometry.cache != 0) this.slab.empty();
    this.end();
    // What an operation that was broken off had in hand has no owner from now on.
    this.record.release();
    this.record.releaseChain();
    // J4: publishes the record with its lists to J1.
    this.memory.store(J4, this.record.base + R_STATUS, LEFT);
  }

  // The next three are for schemes whose threads announce the slot that they are about to use, and look again.

  /** `protect` of such a scheme. */
  protected protectByName(step: i32, k: i32, source: i32): i32 {
    while (true) {
      const seen = this.memory.load(step, source);
      this.announce(this.record.base + R_ANNOUNCE + k, seen);
      // If the source has moved, announce the new one.
      if (this.isStill(source, seen)) return seen;
    }
  }

  /** Announces the slot that a word names. */
  protected announce(_hazard: i32, _seen: i32): void {}

  /** True if the source still holds the word whose slot was announced. */
  protected isStill(_source: i32, _seen: i32): bool {
    return true;
  }

  // What follows is for schemes whose threads keep what they retire on a list of their own, and look at what all threads announce when the
  // list is long enough: after `threshold` retires, which is the first parameter of such a scheme. Each slot on a list was retired before
  // the scan reads what is announced, and what is announced is published before the slot is believed to be safe: the proof of such a scheme
  // goes by cases for which of the two is first.

  /** `retire` of such a scheme. */
  protected retireToList(slot: i32): void {
    this.dies(slot);
    this.takeBack(slot);
    this.keep(slot);
    if (this.memory.peek(this.list(0) + LIST_COUNT) >= this.geometry.param0) this.scan();
  }

  /** `keep` of such a scheme. The stamp is the number of slots that the thread had retired: the auditor reads from it for how long a slot has been held back. */
  protected keepOnList(slot: i32): void {
    this.record.unreclaimed(1);
    this.push(this.list(0), slot, this.now());
  }

  /** `idle` of such a scheme. */
  protected scanWhatIsKept(): void {
    if (this.memory.peek(this.list(0) + LIST_COUNT) != 0) this.scan();
  }

  /**
   * A slot was unlinked and belongs to this thread, for a scheme that notes when. Its state does not say yet that it was retired: so an heir
   * finds what was noted on every slot that is.
   */
  protected dies(_slot: i32): void {}

  /** Reads an announced word of another thread, or of this one. */
  protected announcedAt(_address: i32): i32 {
    return 0;
  }

  /** True if one of the words that were `gathered` in the scratch holds the slot back. */
  protected isHeldBack(_slot: i32, _gathered: i32): bool {
    return false;
  }

  /** Where `gather` begins: 0, or IN_TABLE for a scheme whose words name slots, where there can be many of them. */
  protected gathersInto(): i32 {
    return 0;
  }

  /**
   * Copies what every thread announces into the scratch, without the words that announce nothing. Returns how many there are, or IN_TABLE
   * if they are in a table.
   */
  protected gather(): i32 {
    let gathered = this.gathersInto();
    for (let thread: i32 = 1; thread <= this.geometry.threads; thread++) {
      const words = this.geometry.record(thread) + R_ANNOUNCE;
      for (let k: i32 = 0; k < this.geometry.protections; k++) {
        const word = this.announcedAt(words + k);
        if (word != 0) gathered = gatherWord(this.memory, this.geometry, this.record.base, gathered, word);
      }
    }
    return gathered;
  }

  /** For a scheme that brings what was `gathered` in an order first: what `isHeldBack` is told then. */
  protected arranged(gathered: i32): i32 {
    return gathered;
  }

  /** What is held back goes from the list to the second one, in hand meanwhile; the others stay there. */
  private sift(gathered: i32): void {
    const list = this.list(0);
    let before = list + LIST_TOP;
    let slot = this.memory.peek(before);
    while (slot != 0) {
      const limbo = this.geometry.slot(slot, S_LIMBO);
      const next = this.memory.peek(limbo);
      if (this.isHeldBack(slot, gathered)) {
        this.record.hold(slot);
        this.memory.poke(before, next);
        this.memory.poke(list + LIST_COUNT, (this.memory.peek(list + LIST_COUNT) - 1) | 0);
        this.push(this.list(1), slot, this.stampOf(slot));
      } else {
        before = limbo;
      }
      slot = next;
    }
  }

  /** Frees every slot of the list that nothing holds back. Every slot on it was retired before anything is read here. */
  protected scan(): void {
    const gathered = this.arranged(this.gather());
    if (this.freesLists()) {
      this.sift(gathered);
      this.reclaimList(this.list(0));
    }
    // Each slot on the list is looked at once: what is kept goes on a second list, which then takes the first one's place.
    for (let slot = this.pop(this.list(0)); slot != 0; slot = this.pop(this.list(0))) {
      if (this.isHeldBack(slot, gathered)) this.push(this.list(1), slot, this.stampOf(slot));
      else this.reclaim(slot);
    }
    for (let slot = this.pop(this.list(1)); slot != 0; slot = this.pop(this.list(1)))
      this.push(this.list(0), slot, this.stampOf(slot));
  }
}
