import { charged } from '../../judge/damage/allowed.ts';
import { InternalError } from '../../errors.ts';
import { showWord, wordName } from '../../observe/names.ts';
import type { Finding } from '../../observe/trace.ts';
import { printSchedule } from '../../schedule/schedule.ts';
import type { SearchControl } from './search-control.ts';
import type { Campaign } from './campaign.ts';
import { Cuts } from '../cuts.ts';
import { endlessThreads, type WordsShown } from '../endless.ts';
import { LeafJudge, type LeafFindings } from '../leaf-judge.ts';
import { scheduleOf } from '../../search/machine-engine.ts';
import type { Machine } from '../../model/machine.ts';
import type { Naming } from '../../search/trace-names.ts';
import { namingOf } from '../kernel-model.ts';
import { better, type PlacedFinding, type PartialResult, ResultTotal } from './partial-result.ts';
import type { Ending, Searched } from '../../search/search.ts';
import { namesOfValues } from '../../laboratory/program.ts';
import { cardOfStep } from '../../laboratory/labels.ts';
import { isStep } from '../../model/request.ts';
import type { ThreadState } from '../../model/thread-state.ts';

/** What the search of a unit came to. */
export interface UnitResult {
  readonly unit: number;
  readonly partial: PartialResult;
  /** What ended it before it was complete; null if nothing did. */
  readonly endedBy: Ending | null;
}

/** Places in the threads' trees of answers that are kept, about: some 300 bytes each. */
const MOST_PLACES = 1_000_000;

/** Searches units of a campaign one after the other, and judges each execution. */
export class UnitSearch {
  readonly #campaign: Campaign;
  readonly #control: SearchControl;
  readonly #deadline: number;
  readonly #mostPlaces: number;
  readonly #judge: LeafJudge;
  readonly #naming: Naming;
  /** Made from the words with which the machine of the search begins, at its first step. */
  #cuts: Cuts | null = null;
  readonly #words: WordsShown;
  readonly #retries = new Retries();
  #unit: Tallied = new Tallied(0, this.#retries);

