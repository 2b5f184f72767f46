import { Words } from '../../platform-array.ts';
import type { StepRecord } from '../../observe/trace.ts';

/** What has to be known of a step. */
export interface RaceStep extends Pick<StepRecord, 'thread' | 'step' | 'address' | 'writes' | 'reads'> {
  readonly access: StepRecord['access'];
  /** Of a compare-and-swap, whether it took effect. */
  readonly ok?: boolean;
  /** The words that the access works on as one, the first being the address, if these are several. */
  readonly cells?: readonly number[];
  /** True of a read whose word is used only if nobody has written it plainly meanwhile: it races with no such write that comes later, and with none before it unless it is then made good. */
  readonly isMadeGood?: boolean;
  /** True of a compare-and-swap that makes the thread's last such read good, if it takes effect. */
  readonly makesGood?: boolean;
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
function isOfOtherBytes(one: Touch, other: Touch): boolean {
  return one.from !== other.from || one.width !== other.width;
}

/** A number for the words that an access works on; that of a single word is its address. */
function keyOf({ from, width }: Touch): number {
  return from + (width - 1) * MOST_WORDS;
}

/** More than there are. */
const MOST_WORDS = 2 ** 30;

/** What is known of a word, or of several that are accessed as one. It stays as it is: another access makes another one. */
class Accesses {
  readonly plainWrite: Touch | null;
  readonly atomicWrite: Touch | null;
  /** The latest of each thread; of atomic reads, the latest of the same words. */
  readonly plainReads: readonly Touch[];
  readonly atomicReads: readonly Touch[];
  /** What an atomic access learns: by thread how much of it happened before; null if nothing was written. */
  readonly released: readonly number[] | null;

  constructor(
    plainWrite: Touch | null,
    atomicWrite: Touch | null,
    plainReads: readonly Touch[],
    atomicReads: readonly Touch[],
    released: readonly number[] | null,
  ) {
    this.plainWrite = plainWrite;
    this.atomicWrite = atomicWrite;
    this.plainReads = plainReads;
    this.atomicReads = atomicReads;
    this.released = released;
  }
}

const NONE: readonly Touch[] = [];
const UNTOUCHED = new Accesses(null, null, NONE, NONE, null);

/** The reads with another one, which takes the place of an earlier one of the same thread and words. */
function withRead(reads: readonly Touch[], me: Touch): readonly Touch[] {
  if (reads.length === 0) return [me];
  const all = reads.slice();
  let at = 0;
  while (at < all.length && (all[at].thread !== me.thread || keyOf(all[at]) !== keyOf(me))) at++;
  all[at] = me;
  return all;
}

/** See `Races`. */
export interface SavedRaces {
  readonly clocks: Int32Array;
  readonly changes: number;
  readonly doubts: readonly (Race | null)[];
}

/**
 * Vector clocks (Mattern 1989; as in Djit+, Pozniansky and Schuster 2003): an atomic write hands the writer's knowledge to every later
 * atomic access of the same word. Two accesses to one word race if one of them writes, neither knows of the other, and one of them is
 * plain. So do atomic accesses of which one works on more words than the other (ECMA-262, 29.11: in such a race, too, events are not
 * synchronised).
 */
export class Races {
  readonly #threads: number;
  /** A clock for each thread, one behind the other. */
  readonly #clocks: Int32Array;
  /** By address. */
  readonly #words: Accesses[] = [];
  /** By the key of several words that are accessed as one, what these have released. */
  readonly #wide = new Map<number, Accesses>();
  /** Since something was saved first: the keys that were changed, and what they had before. */
  readonly #changed: number[] = [];
  readonly #before: Accesses[] = [];
  #isSaved = false;
  /** Of each thread the race of its last read that may be made good: with a plain write that came before it and that nothing orders. */
  readonly #doubts: (Race | null)[];
  /** True if a plain access may meet an atomic read of the same word, since what is read is then thrown away. */
  readonly #staleReads: boolean;
  readonly #watched: ReadonlySet<number> | null;

  /**
   * @param watched the words that are plainly accessed, given where all atomic accesses of a word are of the same bytes: these alone can be
   * raced for; null if that is not known
   */
  constructor(threads: number, staleReads: boolean, watched: ReadonlySet<number> | null = null) {
    this.#threads = threads;
    this.#clocks = new Words(threads * threads);
    // Each thread begins in a time of its own, so that nothing it does is known to others from the start.
    for (let i = 0; i < threads; i++) this.#clocks[i * threads + i] = 1;
    this.#staleReads = staleReads;
    this.#doubts = Array.from({ length: threads }, () => null);
    this.#watched = watched;
  }

