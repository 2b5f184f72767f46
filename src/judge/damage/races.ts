import { Words } from '../../platform-array.ts';
import type { StepRecord } from '../../observe/trace.ts';

/** What has to be known of a step. */
export interface RaceStep extends Pick<StepRecord, 'thread' | 'step' | 'address' | 'writes' | 'reads'> {
  readonly access: StepRecord['access'];
  /** Of a compare-and-swap, whether it took effect. */
  readonly ok?: boolean;
  /** The words that the access works on as one, the first being the address, if these are several. */
  readonly cells?: readonly number[];
}

/**
 * A plain access, or an atomic one of some bytes that another one shares in part, that nothing orders against an access of another thread.
 */
export interface Race {
  readonly address: number;
  readonly thread: number;
  readonly other: number;
  /** The steps that the accesses go with. */
  readonly step: number;
  readonly otherStep: number;
  readonly what: string;
}

interface Touch {
  readonly thread: number;
  /** The thread's own clock at the access. */
  readonly clock: number;
  readonly step: number;
  /** How many words it works on as one. */
  readonly width: number;
  /** The first of them. */
  readonly from: number;
}

/** True if two atomic accesses of one word do not work on the same words. */
function isOfOtherBytes(one: Touch, other: Touch | null): boolean {
  return other !== null && (one.from !== other.from || one.width !== other.width);
}

/** A number for the words that an access works on; that of a single word is its address. */
function keyOf({ from, width }: Touch): number {
  return from + (width - 1) * MOST_WORDS;
}

/** What is known by one of two. */
function later(known: Int32Array | undefined, clock: Int32Array): Int32Array {
  const both = new Words(clock.length);
  for (let i = 0; i < both.length; i++) both[i] = Math.max(known?.[i] ?? 0, clock[i]);
  return both;
}

/** More than there are. */
const MOST_WORDS = 2 ** 30;

/** It stays as it is: another access makes another one. */
interface WordAccesses {
  readonly plainWrite: Touch | null;
  readonly atomicWrite: Touch | null;
  /** The latest of each thread; of atomic reads, the latest of the same words. */
  readonly plainReads: readonly Touch[];
  readonly atomicReads: readonly Touch[];
}

const NONE: readonly Touch[] = [];
const UNTOUCHED: WordAccesses = { plainWrite: null, atomicWrite: null, plainReads: NONE, atomicReads: NONE };

/** The reads with another one, which takes the place of an earlier one of the same thread and words. */
function withRead(reads: readonly Touch[], me: Touch): readonly Touch[] {
  const all = reads.slice();
  let at = 0;
  while (at < all.length && (all[at].thread !== me.thread || keyOf(all[at]) !== keyOf(me))) at++;
  all[at] = me;
  return all;
}

/** See `Races`. */
export interface SavedRaces {
  readonly clocks: readonly Int32Array[];
  readonly released: ReadonlyMap<number, Int32Array>;
  readonly words: ReadonlyMap<number, WordAccesses>;
}

/**
 * Vector clocks (Mattern 1989; as in Djit+, Pozniansky and Schuster 2003): an atomic write hands the writer's knowledge to every later
 * atomic access of the same word. Two accesses to one word race if one of them writes, neither knows of the other, and one of them is
 * plain. So do atomic accesses of which one works on more words than the other (ECMA-262, 29.11: in such a race, too, events are not
 * synchronised).
 */
export class Races {
  #clocks: readonly Int32Array[];
  /** What an atomic access learns, by its first word and how many it works on. */
  #released = new Map<number, Int32Array>();
  #words = new Map<number, WordAccesses>();
  /** True if a plain access may meet an atomic read of the same word, since what is read is then thrown away. */
  readonly #staleReads: boolean;
  readonly #watched: ReadonlySet<number> | null;

