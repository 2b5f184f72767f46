import type { Variant } from '../engines/participant.ts';
import { wordName } from '../observe/names.ts';
import type { Finding } from '../observe/trace.ts';
import { CountedSchedule, printSchedule } from '../schedule/schedule.ts';
import { type Dependence, Footprints } from './dependence.ts';
import { judgedDependence, kernelModel, type KernelModel } from './kernel-model.ts';
import { LeafJudge } from './leaf-judge.ts';
import { endlessThreads } from './endless.ts';
import { FactFinder, type Facts, NO_FACTS } from './facts.ts';
import type { Footprint, Local } from './local.ts';
import type { Machine } from './machine.ts';
import { retriesOf } from './retries.ts';
import type { Ending, Searched } from './search.ts';
import { strategyOf } from './strategies/all.ts';
import type { Guarantee, SearchSpace, Strategy, StrategyOptions } from './strategy.ts';
import { TraceNames } from './trace-names.ts';

/** What an exploration asks for. */
export interface ExploreOptions {
  readonly slots: number;
  readonly variant?: Variant;
  /** Which executions are made. Default: every class of them, or those with few preemptions if these are bounded. */
  readonly strategy?: string;
  /** Of the strategy `bounded`: explores executions with up to so many preemptions. Default: with any number. */
  readonly preemptions?: number;
  /** Of strategies that choose by chance. Default 1. */
  readonly seed?: number;
  /** Of the strategy `pct`. Default 2: one preemption. */
  readonly depth?: number;
  /** How many executions a strategy makes that chooses by chance. Default 10,000. */
  readonly runs?: number;
  /** Of the strategy `replay`. */
  readonly schedule?: string;
  /** Find out as well what takes a little longer: see `Facts`. Default: false. */
  readonly facts?: boolean;
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
export interface Exploration extends Facts {
  readonly program: string;
  readonly scheme: string;
  readonly slots: number;
  readonly strategy: string;
  /** Null where nothing was left to chance. */
  readonly seed: number | null;
  /** What the strategy promises of one execution, if it does. */
  readonly guarantee: Guarantee | null;
  /** Executions that were run and judged; each of another class, unless chance chose them. */
  readonly executions: number;
  /** Those among them in which something was found. */
  readonly bad: number;
  /** True if no class of executions within the bound was left out. */
  readonly complete: boolean;
  /** Which limit ended the search; null if none did. */
  readonly endedBy: Ending | null;
  /** Executions given up since their class had been seen. */
  readonly blocked: number;
  readonly deadlocks: number;
  /** Executions that were cut since a thread made too many steps; the first of them by its schedule. */
  readonly cut: number;
  readonly firstCut: string | null;
  /** With how many preemptions at most everything was tried; null if they were not counted. */
  readonly preemptions: number | null;
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
/** Events that are remembered to name executions, at most. */
const MOST_NAMED = 2_000_000;

/** Names the machine's execution up to the order of calls and returns. */
class Naming {
  readonly #dependence: Dependence;
  readonly #names: TraceNames;
  readonly #footprints = new WeakMap<Local, Footprint>();
  readonly #kept = new Footprints();

  constructor(model: KernelModel) {
    this.#dependence = judgedDependence(model, false);
    this.#names = new TraceNames(model.threads.length, this.#dependence.resources, MOST_NAMED);
  }

  step({ happened }: Machine): void {
    const { thread, to } = happened[happened.length - 1];
    let footprint = this.#footprints.get(to);
    if (footprint === undefined) {
      footprint = this.#kept.one(this.#dependence.footprint(to));
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
  readonly #facts: FactFinder | null;
  #executions = 0;
  #bad = 0;
  #firstCut: string | null = null;
  #maxRetries = 0;

  constructor(model: KernelModel, options: ExploreOptions) {
    this.#model = model;
    this.#options = options;
    this.#judge = new LeafJudge(model, options.stepLimit ?? STEP_LIMIT);
    this.#naming = new Naming(model);
    this.#facts = options.facts === true ? new FactFinder() : null;
  }

  run(): Exploration {
    const { strategy = this.#options.preemptions === undefined ? 'exhaustive' : 'bounded' } = this.#options;
    const chosen = strategyOf(strategy);
    const space = this.#space();
    const searched = chosen
      .units(space, 1)
      .map((unit) =>
        chosen.run(space, unit, (machine: Machine) => this.#visit(machine), this.#searchOptions()),
      );
    return this.#result(chosen, space, searched[0]);
  }

  #space(): SearchSpace {
    const { preemptions = Infinity, seed = 1, depth = 2, runs = 10_000, schedule = '' } = this.#options;
    const dependence = judgedDependence(this.#model);
    return { model: this.#model, dependence, preemptions, seed, depth, runs, schedule };
  }

  #searchOptions(): StrategyOptions {
    const { maxExecutions = Infinity, maxSeconds = Infinity, stepLimit = STEP_LIMIT } = this.#options;
    return {
      stepLimit,
      maxExecutions,
      deadline: this.#began + 1000 * maxSeconds,
      onStep: (machine) => {
        this.#naming.step(machine);
        this.#facts?.step(machine);
      },
      onBack: (machine) => {
        this.#facts?.back(machine);
        this.#naming.back(machine);
      },
    };
  }

  #visit(machine: Machine): boolean {
    this.#executions++;
    for (const place of machine.at) this.#maxRetries = Math.max(this.#maxRetries, retriesOf(place));
    if (machine.isCut) this.#firstCut ??= counted(machine);
    const findings = [
      ...this.#judge.findings(machine, this.#naming.name()),
      ...(machine.hasEnded
        ? []
        : endlessThreads(machine, (address) => wordName(this.#model.geometry, address))),
    ];
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

  /** A thread that cannot finish alone goes on for ever if the others stand still. */
  #noteStuck({ alone }: Facts): void {
    if (!alone?.stuck || this.#findings.has('livelock')) return;
    const { thread, path } = alone.stuck;
    const schedule = new CountedSchedule();
    for (const each of path) schedule.step(each + 1);
    this.#findings.set('livelock', {
      kind: 'livelock',
      step: null,
      thread,
      label: null,
      note: `T${thread} cannot finish alone from here, while the others stand still.`,
      schedule: printSchedule(schedule.schedule()),
      preemptions: 0,
    });
  }

  #result(strategy: Strategy, space: SearchSpace, searched: Searched): Exploration {
    const { program, choice } = this.#model;
    const { blocked, deadlocks, cut, steps, complete, endedBy, preemptions } = searched;
    const seconds = (performance.now() - this.#began) / 1000;
    const facts = this.#facts?.facts(strategy, space, searched) ?? NO_FACTS;
    this.#noteStuck(facts);
    return {
      program: program.text,
      scheme: choice.spec,
      slots: this.#options.slots,
      strategy: strategy.id,
      seed: strategy.chance ? space.seed : null,
      guarantee: strategy.guarantee?.(space) ?? null,
      executions: this.#executions,
      bad: this.#bad,
      complete: complete && strategy.exhausts,
      endedBy,
      blocked,
      deadlocks,
      cut,
      firstCut: this.#firstCut,
      preemptions,
      ...facts,
      findings: [...this.#findings.values()],
      histories: this.#judge.histories,
      maxRetries: this.#maxRetries,
      steps: steps - (this.#facts?.steps ?? 0),
      seconds,
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
