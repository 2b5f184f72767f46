import { cellValues, valuesOfSlot } from '../judge/audit/cells.ts';
import { cameRound } from '../judge/damage/came-round.ts';
import { judgeHistory } from '../judge/verdict.ts';
import { unsafeUnder } from '../laboratory/registry.ts';
import { namesOfValues } from '../laboratory/program.ts';
import { dummiesIn, leadingRoots } from '../laboratory/structures.ts';
import { H_TAG_BITS, S_NEXT, S_STATE } from '../kernel/layout.ts';
import { ABA_IMPOSSIBLE } from '../kernel/scheme.ts';
import type { Finding } from '../observe/trace.ts';
import { memoryDependence } from '../model/dependence.ts';
import { CanonicalHistories } from '../search/calls.ts';
import { historyKey } from './history-key.ts';
import type { KernelModel } from './kernel-model.ts';
import { Machine } from '../model/machine.ts';
import { recordStep } from '../search/machine-engine.ts';
import { watched, type WatchedRun, WatchedRuns } from './watched-run.ts';

const CLEAN: readonly Finding[] = [];

/** What is wrong with an execution, and at which of its steps an ABA that the scheme's claims allow begins; null if none does. */
export interface LeafFindings {
  readonly findings: readonly Finding[];
  readonly since: number | null;
}

const SOUND: LeafFindings = { findings: CLEAN, since: null };

/** A machine on which executions are made again. */
interface JudgeMachine {
  readonly machine: Machine;
  readonly runs: WatchedRuns;
  /** True if its trees are another machine's. */
  readonly isBeside: boolean;
}

/** Executions whose judgement is remembered, at most. */
const MOST_JUDGED = 500_000;

/**
 * Judges executions of the kernel with the lab's own judge: each is run again on a machine beside the one that has made it, with the recorder
 * and the judge looking on. Neither is done again for executions that are alike, nor for equal histories.
 */
export class LeafJudge {
  readonly #model: KernelModel;
  readonly #stepLimit: number;
  /** Beside the machine that is judged, if that is of the same model: what its threads have done need not be done again. */
  #own: JudgeMachine | null = null;
  readonly #mostPlaces: number;
  readonly #allowsAba: boolean;
  /** True of a structure that is not safe under the scheme, as its card says: all that is found follows from that. */
  readonly #isUnsafe: boolean;
  /** What the judge saw step by step, by the name of the execution. */
  readonly #judged = new Map<string, readonly Finding[]>();
  readonly #seen = new Set<string>();
  readonly #canonical = new CanonicalHistories();
  /** By history, and what was left in the queue. */
  readonly #histories = new Map<string, readonly Finding[]>();

  constructor(model: KernelModel, stepLimit: number, mostPlaces: number) {
    this.#model = model;
    this.#stepLimit = stepLimit;
    this.#mostPlaces = mostPlaces;
    this.#isUnsafe = unsafeUnder(model.structure, model.choice) !== null;
    this.#allowsAba = this.#isUnsafe || model.choice.scheme.ABA !== ABA_IMPOSSIBLE;
  }

