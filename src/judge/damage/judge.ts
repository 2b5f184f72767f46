import { cardOf } from '../../laboratory/labels.ts';
import { kindIn } from '../../laboratory/structures.ts';
import type { StepCard } from '../../kernel/step-card.ts';
import type { Contract } from '../../kernel/structure-card.ts';
import { R_STATUS, type Geometry } from '../../kernel/layout.ts';
import { Lives, placeOf, type SavedLives } from '../../observe/lives.ts';
import { wordName } from '../../observe/names.ts';
import type { Observer } from '../../observe/recorder.ts';
import {
  recordOf,
  type DamageKind,
  type Finding,
  type ReturnRecord,
  type StepRecord,
  type StopRecord,
  type TraceEvent,
} from '../../observe/trace.ts';
import { miscount, unreclaimedIn } from '../audit/census.ts';
import { brokenInvariant, InvariantWatch } from './invariants.ts';
import { Deliveries, type SavedDeliveries } from '../history/deliveries.ts';
import { REACHABLE } from '../audit/claim-bits.ts';
import { geometryOf, mark, MarkRoom } from '../audit/mark.ts';
import { type OwnersSeen, OwnerWatch, type Peaks } from './owner-watch.ts';
import { Races, type SavedRaces } from './races.ts';
import { namedAt, Readings, type Reading, type SavedReadings } from './readings.ts';
import { unreclaimedCounted } from '../audit/thread-records.ts';
import { UnownedWords } from '../audit/unowned.ts';

/** What a scheme claims, as far as it decides what is damage. */
export interface JudgeOptions {
  readonly staleReads: boolean;
  /** False if retired slots are leaked on purpose. */
  readonly reclaims: boolean;
  /** The most slots that may be unreclaimed at once; null for any number. */
  readonly bound: number | null;
  /** The values inside at the start. */
  readonly initial: readonly number[];
  readonly show: (value: number) => string;
  /** The record of each thread, where threads have one after the other; left out, each has the record of its own number. */
  readonly records?: readonly number[] | undefined;
  /** False if it is seen to elsewhere that the invariants hold. */
  readonly invariants?: boolean;
  /** What operations of a variant may answer, by name; `judgeHistory` holds those that are about what is inside. */
  readonly contracts?: Readonly<Record<string, Contract>> | undefined;
}

/** All that a judge has seen. See `Judge`. */
export interface SavedJudge {
  readonly findings: readonly Finding[];
  readonly lives: SavedLives;
  readonly races: SavedRaces;
  readonly readings: SavedReadings;
  readonly deliveries: SavedDeliveries;
  readonly owners: OwnersSeen;
  readonly ownersKnown: boolean;
}

/**
 * Watches a run and finds damage as it happens, from state that the algorithm cannot see: the lives of slots, what each thread read in
 * which life, who owns each slot after every step, and what orders plain accesses.
 */
export class Judge implements Observer {
  /** What was found until now. */
  findings: Finding[] = [];
  readonly lives: Lives;
  readonly #geometry: Geometry;
  readonly #options: JudgeOptions;
  readonly #races: Races;
  readonly #readings: Readings;
  readonly #deliveries: Deliveries;
  /** Who had which claim after the last step that has changed a word. */
  readonly #room: MarkRoom;
  /** True if no word was changed since the owners were looked at. */
  #ownersKnown = false;
  readonly #owners: OwnerWatch;
  readonly #unowned: UnownedWords;
  /** What the structure is in a word: `queue`. */
  readonly #kind: string;
  /** Null if the invariants are not watched. */
  readonly #invariants: InvariantWatch | null;

