import type { StructureClass } from '../laboratory/structure-class.ts';
import { rootsOf, urlOfStructure, usualStride, usualStructure } from '../laboratory/structures.ts';
import { audit, type Audit } from '../judge/audit/audit.ts';
import { Judge } from '../judge/damage/judge.ts';
import type { Peaks } from '../judge/damage/owner-watch.ts';
import { judgeHistory, type HistoryVerdict } from '../judge/verdict.ts';
import { loadVariant, type ReadProgram, readProgram } from '../laboratory/participant.ts';
import type { Variant } from '../laboratory/variant.ts';
import { isPath, mostInUse, namesOfValues, type Program } from '../laboratory/program.ts';
import { sizesAsked } from '../laboratory/batch.ts';
import {
  chooseScheme,
  claimsOfChoice,
  judgedBy,
  splitSpec,
  type Claims,
  type SchemeChoice,
} from '../laboratory/registry.ts';
import { type FreeList, wordsOfCells } from '../laboratory/edge.ts';
import { checkGeometry, createBuffer, enoughSlots, type GeometryOptions } from '../laboratory/shared.ts';
import type { ControlledEngine, Stage } from '../engines/controlled.ts';
import { ownModules, pathOf } from '../host/own-module.ts';
import { UsageError } from '../errors.ts';
import { ended } from '../host/crew.ts';
import { selfName } from '../mutant/self.ts';
import type { Lives } from '../observe/lives.ts';
import { Recorder } from '../observe/recorder.ts';
import { type Finding, type Trace, TRACE_VERSION, type TraceHeader } from '../observe/trace.ts';
import { ASKED, type ScheduledRun, runSchedule, type Stopped } from '../schedule/run.ts';
import { parseSchedule } from '../schedule/schedule.ts';
import { type Case, caseName, type Scenario, sourceOf } from './scenario.ts';

/** How a scenario is performed. */
export interface PerformOptions {
  /** Default: the scenario's own. */
  readonly until?: 'damage' | 'end';
  /** A schedule in place of the case's. */
  readonly schedule?: string;
  readonly slots?: number;
  /** Another free list. */
  readonly freeList?: FreeList;
  /** A schedule that cannot be followed to its end is followed as far as it goes. */
  readonly asFarAsItFits?: boolean;
  /** The schedule is that of an earlier run: where that run was ended at the damage, this one was ended there too. */
  readonly isReplay?: boolean;
  /** A move that cannot be made is left out, and the run goes on with the next one. */
  readonly pastMisfits?: boolean;
  /** Told after every step what was seen until then, and of what. */
  readonly onStep?: (recorder: Recorder, judge: Judge, of: Pick<ReadProgram, 'program' | 'variant'>) => void;
}

/** What was done and seen in one run of a scenario, before it is judged. */
export interface Performance {
  readonly scenario: Scenario;
  readonly case: Case;
  readonly choice: SchemeChoice;
  readonly claims: Claims;
  readonly structure: StructureClass;
  readonly program: Program;
  /** True if a structure or a slab of a variant's took the place of the kernel's. */
  readonly variesKernel: boolean;
  readonly trace: Trace;
  readonly findings: readonly Finding[];
  readonly lives: Lives;
  readonly peaks: Peaks;
  /** The words as the run left them, and their audit. */
  readonly words: Int32Array;
  readonly audit: Audit;
  readonly history: HistoryVerdict;
  /** The run by counts: what replays it. */
  readonly counted: string;
  /** The schedule that was asked for. */
  readonly schedule: string;
  readonly stopped: Stopped | null;
  readonly complaints: readonly string[];
}

