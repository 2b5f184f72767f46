import {
  type Program,
  showOperation,
  showProgram,
  namesOfValues,
  splitProgram,
} from '../../laboratory/program.ts';
import { cardOfStructure, hasRing } from '../../laboratory/structures.ts';
import { modelOf, saysEarly } from '../../judge/history/models.ts';
import { allowanceOf } from '../../judge/damage/allowed.ts';
import type { Case, Scenario } from '../../scenario/scenario.ts';
import type { Own, ScenarioRun } from '../../scenario/scenario-run.ts';
import { markUnder } from '../../laboratory/announcements.ts';
import { unsafeText } from '../../laboratory/registry.ts';
import { alteredText, mayBreak } from '../../scenario/promise.ts';
import { replayLine } from '../../scenario/replay-line.ts';
import { codeLines } from './code-text.ts';
import { counted, listed } from '../../counted.ts';
import { hang, pad, widthOf, wrap } from './columns.ts';
import { commandLines } from './command-lines.ts';
import { firstDamageLines } from './damage-text.ts';
import { legendLines } from './legend.ts';
import { notRunLines } from './not-run-text.ts';
import { outcomeText } from '../outcome.ts';
import { lifeCycleLines } from './life-cycle-text.ts';
import { runAuditLines } from './run-audit.ts';
import { seriesLines } from './series-text.ts';
import { mentionsOf } from '../story-rows.ts';
import { startLine, type RunStory, runStory } from './story.ts';
import type { Style } from './style.ts';
import { kindsText } from './trials-text.ts';
import { unjudgedText, type Wording } from '../words.ts';

export interface RunTextOptions {
  /** Every step. */
  readonly all?: boolean;
  /** What threads announce, the epoch, retired lists and hands, wherever they change. */
  readonly state?: boolean;
  /** The source of the operations in progress, with a mark at each thread's step. */
  readonly code?: boolean;
  /** False: without the two lines that say what the marks mean. */
  readonly legend?: boolean;
  /** The most lines of the whole, where not all is asked for, beside those that say what was not run. Default 50. */
  readonly lines?: number;
}

/** The story of one run: header, steps, first damage, audit, history, and the line that replays it. */
export function runText(run: ScenarioRun, style: Style, options: RunTextOptions = {}): string {
  const { header, story, footer } = runParts(run, style, options);
  const legend = options.legend === false ? [] : legendLines(story, style);
  return [...header, '', ...story.lines, ...legend, '', ...footer].join('\n');
}

/** The parts of a text. */
export interface RunParts {
  readonly header: readonly string[];
  readonly story: RunStory;
  /** First damage, audit, history, and the line that replays it. */
  readonly footer: readonly string[];
}

/** The same in its parts. */
export function runParts(run: ScenarioRun, style: Style, options: RunTextOptions = {}): RunParts {
  const wording: Wording = { geometry: run.audit.geometry, style, show: namesOfValues(run.audit.geometry) };
  const header = headerLines(run, wording);
  const notRun = notRunLines(run, style);
  const footer = footerLines(run, wording, notRun);
  const room = (options.lines ?? 50) - header.length - (footer.length - notRun.length) - 5;
  const { events } = run.trace;
  const last = { thread: 0, step: events.at(-1)?.step ?? 0 };
  const story = runStory(run, wording, {
    all: options.all === true,
    state: options.state === true,
    lines: room,
    mentions: mentionsOf(footer.join(' '), last, events),
    ...(options.code === true && { under: codeLines(run, wording) }),
  });
  return { header, story, footer };
}

const RIGHT = 45;
const SECOND = 34;

