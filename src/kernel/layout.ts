/**
 * Where everything lives. All state that matters is in one buffer of 32-bit words, so that a terminated worker leaves its record
 * behind and the auditor needs nothing else. Words that different threads fight for are a line (32 words, 128 bytes) apart.
 *
 * The drawing is made from the constants below by `npm run refresh` and checked by a test.
 *
 * drawing:begin
 *          word  region        what
 *             0  header        29 words, from H_MAGIC to H_CHAIN
 *            32  FREE_TOP      pointer word: the first free slot
 *            64  GLOBAL        the scheme's global words
 *            96  roots         pointer words, a line each: Head, Tail of the Michael-Scott queue; Top of the Treiber stack; Head of the Michael list; Head of the Harris list; Head of the SCOT list; Bucket of the hash set; Head, Tail of the segment queue
 *                cells         the structure's array, in whole lines
 *   recordsBase  records       one for each thread, from T1; recordWords(threads) apart
 *     slotsBase  slot 0        null: belongs to nobody
 *      + stride  slot 1        and so on, stride words apart
 *    totalWords
 *
 * line 1 of a record, written by its owner, and the status by an heir
 *   ┌+0──────┬+1─────────┬+2────┬+3──────┬+4────┬+5──────┬+6───────────┬+7───────┬+8───────────┬+9────┐
 *   │ status │ operation │ hand │ result │ step │ damage │ damage slot │ damages │ unreclaimed │ peak │
 *   └────────┴───────────┴──────┴────────┴──────┴────────┴─────────────┴─────────┴─────────────┴──────┘
 *   ┌+10──────┬+14─────┬+15───────────┬+16─────────┬+31────────┐
 *   │ own × 4 │ loaded │ loaded count │ lists × 15 │ hand kind │
 *   └─────────┴────────┴──────────────┴────────────┴───────────┘
 * line 2 of a record, written by its owner
 *   ┌+32────────────┬+62────┬+63───────┐
 *   │ counters × 30 │ spare │ magazine │
 *   └───────────────┴───────┴──────────┘
 * line 3 of a record, read by the others
 *   ┌+64────────────┐
 *   │ announce × 32 │
 *   └───────────────┘
 * line 4 of a record, written by its owner
 *   ┌+96────┬+97──────────┬+98────┬+99────┬+103────────┬+104──────────┐
 *   │ chain │ chain count │ takes │ place │ takes life │ restarts × 2 │
 *   └───────┴─────────────┴───────┴───────┴────────────┴──────────────┘
 * lists: 5 of top, count and stamp; counters: 15 of two words, low word first
 * from +128 in whole lines: scratch, 4 words a thread
 *
 * a slot: 8 words or more, its stride
 *   ┌+0────┬+1─────┬+2─────┬+3────┬+4─────┬+5─────┬+6─────┬+7─────┐
 *   │ next │ value │ state │ life │ limbo │ stamp │ birth │ death │
 *   └──────┴───────┴───────┴──────┴───────┴───────┴───────┴───────┘
 * drawing:end
 */
import { Memory } from './memory.ts';
import { PointerFormat, indexBitsFor, MAX_TAG_BITS } from './words.ts';

/** "LFLB" in ASCII. */
export const MAGIC: i32 = 0x4c464c42;
export const LAYOUT_VERSION: i32 = 8;
/** Words in a line: what is a line apart never shares a cache line, nor the neighbour that a prefetcher brings along. */
export const LINE: i32 = 32;

