import { audit, type Audit } from '../judge/audit/audit.ts';
import { noticedDamage, shapeDamage } from '../judge/audit/shape.ts';
import { R_DAMAGES } from '../kernel/layout.ts';
import type { Finding } from '../observe/trace.ts';
import type { Rounds } from '../threads/rounds.ts';
import { type Journals, J_DELIVERED, J_DONE, J_EMPTY, J_FULL, MOST_OPERATIONS } from './journals.ts';
import { GarbageRecord } from './garbage.ts';
import { endlessOperation, flightOf, lastLabel, operationOf, standsStill, wildIndex } from './findings.ts';
import { Inspection } from './inspection.ts';
import type { StressPlan, StressOptions } from './options.ts';
import type { FlightEntry, Hung, Stop, StressHistory } from './result.ts';
import { Stillness } from './stillness.ts';

const ROUND_MS = 50;
const LEAST_TIMED = 128;
const TIMED_SHARE = 100;
const POLL_MS = 2;
/**
 * Where words may come round, each thread makes this number of operations in the first round, all with times, and none pauses in it: what
 * goes wrong without an ABA shows there, before an ABA can be what it follows from.
 */
const CALM_OPERATIONS = 512;
/** After so long in one operation, with all others at rest, the slab is looked at: if it is damaged, nobody waits any longer. */
const SUSPICION_MS = 40;

/** Nobody who has asked for the end waits longer than that for an operation. */
const INTERRUPTED_MS = 250;

/** A stress run under way: rounds, and an inspection after each. */
export class StressRun {
  readonly findings: Finding[] = [];
  readonly stops: Stop[] = [];
  /** What threads saw while they stood still that the scheme promises not to be. */
  readonly failures: string[] = [];
  readonly garbage: GarbageRecord;
  readonly inspection: Inspection;
  rounds = 0;
  operations = 0;
  seconds = 0;
  /** The slab after the last round. */
  audit: Audit;
  /** Values that had been delivered when the last thread stopped that was asked to; null if that has not happened. */
  deliveredBefore: number | null = null;
  readonly #plan: StressPlan;
  readonly #options: StressOptions;
  readonly #words: Int32Array;
  /** The words before the first round; for schemes that free nothing every round begins with them. */
  readonly #pristine: Int32Array;
  readonly #journals: Journals;
  readonly #threads: Rounds;
  readonly #stillness: Stillness;
  readonly #concerned = new Set<number>();
  /** The threads that began the round. */
  #took: readonly number[] = [];
  /** The damage for which threads that stood still were terminated. */
  #seen: readonly Finding[] = [];
  #full = 0;
  #empty = 0;
  #began = 0;