  /** The different histories since this was last asked, each by 72 bits of a hash. */
  takeHistories(): string[] {
    const histories = [...this.#seen].map(historyKey);
    this.#seen.clear();
    return histories;
  }

  /**
   * Everything that is wrong with an execution.
   *
   * @param name executions of one name are alike but for the order of calls and returns, so what the judge sees step by step is the same:
   * null if there is no name
   */
  findings(of: Machine, name: string | null): LeafFindings {
    if (of.model === this.#model && of.trees !== this.#own?.machine.trees) this.#take(of.beside(), true);
    const key = `${this.#noteHistory(of)}|${this.#content(of)}`;
    // Whether "full" is excused depends on more than the history.
    let history = key.includes('full') ? undefined : this.#histories.get(key);
    let steps = name === null ? undefined : this.#judged.get(name);
    let run: WatchedRun | null = null;
    let ofRun: readonly Finding[] | undefined;
    if (history === undefined || steps === undefined) {
      run = this.#run(of.path());
      steps = run.judge.findings;
      if (history === undefined) history = ofRun = this.#historyOf(run, of.words);
      if (this.#histories.size >= MOST_JUDGED) this.#histories.clear();
      this.#histories.set(key, history);
      if (this.#judged.size >= MOST_JUDGED) this.#judged.clear();
      if (name !== null) this.#judged.set(name, steps.length === 0 ? CLEAN : steps);
    }
    if (steps.length === 0 && history.length === 0) return SOUND;
    // Where ABA is allowed it matters which step came first, and that is not remembered.
    if (this.#allowsAba) return this.#findingsOf(run ?? this.#run(of.path()), of.words, ofRun);
    return { findings: steps.length === 0 ? history : merged(steps, history), since: null };
  }

  /** Everything that is wrong with an execution that is made anew, the invariants included; with the machine that has made it. */
  findingsAlong(path: readonly number[]): LeafFindings & { readonly machine: Machine } {
    const { machine, runs } = this.#here();
    runs.rewind();
    const run = watched(this.#model, machine, true);
    for (const thread of path) recordStep(run.recorder, machine, thread);
    run.recorder.finish();
    run.judge.end(machine.words);
    const found = this.#findingsOf(run, machine.words);
    return { machine, ...found };
  }

  #findingsOf(run: WatchedRun, words: Int32Array, history = this.#historyOf(run, words)): LeafFindings {
    const { geometry } = this.#model;
    if (this.#isUnsafe) return { findings: merged(run.judge.findings, history), since: 0 };
    const since = this.#allowsAba
      ? cameRound(run.recorder.events, geometry, this.#model.words[H_TAG_BITS])
      : null;
    return { findings: merged(run.judge.findings, history), since };
  }

  #historyOf({ recorder: { events } }: WatchedRun, words: Int32Array): readonly Finding[] {
    const { program, geometry, contracts } = this.#model;
    return judgeHistory(events, program.initial, words, namesOfValues(geometry), contracts).findings;
  }

  #noteHistory(of: Machine): string {
    const history = this.#canonical.of(of);
    this.#seen.add(history);
    return history;
  }

  #take(machine: Machine, isBeside: boolean): JudgeMachine {
    return (this.#own = { machine, runs: new WatchedRuns(this.#model, machine), isBeside });
  }

  /** The machine of the judge, one of its own where none is beside. */
  #here(): JudgeMachine {
    if (this.#own !== null) return this.#own;
    const dependence = memoryDependence(this.#model.words.length);
    return this.#take(new Machine(this.#model, dependence, this.#stepLimit), false);
  }

  #run(path: readonly number[]): WatchedRun {
    const { machine, runs, isBeside } = this.#here();
    // Trees that are another machine's are looked after there.
    if (!isBeside && machine.places > this.#mostPlaces) {
      runs.rewind();
      machine.forget();
    }
    return runs.run(path);
  }

  /** What is left inside, dummies aside, with all that `judgeHistory` looks at: the value of each slot, and whether it is linked, and deleted. */
  #content({ words }: Machine): string {
    const { geometry } = this.#model;
    const dummies = dummiesIn(geometry);
    let content = cellValues(words, geometry).join(' ');
    for (let n = 0; n < leadingRoots(geometry); n++) {
      let slot = geometry.link.index(words[geometry.root(n)]);
      if (n > 0) content += ' |';
      for (let i = 0; i <= geometry.slots && slot !== 0 && slot <= geometry.slots; i++) {
        const next = words[geometry.slot(slot, S_NEXT)];
        if (i >= dummies)
          content += ` ${valuesOfSlot(words, geometry, slot).join()}:${words[geometry.slot(slot, S_STATE)]}:${geometry.link.marked(next)}`;
        slot = geometry.link.index(next);
      }
    }
    return content;
  }
}

/** What was found step by step, and the kinds that the answers show beside it. */
function merged(steps: readonly Finding[], history: readonly Finding[]): readonly Finding[] {
  const seen = new Set(steps.map(({ kind }) => kind));
  return [...steps, ...history.filter(({ kind }) => !seen.has(kind))];
}
