import type { StepRecord } from '../observe/trace.ts';

/** What has to be known of a step. */
export interface RaceStep extends Pick<StepRecord, 'thread' | 'step' | 'address' | 'writes' | 'reads'> {
  readonly access: StepRecord['access'];
  /** Of a compare-and-swap, whether it took effect. */
  readonly ok?: boolean;
}

/** A plain access that nothing orders against an access of another thread. */
export interface Race {
  readonly address: number;
  readonly thread: number;
  readonly other: number;
  /** The steps that the accesses go with. */
  readonly step: number;
  readonly otherStep: number;
  readonly what: string;
}

interface Access {
  readonly thread: number;
  /** The thread's own clock at the access. */
  readonly clock: number;
  readonly step: number;
}

interface WordAccesses {
  plainWrite: Access | null;
  atomicWrite: Access | null;
  /** The latest of each thread. */
  readonly plainReads: Map<number, Access>;
  readonly atomicReads: Map<number, Access>;
}

/**
 * Vector clocks (Mattern 1989; as in Djit+, Pozniansky and Schuster 2003): an atomic write hands the writer's knowledge to every later
 * atomic access of the same word. Two accesses to one word race if one of them is plain, one of them writes, and neither knows of the
 * other.
 */
export class Races {
  readonly #clocks: Int32Array[];
  /** What an atomic access of a word learns. */
  readonly #released = new Map<number, Int32Array>();
  readonly #words = new Map<number, WordAccesses>();
  /** True if a plain access may meet an atomic read of the same word, since what is read is then thrown away. */
  readonly #staleReads: boolean;

  constructor(threads: number, staleReads: boolean) {
    // Each thread begins in a time of its own, so that nothing it does is known to others from the start.
    this.#clocks = Array.from({ length: threads }, (_, i) => {
      const clock = new Int32Array(threads);
      clock[i] = 1;
      return clock;
    });
    this.#staleReads = staleReads;
  }

  /** A step and the plain accesses after it. Returns the races that they complete. */
  step({ thread, step, access, address, ok, writes, reads }: RaceStep): Race[] {
    const races: Race[] = [];
    const clock = this.#clocks[thread - 1];
    const word = this.#wordAt(address);
    const me: Access = { thread, clock: clock[thread - 1], step };
    const wrote = access === 'store' || access === 'exchange' || access === 'add' || ok === true;
    // Learn first: an atomic access is ordered after the atomic writes of its word.
    const released = this.#released.get(address);
    if (released) for (let i = 0; i < clock.length; i++) clock[i] = Math.max(clock[i], released[i]);
    this.#meet(races, me, word.plainWrite, address, wrote ? 'wrote' : 'read', 'a plain write', wrote);
    if (wrote) {
      for (const other of word.plainReads.values())
        this.#meet(races, me, other, address, 'wrote', 'a plain read', true);
      word.atomicWrite = me;
      const known = released ?? new Int32Array(clock.length);
      this.#released.set(
        address,
        known.map((each, i) => Math.max(each, clock[i])),
      );
      clock[thread - 1]++;
    } else {
      word.atomicReads.set(thread, me);
    }
    for (const at of reads) this.#plainRead(races, thread, step, at);
    for (const [at] of writes) this.#plainWrite(races, thread, step, at);
    return races;
  }

  /** The coordinator's own hand-over: what `from` did is known to every thread that looks at the word from now on. */
  release(from: number, address: number): void {
    const known = this.#released.get(address) ?? new Int32Array(this.#clocks.length);
    this.#released.set(
      address,
      known.map((each, i) => Math.max(each, this.#clocks[from - 1][i])),
    );
  }

  #plainRead(races: Race[], thread: number, step: number, address: number): void {
    const word = this.#wordAt(address);
    const me: Access = { thread, clock: this.#clocks[thread - 1][thread - 1], step };
    this.#meet(races, me, word.plainWrite, address, 'plainly read', 'a plain write', true);
    this.#meet(races, me, word.atomicWrite, address, 'plainly read', 'a write', true);
    word.plainReads.set(thread, me);
  }

  #plainWrite(races: Race[], thread: number, step: number, address: number): void {
    const word = this.#wordAt(address);
    const me: Access = { thread, clock: this.#clocks[thread - 1][thread - 1], step };
    this.#meet(races, me, word.plainWrite, address, 'plainly wrote', 'a plain write', true);
    this.#meet(races, me, word.atomicWrite, address, 'plainly wrote', 'a write', true);
    for (const other of word.plainReads.values())
      this.#meet(races, me, other, address, 'plainly wrote', 'a plain read', true);
    for (const other of word.atomicReads.values())
      this.#meet(races, me, other, address, 'plainly wrote', 'a read', false);
    word.plainWrite = me;
  }

  /** `strict` is false where one side is an atomic read: harmless where stale reads are. */
  #meet(
    races: Race[],
    me: Access,
    other: Access | null,
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
    let word = this.#words.get(address);
    if (!word) {
      word = { plainWrite: null, atomicWrite: null, plainReads: new Map(), atomicReads: new Map() };
      this.#words.set(address, word);
    }
    return word;
  }
}