/** Runs a scenario under a case, and watches. */
export async function perform(
  stage: Stage,
  scenario: Scenario,
  each: Case,
  options: PerformOptions = {},
): Promise<Performance> {
  const choice = await chooseScheme(each.spec);
  const given = each.variant ?? scenario.variant ?? null;
  const read = await readProgram(
    each.program ?? scenario.program,
    given === null ? {} : await loadVariant(given),
  );
  const { program, variant } = read;
  const url = given ?? read.url;
  const { structure } = program;
  const show = namesOfValues({ structure: structure.NUMBER });
  const { records } = scenario;
  const small = { ...sizesAsked(program, records), ...slabOf({ ...scenario, ...options }) };
  const slots = enoughSlots(options.slots, scenario.slots, choice, small);
  const size = { ...small, slots };
  const buffer = createBuffer(size, choice);
  const engine = await stage.begin({
    buffer,
    scheme: choice.spec,
    variant: url,
    programs: program.threads,
    ...(records && { records }),
  });
  const judge = new Judge(engine.words, {
    ...judgedBy(choice, small.threads, structure, mostInUse(program)),
    initial: program.initial,
    show,
    records,
    contracts: variant.contracts,
  });
  const recorder = new Recorder(engine, [judge]);
  const until = options.until ?? scenario.until;
  const schedule = options.schedule ?? each.schedule ?? scenario.schedule;
  const stop = (): boolean => {
    options.onStep?.(recorder, judge, read);
    return until === 'damage' && hasReturnedFromDamage(recorder, judge);
  };
  const run = orComplaint(engine, () => runSchedule(recorder, parseSchedule(schedule), { ...options, stop }));
  const isCutShort = options.isReplay === true && scenario.until === 'damage';
  const stopped = run.stopped ?? (isCutShort && endsAtDamage(recorder, judge) ? ASKED : null);
  const words = engine.words.slice();
  judge.end(words);
  await release(engine, stopped);
  const header = headerOf(scenario, each, choice, {
    size,
    counted: run.counted,
    recorder,
    words: words.length,
    variant: replacedIn(scenario, each, variant, url),
  });
  const { events } = recorder;
  const history = judgeHistory(events, program.initial, words, show, variant.contracts);
  return {
    scenario,
    case: each,
    choice,
    claims: claimsOfChoice(choice),
    structure,
    program,
    variesKernel: takesPlace(variant),
    trace: { header, events, verdict: null },
    findings: allFindings(judge, stopped, recorder, history),
    lives: judge.lives,
    peaks: judge.peaks,
    words,
    audit: audit(words, { header, events, verdict: null }),
    history,
    counted: run.counted,
    schedule,
    stopped,
    complaints: engine.complaints(),
  };
}

/** What a scenario says of the slab, where it does. */
function slabOf({
  cache = 0,
  stride,
  freeList = 'stack',
}: Scenario): Pick<GeometryOptions, 'cache' | 'stride' | 'freeList'> {
  return { cache, freeList, ...(stride !== undefined && { stride }) };
}

/**
 * True if a structure or a slab of a variant's takes the place of the kernel's. A structure of the user's own takes that of none, nor do operations
 * that are added.
 */
function takesPlace({ structure, slab }: Variant): boolean {
  return slab !== undefined || (structure !== undefined && urlOfStructure(structure) === null);
}

/** True if a scenario has a scheme of its own in a case, which is there for its fault. */
function isSchemeOf(scenario: Scenario, { spec, own }: Case): boolean {
  return scenario.number > 0 && own !== true && isPath(splitSpec(spec)[0]);
}

/** What took the place of a part of the kernel, as its scenario says or by the name of its file; null if nothing did. */
export function replacedIn(
  scenario: Scenario,
  each: Case,
  variant: Variant,
  url: string | null,
): string | null {
  if (!takesPlace(variant) && !isSchemeOf(scenario, each)) return null;
  return each.variantIs ?? scenario.variantIs ?? sourceOf(url) ?? 'a variant';
}

interface Recorded {
  readonly size: GeometryOptions & { readonly structure: StructureClass };
  /** The schedule that was run, by counts. */
  readonly counted: string;
  readonly recorder: Recorder;
  /** How many there are. */
  readonly words: number;
  /** What took the place of a part of the kernel; null if nothing did. */
  readonly variant: string | null;
}

