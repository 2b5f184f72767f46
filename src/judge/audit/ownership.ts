import { type Geometry, R_HAND } from '../../kernel/layout.ts';
import { type ChangedWord, WordsReplay } from '../../observe/replay-words.ts';
import { recordOf, type StepRecord, type Trace } from '../../observe/trace.ts';
import {
  CLAIMS,
  FREE_CLAIMS,
  FROM_FIRST,
  FROM_OTHER,
  IN_HAND,
  BY_COUNT,
  ON_RETIRED_LIST,
  IN_HAND_OVER,
  REACHABLE,
  STRUCTURAL,
} from './claim-bits.ts';
import { geometryOf, mark } from './mark.ts';
import { namedBy, type WordKind, wordPlace, type WordPlace } from '../damage/word-place.ts';

/** A moment of a recorded run. */
export interface OperationMoment {
  readonly step: number;
  readonly thread: number;
  readonly label: string;
  /** The thread's n-th operation, from 1, and its name; 0 and null outside of operations. */
  readonly op: number;
  readonly operation: string | null;
  /** It is the thread's n-th operation of that name, from 1. */
  readonly nth: number;
}

/** A word stopped naming a slot, and slots lost their owner by it. */
export interface Cut extends OperationMoment {
  readonly kind: WordKind;
  readonly address: number;
  /** The word, as it is shown: `Head`, `3.next`. */
  readonly word: string;
  /** The slot that the word named before and after; 0 if it named no slot. */
  readonly from: number;
  readonly to: number;
  /** True if it was a plain write after the step, before the thread's next one. */
  readonly plain: boolean;
  /** The slot that the thread had in hand at that moment. */
  readonly hand: number;
}

/** A next word came to name a slot, and perhaps ceased to do so later. */
export interface Link {
  /** The slot that holds the word. */
  readonly behind: number;
  readonly made: Cut;
  cut: Cut | null;
}

/** Where a slot is that was retired. */
const KEPT = ON_RETIRED_LIST | IN_HAND_OVER | BY_COUNT;

/** The words of a kind other than these change nothing about who owns what. */
const LEADING: ReadonlySet<WordKind> = new Set([
  'root',
  'other root',
  'top',
  'entry',
  'position',
  'next',
  'limbo',
  'list',
  'hand-over',
  'cache',
  'hand',
  'status',
  'claim',
  'count',
]);

/**
 * Follows who owns which slot through a recorded run, word by word: between two plain writes of one step a slot may change hands
 * twice. Marks again after each word that may matter, so it is meant for slabs as small as recordings have.
 */
export class Ownership {
  readonly replay: WordsReplay;
  readonly geometry: Geometry;
  /** For each slot that has no structural claim the cut that took the last one; null if it had none since the start. */
  readonly cuts: (Cut | null)[];
  /** For each slot that lost its owner after that while it was in a hand: when the hand let go of it. */
  readonly letGo: (OperationMoment | null)[];
  /** For each slot whose edge was cut while another root still led to it, Tail: when that one moved on. */
  readonly untilOther: (Cut | null)[];
  /** For each slot the last next word that came to name it. */
  readonly linked: (Link | null)[];
  /** For each slot that is on a retired list, or parked, the step at which it first was; 0 if that was before the recording. */
  readonly retiredAt: Int32Array;
  /** For each address that changed, the step at which it did so last. */
  readonly changedAt: Map<number, number> = new Map<number, number>();
  /** The same of the last change from 0. */
  readonly begunAt: Map<number, number> = new Map<number, number>();
  readonly #strandedBy: (Cut | null)[];
  /** The first slot that only another root leads to and a cut has stranded, -1 if there is none; null until it is looked for. */
  #stranded: number | null = null;
  readonly #operations: ReadonlyMap<string, { readonly name: string; readonly nth: number }>;
  readonly #records: readonly number[] | undefined;
  #claims: Uint16Array;
  /** The slots that were retired, and have not been free or reachable since. */
  readonly #retired = new Set<number>();