  /** All workers are ready. */
  constructor(
    plan: StressPlan,
    words: Int32Array,
    journals: Journals,
    threads: Rounds,
    options: StressOptions,
  ) {
    this.#plan = plan;
    this.#options = options;
    this.#words = words;
    this.#pristine = words.slice();
    this.#journals = journals;
    this.#threads = threads;
    this.#stillness = new Stillness(threads.control, journals);
    this.audit = audit(this.#pristine);
    this.inspection = new Inspection(plan, journals, this.audit);
    this.garbage = new GarbageRecord(plan);
  }

  async toTheEnd(): Promise<void> {
    const notice = async (): Promise<boolean> => {
      await this.#noticeStops();
      return false;
    };
    await this.#threads.rest(notice, { pauseMs: 1 });
    this.#began = performance.now();
    do {
      this.#took = this.#threads.present();
      const left = Math.max(0, this.#plan.ops - this.operations);
      const calm = this.#plan.watchesRounds && this.rounds === 0;
      const most = calm ? CALM_OPERATIONS : MOST_OPERATIONS;
      this.#journals.open(
        Math.min(most, Math.ceil(left / this.#took.length)),
        calm ? CALM_OPERATIONS : this.#timed(),
        { churn: this.#isChurning(), calm },
      );
      this.#threads.begin();
      await this.#letRun();
      await this.#stopTheEndless();
      this.#inspect();
      this.seconds = (performance.now() - this.#began) / 1000;
      this.#options.onProgress?.(this.operations, this.seconds);
    } while (!this.#isOver());
  }

  get interrupted(): boolean {
    return this.#options.signal?.aborted === true;
  }

  history(): StressHistory {
    return {
      enqueued: this.inspection.ledger.enqueued,
      delivered: this.inspection.ledger.delivered,
      remaining: this.audit.values().length,
      full: this.#full,
      empty: this.#empty,
      conserved: this.inspection.conserved,
      ordered: this.inspection.ordered,
      gone: this.inspection.gone,
      early: this.inspection.early,
    };
  }

  /** The last operations of the threads that the damage is about; of all, if it is about none in particular. */
  flight(): FlightEntry[] {
    const all = Array.from({ length: this.#plan.threads }, (_, i) => i + 1);
    const concerned = all.filter((thread) => this.#concerned.has(thread));
    return (concerned.length > 0 ? concerned : all).flatMap((thread) =>
      flightOf(this.#journals, thread, this.#plan.card),
    );
  }

  /** What each thread that has not stopped did last, and the label of its last step; null of one without labels. */
  lastOfOthers(): {
    readonly thread: number;
    readonly flight: readonly FlightEntry[];
    readonly label: string | null;
  }[] {
    const { geometry, words } = this.audit;
    return Array.from({ length: this.#plan.threads }, (_, i) => i + 1)
      .filter((thread) => !this.stops.some((stop) => stop.thread === thread))
      .map((thread) => ({
        thread,
        flight: flightOf(this.#journals, thread, this.#plan.card),
        label: lastLabel(words, geometry, this.#journals, thread),
      }));
  }

  /** Returns when every thread is at rest or has stopped for good, or when those that do not come to rest have had their time. */
  async #letRun(): Promise<void> {
    const [threads, stillness] = [this.#threads, this.#stillness];
    const until = Math.min(performance.now() + ROUND_MS, this.#began + 1000 * this.#plan.seconds);
    let suspicionMs = SUSPICION_MS;
    const look = async (): Promise<boolean> => {
      stillness.look(this.interrupted);
      await this.#noticeStops();
      if (this.#isChurning()) this.garbage.skip();
      else this.garbage.sample(this.#words, this.audit.geometry);
      const patience = this.interrupted ? INTERRUPTED_MS : this.#plan.watchdogMs;
      const endless = stillness.still(threads.present(), patience);
      if (performance.now() >= until || this.interrupted || endless.length > 0 || this.#damageWasNoticed()) {
        threads.control.stop();
      }
      const busy = threads.busy();
      if (busy.length === 0 || busy.length === endless.length) return true;
      if (busy.length === stillness.same(threads.present(), suspicionMs).length) {
        if (this.#isDamaged()) return true;
        suspicionMs *= 2;
      }
      return false;
    };
    await threads.rest(look, { pauseMs: POLL_MS });
  }

  /**
   * Only threads that stand still are not at rest. They are in the middle of an operation, where a sound slab is sound too. If nothing
   * moved while it was looked at, the damage was there, even if a thread wakes up and covers it before it is terminated.
   */
  #isDamaged(): boolean {
    const first = audit(this.#words.slice());
    if (this.#damageIn(first).length === 0) return false;
    const again = this.#words.slice();
    const damage = standsStill(first.words, again, first.geometry) ? this.#damageIn(audit(again)) : [];
    if (damage.length > 0) this.#seen = damage;
    return damage.length > 0;
  }

  #damageIn(audited: Audit): Finding[] {
    return [...noticedDamage(audited), ...shapeDamage(audited, this.inspection.leaks(audited), [])];
  }

  #damageWasNoticed(): boolean {
    const { geometry } = this.audit;
    return Array.from({ length: geometry.threads }, (_, i) => geometry.record(i + 1)).some(
      (record) => this.#words[record + R_DAMAGES] !== 0,
    );
  }

  /** How many operations of a thread are written down with their times: a small part, so that this takes little time. */
  #timed(): number {
    const made = this.rounds === 0 ? 0 : this.operations / this.rounds / this.#took.length;
    return Math.max(LEAST_TIMED, Math.round(made / TIMED_SHARE));
  }

  /** Threads leave and join in every second round, unless one is to stop: it could have the record of another in its hands for good. */
  #isChurning(): boolean {
    return this.rounds % 2 === 1 && this.#plan.churns;
  }

  /** Threads that came to where they were to stop, and workers that have crashed. */
  async #noticeStops(): Promise<void> {
    for (const { thread, error } of this.#threads.noticeStops()) {
      if (error !== null) {
        this.#stopped(thread, 'crashed', null, error);
        this.#concerned.add(thread);
        this.#threads.control.stop();
        continue;
      }
      const stopping = this.#plan.stoppings.find((each) => each.thread === thread);
      this.#stopped(thread, stopping?.reason ?? 'stalled', stopping?.text ?? null);
      if (stopping?.reason === 'killed') await this.#threads.kill(thread);
      if (this.stops.length === this.#plan.stoppings.length) {
        this.deliveredBefore = this.inspection.ledger.delivered + this.#inThisRound(J_DELIVERED);
      }
    }
  }

  #stopped(thread: number, reason: Stop['reason'], point: string | null, error?: Error): void {
    const operation = operationOf(this.#journals, thread, this.#plan.card);
    const label = lastLabel(this.#words, this.audit.geometry, this.#journals, thread);
    this.stops.push({
      thread,
      reason,
      operation,
      label,
      point,
      error: error ? `${error.name}: ${error.message}` : null,
      hung: reason === 'hung' ? this.#hung(thread) : null,
    });
  }

  #hung(thread: number): Hung {
    const ms = this.#stillness.sameMs(thread);
    if (this.#stillness.stands(thread)) return { because: 'watching', ms };
    if (this.#stillness.stillMs(thread) >= this.#plan.watchdogMs) return { because: 'watchdog', ms };
    return { because: this.#seen.length > 0 ? 'damage' : 'interrupted', ms };
  }

  /** A count of the round so far, over all threads that began it. */
  #inThisRound(word: number): number {
    return this.#took.reduce((sum, thread) => sum + this.#journals.read(thread, word), 0);
  }

  /** Terminates the threads that did not come to rest, so that the words stand still. */
  async #stopTheEndless(): Promise<void> {
    for (const thread of this.#threads.busy()) {
      this.#stopped(thread, 'hung', null);
      this.#concerned.add(thread);
      await this.#threads.kill(thread);
    }
  }

  /** Nothing moves: every slot and every value is accounted for. */
  #inspect(): void {
    this.rounds++;
    this.audit = audit(this.#words.slice());
    const made = { operations: this.#inThisRound(J_DONE), delivered: this.#inThisRound(J_DELIVERED) };
    const { findings, concerned } = this.inspection.close(this.audit, this.#took, this.#threads.present());
    this.operations += made.operations;
    this.#full += this.#inThisRound(J_FULL);
    this.#empty += this.#inThisRound(J_EMPTY);
    this.findings.push(...this.#wildIndices(), ...findings, ...this.#endless());
    if (this.findings.length === 0) this.findings.push(...this.#seen);
    this.garbage.close(this.audit, made, this.stops.length > 0, this.findings.length > 0);
    // A thread that has crashed, or does not come out after the others have gone on, is not waiting for them.
    if (!this.stops.some(({ reason }) => reason === 'hung' || reason === 'crashed'))
      this.failures.push(...this.inspection.seenWhileWatching());
    this.#concern(concerned);
    if (!this.#plan.choice.scheme.RECLAIMS && this.stops.length === 0 && this.findings.length === 0)
      this.#renew();
  }

  #wildIndices(): Finding[] {
    return this.stops.filter(isWildIndex).map(wildIndex);
  }

  /** A thread that has not come to rest yet may only be waiting for a core, unless there is a cycle, or the watchdog's time is over. */
  #endless(): Finding[] {
    const endless = (thread: number): boolean =>
      this.audit.cyclic > 0 || this.#stillness.stillMs(thread) >= this.#plan.watchdogMs;
    return this.stops
      .filter(({ thread, hung }) => hung !== null && hung.because !== 'watching' && endless(thread))
      .map((stop) => endlessOperation(this.audit, stop, this.#stillness.sameMs(stop.thread)));
  }

  #concern(concerned: readonly number[]): void {
    const threads = [...this.findings.map(({ thread }) => thread ?? 0), ...concerned];
    for (const thread of threads) if (thread > 0) this.#concerned.add(thread);
  }

  /** What the scheme has used up is there again. */
  #renew(): void {
    this.#words.set(this.#pristine);
    this.inspection.renew(audit(this.#pristine));
  }

  #isOver(): boolean {
    const { ops, seconds, choice } = this.#plan;
    return (
      this.findings.length > 0 ||
      this.failures.length > 0 ||
      this.stops.some(({ reason }) => reason === 'crashed' || reason === 'hung') ||
      this.interrupted ||
      this.operations >= ops ||
      this.seconds >= seconds ||
      this.#threads.present().length === 0 ||
      // A slab that is used up and cannot be renewed, since a thread stands still in it.
      (!choice.scheme.RECLAIMS && this.stops.length > 0 && this.audit.free === 0)
    );
  }
}

/** The sentences of V8 about an index beyond the buffer, of atomics and of compiled code. */
export function isWildIndex({ reason, error }: Stop): boolean {
  return (
    reason === 'crashed' &&
    error !== null &&
    /^RangeError: .*atomic access index|^RuntimeError: memory access out of bounds/.test(error)
  );
}
