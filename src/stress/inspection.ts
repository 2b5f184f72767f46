import { withCommas } from '../counted.ts';
import type { Audit } from '../judge/audit/audit.ts';
import type { HistoryFinding } from '../judge/history/history.ts';
import { countDamage, noticedDamage, shapeDamage } from '../judge/audit/shape.ts';
import { labelOf } from '../laboratory/labels.ts';
import { anyRoot } from '../laboratory/structures.ts';
import { claimsLockFreedom } from '../laboratory/registry.ts';
import { type Geometry, LISTS, LIST_COUNT, LIST_WORDS, R_LISTS, R_UNRECLAIMED } from '../kernel/layout.ts';
import { announcementOf } from '../laboratory/announcements.ts';
import type { DamageKind, Finding } from '../observe/trace.ts';
import { KeyLedger } from './key-ledger.ts';
import { ValueLedger } from './value-ledger.ts';
import {
  type Journals,
  J_DEPARTED,
  J_FREED,
  J_FREED_AT,
  J_INHERITED,
  J_PASSED,
  J_RECORD,
  J_CAME_ROUND,
  J_CAME_ROUND_AT,
  J_CAME_ROUND_TIME,
  J_STOOD,
  J_STOOD_US,
  J_STUCK,
  J_STUCK_AT,
  J_STUCK_MS,
  J_STUCK_STEPS,
  J_WATCHED,
} from './journals.ts';
import { disorder, valueDamage } from './findings.ts';
import type { StressPlan } from './options.ts';
import type { CameRound } from './result.ts';
import type { Opening } from './moments.ts';
import { TimedHistory } from './timed-history.ts';

/** What the inspections of a run have looked at, in all its rounds. */
export interface Tallies {
  /** Operations with times whose order was judged, and of all that had times those that answered empty and full. */
  timed: number;
  empty: number;
  full: number;
  /** Of isEmpty. */
  asked: number;
  /** Values that were accounted for, and put in one order if the structure is a queue. */
  ordered: number;
  /** Rounds after which all slots and values were accounted for. */
  rounds: number;
  stalls: number;
  stallMs: number;
  watched: number;
  departures: number;
  inherited: number;
}

/** What one inspection has shown. */
export interface Inspected {
  readonly findings: readonly Finding[];
  /** Threads that the damage to values is about. */
  readonly concerned: readonly number[];
}

/** Looks after each round, when nothing moves, at every slot and every value, and at what the threads have written down. */
export class Inspection {
  readonly tallies: Tallies = {
    timed: 0,
    empty: 0,
    full: 0,
    asked: 0,
    ordered: 0,
    rounds: 0,
    stalls: 0,
    stallMs: 0,
    watched: 0,
    departures: 0,
    inherited: 0,
  };
  readonly ledger: ValueLedger | KeyLedger;
  conserved = true;
  ordered = true;
  /** Values that may have gone with a thread that stopped in its operation, over all rounds. */
  gone = 0;
  /** Values that went in although the operations that put them in never returned. */
  early = 0;
  /** The kinds of damage of the last round that the history shows before a word came round in it. */
  unexcused: readonly DamageKind[] = [];
  readonly #plan: StressPlan;
  readonly #journals: Journals;
  #opening: Opening;
  /** True if a compare-and-swap has found a word that had come round, in an earlier round. */
  #swapped = false;

  constructor(plan: StressPlan, journals: Journals, start: Audit) {
    this.#plan = plan;
    this.#journals = journals;
    const { card, keys } = plan;
    this.ledger = keys === null ? new ValueLedger(journals, card) : new KeyLedger(journals, card, keys);
    this.#opening = this.#open(start);
  }