// The header: written once, before anyone else sees the buffer.
export const H_MAGIC: i32 = 0;
export const H_VERSION: i32 = 1;
export const H_WORDS: i32 = 2;
export const H_SLOTS: i32 = 3;
export const H_STRIDE: i32 = 4;
export const H_THREADS: i32 = 5;
export const H_TAG_BITS: i32 = 6;
/** Number of the scheme in the registry; 0 for a user's own. */
export const H_SCHEME: i32 = 7;
/** What the announced words of a record mean: one of `HOLDS_…`. */
export const H_HOLDS: i32 = 8;
export const H_PARAM_0: i32 = 9;
export const H_PARAM_1: i32 = 10;
/** Of a scheme with three parameters two share that word: the second has the lower half, and what the third is above its least the upper one. */
export const HALF_BITS: i32 = 16;
export const HALF: i32 = (1 << HALF_BITS) - 1;
/** Slots in use when the buffer was made: those that an empty structure uses, and the first values. */
export const H_INITIAL: i32 = 11;
/** Free slots in a magazine of a thread's cache; 0 if threads have no caches. */
export const H_CACHE: i32 = 12;
/** Number of the structure, which its class has; a user's own has one of its own. */
export const H_STRUCTURE: i32 = 13;
/** The roots of the structure, a line each, and the cells of its array, a word each. */
export const H_ROOTS: i32 = 14;
export const H_CELLS: i32 = 15;
/** Slots that an operation of the structure protects at a time. */
export const H_PROTECTIONS: i32 = 16;
/** Bits that the structure sets in a pointer word beside the index; 0 if it marks none. */
export const H_MARK_BITS: i32 = 17;
/** The numbers of the steps whose failures the counters from C_A3 on count, in their order; 0 where one counts none. */
export const H_COUNTED: i32 = 18;
/** What the free list is: one of `FREE_LIST_…`. */
export const H_FREE_LIST: i32 = 27;
/** The most values that one step puts in or takes out, where the structure has such operations and the scheme admits them; else 0. */
export const H_CHAIN: i32 = 28;

/** A stack that chains through S_NEXT from FREE_TOP on. */
export const FREE_LIST_STACK: i32 = 0;
/** A ring in the array that a structure without slots has its cells in; FREE_TOP is 0. See structures/index-ring.ts. */
export const FREE_LIST_RING: i32 = 1;

export const HOLDS_NOTHING: i32 = 0;
/** Announced words are slot indices; 0 announces nothing. */
export const HOLDS_HAZARDS: i32 = 1;
/** The first announced word is `epoch << 1 | 1` while pinned and 0 otherwise; the first global word is the epoch. */
export const HOLDS_EPOCHS: i32 = 2;
/** Announced words are `era << 1 | 1`, or 0; the first global word is the clock, modulo 2^30. */
export const HOLDS_ERAS: i32 = 3;
/** The first announced word is `epoch << 1 | 1` while online and 0 while offline; the first global word is the epoch. */
export const HOLDS_ONLINE: i32 = 4;
/** The age in epochs at which a slot is freed then. */
export const ONLINE_GRACE: i32 = 2;
/** The first two announced words are the ends of an interval of eras, each as above. */
export const HOLDS_INTERVALS: i32 = 5;
/**
 * The first announced word is `epoch << 1 | 1` while pinned and 0 otherwise; the first global word is the epoch. The first BAGS lists of a
 * thread are bags that rotate: BAG_WORD has the number of the current one, the one before it that of the last rotation, and so on; the one after it can be freed.
 */
export const HOLDS_BAGS: i32 = 6;
export const BAGS: i32 = 4;
/** Nothing is announced; the first global word is the clock of births and deaths, modulo 2^30, and pointer words carry births. */
export const HOLDS_VERSIONS: i32 = 12;
/**
 * The first half of the announced words are slot indices, as under HOLDS_HAZARDS. The second half are hand-overs: HAND_OVER words behind an
 * announced word is the slot that is parked there, or 0. Any thread writes those.
 */
export const HOLDS_PARKED: i32 = 7;
export const HAND_OVER: i32 = 16;
/**
 * The first announced word is the phase of the thread, one of `PHASE_…`; the RESERVED words after it are slots that it reserves, or 0. Phases
 * are no slots.
 */
export const HOLDS_RESERVATIONS: i32 = 13;
export const RESERVED: i32 = 3;
export const PHASE_QUIET: i32 = 0;
export const PHASE_READING: i32 = -1;
export const PHASE_WRITING: i32 = -2;
export const PHASE_NEUTRALIZED: i32 = -3;
/**
 * The first announced word is 1 while the thread is inside of an operation. The first global word is the safepoint: its low bits, COLLECTOR_BITS of them, are the number of the
 * thread that collects, or 0; above them stands which collection it is, or was the last one.
 */
export const HOLDS_OPERATIONS: i32 = 9;
export const COLLECTOR_BITS: i32 = 8;
/**
 * Each slot has a count, COUNT_WORD. Announced words are slots that the thread has counted itself in at, or 0. Its own words are slots of which
 * a claim may be on its way, or 0: R_OWN and ON_ITS_WAY words from there on. A count that neither pointer words nor announced words account for
 * is of one of these.
 */