function headerLines(run: ScenarioRun, wording: Wording): string[] {
  const { scenario, choice } = run;
  const { style } = wording;
  const number = String(scenario.number).padStart(2, '0');
  const scheme = `scheme ${style.accent(choice.name)}`;
  const lines = besideAll(
    style.heading(
      scenario.number === 0 ? `program  ${showProgram(scenario.id)}` : `scenario ${number}  ${scenario.id}`,
    ),
    [scheme, sizeText(run)],
    style,
  );
  const [first, ...others] = threadLines(run);
  lines.push(...beside(first, `schedule ${run.counted}`, style));
  for (const line of others) lines.push(...hang(line.slice(0, 4), line.slice(4), style.columns));
  const about = aboutLines(run, wording);
  for (const line of about.slice(0, -1)) lines.push(...hang(line.slice(0, 9), line.slice(9), style.columns));
  const [start, ...more] = wrap(about[about.length - 1], style.columns, '       ');
  lines.push(start, ...more);
  return lines;
}

/** How much there is of it: `3 slots (free list: ring), 2 threads`. */
export function sizeText({ audit, program }: ScenarioRun): string {
  const free = hasRing(audit.geometry) ? ' (free list: ring)' : '';
  return `${counted(audit.slots, 'slot')}${free}, ${counted(program.threads.length, 'thread')}`;
}

/** What each thread is to do: `T1  dequeue()`. */
export function threadLines(run: ScenarioRun): string[] {
  const { program } = run;
  return program.threads.map((_, i) => `T${i + 1}  ${operationsText(program, i)}${recordText(run, i)}`);
}

/** The variant that a run is about, what of it is a user's own, and how it starts. */
export function aboutLines(run: ScenarioRun, wording: Wording): string[] {
  const variantIs = run.case.variantIs ?? run.scenario.variantIs;
  return [
    ...(variantIs === undefined ? [] : [`variant  ${variantIs}`]),
    ...(run.own.length === 0 ? [] : [`told     ${ownText(run)}`]),
    startLine(run, wording),
  ];
}

const OWN: Readonly<Record<Own, string>> = {
  scheme: 'scheme or parameters',
  slots: 'number of slots',
  'free list': 'free list',
  schedule: 'schedule',
};

/** Says that the scenario expects nothing of this run. */
function ownText({ own, scenario, case: here }: ScenarioRun): string {
  const what = own.map((each) => OWN[each]).join(' and ');
  return `the ${what} ${own.length === 1 && own[0] !== 'scheme' ? 'is' : 'are'} not the scenario's, so its end is not expected here; the claims of the scheme still are.${own.includes('scheme') ? withoutText(scenario, here) : ''}`;
}

/** Names the cases with a variant of their own, where the run has none; empty if there are none such. */
function withoutText({ cases, variant }: Scenario, each: Case): string {
  const varied = cases.filter((other) => other.variant !== undefined).map(({ key }) => key);
  if (varied.length === 0 || variant !== undefined || each.variant !== undefined) return '';
  return ` It runs without the variant of the cases ${listed(varied)}, whose names --scheme takes, too.`;
}

/** Says of a thread that comes after another one that it does. */
function recordText({ trace: { header } }: ScenarioRun, index: number): string {
  const { records = [] } = header;
  const before = records.lastIndexOf(records[index] ?? 0, index - 1);
  return index === 0 || before === -1 ? '' : `   a new worker that takes up the record of T${before + 1}`;
}

/** The operations of a thread; many of them as the program abbreviates them. */
function operationsText({ text, structure, threads }: Program, index: number): string {
  const parts = splitProgram(text)
    .body.replace(/^[^\]]*\]/, '')
    .split('|');
  const short = parts[index].trim();
  if (threads[index].length <= WRITTEN_OUT || !short.includes(')x'))
    return threads[index].map(showOperation).join(' ');
  const used = cardOfStructure(structure).operations.flatMap(({ letter, name }) =>
    letter !== undefined && new RegExp(`\\b${letter}\\b`).test(short) ? [`${letter} ${name}`] : [],
  );
  return used.length === 0 ? short : `${short}   (${used.join(', ')})`;
}

/** As many operations of a thread are written out. */
const WRITTEN_OUT = 12;

