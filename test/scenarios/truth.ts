import { batchesOf } from './batches.ts';
import { chainsOf, drawnBy, entryNamed, ringOf, slotInFreeRing, wordOfSegment } from './chains.ts';
import { dropIntents, holdsSlot } from './hands.ts';
import * as layout from '../../src/kernel/layout.ts';
import { OF_SLAB, VARIABLES } from './variables.ts';
import type { InvokeRecord, StepRecord, Trace, TraceEvent } from '../../src/observe/trace.ts';

const { FREE_TOP, GLOBAL } = layout;

interface Life {
  readonly began: number;
  ended: number | null;
}

/** What a recorded run was, recomputed from its records alone: the words after each step, the lives of the slots, and who owns what. */
export class Truth {
  readonly events: readonly TraceEvent[];
  readonly steps: readonly StepRecord[];
  /** The words after each step; at 0 the start. */
  readonly words: readonly Int32Array[];
  readonly slots: number;
  readonly tagBits: number;
  readonly #lives = new Map<number, Life[]>();
  readonly #mask: number;
  readonly #indexBits: number;
  readonly #records: readonly number[] | undefined;

  constructor({ header, events }: Trace) {
    this.events = events;
    this.steps = events.filter((event) => event.kind === 'step');
    this.slots = header.slots;
    this.tagBits = header.tagBits ?? 0;
    this.#records = header.records;
    this.#indexBits = Math.ceil(Math.log2(header.slots + 1));
    this.#mask = 2 ** this.#indexBits - 1;
    const now = new Int32Array(header.words);
    for (const [address, value] of header.initial) now[address] = value;
    for (let slot = 1; slot <= this.slots; slot++) {
      if (now[this.at(slot, layout.S_STATE, now)] !== layout.FREE)
        this.#lives.set(slot, [{ began: 0, ended: null }]);
    }
    const stops = events.filter((event) => event.kind === 'stop');
    const ofStops = (step: number): void => {
      for (const stop of stops)
        if (stop.step === step) for (const [address, value] of stop.writes) now[address] = value;
    };
    ofStops(0);
    const words = [now.slice()];
    for (const each of this.steps) {
      now[each.address] = each.after;
      for (const [address, value] of each.writes) {
        now[address] = value;
        this.#live(address, value, each.step, now);
      }
      ofStops(each.step);
      words.push(now.slice());
    }
    this.words = words;
  }