export const HOLDS_COUNTS: i32 = 10;
export const ON_ITS_WAY: i32 = 4;
/**
 * What `recover` is told of the claims of a dead thread, a bit each. The first ON_ITS_WAY bits: the claim that a word of the record speaks of
 * is there. Then: the slot in R_TAKES, and the one in its hand, have a claim of their own that the thread has to end. And: the next word of
 * the slot in its hand has none on what it names. And: the first slot of its chain has one of its own to end; of the others none has.
 */
export const CLAIM_TAKES: i32 = 16;
export const CLAIM_HAND: i32 = 32;
export const CLAIM_NO_NEXT: i32 = 64;
export const CLAIM_CHAIN: i32 = 128;
/**
 * The first announced word of a thread is its list of batches: 0 if it has none, else BATCH_ACTIVE and twice the first slot of the list. The
 * word HAND_OVER behind it is the era that it announces. BATCH_OWN is the batch that it collects, BATCH_LEFT what is left of a list that it has taken away,
 * BATCH_FREED the batches that it frees: words of a record, and slots.
 */
export const HOLDS_BATCHES: i32 = 11;
export const BATCH_ACTIVE: i32 = 1;

// The shared words, a line each.
/**
 * Pointer word: the first free slot.
 * about-Free:begin (made by npm run refresh from the invariants)
 * - Following next from the top visits every slot of the free list once, and ends at null.
 * - Every slot on the free list, behind one there, or in a cache has the state FREE.
 * - No slot is in two places of these, nor twice in one: the structure, the free list, a magazine, a retired list, the hand-overs.
 * - A magazine has as many slots as its first one says, and the loaded one of a cache as many as the record says.
 * about-Free:end
 */
export const FREE_TOP: i32 = 32;
/** The scheme's global words. */
export const GLOBAL: i32 = 64;
/** The structure's roots, a line each; behind them its cells, in whole lines, and then the records. */
export const ROOTS: i32 = 96;

// A thread's record. Its lines are written by the owner only, but for R_STATUS; others read the third.
export const R_STATUS: i32 = 0;
/** The operation in progress: one of `OP_…`. */
export const R_OPERATION: i32 = 1;
/**
 * The first of the two hands: the slot in hand, or 0. Written before the compare-and-swap that takes it, so it is an intent that yields to
 * any other claim. The second hand is R_CHAIN.
 */
export const R_HAND: i32 = 2;
/** How the slot in hand was come by: one of `HAND_…`, read together with the state of the slot. */
export const R_HAND_KIND: i32 = 31;
/** The value that the last successful operation delivered. */
export const R_RESULT: i32 = 3;
/** The last step, where the engine records it. */
export const R_STEP: i32 = 4;
/** The first damage that this thread noticed: one of `DAMAGE_…`, its slot, and how many there were. */
export const R_DAMAGE: i32 = 5;
export const R_DAMAGE_SLOT: i32 = 6;
export const R_DAMAGES: i32 = 7;
/**
 * Slots that this thread retired or adopted and has not freed: now, and at most. A slot is counted before it is on a list and counted off
 * when it has been taken off, and it is in hand meanwhile: so at every moment, and for all threads together, the count is at least the
 * slots on the lists and at most those and the retired slots in hand.
 */
export const R_UNRECLAIMED: i32 = 8;
export const R_PEAK: i32 = 9;
/** Four words for the scheme alone. */
export const R_OWN: i32 = 10;
/** The word of a record that is the last of them. Under HOLDS_BAGS: the number of the list that is the thread's current bag. */
export const BAG_WORD: i32 = R_OWN + 3;
/** Under HOLDS_BATCHES. */
export const BATCH_OWN: i32 = R_OWN + 1;
export const BATCH_LEFT: i32 = R_OWN + 2;
export const BATCH_FREED: i32 = R_OWN + 3;
/** The thread's cache of free slots: the loaded magazine and how many slots it has. Magazines chain through S_LIMBO. */
export const R_LOADED: i32 = 14;
export const R_LOADED_COUNT: i32 = 15;
/** Five lists of retired slots: top, count, stamp each. They chain through S_LIMBO. */
export const R_LISTS: i32 = 16;
export const LISTS: i32 = 5;
export const LIST_TOP: i32 = 0;
export const LIST_COUNT: i32 = 1;
export const LIST_STAMP: i32 = 2;
export const LIST_WORDS: i32 = 3;
/** Counters of two words each, low word first. */
export const R_COUNTERS: i32 = 32;
/** The second magazine of the cache: full, or 0. */
export const R_SPARE: i32 = 62;
/** The magazine in hand, or 0: between the cache and the free list, an intent like R_HAND. */
export const R_MAGAZINE: i32 = 63;
/** The words that other threads read: hazards, or the epoch announcement. */
export const R_ANNOUNCE: i32 = 64;
export const ANNOUNCED: i32 = 32;
/**
 * The second hand: a chain of slots that one step unlinks, by its first slot and how many they are, linked by their next words. Written
 * before that step, so it is an intent like R_HAND. A count of 0 says that there is none.
 */