/** The same with two texts on the right, which have columns of their own where there is room, and else stand one below the other. */
function besideAll(left: string, [first, second]: readonly [string, string], style: Style): string[] {
  const apart = (room: number): string =>
    `${pad(first, Math.min(SECOND, room - widthOf(second) - 2))}  ${second}`;
  const onOne = [style.columns - RIGHT, style.columns].map(apart);
  if (widthOf(onOne[0]) + RIGHT <= style.columns && widthOf(left) < RIGHT)
    return [pad(left, RIGHT) + onOne[0]];
  const inARow = [left, first, second].join('  ');
  if (widthOf(inARow) <= style.columns) return [inARow];
  const right = widthOf(onOne[1]) <= style.columns ? [onOne[1]] : [first, second];
  return [...hang(left.slice(0, 4), left.slice(4), style.columns), ...right];
}

/** Two texts on one line if they fit, the second from a fixed column on; else one below the other. */
function beside(left: string, right: string, style: Style): string[] {
  if (widthOf(left) < RIGHT && RIGHT + widthOf(right) <= style.columns) return [pad(left, RIGHT) + right];
  return [
    ...hang(left.slice(0, 4), left.slice(4), style.columns),
    ...hang(right.slice(0, 9), breakable(right.slice(9)), style.columns),
  ];
}

/** A schedule by counts may be broken behind a comma. */
function breakable(text: string): string {
  return /^\d+(?:x\d+)?!?,/.test(text) ? text.replaceAll(',', ', ') : text;
}

function footerLines(run: ScenarioRun, wording: Wording, notRun: readonly string[]): string[] {
  const { style } = wording;
  const [first] = run.findings;
  const damage = first
    ? firstDamageLines(run, first, wording)
    : hang('', noDamage(run), style.columns).map(style.ok);
  return [
    ...damage,
    ...notRun,
    ...runAuditLines(run, style),
    ...(run.scenario.series === true ? seriesLines(run, style) : []),
    ...(run.scenario.lifeCycle === true ? lifeCycleLines(run, style) : []),
    ...historyLines(run, style),
    ...commandLines('replay   ', replayLine(run), style.columns),
  ];
}

/** That there is no damage says little of a scheme that does not promise it. */
function noDamage(run: ScenarioRun): string {
  const { claims, choice } = run;
  const came = outcomeText(run).replace(/^ok(?:; )?/, '');
  const what =
    claims.abaSafe === 'no' ? `no damage this time; ${choice.scheme.ID} does not promise that` : 'no damage';
  return came === '' ? what : `${what}; ${came}`;
}

/** Where nothing was answered empty or full, a structure that may say so early is held to no less than a strict queue is. */
function linearizableTo(
  structure: ScenarioRun['structure'],
  operations: ScenarioRun['history']['operations'],
): string {
  const card = cardOfStructure(structure);
  const isStrict = !operations.some(({ outcome }) => outcome === 'empty' || outcome === 'full');
  if (isStrict || !saysEarly(card)) return 'linearizable';
  return `linearizable to the model of the ${structure.TITLE}: ${modelOf(card).says}`;
}

function historyLines({ history, structure }: ScenarioRun, style: Style): string[] {
  const { notJudged } = history;
  const unjudged = notJudged.length === 0 ? '' : `not judged: ${unjudgedText(notJudged)}`;
  if (history.wrong.length === 0) {
    const { linearizability } = history;
    const undecided = linearizability.linearizable === 'undecided';
    const verdict = undecided
      ? `not judged: ${linearizability.note}`
      : linearizableTo(structure, history.operations);
    return hang('HISTORY  ', [verdict, unjudged].filter(Boolean).join('; '), style.columns);
  }
  // A value that is lost shows in the order of answers only once a dequeue should have delivered it.
  const { linearizable } = history.linearizability;
  const verdict = linearizable === true ? 'The order is right, but' : 'Not linearizable:';
  const kinds = new Map<string, string[]>();
  for (const { kind, note } of history.wrong) kinds.set(kind, [...(kinds.get(kind) ?? []), note]);
  return [...kinds.values()]
    .flatMap(([note, ...more], i) => {
      const text = more.length === 0 ? note : `${note} The same with ${more.length} more.`;
      const whole = i === 0 && unjudged !== '' ? `${text} (${unjudged})` : text;
      return hang(
        i === 0 ? 'HISTORY  ' : '         ',
        i === 0 ? `${verdict} ${whole}` : whole,
        style.columns,
      );
    })
    .map(style.damage);
}

