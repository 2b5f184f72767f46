import { cameRound } from '../../judge/damage/came-round.ts';
import { judgeHistory, SHOWN_BY_ANSWERS } from '../../judge/verdict.ts';
import { namesOfValues } from '../../laboratory/program.ts';
import { H_TAG_BITS } from '../../kernel/layout.ts';
import { ABA_IMPOSSIBLE } from '../../kernel/scheme.ts';
import type { Recorder } from '../../observe/recorder.ts';
import type { DamageKind, Finding } from '../../observe/trace.ts';
import type { Schedule } from '../../schedule/schedule.ts';
import { memoryDependence } from '../../model/dependence.ts';
import type { KernelModel } from '../kernel-model.ts';
import { Machine } from '../../model/machine.ts';
import { recordStep, scheduleOf, threadsIn } from '../../search/machine-engine.ts';
import { watched, type WatchedRun } from '../watched-run.ts';

/** An execution that ends with damage, as far as it matters. */
export interface ShortestExecution {
  readonly schedule: Schedule;
  readonly preemptions: number;
  readonly steps: number;
  /** How many operations of each thread have begun by then. */
  readonly begun: readonly number[];
}

interface Measured extends Omit<ShortestExecution, 'schedule'> {
  /** Steps and deaths. */
  readonly moves: number;
  /** True if the operation that did the damage has answered, or nobody can move any more. */
  readonly answered: boolean;
}

/** Executions that are tried at most. */
const MOST_TRIED = 2000;
const STEP_LIMIT = 1000;

/**
 * Looks for a shorter execution that does the same kind of damage with no more preemptions than a known one. An execution ends once the
 * operation that did the damage has answered, so that its consequence is seen.
 *
 * @param charged true if only damage counts that breaks a claim: none after an ABA that the scheme's claims allow
 * @returns null if the schedule does not do that damage
 */
export function shortestExecution(
  model: KernelModel,
  kind: DamageKind,
  known: Schedule,
  charged: boolean = false,
): ShortestExecution | null {
  return new ShortestSearch(model, kind, charged).from(known);
}

class ShortestSearch {
  readonly #model: KernelModel;
  readonly #kind: DamageKind;
  /** True if no word may have come round. */
  readonly #withoutAba: boolean;
  /** What is searched with, and what each execution is judged with. */
  readonly #machine: Machine;
  readonly #judged: Machine;
  #tried = 0;
  /** Who moves, by steps; the shortest so far. */
  #best: readonly number[] = [];

  constructor(model: KernelModel, kind: DamageKind, charged: boolean) {
    this.#model = model;
    this.#kind = kind;
    this.#withoutAba = charged && model.choice.scheme.ABA !== ABA_IMPOSSIBLE;
    const dependence = memoryDependence(model.words.length);
    this.#machine = new Machine(model, dependence, STEP_LIMIT);
    this.#judged = new Machine(model, dependence, STEP_LIMIT);
  }

  from(known: Schedule): ShortestExecution | null {
    const path = threadsIn(known, this.#machine);
    const first = path && this.#upToDamage(path);
    if (path === null || first === null) return null;
    this.#best = path.slice(0, first.moves);
    this.#search(-1, first.preemptions);
    const found = this.#upToDamage(this.#best);
    if (found === null) return null;
    const { answered: _answered, moves: _moves, ...measured } = found;
    return { ...measured, schedule: scheduleOf(this.#judged) };
  }

  /** Tries every execution with this many preemptions that is shorter than the best. */
  #search(last: number, left: number): void {
    if (this.#tried >= MOST_TRIED) return;
    const machine = this.#machine;
    const enabled = machine.enabled();
    const isFull = machine.happened.length >= this.#best.length - 1;
    if (enabled === 0 || isFull) {
      this.#try(machine.path());
      return;
    }
    for (let i = -1; i < machine.threads; i++) {
      const thread = i < 0 ? last : i;
      if (thread < 0 || (i >= 0 && thread === last) || ((enabled >> thread) & 1) === 0) continue;
      const interrupts = last >= 0 && thread !== last && ((enabled >> last) & 1) !== 0;
      if (interrupts && left === 0) continue;
      machine.step(thread);
      this.#search(thread, interrupts ? left - 1 : left);
      machine.back();
    }
  }

  #try(path: readonly number[]): void {
    this.#tried++;
    const found = this.#upToDamage(path);
    if (found?.answered === true && found.moves < this.#best.length) this.#best = path.slice(0, found.moves);
  }

  /** Runs threads in an order until the operation that did the damage has answered; null if there is none. */
  #upToDamage(path: readonly number[]): Measured | null {
    const { judge, recorder } = this.#begin();
    const byAnswers = SHOWN_BY_ANSWERS.has(this.#kind);
    let shown = false;
    let answered = false;
    let by: number | null = null;
    for (const thread of path) {
      if (((this.#judged.enabled() >> thread) & 1) === 0) return null;
      recordStep(recorder, this.#judged, thread);
      const last = recorder.events[recorder.events.length - 1];
      const damage: Finding | undefined = judge.findings.find(({ kind }) => kind === this.#kind);
      if (damage) [shown, by] = [true, damage.thread];
      if (last.kind !== 'return') continue;
      shown ||= byAnswers && this.#isShownByAnswers(recorder);
      answered = shown && (by === null || by === last.thread);
      if (answered) break;
    }
    if (!shown) {
      // What is told of a whole run, such as a count that is off in the end.
      judge.end(this.#judged.words);
      shown = judge.findings.some(({ kind }) => kind === this.#kind);
    }
    if (!shown && !(byAnswers && this.#isShownByAnswers(recorder))) return null;
    const { geometry, words } = this.#model;
    if (this.#withoutAba && cameRound(recorder.events, geometry, words[H_TAG_BITS]) !== null) return null;
    return { ...this.#measured(recorder), answered: answered || this.#judged.enabled() === 0 };
  }

  #begin(): WatchedRun {
    const machine = this.#judged;
    while (machine.happened.length > 0) machine.back();
    return watched(this.#model, machine, true);
  }

  #isShownByAnswers({ events }: Recorder): boolean {
    const { findings } = judgeHistory(
      events,
      this.#model.program.initial,
      this.#judged.words,
      namesOfValues(this.#model.geometry),
      this.#model.contracts,
    );
    return findings.some(({ kind }) => kind === this.#kind);
  }

  #measured({ events }: Recorder): Omit<Measured, 'answered'> {
    const { happened } = this.#judged;
    const begun = this.#model.program.threads.map(() => 0);
    for (const event of events) if (event.kind === 'invoke') begun[event.thread - 1] = event.op;
    const preemptions = happened.filter(
      ({ thread, to }, i) => i + 1 < happened.length && happened[i + 1].thread !== thread && to.next !== null,
    ).length;
    const kills = happened.filter(({ thread }) => this.#judged.killedBy(thread) !== null).length;
    return { steps: happened.length - kills, moves: happened.length, preemptions, begun };
  }
}