export const R_CHAIN: i32 = 96;
export const R_CHAIN_COUNT: i32 = 97;
/**
 * The slot that the thread is about to take out of a hand-over, or has just taken; or, where slots are counted, one that it is retiring, or
 * freeing, beside the one in its hand. 0 if there is none. An intent like R_HAND.
 */
export const R_TAKES: i32 = 98;
/**
 * Where the last search in a list ended: the address of the word before that place, and the slot that it belongs to, or 0; what it named; and
 * what came next. No claims: the words tell the same operation where it goes on.
 */
export const R_PLACE: i32 = 99;
export const PLACE_PREV: i32 = 0;
export const PLACE_OWNER: i32 = 1;
export const PLACE_HERE: i32 = 2;
export const PLACE_AFTER: i32 = 3;
export const PLACE_WORDS: i32 = 4;
/** Under HOLDS_BATCHES: the life of the slot in R_TAKES that is meant. Another life of the slot is not what the thread was about to count. */
export const R_TAKES_LIFE: i32 = R_PLACE + PLACE_WORDS;
/** One more counter of two words, C_RESTARTS: it has no room beside the others. */
export const R_RESTARTS: i32 = R_TAKES_LIFE + 1;
/**
 * Scratch for a scan: a private copy of what every thread announces, SCRATCH words a thread. So a structure protects at most as many slots
 * at a time: with more the copy would go on in the record of the next thread.
 */
export const R_SCRATCH: i32 = 128;
export const SCRATCH: i32 = 4;

export const VACANT: i32 = 0;
export const ACTIVE: i32 = 1;
/** Its thread has left and its lists wait for an heir. */
export const LEFT: i32 = 2;
/** Its worker was terminated; its lists, its announcements and its slot in hand wait for an heir. */
export const DEAD: i32 = 3;
/** An heir is at work on it, or was: its number stands above STATUS_BITS. */
export const INHERITING: i32 = 4;
/** The lists of a dead thread were adopted; only its slot in hand is open. */
export const SETTLED: i32 = 5;
/** The low bits of R_STATUS are one of the six above. */
export const STATUS_BITS: i32 = 3;

/** The slot was taken off a list or unlinked, or is being freed. */
export const HAND_OWNED: i32 = 0;
/** A3 is about to take it from the free list, or has just done so. */
export const HAND_TAKING: i32 = 1;
/** Taken from the free list and not linked yet, or just linked by E9. */
export const HAND_TAKEN: i32 = 2;
/** A step is about to unlink it, or has just done so: D13, S6, L5, L9. */
export const HAND_UNLINKING: i32 = 3;
/** A step is about to link it, or has just done so, where the slot itself does not tell whether it was linked: S3, L7. */
export const HAND_LINKING: i32 = 4;
/**
 * RI7 is about to take a position of the free list's ring, or has done so: what is there is the thread's own. The slot is named before RI8
 * takes it out.
 */
export const HAND_DRAWING: i32 = 5;

export const OP_NONE: i32 = 0;
export const OP_PUT: i32 = 1;
export const OP_TAKE: i32 = 2;
export const OP_IS_EMPTY: i32 = 3;