  /**
   * @param watched the words that are plainly accessed, given where all atomic accesses of a word are of the same bytes: these alone can be
   * raced for; null if that is not known
   */
  constructor(threads: number, staleReads: boolean, watched: ReadonlySet<number> | null = null) {
    // Each thread begins in a time of its own, so that nothing it does is known to others from the start.
    this.#clocks = Array.from({ length: threads }, (_, i) => {
      const clock = new Words(threads);
      clock[i] = 1;
      return clock;
    });
    this.#staleReads = staleReads;
    this.#watched = watched;
  }

  /** All that is known now, for `restore`. */
  save(): SavedRaces {
    return {
      clocks: this.#clocks.map((clock) => clock.slice()),
      released: new Map(this.#released),
      words: new Map(this.#words),
    };
  }

  restore({ clocks, released, words }: SavedRaces): void {
    this.#clocks = clocks.map((clock) => clock.slice());
    this.#released = new Map(released);
    this.#words = new Map(words);
  }

  /** A step and the plain accesses after it. Returns the races that they complete. */
  step({ thread, step, access, address, ok, cells, writes, reads }: RaceStep): Race[] {
    const races: Race[] = [];
    const clock = this.#clocks[thread - 1];
    const width = cells?.length ?? 1;
    const me: Touch = { thread, clock: clock[thread - 1], step, width, from: address };
    const wrote =
      access === 'store' || access === 'exchange' || access === 'add' || access === 'or' || ok === true;
    // Learn first: an atomic access is ordered after the atomic writes of its word.
    const key = keyOf(me);
    const released = this.#released.get(key);
    if (released) for (let i = 0; i < clock.length; i++) clock[i] = Math.max(clock[i], released[i]);
    if (cells === undefined) this.#atomic(races, me, address, wrote);
    else for (const cell of cells) this.#atomic(races, me, cell, wrote);
    if (wrote) {
      this.#released.set(key, later(released, clock));
      clock[thread - 1]++;
    }
    for (const at of reads) this.#plainRead(races, thread, step, at);
    for (const [at] of writes) this.#plainWrite(races, thread, step, at);
    return races;
  }

  /** An atomic access, at one of the words that it works on. */
  #atomic(races: Race[], me: Touch, address: number, wrote: boolean): void {
    if (this.#watched?.has(address) === false) return;
    const word = this.#wordAt(address);
    const verb = wrote ? 'wrote' : 'read';
    this.#meet(races, me, word.plainWrite, address, verb, 'a plain write', wrote);
    if (isOfOtherBytes(me, word.atomicWrite))
      this.#meet(races, me, word.atomicWrite, address, verb, 'a write of other bytes', true);
    if (!wrote) {
      this.#words.set(address, { ...word, atomicReads: withRead(word.atomicReads, me) });
      return;
    }
    for (const other of word.plainReads) this.#meet(races, me, other, address, 'wrote', 'a plain read', true);
    for (const other of word.atomicReads) {
      if (isOfOtherBytes(me, other))
        this.#meet(races, me, other, address, 'wrote', 'a read of other bytes', true);
    }
    this.#words.set(address, { ...word, atomicWrite: me });
  }

  /** What the coordinator does itself orders as well: what `from` did is known to every thread that looks at the word from now on. */
  release(from: number, address: number): void {
    this.#released.set(address, later(this.#released.get(address), this.#clocks[from - 1]));
  }

  #plainRead(races: Race[], thread: number, step: number, address: number): void {
    const word = this.#wordAt(address);
    const me: Touch = { thread, clock: this.#clocks[thread - 1][thread - 1], step, width: 1, from: address };
    this.#meet(races, me, word.plainWrite, address, 'plainly read', 'a plain write', true);
    this.#meet(races, me, word.atomicWrite, address, 'plainly read', 'a write', true);
    this.#words.set(address, { ...word, plainReads: withRead(word.plainReads, me) });
  }

  #plainWrite(races: Race[], thread: number, step: number, address: number): void {
    const word = this.#wordAt(address);
    const me: Touch = { thread, clock: this.#clocks[thread - 1][thread - 1], step, width: 1, from: address };
    this.#meet(races, me, word.plainWrite, address, 'plainly wrote', 'a plain write', true);
    this.#meet(races, me, word.atomicWrite, address, 'plainly wrote', 'a write', true);
    for (const other of word.plainReads)
      this.#meet(races, me, other, address, 'plainly wrote', 'a plain read', true);
    for (const other of word.atomicReads)
      this.#meet(races, me, other, address, 'plainly wrote', 'a read', false);
    this.#words.set(address, { ...word, plainWrite: me });
  }

  /** `strict` is false where one side is an atomic read: harmless where stale reads are. */
  #meet(
    races: Race[],
    me: Touch,
    other: Touch | null,
    address: number,
    verb: string,
    met: string,
    strict: boolean,
  ): void {
    if (!other || other.thread === me.thread) return;
    if (this.#clocks[me.thread - 1][other.thread - 1] >= other.clock) return;
    if (!strict && this.#staleReads) return;
    races.push({
      address,
      thread: me.thread,
      other: other.thread,
      step: me.step,
      otherStep: other.step,
      what: `T${me.thread} ${verb} what T${other.thread} touches with ${met} at step ${other.step}, and nothing orders the two`,
    });
  }

  #wordAt(address: number): WordAccesses {
    return this.#words.get(address) ?? UNTOUCHED;
  }
}