  /**
   * A round is over.
   *
   * @param took the threads that took part in it
   * @param resting the threads that have not stopped for good
   */
  close(audit: Audit, took: readonly number[], resting: readonly number[]): Inspected {
    const journals = this.#journals;
    const ended = audit.threads
      .map(({ thread }) => thread)
      .filter((record) => {
        const thread = this.#holderOf(record);
        return thread === null || resting.includes(thread);
      });
    const shape = [
      ...noticedDamage(audit, (record) => this.#threadOf(record)),
      ...shapeDamage(audit, this.leaks(audit), ended, (record) => this.#threadOf(record)),
    ];
    const {
      values,
      order,
      gone,
      early: unreturned,
    } = this.ledger.close(audit.values(), shape.length === 0, took);
    const disordered = disorder(journals, values);
    const inOrder = disordered.length === 0 && order === null;
    const sound = shape.length === 0 && values.length === 0 && inOrder;
    // What is wrong before a word came round follows from no ABA.
    const early = sound ? this.#beforeRound(took) : [];
    const timed = sound && early.length === 0 ? this.#judgeTimed(took) : early;
    this.conserved &&= values.length === 0;
    const broken = timed.some(({ kind }) => kind === 'not linearizable' || kind === 'order broken');
    const keepsOrder = this.#plan.card.order === 'FIFO' || !broken;
    this.ordered &&= inOrder && keepsOrder && disorder(journals, []).length === 0;
    this.gone += gone.length;
    this.early += unreturned;
    this.unexcused = valueDamage(early).map(({ kind }) => kind);
    const of = [...values, ...(disordered.length === 0 && order !== null ? [order] : []), ...timed];
    this.tallies.rounds++;
    this.tallies.ordered = this.ledger.delivered;
    this.#opening = this.#open(audit);
    // In a slab with other damage a count that is off is its consequence.
    const counts = sound ? countDamage(audit) : [];
    return {
      findings: [...shape, ...disordered, ...valueDamage(of), ...counts],
      concerned: of.flatMap(({ operations }) => operations.map(({ thread }) => thread)),
    };
  }

  /** The slab is as it was at the start. */
  renew(pristine: Audit): void {
    this.ledger.forget();
    this.#opening = this.#open(pristine);
  }

  /** Slots that the scheme has lost on purpose. */
  leaks(audit: Audit): number {
    return this.#plan.choice.scheme.RECLAIMS ? 0 : audit.retiredLost;
  }

  /** What the threads saw while they stood still: sentences about what the scheme promises and does not keep. */
  seenWhileWatching(): string[] {
    const journals = this.#journals;
    const sentences: string[] = [];
    for (let thread = 1; thread <= journals.threads; thread++) {
      const freed = journals.read(thread, J_FREED);
      if (freed !== 0) {
        sentences.push(
          `Slot ${freed} was freed although T${thread} announced it: ${this.#rootNames()} named it when T${thread} had stopped for a moment, before ${labelOf(journals.read(thread, J_FREED_AT))}, and its announcement stood all the time.`,
        );
      }
      if (
        journals.read(thread, J_STUCK) !== 0 &&
        claimsLockFreedom(this.#plan.choice.scheme, this.#plan.card)
      )
        sentences.push(this.#stuck(thread));
    }
    return sentences;
  }

  /** What the threads have seen of words that come round; the first of them whose compare-and-swap found one. */
  cameRound(): CameRound {
    const journals = this.#journals;
    if (!this.#plan.watchesRounds) return { seen: null, first: null };
    const threads = Array.from({ length: journals.threads }, (_, i) => i + 1);
    const thread = threads.find((each) => journals.read(each, J_CAME_ROUND) !== 0);
    if (thread === undefined) {
      const passed = threads.some((each) => journals.read(each, J_PASSED) !== 0);
      return { seen: passed ? 'passed' : 'nothing', first: null };
    }
    const [slot, at] = [journals.read(thread, J_CAME_ROUND), journals.read(thread, J_CAME_ROUND_AT)];
    return { seen: 'swapped', first: { thread, slot, label: labelOf(at) } };
  }

  /** The counts of what threads did, which they write down themselves. */
  count(): Tallies {
    const journals = this.#journals;
    const sum = (word: number): number => {
      let total = 0;
      for (let thread = 1; thread <= journals.threads; thread++) total += journals.read(thread, word);
      return total;
    };
    return {
      ...this.tallies,
      stalls: sum(J_STOOD),
      stallMs: sum(J_STOOD_US) / 1000,
      watched: sum(J_WATCHED),
      departures: sum(J_DEPARTED),
      inherited: sum(J_INHERITED),
    };
  }

  /** `Head or Tail`. */
  #rootNames(): string {
    return anyRoot({ structure: this.#plan.structure.NUMBER });
  }

  #stuck(thread: number): string {
    const journals = this.#journals;
    const other = journals.read(thread, J_STUCK);
    const steps = journals.read(thread, J_STUCK_STEPS);
    const did = steps > 0 ? `made ${withCommas(steps)} steps and more in one` : 'was in one and the same';
    const [ms, at] = [journals.read(thread, J_STUCK_MS), labelOf(journals.read(thread, J_STUCK_AT))];
    return `The scheme claims to be lock-free, but while T${thread} had stopped for a moment, before ${at}, no operation of another thread ended for ${ms} ms, and T${other} ${did} operation.`;
  }

  /** The thread that has a record, or null. */
  #holderOf(record: number): number | null {
    for (let thread = 1; thread <= this.#journals.threads; thread++)
      if (this.#journals.read(thread, J_RECORD) === record) return thread;
    return null;
  }

  #threadOf(record: number): number {
    return this.#holderOf(record) ?? record;
  }

  /** What the history shows up to where a word came round; empty if none did, or one had in an earlier round. */
  #beforeRound(took: readonly number[]): readonly HistoryFinding[] {
    const times = took.map((thread) => this.#journals.read(thread, J_CAME_ROUND_TIME));
    const came = times.filter((time) => time !== 0).map((time) => time - 1);
    const swapped = this.cameRound().seen === 'swapped';
    const isOld = this.#swapped;
    this.#swapped = swapped;
    if (isOld || came.length === 0) return [];
    return new TimedHistory(this.#journals, this.#plan.card, this.#opening, took, Math.min(...came)).judge()
      .findings;
  }

  #judgeTimed(took: readonly number[]): readonly HistoryFinding[] {
    const history = new TimedHistory(this.#journals, this.#plan.card, this.#opening, took);
    const { findings, inOrder, empty, full, asked } = history.judge();
    this.tallies.timed += inOrder;
    this.tallies.empty += empty;
    this.tallies.full += full;
    this.tallies.asked += asked;
    return findings;
  }

  #open(audit: Audit): Opening {
    const { geometry, words } = audit;
    const threads = Array.from({ length: geometry.threads }, (_, i) => i + 1);
    const records = threads.map((thread) => this.#journals.read(thread, J_RECORD));
    return {
      carried: audit.values(),
      first: this.ledger.first,
      retired: records.map((record) => (record === 0 ? 0 : listed(words, geometry, record))),
      retiredOfNobody: threads
        .filter((record) => !records.includes(record))
        .reduce((sum, record) => sum + listed(words, geometry, record), 0),
      lost: audit.leaked + audit.inHand,
      // Two magazines, and one on its way to or from the free list.
      cached: 3 * geometry.cache * geometry.threads,
      slots: geometry.slots,
      dummies: this.#plan.structure.DUMMIES,
      tellsFull: this.#tellsFull(),
    };
  }

  /**
   * True if an answer of full is wrong while a slot is free: not of a set, whose keys come and go while nobody counts them, nor where a
   * thread does not know how many of the slots that it has retired are free by now.
   */
  #tellsFull(): boolean {
    const { choice, card } = this.#plan;
    const { RECLAIMS, HOLDS } = choice.scheme;
    const knows = announcementOf({ holds: HOLDS })?.freedUnseen !== true;
    return RECLAIMS && knows && card.capacity === undefined && card.order !== 'SET';
  }

  /** True if the scheme announces slots, so that a stopped thread can look whether they are left alone. */
  announces(audit: Audit): boolean {
    return announcementOf(audit.geometry)?.namesSlots === true;
  }
}

/** Slots on the lists of a record; or as many as its scheme counts, if it keeps more of them elsewhere. */
function listed(words: Int32Array, geometry: Geometry, record: number): number {
  let count = 0;
  for (let n = 0; n < LISTS; n++)
    count += words[geometry.record(record) + R_LISTS + n * LIST_WORDS + LIST_COUNT];
  return Math.max(count, words[geometry.record(record) + R_UNRECLAIMED]);
}