  constructor(words: Int32Array, options: JudgeOptions) {
    this.#geometry = geometryOf(words);
    this.#room = new MarkRoom(this.#geometry.slots);
    this.#unowned = new UnownedWords(words, this.#geometry);
    this.#options = options;
    this.#kind = kindIn(this.#geometry);
    this.lives = new Lives(words, this.#geometry);
    this.#owners = new OwnerWatch(this.#geometry, options.reclaims, options.bound);
    const threads = options.records?.length ?? this.#geometry.threads;
    this.#races = new Races(threads, options.staleReads);
    this.#readings = new Readings(this.#geometry, this.lives, threads);
    this.#deliveries = new Deliveries(this.#geometry, options);
    this.#invariants = options.invariants === false ? null : new InvariantWatch(words, this.#geometry);
  }

  get peaks(): Peaks {
    return this.#owners.seen.peaks;
  }

  /** All that was seen until now, for `restore`, if the invariants are not watched. What was saved later is void once it was restored. */
  save(): SavedJudge {
    return {
      findings: this.findings.slice(),
      lives: this.lives.save(),
      races: this.#races.save(),
      readings: this.#readings.save(),
      deliveries: this.#deliveries.save(),
      owners: this.#owners.seen,
      ownersKnown: this.#ownersKnown,
    };
  }

  restore({ findings, lives, races, readings, deliveries, owners, ownersKnown }: SavedJudge): void {
    this.findings = findings.slice();
    this.lives.restore(lives);
    this.#races.restore(races);
    this.#readings.restore(readings);
    this.#deliveries.restore(deliveries);
    this.#owners.seen = owners;
    this.#ownersKnown = ownersKnown;
  }

  event(event: TraceEvent, words: Int32Array): void {
    switch (event.kind) {
      case 'invoke':
        this.#readings.begin(event.thread);
        this.#deliveries.invoked(event, words);
        break;
      case 'step':
        this.#step(event, words);
        break;
      case 'return':
        this.#returned(event, words);
        break;
      case 'stop':
        this.#stopped(event);
        break;
    }
  }

  /**
   * The run is over, and no thread is inside a step: what the scheme counts is held against the slab, and what the slab had against the
   * bound. Where there is damage, a count that is off is its consequence, and a damaged structure keeps no bound.
   */
  end(words: Int32Array): void {
    if (this.findings.length > 0) return;
    const slab = unreclaimedIn(mark(words, this.#geometry, this.#room));
    const off = miscount(slab, unreclaimedCounted(words, this.#geometry));
    if (off !== null)
      this.findings.push({ kind: 'miscount', step: null, thread: null, label: null, note: off });
    const beyond = this.#owners.beyondBound();
    if (beyond !== null) this.#find(beyond.finding.kind, beyond.record, beyond.finding.note);
  }

  #step(record: StepRecord, words: Int32Array): void {
    const card = cardOf(record.label);
    this.#judgeSlot(record, card);
    this.#judgeIdentity(record, card);
    this.#readings.remember(record, card);
    // Most steps only read, and leave everything to whom it belonged.
    const known = this.#ownersKnown && record.after === record.before && record.writes.length === 0;
    if (!known) mark(words, this.#geometry, this.#room);
    this.#ownersKnown = true;
    const { claims } = this.#room;
    const { writes } = record;
    for (let i = 0; i < writes.length; i++) this.#judgeWrite(record, writes[i][0], writes[i][1], claims);
    this.#judgeWildWrite(record);
    this.#judgeStrayWrites(record);
    if (card?.followsOwners === true) this.#tookUp(record);
    const isMadeGood = card?.isMadeGood === true;
    const makesGood = card?.validates?.some((label) => cardOf(label)?.isMadeGood === true) === true;
    const asked = isMadeGood || makesGood ? { ...record, isMadeGood, makesGood } : record;
    for (const race of this.#races.step(asked)) {
      const place = placeOf(this.#geometry, race.address);
      this.#find('race', record, `${race.what} (${this.#nameOf(race.address)})`, place?.slot);
    }
    if (!known) {
      for (const { kind, note, slot } of this.#owners.step(record, words, claims))
        this.#find(kind, record, note, slot);
    }
    this.#judgeInvariants(record);
  }

  /** Use after free, and words of slots that do not exist. */
  #judgeSlot(record: StepRecord, card: StepCard | undefined): void {
    const place = placeOf(this.#geometry, record.address);
    if (place === null) {
      if (record.address < 0)
        this.#find('wild index', record, `${record.label} went to address ${record.address}`);
      return;
    }
    const { slot } = place;
    if (slot === 0 || slot > this.#geometry.slots) {
      const what = slot === 0 ? 'slot 0, which is null' : `slot ${slot} of ${this.#geometry.slots}`;
      this.#find('wild index', record, `T${record.thread} followed a word that names ${what}`, slot);
      return;
    }
    if (card?.needsNoLife === true) return;
    const reading = this.#readings.ofSlot(record, slot, card);
    if (!reading || this.#isSame(slot, reading)) return;
    const wrote = record.access !== 'load' && record.access !== 'await' && record.ok !== false;
    if (!wrote && this.#options.staleReads) return;
    // A compare-and-swap in a slot that lives again is told as ABA.
    if (record.ok === true && this.lives.isAlive(slot)) return;
    const verb = wrote ? 'wrote to' : 'read';
    this.#find(
      'use after free',
      record,
      `T${record.thread} ${verb} ${this.#nameOf(record.address)}, which it knew from step ${reading.step} (${reading.label}); that life has ended`,
      slot,
      reading,
    );
  }

  /** True if the slot lives, and is in the life in which the reading met it. */
  #isSame(slot: number, reading: Reading): boolean {
    return this.lives.isAlive(slot) && (reading.named !== slot || this.lives.of(slot) === reading.namedLife);
  }

  /** ABA: a compare-and-swap that took bits for identity. */
  #judgeIdentity(record: StepRecord, card: StepCard | undefined): void {
    if (record.ok !== true || card?.needsBitsOnly === true) return;
    const expected = this.#readings.ofExpected(record, card);
    if (expected && expected.named !== 0 && this.lives.of(expected.named) !== expected.namedLife) {
      this.#foundAba(record, expected.named, expected);
      return;
    }
    const place = placeOf(this.#geometry, record.address);
    if (place === null || place.slot === 0 || place.slot > this.#geometry.slots) return;
    const given = this.#readings.ofSlot(record, place.slot, card);
    const stale =
      (given && given.named === place.slot && this.lives.of(place.slot) !== given.namedLife) ||
      (expected && expected.heldLife !== 0 && this.lives.of(place.slot) !== expected.heldLife);
    if (stale) this.#foundAba(record, place.slot, given ?? (expected as Reading));
  }

  #foundAba(record: StepRecord, slot: number, reading: Reading): void {
    this.#find(
      'ABA',
      record,
      `T${record.thread}'s ${record.label} expected slot ${slot} as it was at step ${reading.step} (${reading.label}); the same bits name another life now`,
      slot,
      reading,
    );
  }

  #judgeWrite(record: StepRecord, address: number, value: number, claims: Uint16Array): void {
    const { step, thread } = record;
    const change = this.lives.write(address, value, { step, thread });
    if (!change) return;
    const { slot, event } = change;
    if (event === 'retired' || event === 'retired again') {
      if ((claims[slot] & REACHABLE) !== 0) {
        this.#find(
          'retire while reachable',
          record,
          `T${thread} retired slot ${slot}, and the ${this.#kind} still leads to it`,
          slot,
        );
      }
    }
    if (event === 'retired again' || event === 'ended again') {
      const what = event === 'ended again' ? 'freed' : 'retired';
      this.#find(
        'double free',
        record,
        `T${thread} ${what} slot ${slot}, which had been retired or freed before`,
        slot,
      );
    }
  }

  #judgeWildWrite(record: StepRecord): void {
    if (record.after === record.before) return;
    const named = namedAt(this.#geometry, record.address, record.after);
    if (named !== null && named > this.#geometry.slots) {
      this.#find(
        'wild index',
        record,
        `T${record.thread} made ${this.#nameOf(record.address)} name slot ${named} of ${this.#geometry.slots}`,
        named,
      );
    }
  }

  #judgeStrayWrites(record: StepRecord): void {
    for (const word of this.#unowned.writtenBy(record))
      this.#find('stray write', record, `T${record.thread} wrote ${word}, and the word belongs to nobody`);
  }

  /** An invariant that is broken after other damage, or together with it, is its consequence; and so is all that breaks after the first. */
  #judgeInvariants(record: StepRecord): void {
    if (this.#invariants === null || this.findings.length > 0) return;
    const note = brokenInvariant(this.#invariants, record);
    if (note !== null) this.#find('broken invariant', record, note);
  }

  #returned(record: ReturnRecord, words: Int32Array): void {
    const wrong = this.#deliveries.returned(record, words);
    if (wrong === null) return;
    const { step, thread } = record;
    this.#find(wrong.kind, { step, thread, label: null }, wrong.note);
  }

  /** The thread that adopts the record of a dead thread learns from its status, and so of all that the thread did. */
  #stopped({ thread, reason }: StopRecord): void {
    // A thread's status is one of the words that say who owns what.
    this.#ownersKnown = false;
    if (reason !== 'killed') return;
    const number = recordOf(this.#options.records, thread);
    this.#races.release(thread, this.#geometry.record(number) + R_STATUS);
  }

  /** Who takes up a record comes after all that had it before, since a worker is started again only after the last one was seen to end. */
  #tookUp({ thread, address }: StepRecord): void {
    const { records = [] } = this.#options;
    for (const [i, each] of records.entries())
      if (i + 1 < thread && each === records[thread - 1]) this.#races.release(i + 1, address);
  }

  #nameOf(address: number): string {
    return wordName(this.#geometry, address);
  }

  #find(
    kind: DamageKind,
    at: { readonly step: number; readonly thread: number; readonly label: string | null },
    note: string,
    slot?: number,
    since?: Reading,
  ): void {
    this.findings.push({
      kind,
      step: at.step,
      thread: at.thread,
      label: at.label,
      note: `${note}.`,
      ...(slot !== undefined && { slot }),
      ...(since !== undefined && { since: since.step }),
    });
  }
}
