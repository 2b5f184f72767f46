import { audit, type Audit } from '../check/audit.ts';
import { Judge, type Peaks } from '../check/judge.ts';
import { judgeHistory, type HistoryVerdict } from '../check/verdict.ts';
import { loadVariant } from '../engines/participant.ts';
import { parseProgram, showValue, type Program } from '../engines/program.ts';
import {
  boundOf,
  chooseScheme,
  claimsOf,
  judgedBy,
  type Claims,
  type SchemeChoice,
} from '../engines/registry.ts';
import { attachWords, checkGeometry, createBuffer, enoughSlots } from '../engines/shared.ts';
import type { Stage } from '../engines/controlled.ts';
import { MIN_STRIDE } from '../kernel/layout.ts';
import type { Lives } from '../observe/lives.ts';
import { Recorder } from '../observe/recorder.ts';
import {
  type DamageKind,
  type Finding,
  type Trace,
  type TraceHeader,
  TRACE_VERSION,
} from '../observe/trace.ts';
import { runSchedule, type Stopped } from '../schedule/run.ts';
import { parseSchedule } from '../schedule/schedule.ts';
import type { Case, Scenario } from './scenario.ts';

/** What a play of a scenario asks for. */
export interface PlayOptions {
  /** Default: the scenario's own. */
  readonly until?: 'damage' | 'end';
  /** A schedule in place of the case's. */
  readonly schedule?: string;
  readonly slots?: number;
  /** A schedule that cannot be followed to its end is followed as far as it goes. */
  readonly asFarAsItFits?: boolean;
}

/** One run of a scenario under one scheme, with everything that can be told about it. */
export interface Play {
  readonly scenario: Scenario;
  readonly case: Case;
  readonly choice: SchemeChoice;
  readonly claims: Claims;
  readonly program: Program;
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
  readonly stopped: Stopped | null;
  readonly complaints: readonly string[];
  readonly verdict: 'as-claimed' | 'broken';
}

/** The case of a scenario for a scheme: the one with that key, or a new one for a user's scheme, which has to live up to its claims. */
export async function caseFor(scenario: Scenario, spec: string): Promise<Case> {
  const known = scenario.cases.find((each) => each.key === spec || each.spec === spec);
  if (known) return known;
  const { scheme } = await chooseScheme(spec);
  const same = scenario.cases.find((each) => each.key === scheme.ID);
  return same ? { ...same, spec } : { key: scheme.ID, spec, damage: [], verdict: claimsOf(scheme).abaSafe };
}

/** The name by which `caseFor` finds a case again: the scheme, or its key if it is part of the scenario or a further case of a scheme. */
export function caseName(scenario: Scenario, own: Case, { spec: chosen }: SchemeChoice): string {
  const first = scenario.cases.find(({ key, spec }) => key === chosen || spec === chosen);
  const goesByKey = own.spec.startsWith('file:') || (first !== undefined && first.key !== own.key);
  return goesByKey ? own.key : chosen;
}

/** Plays a scenario, one step at a time: on real threads, or on the model. */
export async function play(
  stage: Stage,
  scenario: Scenario,
  each: Case,
  options: PlayOptions = {},
): Promise<Play> {
  const choice = await chooseScheme(each.spec);
  const variantUrl = each.variant ?? scenario.variant ?? null;
  const variant = variantUrl === null ? {} : await loadVariant(variantUrl);
  const program = parseProgram(each.program ?? scenario.program, Object.keys(variant.operations ?? {}));
  const { records } = scenario;
  const threads = records === undefined ? program.threads.length : Math.max(...records);
  const small = { threads, cache: 0, initial: program.initial };
  const slots = enoughSlots(options.slots, scenario.slots, choice, small);
  const size = { ...small, slots };
  const buffer = createBuffer(size, choice);
  const engine = await stage.begin({
    buffer,
    scheme: choice.spec,
    variant: variantUrl,
    programs: program.threads,
    ...(records && { records }),
  });
  const { scheme } = choice;
  const judge = new Judge(attachWords(buffer), {
    ...judgedBy(scheme),
    initial: program.initial,
    show: showValue,
    records,
  });
  const recorder = new Recorder(engine, [judge]);
  const until = options.until ?? scenario.until;
  const run = runSchedule(recorder, parseSchedule(options.schedule ?? each.schedule ?? scenario.schedule), {
    stop: () => until === 'damage' && hasReturnedFromDamage(recorder, judge),
    asFarAsItFits: options.asFarAsItFits === true,
  });
  const words = engine.words.slice();
  await engine.release();
  const name = caseName(scenario, each, choice);
  const header: TraceHeader = {
    kind: 'trace',
    v: TRACE_VERSION,
    subject: scenario.id,
    scheme: choice.spec,
    ...(name !== choice.spec && { case: name }),
    slots,
    stride: MIN_STRIDE,
    threads: size.threads,
    ...(records && { records }),
    tagBits: checkGeometry(size, choice),
    schedule: run.counted,
    words: words.length,
    initial: recorder.initial,
  };
  const { events } = recorder;
  const audited = audit(words);
  const history = judgeHistory(events, program.initial, words, showValue);
  const findings = allFindings(judge, run.stopped, recorder, history);
  const isBounded = judge.peaks.unreclaimed <= (boundOf(choice, size.threads) ?? Infinity);
  const verdict = isAsItShould(each, choice, findings, isBounded) ? 'as-claimed' : 'broken';
  return {
    scenario,
    case: each,
    choice,
    claims: claimsOf(scheme),
    program,
    trace: { header, events, verdict: { kind: 'verdict', verdict, findings } },
    findings,
    lives: judge.lives,
    peaks: judge.peaks,
    words,
    audit: audited,
    history,
    counted: run.counted,
    stopped: run.stopped,
    complaints: engine.complaints(),
    verdict,
  };
}

function isAsItShould(
  { byClaims, damage }: Case,
  choice: SchemeChoice,
  findings: readonly Finding[],
  isBounded: boolean,
): boolean {
  if (byClaims !== true) return isExpected(findings, damage, isBounded);
  return mayBreak(choice) || (findings.length === 0 && isBounded);
}

/** A tag narrower than this comes round within the programs of a search, which is what its claim allows. */
const WIDE_TAG = 12;

/** True if the claims of a scheme allow damage. */
export function mayBreak({ scheme, tagBits }: SchemeChoice): boolean {
  const { abaSafe } = claimsOf(scheme);
  return abaSafe === 'no' || (abaSafe === 'until the tag wraps' && tagBits !== null && tagBits < WIDE_TAG);
}

/** The run goes on until the operation that did the first damage has answered, so that its consequence is seen. */
function hasReturnedFromDamage({ events }: Recorder, { findings }: Judge): boolean {
  const first = findings[0];
  const last = events.at(-1);
  if (!first || !last) return false;
  return last.kind === 'return' && last.thread === first.thread && last.step >= (first.step ?? 0);
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

/** A corrupted structure keeps no bound; where no damage is expected, the scheme has to keep its own. */
function isExpected(
  findings: readonly Finding[],
  expected: readonly DamageKind[],
  isBounded: boolean,
): boolean {
  if (expected.length === 0) return findings.length === 0 && isBounded;
  const found = new Set(findings.map(({ kind }) => kind));
  return found.size === new Set(expected).size && expected.every((kind) => found.has(kind));
}
