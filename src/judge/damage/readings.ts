import { isOneOf } from '../../laboratory/labels.ts';
import { marksDeleted, rootAt } from '../../laboratory/structures.ts';
import type { StepCard } from '../../kernel/step-card.ts';
import { FREE_TOP, S_NEXT, type Geometry } from '../../kernel/layout.ts';
import { type Lives, placeOf } from '../../observe/lives.ts';
import type { StepRecord } from '../../observe/trace.ts';

/** What a thread knows from a read: the word, the slot that it names, and which life that slot was in. */
export interface Reading {
  readonly step: number;
  readonly label: string;
  readonly address: number;
  readonly word: number;
  readonly named: number;
  readonly namedLife: number;
  /** The life of the slot that holds the word; 0 for a root. */
  readonly heldLife: number;
}

/** A word that will not change as long as its slot is not used again, and the life of the slot that it names. */
interface Frozen {
  readonly word: number;
  readonly namedLife: number;
}

/** See `Readings`. */
export interface SavedReadings {
  readonly byThread: readonly { readonly readings: Reading[]; readonly length: number }[];
  readonly frozen: ReadonlyMap<number, Frozen>;
}

/** What each thread has read in its current operation. */
export class Readings {
  readonly #geometry: Geometry;
  readonly #lives: Lives;
  readonly #marksDeleted: boolean;
  /** The latest last. */
  readonly #byThread: Reading[][];
  /** The next words of deleted nodes, by address. What is in a map stays as it is. */
  #frozen: ReadonlyMap<number, Frozen> = new Map();

  constructor(geometry: Geometry, lives: Lives, threads: number) {
    this.#geometry = geometry;
    this.#lives = lives;
    this.#marksDeleted = marksDeleted(geometry);
    this.#byThread = Array.from({ length: threads }, () => []);
  }

  /** What is known now, for `restore`. What was saved later is void once it was restored. */
  save(): SavedReadings {
    const byThread = this.#byThread.map((readings) => ({ readings, length: readings.length }));
    return { byThread, frozen: this.#frozen };
  }

  restore({ byThread, frozen }: SavedReadings): void {
    for (let i = 0; i < byThread.length; i++) {
      const { readings, length } = byThread[i];
      readings.length = length;
      this.#byThread[i] = readings;
    }
    this.#frozen = frozen;
  }

  /** A thread begins an operation: it knows nothing. */
  begin(thread: number): void {
    this.#byThread[thread - 1] = [];
  }

  /**
   * Keeps what a step read. A read of a root that renews shows the slot that the word names to be in its place now. So does one of the next
   * word of a node where marks say that nodes are deleted, if the node is in the life that it was in, and bears no mark: it is inside.
   * The next word of a deleted node names what came behind it when it was deleted, in the life of then, whenever it is read.
   */
  remember(record: StepRecord, card: StepCard | undefined): void {
    const { step, thread, label, address, before, access } = record;
    if (this.#marksDeleted) this.#noteFrozen(record);
    if (access === 'store') return;
    const named = namedAt(this.#geometry, address, before);
    if (named === null) return;
    const place = placeOf(this.#geometry, address);
    const frozen = this.#frozen.get(address);
    const reading: Reading = {
      step,
      label,
      address,
      word: before,
      named,
      namedLife: frozen !== undefined && frozen.word === before ? frozen.namedLife : this.#lives.of(named),
      heldLife: place === null ? 0 : this.#lives.of(place.slot),
    };
    const readings = this.#byThread[thread - 1];
    const isRenewing = place === null || (this.#marksDeleted && this.#geometry.link.marked(before) === 0);
    if (isRenewing && card?.renews === true) {
      const validated = readings.findLastIndex((each) => each.address === address && each.label !== label);
      const { word, heldLife } = readings[validated] ?? reading;
      if (validated >= 0 && word === before && heldLife === reading.heldLife) {
        readings.push({ ...reading, label: readings[validated].label });
        return;
      }
    }
    readings.push(reading);
  }

  /** A step marks a node: until then it was inside, and so was the one behind it. */
  #noteFrozen({ address, before, after }: StepRecord): void {
    const { link } = this.#geometry;
    const isMark = before !== after && link.marked(after) !== 0 && link.marked(before) === 0;
    if (!isMark || placeOf(this.#geometry, address)?.word !== S_NEXT) return;
    const namedLife = this.#lives.of(link.index(after));
    this.#frozen = new Map(this.#frozen).set(address, { word: after, namedLife });
  }

  /** The reading that gave the thread the slot that a step touches. */
  ofSlot({ thread }: StepRecord, slot: number, card: StepCard | undefined): Reading | undefined {
    const readings = this.#byThread[thread - 1];
    const supplier = card?.slotFrom;
    return supplier === undefined
      ? readings.findLast((each) => each.named === slot)
      : readings.findLast((each) => each.label === supplier);
  }

  /** The reading that supplied the expected value of a compare-and-swap. */
  ofExpected(record: StepRecord, card: StepCard | undefined): Reading | undefined {
    return supplierOf(this.#byThread[record.thread - 1], record, card);
  }
}

/** The read, of those that an operation made, the latest last, that supplied the expected value of a compare-and-swap. */
export function supplierOf<R extends Pick<Reading, 'label' | 'address' | 'word'>>(
  readings: readonly R[],
  { address, expected }: StepRecord,
  card: StepCard | undefined,
): R | undefined {
  const supplier = card?.expectedFrom;
  return supplier === undefined
    ? readings.findLast((each) => each.address === address && each.word === expected)
    : readings.findLast((each) => isOneOf(supplier, each.label));
}

/** The slot that a pointer word names, 0 for null: a root, a next word, or the top of the free list; null for any other word. */
export function namedAt(geometry: Geometry, address: number, word: number): number | null {
  const { link, top } = geometry;
  if (rootAt(geometry, address) >= 0) return link.index(word);
  if (address === FREE_TOP) return top.index(word);
  return placeOf(geometry, address)?.word === S_NEXT ? link.index(word) : null;
}
