import type { Variant } from '../engines/participant.ts';
import type { Finding } from '../observe/trace.ts';
import { CountedSchedule, printSchedule } from '../schedule/schedule.ts';
import { BoundedSearch } from './bounded.ts';
import { Dpor } from './dpor.ts';
import type { Dependence } from './dependence.ts';
import { judgedDependence, kernelModel, type KernelModel } from './kernel-model.ts';
import { LeafJudge } from './leaf-judge.ts';
import type { Footprint, Local } from './local.ts';
import type { Machine } from './machine.ts';
import { retriesOf } from './retries.ts';
import type { SearchOptions, Searched } from './search.ts';
import { TraceNames } from './trace-names.ts';

/** What an exploration asks for. */
export interface ExploreOptions {
  readonly slots: number;
  readonly variant?: Variant;
  /**
   * Explores executions with up to so many preemptions, those with none first, then those with one, and so on; each class once. Left out:
   * every class of executions, whatever its preemptions.
   */
  readonly preemptions?: number;
  /** End at the first finding. Default: false. */
  readonly firstOnly?: boolean;
  readonly maxExecutions?: number;
  readonly maxSeconds?: number;
  /** Steps that one thread may make before the execution is cut. Default 1000. */
  readonly stepLimit?: number;
}

/** A finding and how to see it again. */
export interface Explored extends Finding {
  /** The schedule by counts, which runs on every engine. */
  readonly schedule: string;
  /** How often a thread was interrupted in it that could go on. */
  readonly preemptions: number;
}

/** What an exploration found. */
export interface Exploration {
  readonly program: string;
  readonly scheme: string;
  readonly slots: number;
  /** Executions that were run and judged, each of another class. */
  readonly executions: number;
  /** Those among them in which something was found. */
  readonly bad: number;
  /** True if no execution within the bound was left out. */
  readonly complete: boolean;
  /** Executions given up since their class had been seen. */
  readonly blocked: number;
  readonly deadlocks: number;
  /** Executions that were cut since a thread made too many steps; the first of them by its schedule. */
  readonly cut: number;
  readonly firstCut: string | null;
  /** The bound that was reached; null if there was none. */
  readonly preemptions: number | null;
  /** How many interleavings the executions stand for, where it was counted. */
  readonly interleavings: bigint | null;
  /** The first of each kind of damage, and all kinds of the same execution beside it. */
  readonly findings: readonly Explored[];
  readonly histories: number;
  /** The most loops that one operation made again. */
  readonly maxRetries: number;
  readonly steps: number;
  readonly seconds: number;
}

/** Explores a program on the kernel under a scheme: `explore('[A] d | d e d', 'naive', { slots: 6 })`. */
export async function explore(
  program: string,
  scheme: string,
  options: ExploreOptions,
): Promise<Exploration> {
  const { slots, variant } = options;
  const model = await kernelModel(program, scheme, variant ? { slots, variant } : { slots });
  return new KernelExploration(model, options).run();
}

const STEP_LIMIT = 1000;

/** Names the machine's execution up to the order of calls and returns. */
class Naming {
  readonly #dependence: Dependence;
  readonly #names: TraceNames;
  readonly #footprints = new WeakMap<Local, Footprint>();

  constructor(model: KernelModel) {
    this.#dependence = judgedDependence(model, false);
    this.#names = new TraceNames(model.threads.length, this.#dependence.resources);
  }

  step({ happened }: Machine): void {
    const { thread, to } = happened[happened.length - 1];
    let footprint = this.#footprints.get(to);
    if (footprint === undefined) {
      footprint = this.#dependence.footprint(to);
      this.#footprints.set(to, footprint);
    }
    this.#names.push(thread, footprint);
  }

  back({ happened }: Machine): void {
    this.#names.pop(happened[happened.length - 1].thread);
  }

  name(): string {
    return this.#names.name();
  }
}

class KernelExploration {
  readonly #model: KernelModel;
  readonly #options: ExploreOptions;
  readonly #judge: LeafJudge;
  readonly #naming: Naming;
  readonly #findings = new Map<string, Explored>();
  readonly #began = performance.now();
  #executions = 0;
  #bad = 0;
  #firstCut: string | null = null;
  #maxRetries = 0;

  constructor(model: KernelModel, options: ExploreOptions) {
    this.#model = model;
    this.#options = options;
    this.#judge = new LeafJudge(model, options.stepLimit ?? STEP_LIMIT);
    this.#naming = new Naming(model);
  }

  run(): Exploration {
    const { preemptions } = this.#options;
    if (preemptions === undefined) {
      const dpor = new Dpor(
        this.#model,
        judgedDependence(this.#model),
        (machine) => this.#visit(machine),
        this.#limits(),
      );
      return this.#result(dpor.run(), null, null);
    }
    for (let bound = 0; ; bound++) {
      // The executions of a bound contain those of the one before, so each bound is counted anew.
      [this.#executions, this.#bad] = [0, 0];
      const search = new BoundedSearch(this.#model, (machine) => this.#visit(machine), {
        ...this.#limits(),
        preemptions: bound,
        classes: judgedDependence(this.#model),
      });
      const searched = search.run();
      if (bound >= preemptions || !searched.complete)
        return this.#result(searched, bound, searched.interleavings);
    }
  }

  #limits(): SearchOptions & { stepLimit: number } {
    const { maxExecutions = Infinity, maxSeconds = Infinity, stepLimit = STEP_LIMIT } = this.#options;
    return {
      stepLimit,
      maxExecutions,
      deadline: this.#began + 1000 * maxSeconds,
      onStep: (machine) => this.#naming.step(machine),
      onBack: (machine) => this.#naming.back(machine),
    };
  }

  #visit(machine: Machine): boolean {
    this.#executions++;
    for (const place of machine.at) this.#maxRetries = Math.max(this.#maxRetries, retriesOf(place));
    if (machine.isCut) this.#firstCut ??= counted(machine);
    const findings = this.#judge.findings(machine, this.#naming.name());
    if (findings.length === 0) return false;
    this.#bad++;
    for (const finding of findings) {
      if (this.#findings.has(finding.kind)) continue;
      this.#findings.set(finding.kind, {
        ...finding,
        schedule: counted(machine),
        preemptions: preemptionsIn(machine),
      });
    }
    return this.#options.firstOnly === true;
  }

  #result(searched: Searched, preemptions: number | null, interleavings: bigint | null): Exploration {
    const { program, choice } = this.#model;
    const { blocked, deadlocks, cut, steps, complete } = searched;
    return {
      program: program.text,
      scheme: choice.spec,
      slots: this.#options.slots,
      executions: this.#executions,
      bad: this.#bad,
      complete,
      blocked,
      deadlocks,
      cut,
      firstCut: this.#firstCut,
      preemptions,
      interleavings,
      findings: [...this.#findings.values()],
      histories: this.#judge.histories,
      maxRetries: this.#maxRetries,
      steps,
      seconds: (performance.now() - this.#began) / 1000,
    };
  }
}

/** The machine's execution as a schedule by counts. */
function counted(machine: Machine): string {
  const schedule = new CountedSchedule();
  for (const { thread } of machine.happened) schedule.step(thread + 1);
  return printSchedule(schedule.schedule());
}

/** How often another thread moved although the last one had not ended. The kernel has no step that blocks. */
function preemptionsIn({ happened }: Machine): number {
  return happened.filter(({ thread, to }, i) => {
    const after = happened[i + 1];
    return after !== undefined && after.thread !== thread && to.next !== null;
  }).length;
}