export const C_OPERATIONS: i32 = 0;
export const C_ALLOCATED: i32 = 1;
export const C_FREED: i32 = 2;
export const C_RETIRED: i32 = 3;
export const C_FULL: i32 = 4;
export const C_EMPTY: i32 = 5;
// Failures of a compare-and-swap, by step.
export const C_A3: i32 = 6;
export const C_F3: i32 = 7;
/** For five steps of the structure. */
export const C_STRUCTURE: i32 = 8;
/** For two steps of the scheme's own. */
export const C_OWN_1: i32 = 13;
export const C_OWN_2: i32 = 14;
export const COUNTERS: i32 = 15;
/** How often the scheme had an operation start over. It stands by itself, behind the counters that `COUNTERS` counts. */
export const C_RESTARTS: i32 = (R_RESTARTS - R_COUNTERS) >> 1;
/** The counters of failures: they come last. */
export const COUNTED: i32 = COUNTERS - C_A3;

// A slot.
/**
 * Pointer word: the next node of the structure or of the free list.
 * about-next:begin (made by npm run refresh from the invariants)
 * - Every node of the structure has the state LINKED.
 * - Following next from the top visits every slot of the free list once, and ends at null.
 * - Every slot on the free list, behind one there, or in a cache has the state FREE.
 * - No slot is in two places of these, nor twice in one: the structure, the free list, a magazine, a retired list, the hand-overs.
 * - A magazine has as many slots as its first one says, and the loaded one of a cache as many as the record says.
 * about-next:end
 */
export const S_NEXT: i32 = 0;
/**
 * The value that was put in, or the key.
 * about-value:begin (made by npm run refresh from the invariants)
 * - A node keeps its value as long as it is inside, unless it is a dummy.
 * about-value:end
 */
export const S_VALUE: i32 = 1;
/**
 * One of FREE, HELD, LINKED, RETIRED: written by the slot's owner of the moment.
 * about-state:begin (made by npm run refresh from the invariants)
 * - Every node of the structure has the state LINKED.
 * - Every slot on the free list, behind one there, or in a cache has the state FREE.
 * about-state:end
 */
export const S_STATE: i32 = 2;
/** How many times the slot was allocated, modulo 2^32. */
export const S_LIFE: i32 = 3;
/**
 * The next slot of a retired or limbo list, or of a magazine: a word of its own, since readers may still need S_NEXT.
 * about-limbo:begin (made by npm run refresh from the invariants)
 * - Every slot on the free list, behind one there, or in a cache has the state FREE.
 * - No slot is in two places of these, nor twice in one: the structure, the free list, a magazine, a retired list, the hand-overs.
 * - A magazine has as many slots as its first one says, and the loaded one of a cache as many as the record says.
 * about-limbo:end
 */
export const S_LIMBO: i32 = 4;
/**
 * When it was retired, in the scheme's own time (an epoch, or how many retires its thread had done). Of the first slot of a magazine on
 * the free list: how many slots come with it.
 * about-stamp:begin (made by npm run refresh from the invariants)
 * - A magazine has as many slots as its first one says, and the loaded one of a cache as many as the record says.
 * about-stamp:end
 */
export const S_STAMP: i32 = 5;
/**
 * For schemes that have a clock of eras or of versions: when the slot was taken, and when it was retired. Under HOLDS_OPERATIONS the first is
 * the number of the last collection that has met the slot.
 */
export const S_BIRTH: i32 = 6;
export const S_DEATH: i32 = 7;
/**
 * For schemes that count, in the place of the birth: twice how many words and threads have a claim on the slot, and 1 more unless it was
 * retired and waits for the last of them.
 */
export const COUNT_WORD: i32 = S_STAMP + 1;
/**
 * In a laboratory with chains, of the first node of a chain that one step has linked: the last one of it; of a node that was linked alone: itself. In the place of
 * the word by which free and retired slots chain, which a slot in the structure does not need: so whatever is read there is a slot, or 0.
 */
export const CHAIN_END: i32 = S_LIFE + 1;
export const MIN_STRIDE: i32 = 8;

export const FREE: i32 = 0;
export const HELD: i32 = 1;
/** Offered to the structure: written just before the compare-and-swap that links it, when its owner can still write. */
export const LINKED: i32 = 2;
export const RETIRED: i32 = 3;

export const DAMAGE_NONE: i32 = 0;
/** A slot that was free already was freed. */
export const DAMAGE_DOUBLE_FREE: i32 = 1;
/** A slot was retired that was not in the structure: twice, or after it was freed. */
export const DAMAGE_BAD_RETIRE: i32 = 2;
/** The free list handed out a slot that was not free. */
export const DAMAGE_NOT_FREE: i32 = 3;

/** The status word of a record that `heir` inherits. */
export function inheritedBy(heir: i32): i32 {
  return INHERITING | (heir << STATUS_BITS);
}