  /** All that is known now, for `restore`. What was saved later is void once it was restored. */
  save(): SavedRaces {
    this.#isSaved = true;
    return { clocks: this.#clocks.slice(), changes: this.#changed.length, doubts: this.#doubts.slice() };
  }

  restore({ clocks, changes, doubts }: SavedRaces): void {
    this.#clocks.set(clocks);
    for (let i = 0; i < doubts.length; i++) this.#doubts[i] = doubts[i];
    for (let i = this.#changed.length - 1; i >= changes; i--) this.#put(this.#changed[i], this.#before[i]);
    this.#changed.length = this.#before.length = changes;
  }

  /** A step and the plain accesses after it. Returns the races that they complete. */
  step({
    thread,
    step,
    access,
    address,
    ok,
    cells,
    writes,
    reads,
    isMadeGood = false,
    makesGood = false,
  }: RaceStep): readonly Race[] {
    const races: Race[] = [];
    const me = this.#touch(thread, step, address, cells?.length ?? 1);
    const wrote =
      access === 'store' || access === 'exchange' || access === 'add' || access === 'or' || ok === true;
    const key = keyOf(me);
    // Learn first: an atomic access is ordered after the atomic writes of its word.
    this.#learn(thread, this.#accessesOf(key).released);
    if (cells === undefined) {
      if (isMadeGood) this.#doubts[thread - 1] = this.#doubtOf(me);
      else this.#atomic(races, me, address, wrote);
    } else for (const cell of cells) this.#atomic(races, me, cell, wrote);
    const doubt = this.#doubts[thread - 1];
    if (makesGood && ok === true && doubt !== null) races.push(doubt);
    if (wrote) {
      this.release(thread, key);
      this.#clocks[(thread - 1) * (this.#threads + 1)]++;
    }
    for (let i = 0; i < reads.length; i++) this.#plainRead(races, this.#touch(thread, step, reads[i], 1));
    for (let i = 0; i < writes.length; i++)
      this.#plainWrite(races, this.#touch(thread, step, writes[i][0], 1));
    return races;
  }

  #touch(thread: number, step: number, from: number, width: number): Touch {
    return { thread, clock: this.#clocks[(thread - 1) * (this.#threads + 1)], step, width, from };
  }

  #learn(thread: number, released: readonly number[] | null): void {
    if (released === null) return;
    const clocks = this.#clocks;
    const own = (thread - 1) * this.#threads;
    for (let i = 0; i < released.length; i++) {
      if (released[i] > clocks[own + i]) clocks[own + i] = released[i];
    }
  }

  /**
   * What a thread did is known to every later atomic access of the same words: of one, by its address. What the coordinator does itself
   * orders so as well.
   */
  release(thread: number, key: number): void {
    const known = this.#accessesOf(key);
    const own = (thread - 1) * this.#threads;
    const both: number[] = [];
    for (let i = 0; i < this.#threads; i++) {
      const clock = this.#clocks[own + i];
      both.push(known.released === null ? clock : Math.max(known.released[i], clock));
    }
    const { plainWrite, atomicWrite, plainReads, atomicReads } = known;
    this.#set(key, new Accesses(plainWrite, atomicWrite, plainReads, atomicReads, both));
  }

  /** An atomic access, at one of the words that it works on. */
  #atomic(races: Race[], me: Touch, address: number, wrote: boolean): void {
    if (this.#watched?.has(address) === false) return;
    const { plainWrite, atomicWrite, plainReads, atomicReads, released } = this.#accessesOf(address);
    const verb = wrote ? 'wrote' : 'read';
    if (plainWrite !== null) this.#meet(races, me, plainWrite, address, verb, 'a plain write', wrote);
    if (atomicWrite !== null && isOfOtherBytes(me, atomicWrite))
      this.#meet(races, me, atomicWrite, address, verb, 'a write of other bytes', true);
    if (!wrote) {
      const all = withRead(atomicReads, me);
      this.#set(address, new Accesses(plainWrite, atomicWrite, plainReads, all, released));
      return;
    }
    for (const other of plainReads) this.#meet(races, me, other, address, 'wrote', 'a plain read', true);
    for (const other of atomicReads) {
      if (isOfOtherBytes(me, other))
        this.#meet(races, me, other, address, 'wrote', 'a read of other bytes', true);
    }
    this.#set(address, new Accesses(plainWrite, me, plainReads, atomicReads, released));
  }

  /** The race of a read with the last plain write of its word, if it is used. */
  #doubtOf(me: Touch): Race | null {
    const races: Race[] = [];
    this.#meet(races, me, this.#accessesOf(me.from).plainWrite, me.from, 'read', 'a plain write', true);
    return races[0] ?? null;
  }

  #plainRead(races: Race[], me: Touch): void {
    const address = me.from;
    const { plainWrite, atomicWrite, plainReads, atomicReads, released } = this.#accessesOf(address);
    this.#meet(races, me, plainWrite, address, 'plainly read', 'a plain write', true);
    this.#meet(races, me, atomicWrite, address, 'plainly read', 'a write', true);
    this.#set(
      address,
      new Accesses(plainWrite, atomicWrite, withRead(plainReads, me), atomicReads, released),
    );
  }

  #plainWrite(races: Race[], me: Touch): void {
    const address = me.from;
    const { plainWrite, atomicWrite, plainReads, atomicReads, released } = this.#accessesOf(address);
    this.#meet(races, me, plainWrite, address, 'plainly wrote', 'a plain write', true);
    this.#meet(races, me, atomicWrite, address, 'plainly wrote', 'a write', true);
    for (const other of plainReads)
      this.#meet(races, me, other, address, 'plainly wrote', 'a plain read', true);
    for (const other of atomicReads) this.#meet(races, me, other, address, 'plainly wrote', 'a read', false);
    this.#set(address, new Accesses(me, atomicWrite, plainReads, atomicReads, released));
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
    if (other === null || other.thread === me.thread) return;
    if (this.#clocks[(me.thread - 1) * this.#threads + other.thread - 1] >= other.clock) return;
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

  #accessesOf(key: number): Accesses {
    return (key < MOST_WORDS ? this.#words[key] : this.#wide.get(key)) ?? UNTOUCHED;
  }

  #set(key: number, accesses: Accesses): void {
    if (this.#isSaved) {
      this.#changed.push(key);
      this.#before.push(this.#accessesOf(key));
    }
    this.#put(key, accesses);
  }

  #put(key: number, accesses: Accesses): void {
    if (key < MOST_WORDS) this.#words[key] = accesses;
    else this.#wide.set(key, accesses);
  }
}