  constructor(trace: Trace) {
    this.replay = new WordsReplay(trace);
    this.#records = trace.header.records;
    this.geometry = geometryOf(this.replay.words);
    this.#claims = mark(this.replay.words, this.geometry, undefined, this.replay.drawn).claims;
    const none = (): null[] => Array.from(this.#claims, () => null);
    this.cuts = none();
    this.letGo = none();
    this.untilOther = none();
    this.linked = none();
    this.#strandedBy = none();
    this.retiredAt = new Int32Array(this.#claims.length);
    for (const [slot, claims] of this.#claims.entries()) if ((claims & KEPT) !== 0) this.#retired.add(slot);
    this.#operations = operationsOf(trace);
  }

  /** Makes the next step, and returns it, or null at the end. */
  advance(): StepRecord | null {
    return this.replay.advance((change, step) => this.#changed(change, step));
  }

  to(step: number): this {
    const steps = (): boolean => this.replay.step < step && this.advance() !== null;
    while (steps());
    return this;
  }

  #changed(change: ChangedWord, step: StepRecord): void {
    this.changedAt.set(change.address, step.step);
    if (change.from === 0) this.begunAt.set(change.address, step.step);
    const place = wordPlace(this.geometry, change.address);
    if (!LEADING.has(place.kind)) return;
    const before = this.#claims;
    this.#claims = mark(this.replay.words, this.geometry, undefined, this.replay.drawn).claims;
    const cut = this.#cutOf(change, place, step);
    if (cut.kind === 'next') {
      const last = this.linked[cut.from];
      if (last?.behind === place.slot) last.cut = cut;
      if (cut.to !== 0) this.linked[cut.to] = { behind: place.slot, made: cut, cut: null };
    }
    this.#stranded = null;
    for (let slot = 1; slot < before.length; slot++) {
      if (before[slot] !== this.#claims[slot]) this.#note(slot, before[slot], this.#claims[slot], cut);
    }
  }

  /** The claims on one slot changed. */
  #note(slot: number, was: number, is: number, cut: Cut): void {
    if ((is & FROM_FIRST) !== 0) this.#strandedBy[slot] = null;
    else if ((was & FROM_FIRST) !== 0) this.#markStranded(slot, cut);
    else if ((is & FROM_OTHER) !== 0 && this.#strandedBy[slot] === null)
      this.#markStranded(slot, this.#strandedBefore());

    if ((is & STRUCTURAL) !== 0) {
      this.cuts[slot] = null;
      this.untilOther[slot] = null;
    } else if ((was & STRUCTURAL) !== 0) {
      // That Tail moves on is what Tail does: the slot was lost when the first root, Head, could no longer reach it.
      const earlier =
        (was & STRUCTURAL) === FROM_OTHER && cut.kind === 'other root' ? this.#strandedBy[slot] : null;
      this.cuts[slot] = earlier ?? cut;
      this.untilOther[slot] = earlier === null ? null : cut;
    }
    if ((is & CLAIMS) !== 0) this.letGo[slot] = null;
    else if ((was & IN_HAND) !== 0) this.letGo[slot] = cut;
    // A slot may go from one list to another, and is on none in between.
    if ((is & ~was & (FREE_CLAIMS | REACHABLE)) !== 0) this.#retired.delete(slot);
    if ((is & ~was & KEPT) !== 0 && !this.#retired.has(slot)) {
      this.#retired.add(slot);
      this.retiredAt[slot] = cut.step;
    }
  }

  /** A slot that comes behind stranded ones is stranded by the cut that stranded them. */
  #strandedBefore(): Cut | null {
    this.#stranded ??= this.#strandedBy.findIndex(
      (cut, slot) => cut !== null && (this.#claims[slot] & FROM_OTHER) !== 0,
    );
    return this.#stranded === -1 ? null : this.#strandedBy[this.#stranded];
  }

  /** Keeps the first of the stranded slots up to date, so that it is looked for once for each change. */
  #markStranded(slot: number, cut: Cut | null): void {
    this.#strandedBy[slot] = cut;
    const first = this.#stranded;
    if (first === null || cut === null || (this.#claims[slot] & FROM_OTHER) === 0) return;
    if (first === -1 || slot < first) this.#stranded = slot;
  }

  /** The moment of a step, with the operation that it is of. */
  readonly momentOf = ({ step, thread, label, op }: StepRecord): OperationMoment => {
    const operation = this.#operations.get(`${thread}.${op}`);
    return { step, thread, label, op, operation: operation?.name ?? null, nth: operation?.nth ?? 0 };
  };

  #cutOf(change: ChangedWord, place: WordPlace, step: StepRecord): Cut {
    const { words } = this.replay;
    return {
      ...this.momentOf(step),
      kind: place.kind,
      address: change.address,
      word: place.name,
      from: namedBy(this.geometry, place.kind, change.from),
      to: namedBy(this.geometry, place.kind, change.to),
      plain: change.plain,
      hand: words[this.geometry.record(recordOf(this.#records, step.thread)) + R_HAND],
    };
  }
}

function operationsOf(trace: Trace): Map<string, { name: string; nth: number }> {
  const counts = new Map<string, number>();
  const operations = new Map<string, { name: string; nth: number }>();
  for (const event of trace.events) {
    if (event.kind !== 'invoke') continue;
    const { thread, op, name } = event;
    const nth = (counts.get(`${thread} ${name}`) ?? 0) + 1;
    counts.set(`${thread} ${name}`, nth);
    operations.set(`${thread}.${op}`, { name, nth });
  }
  return operations;
}