/** What a status word says: one of VACANT to SETTLED. */
export function statusIn(word: i32): i32 {
  return word & ((1 << STATUS_BITS) - 1);
}

/** The heir that a status word names; 0 if it names none. */
export function heirIn(word: i32): i32 {
  return word >>> STATUS_BITS;
}

/** Words of a record: four lines and the scratch, in whole lines. */
export function recordWords(threads: i32): i32 {
  return R_SCRATCH + ((threads * SCRATCH + LINE - 1) & ~(LINE - 1));
}

/** The address of the first record: behind the structure's roots and its cells. */
export function recordsBase(roots: i32, cells: i32): i32 {
  return ROOTS + roots * LINE + ((cells + LINE - 1) & ~(LINE - 1));
}

/** The address of slot 0, which is null: its words are there to catch a wild write and belong to nobody. */
export function slotsBase(threads: i32, roots: i32, cells: i32): i32 {
  return recordsBase(roots, cells) + threads * recordWords(threads);
}

export function totalWords(slots: i32, stride: i32, threads: i32, roots: i32, cells: i32): i32 {
  return slotsBase(threads, roots, cells) + (slots + 1) * stride;
}

/** The widths and places of one buffer, read once from its header; nothing here ever changes. */
export class Geometry {
  readonly slots: i32;
  readonly stride: i32;
  readonly threads: i32;
  /** The number of the structure, its roots, its cells, and the slots that an operation of it protects at a time. */
  readonly structure: i32;
  readonly roots: i32;
  readonly cells: i32;
  readonly protections: i32;
  readonly recordsBase: i32;
  readonly recordWords: i32;
  readonly slotsBase: i32;
  /** What the announced words mean: one of `HOLDS_…`. */
  readonly holds: i32;
  readonly param0: i32;
  readonly param1: i32;
  /** Free slots in a magazine; 0 if threads have no caches. */
  readonly cache: i32;
  /** What the free list is: one of `FREE_LIST_…`. */
  readonly freeList: i32;
  /** The most values that one step puts in or takes out; 0 where each has a step of its own. */
  readonly chain: i32;
  /** Words of the roots and of next: the tag is as wide as the geometry says. */
  readonly link: PointerFormat;
  /** The free list's top: all bits that the index leaves, so that its tag wraps as late as it can. */
  readonly top: PointerFormat;

  constructor(memory: Memory) {
    const slots = memory.peek(H_SLOTS);
    const threads = memory.peek(H_THREADS);
    const roots = memory.peek(H_ROOTS);
    const cells = memory.peek(H_CELLS);
    const indexBits = indexBitsFor(slots);
    this.slots = slots;
    this.stride = memory.peek(H_STRIDE);
    this.threads = threads;
    this.holds = memory.peek(H_HOLDS);
    this.param0 = memory.peek(H_PARAM_0);
    this.param1 = memory.peek(H_PARAM_1);
    this.cache = memory.peek(H_CACHE);
    this.freeList = memory.peek(H_FREE_LIST);
    this.chain = memory.peek(H_CHAIN);
    this.structure = memory.peek(H_STRUCTURE);
    this.roots = roots;
    this.cells = cells;
    this.protections = memory.peek(H_PROTECTIONS);
    this.recordsBase = recordsBase(roots, cells);
    this.recordWords = recordWords(threads);
    this.slotsBase = slotsBase(threads, roots, cells);
    this.link = new PointerFormat(indexBits, memory.peek(H_TAG_BITS), memory.peek(H_MARK_BITS));
    this.top = new PointerFormat(indexBits, 32 - indexBits < MAX_TAG_BITS ? 32 - indexBits : MAX_TAG_BITS);
  }

  /** The address of a slot's word: `word` is one of `S_…`. */
  slot(slot: i32, word: i32): i32 {
    return this.slotsBase + slot * this.stride + word;
  }

  /** The address of the record of a thread, numbered from 1. */
  record(thread: i32): i32 {
    return this.recordsBase + (thread - 1) * this.recordWords;
  }

  /** The address of a root of the structure, numbered from 0. */
  root(n: i32): i32 {
    return ROOTS + n * LINE;
  }

  /** The address of a cell of the structure, numbered from 0. */
  cell(n: i32): i32 {
    return ROOTS + this.roots * LINE + n;
  }
}