/** A verdict as people read it: its label, and a sentence or two. */
export interface VerdictText {
  /** `told` where the scenario expects no end. */
  readonly label: 'as claimed' | 'BROKEN' | 'told';
  readonly text: string;
}

/** The verdict on a run. */
export function verdictOf(run: ScenarioRun): VerdictText {
  const { verdict, own, findings, case: each, choice } = run;
  if (verdict === 'broken') return { label: 'BROKEN', text: brokenText(run) };
  const kept = `No claim of ${choice.name} is broken${findings.length === 0 ? '' : allowedText(run)}.`;
  if (own.length > 0) return { label: 'told', text: `The scenario expects no end of this run. ${kept}` };
  const { notJudged } = run.history;
  const unjudged = notJudged.length === 0 ? '' : `; nothing judges ${unjudgedText(notJudged)}`;
  const text = each.byClaims === true ? kept : `${endedText(run)}, as it was to${unjudged}.`;
  return { label: 'as claimed', text };
}

/** A verdict in one line. */
export function verdictText({ label, text }: VerdictText): string {
  return `${label.padEnd(6)}   ${text}`;
}

/** The verdict on several runs of a scenario, none of which is broken. */
export function keptByAll(runs: readonly ScenarioRun[]): VerdictText {
  const count = counted(runs.length, 'case');
  const isTold = runs.some(({ own }) => own.length > 0);
  return isTold
    ? {
        label: 'told',
        text: `The scenario expects no end of these runs. No claim of a scheme is broken in ${count}.`,
      }
    : { label: 'as claimed', text: `${count}, and each ended as it was to.` };
}

/** Why damage breaks no claim. */
function allowedText({ broken: { since }, claims, structure, choice }: ScenarioRun): string {
  if (since === null) return '';
  const unsafe = unsafeText(structure, choice);
  if (unsafe !== null) return `: ${unsafe}`;
  const promise = `it promises no safety${claims.abaSafe === 'no' ? '' : ` once its ${markUnder(choice.scheme).name} has wrapped`}`;
  return `: ${promise}, and the damage follows from step ${since}, where a word had come round`;
}

/** How a run of a scenario ended. Slots without an owner that a collector has found are no end. */
function endedText(run: ScenarioRun): string {
  const { findings, audit } = run;
  const isOver =
    audit.leaked === 0 && findings.length > 0 && findings.every(({ kind }) => kind === 'orphaned slot');
  return `Under ${caseText(run)} this ${isOver ? 'came to' : 'ended with'} ${kindsText(findings)}`;
}

/** The name of a case; where that is not its scheme's, what it was run with as well. */
function caseText({ case: { key }, choice }: ScenarioRun): string {
  return key === choice.scheme.ID ? key : `${key} (${choice.name})`;
}

/** What was to be and what was, in one sentence. */
function brokenText(run: ScenarioRun): string {
  const { case: each, findings, own, broken, choice, claims, trace } = run;
  if (own.length === 0 && each.byClaims !== true) {
    return `Under ${caseText(run)} this was to end with ${kindsText(each.damage.map((kind) => ({ kind })))}, and ended with ${kindsText(findings)}.`;
  }
  const kinds = kindsText(broken.findings);
  const { variant = null, mutant = null } = trace.header;
  const whose = alteredText(variant, mutant);
  if (mayBreak(choice))
    return `${choice.name} ${allowanceOf(claims.abaSafe)}, which this does not${whose}: ${kinds}.`;
  return `${choice.name} promises that this cannot happen${whose}: ${kinds}.`;
}