  #live(address: number, value: number, step: number, now: Int32Array): void {
    const offset = address - this.#base(now);
    if (offset < 0 || offset % now[layout.H_STRIDE]! !== layout.S_STATE) return;
    const slot = Math.floor(offset / now[layout.H_STRIDE]!);
    const lives = this.#lives.get(slot) ?? [];
    if (value === layout.HELD) lives.push({ began: step, ended: null });
    const last = lives.at(-1);
    if (value === layout.FREE && last && last.ended === null) last.ended = step;
    this.#lives.set(slot, lives);
  }

  #base(words: Int32Array): number {
    return layout.slotsBase(words[layout.H_THREADS]!, words[layout.H_ROOTS]!, words[layout.H_CELLS]!);
  }

  at(slot: number, word: number, words: Int32Array = this.words[0]!): number {
    return this.#base(words) + slot * words[layout.H_STRIDE]! + word;
  }

  /** The number of the life that a slot is in right before a step reads, and whether it goes on then. */
  life(slot: number, before: number): { life: number; alive: boolean } {
    const lives = (this.#lives.get(slot) ?? []).filter(({ began }) => began < before || began === 0);
    const ended = lives.at(-1)?.ended ?? null;
    return { life: lives.length, alive: lives.length > 0 && (ended === null || ended >= before) };
  }

  /** The same after a step with its plain writes. */
  lifeAfter(slot: number, step: number): { life: number; alive: boolean } {
    return this.life(slot, step + 1);
  }

  step(number: number): StepRecord {
    return this.steps[number - 1]!;
  }

  index(word: number): number {
    return word & this.#mask;
  }

  tag(address: number, word: number): number {
    const bits = address === FREE_TOP ? Math.min(30, 32 - this.#indexBits) : this.tagBits;
    const marks = address === FREE_TOP ? 0 : this.words[0]![layout.H_MARK_BITS]!;
    return (word >>> (this.#indexBits + marks)) & (2 ** bits - 1);
  }

  /** The addresses of the structure's roots: a line each. */
  roots(): number[] {
    return Array.from({ length: this.words[0]![layout.H_ROOTS]! }, (_, n) => layout.ROOTS + n * layout.LINE);
  }

  /** True of words that name slots. */
  isPointer(address: number): boolean {
    if (this.roots().includes(address) || address === FREE_TOP) return true;
    const offset = address - this.#base(this.words[0]!);
    return offset >= 0 && layout.S_NEXT === offset % this.words[0]![layout.H_STRIDE]!;
  }

  /** True of a word that names slots and has the mark of a deleted node. */
  isMarked(address: number, word: number): boolean {
    const marks = this.words[0]![layout.H_MARK_BITS]!;
    return (
      this.isPointer(address) && address !== FREE_TOP && ((word >>> this.#indexBits) & (2 ** marks - 1)) !== 0
    );
  }

  /** The slot that a word of the free list names, 0 if it names none; null of any other word. RI8 takes it by an "or", which cannot fail. */
  freeSlotIn(address: number, word: number): number | null {
    const words = this.words[0]!;
    if (words[layout.H_FREE_LIST] === layout.FREE_LIST_RING) return slotInFreeRing(words, address, word);
    return address === FREE_TOP ? this.index(word) : null;
  }

  /** `Head`, `3.next`; the address of such a name. */
  addressOf(name: string): number {
    const [first, second] = this.roots();
    const roots: Readonly<Record<string, number>> = {
      ...(second === undefined
        ? { Top: first ?? layout.ROOTS, Head: first ?? layout.ROOTS, Tail: layout.ROOTS + layout.LINE }
        : { Head: first!, Tail: second }),
      Bottom: layout.ROOTS + layout.LINE,
      "The free list's top": FREE_TOP,
      Free: FREE_TOP,
      ...Object.fromEntries(['Epoch', 'Era', 'Clock', 'Safepoint'].map((shared) => [shared, GLOBAL])),
    };
    if (name in roots) return roots[name]!;
    const word = /^(\d+)\.(next|value|state|life|limbo|stamp|count)$/.exec(name);
    if (word) {
      const words = ['next', 'value', 'state', 'life', 'limbo', 'stamp', 'count'];
      return this.at(Number(word[1]), words.indexOf(word[2]!));
    }
    const [slot, ofSegment] = wordOfSegment(name, this.words[0]![layout.H_STRIDE]!);
    if (slot !== 0) return this.at(slot, ofSegment);
    const record = /^T(\d+)\.(pin|online|phase|hazard|list|handOver|status)(\d*)$/.exec(name);
    if (!record) return entryNamed(name);
    const from = record[2] === 'handOver' ? layout.HAND_OVER : 0;
    const offset =
      record[2] === 'status' ? layout.R_STATUS : layout.R_ANNOUNCE + from + Number(record[3] || 0);
    return this.recordAddress(Number(record[1])) + offset;
  }

  recordAddress(record: number): number {
    return (
      layout.recordsBase(this.roots().length, this.words[0]![layout.H_CELLS]!) +
      (record - 1) * layout.recordWords(this.words[0]![layout.H_THREADS]!)
    );
  }

  recordOf(thread: number): number {
    return this.#records?.[thread - 1] ?? thread;
  }

  /** The operation that a thread is in after a step, or null. */
  operation(thread: number, after: number): InvokeRecord | null {
    let current: InvokeRecord | null = null;
    for (const event of this.events) {
      // An operation begins right before its first step.
      if (event.kind === 'invoke' && event.thread === thread && event.step <= after) current = event;
      if (event.kind === 'return' && event.thread === thread && event.step <= after) current = null;
    }
    return current;
  }

  killed(thread: number, before: number): boolean {
    return this.events.some(
      (event) =>
        event.kind === 'stop' && event.reason === 'killed' && event.thread === thread && event.step <= before,
    );
  }

  /** The last read of a variable that a thread made in its operation, up to a step. */
  read(thread: number, variable: string, upTo: number): StepRecord | undefined {
    return this.#reads(thread, variable, upTo).at(-1);
  }

  /** The same of a variable of the structure; and, while the thread is in the free list, of one of that list with the same name. */
  readsNow(thread: number, variable: string, upTo: number): StepRecord[] {
    const reads = this.#reads(thread, variable, upTo);
    const here = this.steps.slice(0, upTo).findLast((step) => step.thread === thread);
    const own = reads.findLast(({ label }) => !OF_SLAB.test(label));
    const slabs = OF_SLAB.test(here?.label ?? '') && reads.findLast(({ label }) => OF_SLAB.test(label));
    return [own, slabs].filter((read) => typeof read === 'object');
  }

  #reads(thread: number, variable: string, upTo: number): StepRecord[] {
    const current = this.operation(thread, upTo);
    return this.steps
      .slice(0, upTo)
      .filter(
        (step) =>
          step.thread === thread &&
          step.op === current?.op &&
          VARIABLES[step.label] === variable &&
          step.access === 'load',
      );
  }

  /** Who owns which slot after a step: of each class the slots. */
  owners(step: number): {
    reachable: Set<number>;
    queue: number[];
    free: Set<number>;
    retired: Map<number, number[]>;
    /** By record, what is parked there. */
    parked: Map<number, number[]>;
    hands: Map<number, number>;
    /** Of each record the slots of its second hand. */
    chains: ReadonlyMap<number, readonly number[]>;
    /** All that is in some hand. */
    inHand: Set<number>;
  } {
    const words = this.words[step]!;
    const walk = (root: number): number[] => {
      const met: number[] = [];
      for (let slot = this.index(words[root]!); slot > 0 && slot <= this.slots && !met.includes(slot);)
        [slot] = [this.index(words[this.at(slot, layout.S_NEXT)]!), met.push(slot)];
      return met;
    };
    const retired = new Map<number, number[]>();
    const parked = new Map<number, number[]>();
    const hands = new Map<number, number>();
    const [queue = [], ...others] = this.roots().map(walk);
    const reachable = new Set([...queue, ...others.flat()]);
    const free = new Set(ringOf(words)?.free ?? walk(FREE_TOP));
    for (let record = 1; record <= words[layout.H_THREADS]!; record++) {
      const base = this.recordAddress(record);
      const listed: number[] = [];
      for (let list = 0; list < layout.LISTS; list++) {
        let slot = words[base + layout.R_LISTS + list * layout.LIST_WORDS + layout.LIST_TOP]!;
        const met = new Set<number>();
        for (; slot > 0 && slot <= this.slots && !met.has(slot); slot = words[this.at(slot, layout.S_LIMBO)]!)
          met.add(slot);
        listed.push(...met);
      }
      retired.set(record, listed);
      const from = base + layout.R_ANNOUNCE + layout.HAND_OVER;
      const there = this.holds === layout.HOLDS_PARKED ? words[layout.H_PROTECTIONS]! : 0;
      parked.set(
        record,
        this.holds === layout.HOLDS_BATCHES
          ? [...batchesOf(this, step)].flatMap(([slot, { owner }]) => (owner === record ? [slot] : []))
          : [...words.subarray(from, from + there)].filter((slot) => slot !== 0),
      );
    }
    if (this.holds === layout.HOLDS_COUNTS)
      retired.set(0, this.#heldByCounts(words, chainsOf(this, step, new Set())));
    const kept = [...retired.values(), ...parked.values()].flat();
    const claimed = new Set([...reachable, ...free, ...kept]);
    for (let record = 1; record <= words[layout.H_THREADS]!; record++) {
      const base = this.recordAddress(record);
      const slot = words[base + layout.R_HAND]!;
      if (holdsSlot(this, base, words) && !claimed.has(slot)) hands.set(record, slot);
      const drawn = drawnBy(this, step, record);
      if (drawn !== 0 && !claimed.has(drawn)) hands.set(record, drawn);
      // The other hand of a scheme of counts, by the negative number.
      const other = this.holds === layout.HOLDS_COUNTS ? this.#otherHand(base, words) : 0;
      if (other !== 0 && !claimed.has(other)) hands.set(-record, other);
    }
    dropIntents(this, words, hands);
    const chains = chainsOf(this, step, claimed);
    const drawn = (ringOf(words)?.drawn ?? []).filter((slot) => !claimed.has(slot));
    const inHand = new Set([...hands.values(), ...[...chains.values()].flat(), ...drawn]);
    return { reachable, queue, free, retired, parked, hands, chains, inHand };
  }

  /** The slot that a thread retires or frees, or of which it has ended the last claim; 0 if there is none. */
  #otherHand(base: number, words: Int32Array): number {
    const stateOf = (slot: number): number => words[this.at(slot, layout.S_STATE)]!;
    const takes = words[base + layout.R_TAKES]!;
    if (takes !== 0 && [layout.RETIRED, layout.FREE].includes(stateOf(takes))) return takes;
    const own = [...words.subarray(base + layout.R_OWN, base + layout.R_OWN + layout.ON_ITS_WAY)];
    const ended = own.find(
      (slot) =>
        slot !== 0 && stateOf(slot) === layout.RETIRED && words[this.at(slot, layout.COUNT_WORD)] === 0,
    );
    return ended ?? 0;
  }

  /** The retired slots with claims to which a thread leads, by a word of its record and then along next words. */
  #heldByCounts(words: Int32Array, chains: ReadonlyMap<number, readonly number[]>): number[] {
    const stateOf = (slot: number): number => words[this.at(slot, layout.S_STATE)]!;
    const waits = (slot: number): boolean => {
      const count = words[this.at(slot, layout.COUNT_WORD)]!;
      return stateOf(slot) === layout.RETIRED && count > 0 && count % 2 === 0;
    };
    const next = (slot: number): number => this.index(words[this.at(slot, layout.S_NEXT)]!);
    const held = new Set<number>();
    for (let record = 1; record <= words[layout.H_THREADS]!; record++) {
      const base = this.recordAddress(record);
      const { R_ANNOUNCE, ANNOUNCED, R_OWN, ON_ITS_WAY, R_HAND, R_TAKES } = layout;
      const named = [
        ...words.subarray(base + R_ANNOUNCE, base + R_ANNOUNCE + ANNOUNCED),
        ...words.subarray(base + R_OWN, base + R_OWN + ON_ITS_WAY),
        words[base + R_HAND]!,
        words[base + R_TAKES]!,
        ...(chains.get(record) ?? []),
      ];
      for (const slot of named.filter((each) => each !== 0)) {
        const leads = [layout.RETIRED, layout.LINKED].includes(stateOf(slot));
        let at = waits(slot) || !leads ? slot : next(slot);
        for (; at !== 0 && waits(at) && !held.has(at); at = next(at)) held.add(at);
      }
    }
    return [...held].toSorted((a, b) => a - b);
  }

  /** The slots that nobody owns after a step. */
  leaked(step: number): number[] {
    const { reachable, free, retired, parked, inHand } = this.owners(step);
    const kept = [...retired.values(), ...parked.values()].flat();
    const owned = new Set([...reachable, ...free, ...kept, ...inHand]);
    return Array.from({ length: this.slots }, (_, i) => i + 1).filter((slot) => !owned.has(slot));
  }

  /** What a record announces after a step. */
  announced(thread: number, step: number): number[] {
    const base = this.recordAddress(this.recordOf(thread)) + layout.R_ANNOUNCE;
    return [...this.words[step]!.subarray(base, base + this.announcing)].filter((word) => word !== 0);
  }

  /** How many words of a record announce something. */
  get announcing(): number {
    return this.holds === layout.HOLDS_PARKED || this.holds === layout.HOLDS_BATCHES
      ? layout.HAND_OVER
      : layout.ANNOUNCED;
  }

  get holds(): number {
    return this.words[0]![layout.H_HOLDS]!;
  }
}