  /** @param deadline a time of this thread's `performance.now()` */
  constructor(
    campaign: Campaign,
    control: SearchControl,
    deadline: number,
    mostPlaces: number = MOST_PLACES,
  ) {
    this.#campaign = campaign;
    this.#control = control;
    this.#deadline = deadline;
    this.#mostPlaces = mostPlaces;
    this.#judge = new LeafJudge(campaign.model, campaign.stepLimit, mostPlaces);
    this.#naming = namingOf(campaign.model);
    const { geometry } = campaign.model;
    const names = { geometry, show: namesOfValues(geometry) };
    this.#words = {
      nameOf: (address) => wordName(geometry, address),
      show: (address, word) => showWord(names, address, word),
    };
  }

  /** Searches the units of a queue, a list of their numbers, until it is empty or something ends the search. */
  runQueue(queue: readonly number[], tell: (result: UnitResult) => void): void {
    for (
      let at = this.#control.take();
      at < queue.length && !this.#control.stopped;
      at = this.#control.take()
    ) {
      const result = this.run(queue[at]);
      tell(result);
      if (result.endedBy === null) continue;
      // A limit that one thread has reached is one for all.
      this.#control.stop();
      return;
    }
  }

  run(unit: number): UnitResult {
    const { strategy, space, units, stepLimit } = this.#campaign;
    this.#unit = new Tallied(unit, this.#retries);
    let depth = 0;
    const searched = strategy.run(space, units[unit], (machine) => this.#visit(machine), {
      stepLimit,
      deadline: this.#deadline,
      claim: () => this.#control.claim(depth),
      interrupted: () => this.#control.stopped,
      onStep: (machine) => {
        depth = machine.happened.length;
        this.#naming.step(machine);
        this.#cuts ??= new Cuts(this.#campaign.model, machine.start, this.#naming);
        this.#cuts.step(machine);
      },
      onBack: (machine) => {
        this.#cuts?.back(machine);
        this.#naming.back(machine);
      },
    });
    const partial = this.#unit.partial(searched, this.#judge.takeHistories());
    return { unit, partial, endedBy: searched.endedBy };
  }

  #visit(machine: Machine): boolean {
    const { shown, findings, since } = this.#judged(machine);
    const found = [...findings, ...(machine.hasEnded ? [] : endlessThreads(machine, this.#words))];
    this.#unit.note(shown, { findings: found, since });
    if (machine.places > this.#mostPlaces) machine.forget();
    return found.length > 0 && this.#campaign.firstOnly;
  }

  /**
   * What is wrong with an execution, and the machine that has made it. Where an invariant is broken in another order of its steps, and
   * nothing is wrong with this one, that order is made and judged.
   */
  #judged(machine: Machine): LeafFindings & { readonly shown: Machine } {
    const made = this.#judge.findings(machine, this.#naming.name());
    const cuts = this.#cuts;
    if (cuts === null || !cuts.found || (made.findings.length > 0 && !cuts.foundInOrder))
      return { shown: machine, ...made };
    const broken = this.#judge.findingsAlong(cuts.path(machine));
    if (broken.findings.length === 0)
      throw new InternalError(
        'A state that breaks an invariant was not met again in the order of steps that leads there.',
      );
    return { shown: broken.machine, findings: broken.findings, since: broken.since };
  }
}

/** Counts what the executions of a unit show. */
class Tallied {
  readonly #number: number;
  readonly #retries: Retries;
  #executions = 0;
  #bad = 0;
  #firstCut: PartialResult['firstCut'] = null;
  #maxRetries = 0;
  readonly #findings = new Map<string, PlacedFinding>();

  constructor(unit: number, retries: Retries) {
    this.#number = unit;
    this.#retries = retries;
  }

  note(machine: Machine, { findings, since }: LeafFindings): void {
    const place = { unit: this.#number, execution: this.#executions++ };
    for (const each of machine.at) this.#maxRetries = Math.max(this.#maxRetries, this.#retries.of(each));
    if (machine.isCut) this.#firstCut ??= { ...place, schedule: printSchedule(scheduleOf(machine)) };
    if (findings.length === 0) return;
    this.#bad++;
    const preemptions = preemptionsIn(machine);
    const broken: readonly Finding[] = charged(findings, since);
    for (const [nth, finding] of findings.entries()) {
      const known = this.#findings.get(finding.kind);
      const found = {
        ...finding,
        ...place,
        nth,
        preemptions,
        ...(broken.includes(finding) && { charged: true as const }),
        schedule: '',
      };
      if (known !== undefined && !better(found, known)) continue;
      this.#findings.set(finding.kind, { ...found, schedule: printSchedule(scheduleOf(machine)) });
    }
  }

  partial(
    { blocked, deadlocks, cut, steps, preemptions, more }: Searched,
    histories: string[],
  ): PartialResult {
    const own: PartialResult = {
      executions: this.#executions,
      squares: this.#executions ** 2,
      bad: this.#bad,
      blocked,
      deadlocks,
      cut,
      steps,
      maxRetries: this.#maxRetries,
      firstCut: this.#firstCut,
      preemptions,
      more,
      findings: [...this.#findings.values()],
      histories,
    };
    return new ResultTotal().add(own).result();
  }
}

/** How often another thread moved although the last one had not ended. The kernel has no step that blocks. */
function preemptionsIn({ happened }: Machine): number {
  return happened.filter(({ thread, to }, i) => {
    const after = happened[i + 1];
    return after !== undefined && after.thread !== thread && to.next !== null;
  }).length;
}

/** The retries on the way to places of the threads' trees. */
class Retries {
  readonly #known = new WeakMap<ThreadState, number>();

  /**
   * The most retries of one loop in one operation, on the way to a place. A step is counted as made again only while the thread is at
   * the same operation; a scheme that frees several slots in one operation begins the free list's loop once for each.
   */
  of(place: ThreadState): number {
    const before = this.#known.get(place);
    if (before !== undefined) return before;
    let most = 0;
    const made = new Map<number, number>();
    for (let at: ThreadState | null = place.parent; at !== null; at = at.parent) {
      if (isStep(at.next) && cardOfStep(at.next.step)?.headsLoop === true) {
        const count = (made.get(at.next.step) ?? 0) + 1;
        made.set(at.next.step, count);
        most = Math.max(most, count - 1);
      }
      // What comes before was made by an earlier operation.
      if (at.plain.some(({ kind }) => kind === 'invoke')) made.clear();
    }
    this.#known.set(place, most);
    return most;
  }
}