/** What a trace says of the run that it records. */
function headerOf(
  scenario: Scenario,
  each: Case,
  choice: SchemeChoice,
  { size, counted, recorder, words, variant }: Recorded,
): TraceHeader {
  const name = caseName(scenario, each, choice);
  const { structure, slots, cache = 0, stride = usualStride(structure), freeList = 'stack', threads } = size;
  const { records } = scenario;
  return {
    kind: 'trace',
    v: TRACE_VERSION,
    subject: scenario.id,
    scheme: choice.spec,
    ...(selfName !== null && { mutant: selfName }),
    ...(variant !== null && { variant }),
    ...(name !== choice.spec && { case: name }),
    ...((structure.ID !== usualStructure.ID || freeList !== 'stack') && {
      structure: structure.ID,
      roots: rootsOf(structure, slots),
      cells: wordsOfCells(structure, size, freeList),
    }),
    slots,
    ...(cache > 0 && { cache }),
    ...(freeList !== 'stack' && { freeList }),
    stride,
    threads,
    ...(records && { records }),
    tagBits: checkGeometry(size, choice),
    schedule: counted,
    words,
    initial: recorder.initial,
  };
}

/** A schedule that does not fit since an operation of a thread threw: then that is what is wrong, and not the schedule. */
function orComplaint(engine: ControlledEngine, run: () => ScheduledRun): ScheduledRun {
  try {
    return run();
  } catch (error) {
    const [complaint] = engine.complaints();
    if (!(error instanceof UsageError) || complaint === undefined) throw error;
    const own = ownModules().map(pathOf);
    const look = own.length === 0 ? 'the code of its operations' : own.join(' and ');
    throw new UsageError(`${complaint}, and the schedule goes on after that: look at ${look}.`, {
      cause: error,
    });
  }
}

/** The run goes on until the operation that did the first damage has answered, so that its consequence is seen. */
function hasReturnedFromDamage({ events }: Recorder, { findings }: Judge): boolean {
  const first = findings[0];
  const last = events.at(-1);
  if (!first || !last) return false;
  return last.kind === 'return' && last.thread === first.thread && last.step >= (first.step ?? 0);
}

/** True if no step follows the answer of the operation that did the first damage. */
function endsAtDamage({ events, steps }: Recorder, { findings: [first] }: Judge): boolean {
  if (!first) return false;
  const answer = events.find(
    (event) =>
      event.kind === 'return' && event.thread === first.thread && event.step >= (first.step ?? Infinity),
  );
  return answer?.step === steps;
}

function stoppedFinding(stopped: Stopped | null, { steps }: Recorder): Finding[] {
  if (!stopped || (stopped.kind !== 'livelock' && stopped.kind !== 'deadlock' && stopped.kind !== 'hung'))
    return [];
  const kind = stopped.kind === 'deadlock' ? 'deadlock' : 'livelock';
  return [{ kind, step: steps, thread: stopped.thread, label: null, note: `${stopped.note}.` }];
}

/** What the judge saw, how the run stopped, and what the history shows beyond that, in order of steps. */
function allFindings(
  judge: Judge,
  stopped: Stopped | null,
  recorder: Recorder,
  history: HistoryVerdict,
): Finding[] {
  const seen = new Set(judge.findings.map(({ kind }) => kind));
  const findings = [
    ...judge.findings,
    ...stoppedFinding(stopped, recorder),
    ...history.findings.filter(({ kind }) => !seen.has(kind)),
  ];
  return findings.toSorted((a, b) => (a.step ?? Infinity) - (b.step ?? Infinity));
}

/** Gives the threads back. Throws if the worker of one of them has crashed, since what the run shows is then no doing of the kernel's. */
async function release(engine: Awaited<ReturnType<Stage['begin']>>, stopped: Stopped | null): Promise<void> {
  await engine.release();
  if (stopped?.kind === 'crashed') throw ended(stopped.note.replace('the worker', 'The worker'));
}
