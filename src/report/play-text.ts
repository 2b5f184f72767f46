import { type Blame, blame, type Loss } from '../check/blame.ts';
import { equation } from '../check/audit.ts';
import { fileOf } from '../engines/labels.ts';
import { type Program, showOperation, showValue } from '../engines/program.ts';
import { boundOf } from '../engines/registry.ts';
import { FREE_TOP, type Geometry } from '../kernel/layout.ts';
import { lifeName } from '../observe/lives.ts';
import type { Finding, StepRecord } from '../observe/trace.ts';
import type { Play } from '../scenario/play.ts';
import { sourceOf } from '../scenario/compiled.ts';
import { replayLine } from '../scenario/replay-line.ts';
import { conflictMeans } from './audit-text.ts';
import { hang, pad, widthOf, wrap } from './columns.ts';
import { unjudgedText } from './history-text.ts';
import { seriesLines } from './series-text.ts';
import { startLine, storyLines } from './story.ts';
import type { Style } from './style.ts';
import type { Wording } from './words.ts';
import { wordName } from '../observe/names.ts';

export interface PlayTextOptions {
  /** Every step. */
  readonly all?: boolean;
  /** What threads announce, the epoch, retired lists and hands, wherever they change. */
  readonly state?: boolean;
  /** The most lines of the whole, where not all is asked for. Default 44. */
  readonly lines?: number;
}

/** The story of one play: header, steps, first damage, audit, history, and the line that replays it. */
export function playText(play: Play, style: Style, options: PlayTextOptions = {}): string {
  const wording: Wording = { geometry: play.audit.geometry, style, show: showValue };
  const header = headerLines(play, wording);
  const footer = footerLines(play, wording);
  const room = (options.lines ?? 44) - header.length - footer.length - 2;
  const story = storyLines(play, wording, {
    all: options.all === true,
    state: options.state === true,
    lines: room,
  });
  return [...header, '', ...story, '', ...footer].join('\n');
}

const RIGHT = 45;

function headerLines(play: Play, wording: Wording): string[] {
  const { scenario, choice, program, counted, audit } = play;
  const { style } = wording;
  const number = String(scenario.number).padStart(2, '0');
  const scheme = `scheme ${style.accent(choice.name)}`;
  const size = `${audit.slots} slots, ${program.threads.length} thread${program.threads.length === 1 ? '' : 's'}`;
  const lines = beside(
    style.heading(scenario.number === 0 ? `program  ${scenario.id}` : `scenario ${number}  ${scenario.id}`),
    `${pad(scheme, 34)}  ${size}`,
    style,
  );
  const [first, ...others] = program.threads.map(
    (_, i) => `T${i + 1}  ${operationsText(program, i)}${recordText(play, i)}`,
  );
  lines.push(...beside(first, `schedule ${counted}`, style));
  for (const line of others) lines.push(...hang(line.slice(0, 4), line.slice(4), style.columns));
  const variantIs = play.case.variantIs ?? scenario.variantIs;
  if (variantIs !== undefined) lines.push(...hang('variant  ', variantIs, style.columns));
  lines.push(startLine(play, wording));
  return lines;
}

/** Says of a thread that comes after another one that it does. */
function recordText({ trace: { header } }: Play, index: number): string {
  const { records = [] } = header;
  const before = records.lastIndexOf(records[index] ?? 0, index - 1);
  return index === 0 || before === -1 ? '' : `   after T${before + 1}, with its record`;
}

/** The operations of a thread; many of them as the program abbreviates them. */
function operationsText({ text, threads }: Program, index: number): string {
  const parts = text.replace(/^[^\]]*\]/, '').split('|');
  const short = parts[index].trim();
  if (threads[index].length <= WRITTEN_OUT || !short.includes(')x'))
    return threads[index].map(showOperation).join(' ');
  const used = Object.entries(LETTERS).filter(([letter]) => new RegExp(`\\b${letter}\\b`).test(short));
  return `${short}   (${used.map(([letter, name]) => `${letter} ${name}`).join(', ')})`;
}

/** As many operations of a thread are written out. */
const WRITTEN_OUT = 12;
const LETTERS: Readonly<Record<string, string>> = { e: 'enqueue', d: 'dequeue', i: 'isEmpty' };

/** Two texts on one line if they fit, the second from a fixed column on; else one below the other. */
function beside(left: string, right: string, style: Style): string[] {
  if (widthOf(left) < RIGHT && RIGHT + widthOf(right) <= style.columns) return [pad(left, RIGHT) + right];
  return [
    ...hang(left.slice(0, 4), left.slice(4), style.columns),
    ...hang(right.slice(0, 9), right.slice(9), style.columns),
  ];
}

function footerLines(play: Play, wording: Wording): string[] {
  const { style } = wording;
  const [first] = play.findings;
  const damage = first ? firstDamage(play, first, wording) : [style.ok(`no damage: ${play.case.verdict}`)];
  return [
    ...damage,
    ...auditLines(play, style),
    ...(play.scenario.series === true ? seriesLines(play, style) : []),
    ...historyLines(play, style),
    ...replayLines(play, style),
  ];
}

/** The command, to be copied as it is: one that is too long for a line goes on behind a backslash. */
function replayLines(play: Play, style: Style): string[] {
  const line = `replay   ${replayLine(play)}`;
  if (widthOf(line) <= style.columns) return [line];
  const schedule = line.lastIndexOf(' ');
  return [`${line.slice(0, schedule)} \\`, `        ${line.slice(schedule)}`];
}

function firstDamage(play: Play, first: Finding, wording: Wording): string[] {
  const { style } = wording;
  const where = first.label === null ? '' : `, T${first.thread} ${first.label}`;
  const file = first.label === null ? null : sourceOf(fileOf(first.label));
  const source = file === null ? '' : `(${file}, label ${first.label})`;
  const when = first.step === null ? '' : ` at step ${first.step}`;
  const title = `FIRST DAMAGE   ${first.kind}${when}${where}`;
  const fits = widthOf(title) + 3 + widthOf(source) <= style.columns;
  const lines = [
    style.damage(title) + (fits && source !== '' ? `   ${style.faint(source)}` : ''),
    ...(fits ? [] : [`  ${style.faint(source)}`]),
  ];
  const told = first.kind === 'ABA' ? abaLines(play, first, wording) : [`  ${first.note}`];
  lines.push(...told.flatMap((line) => wrap(line, style.columns, '    ')));
  const others = new Map<string, number>();
  for (const { kind } of play.findings.slice(1))
    if (kind !== first.kind) others.set(kind, (others.get(kind) ?? 0) + 1);
  if (others.size > 0)
    lines.push(
      `  then        ${[...others].map(([kind, n]) => (n > 1 ? `${kind} (${n})` : kind)).join(', ')}`,
    );
  return lines;
}

/** One line of a slot's biography. */
function momentLine(
  what: string,
  { step, thread, label }: Pick<StepRecord, 'step' | 'thread' | 'label'>,
  text: string,
  digits: number,
): string {
  return `  ${pad(what, 11)} step ${String(step).padStart(digits)}  T${thread}  ${pad(label, 4)}  ${text}`;
}

/** The biography of the slot between the read and the use. */
function abaLines(play: Play, finding: Finding, wording: Wording): string[] {
  const { style, geometry } = wording;
  const steps = play.trace.events.filter((event) => event.kind === 'step');
  const used = steps.find(({ step }) => step === finding.step);
  const read = steps.find(({ step }) => step === finding.since);
  if (!used || !read || finding.slot === undefined) return [`  ${finding.note}`];
  const { slot } = finding;
  const digits = Math.max(2, String(used.step).length);
  const life = (number: number): string => `life ${lifeName(slot, number, style.ascii)}`;
  const lives = play.lives
    .biography(slot)
    .filter(({ began, ended }) => (ended === null || ended.step >= read.step) && began.step < used.step);
  const then = lives.find(({ began }) => began.step < read.step);
  const moments: { at: number; line: string }[] = [];
  const tell = (what: string, at: number, text: string): void => {
    const step = steps.find((each) => each.step === at);
    if (step && at > read.step && at < used.step)
      moments.push({ at, line: momentLine(what, step, text, digits) });
  };
  for (const { began, ended, number } of lives) {
    tell(number === 1 ? 'taken' : 'taken again', began.step, `begin of ${life(number)}`);
    if (ended) tell('freed', ended.step, `end of ${life(number)}`);
  }
  const back = putBack(steps, read, used);
  if (back) tell('put back', back.step, `${wordName(geometry, back.address)} holds the same bits again`);
  return [
    momentLine('used', used, `expects slot ${slot} as it was at step ${read.step}`, digits),
    momentLine(
      'read',
      read,
      `${wordName(geometry, read.address)} named it ${then ? `in ${life(then.number)}` : 'before its first life'}  *`,
      digits,
    ),
    ...moments
      .toSorted((a, b) => a.at - b.at)
      .slice(0, 5)
      .map(({ line }) => line),
    `  would stop it   ${wouldStop(used, slot, geometry)}`,
  ];
}

/** What would have made the compare-and-swap fail, or kept the slot from coming back. */
function wouldStop({ address, thread }: StepRecord, slot: number, geometry: Geometry): string {
  if (address === FREE_TOP) return "a tag on the free list's top: no scheme guards the allocator";
  const tag = geometry.link.tagBits === 0 ? 'a tag' : 'a wider tag';
  return `any of: ${tag} on ${wordName(geometry, address)}, a hazard on ${slot}, T${thread}'s epoch pin`;
}

/** The step that made the word what the compare-and-swap expected, after it had been something else. */
function putBack(steps: readonly StepRecord[], read: StepRecord, used: StepRecord): StepRecord | undefined {
  return steps.findLast(
    ({ step, address, before, after }) =>
      step > read.step &&
      step < used.step &&
      address === used.address &&
      before !== after &&
      after === used.expected,
  );
}

function auditLines(play: Play, style: Style): string[] {
  const { audit, trace } = play;
  const last = trace.events.at(-1)?.step ?? 0;
  const lines = hang(`AUDIT at step ${last}  `, equation(audit, { ascii: style.ascii }), style.columns);
  const wrong = (text: string): string[] => hang(' ! ', text, style.columns).map(style.damage);
  if (audit.conflicts > 0) {
    const slots = audit.slotsOf('conflict', 9).join(' ');
    const which = `${audit.conflicts === 1 ? 'slot' : 'slots'} ${slots}`;
    lines.push(...wrong(`conflict ${audit.conflicts}   ${which}: ${conflictMeans(audit)}`));
  }
  if (audit.stranded > 0) {
    const slots = audit.slotsOf('stranded', 9).join(' ');
    const which = `${audit.stranded === 1 ? 'slot' : 'slots'} ${slots}`;
    lines.push(...wrong(`stranded ${audit.stranded}   ${which}: reachable from Tail and not from Head`));
  }
  const told = blame(trace);
  lines.push(...lossLines(play, told, style, wrong));
  for (const { note } of told.retired.slice(0, 2)) lines.push(...hang('   retired  ', note, style.columns));
  if (told.retired.length > 2) lines.push(`            and ${told.retired.length - 2} more`);
  for (const { thread, slot, counts } of audit.hands()) {
    if (counts) lines.push(`   in hand  slot ${slot}, in the hand of T${thread}`);
  }
  const { inUse, everAllocated } = audit.totals;
  const bound = boundOf(play.choice, audit.geometry.threads);
  const { unreclaimed } = play.peaks;
  const over = bound !== null && unreclaimed > bound ? style.damage(', and it is over it') : '';
  const peak = `peak unreclaimed ${unreclaimed} (${bound === null ? 'no bound' : `bound ${bound}`}${over})`;
  lines.push(
    style.faint(
      `   in use ${inUse} ${style.glyph.dot} ever allocated ${everAllocated} ${style.glyph.dot} ${peak}`,
    ),
  );
  return lines;
}

/** Each cut once, with the slots that were lost by it. What a scheme leaks by its claim is counted and not blamed. */
function lossLines(
  { claims, audit }: Play,
  { leaked }: Blame,
  style: Style,
  wrong: (text: string) => string[],
): string[] {
  const onPurpose = leaked.filter(({ state }) => !claims.reclaims && state === 'retired');
  const lines: string[] = [];
  if (onPurpose.length > 0) {
    const slots = onPurpose.map(({ slot }) => slot).join(' ');
    lines.push(
      ...hang('   leaked   ', `slots ${slots}: retired and never freed, as the scheme claims`, style.columns),
    );
  }
  const causes = new Map<string, Loss[]>();
  for (const loss of leaked.filter((each) => !onPurpose.includes(each)))
    causes.set(causeOf(loss), [...(causes.get(causeOf(loss)) ?? []), loss]);
  for (const [first, ...others] of [...causes.values()].slice(0, 3)) {
    const likewise = others.filter(({ slot }) => !first.together.includes(slot));
    const slots = likewise.map(({ slot }) => slot).join(' ');
    const steps = [...new Set(likewise.map(({ cut }) => cut?.step))].join(', ');
    const threads = new Set(likewise.map(({ cut }) => cut?.thread));
    const by = threads.size > 1 ? `, by ${[...threads].map((thread) => `T${thread}`).join(', ')}` : '';
    const more = likewise.length === 0 ? '' : ` In the same way: slots ${slots}${by}, at steps ${steps}.`;
    lines.push(...wrong(`leaked   ${first.note}${more}`));
  }
  if (causes.size > 3)
    lines.push(`            and ${causes.size - 3} more causes; ${audit.leaked} slots in all`);
  return lines;
}

/** The same for slots that one cut lost, and for those that were lost by the same step time and again. */
function causeOf({ slot, state, cut, together }: Loss): string {
  if (cut === null) return `${slot}`;
  if (cut.from !== slot || together.length > 1) return `${cut.step} ${cut.address}`;
  return `${cut.label} ${cut.kind} ${state}`;
}

function historyLines({ history }: Play, style: Style): string[] {
  const { notJudged } = history;
  const unjudged = notJudged.length === 0 ? '' : `not judged: ${unjudgedText(notJudged)}`;
  if (history.wrong.length === 0) {
    const { linearizability } = history;
    const undecided = linearizability.linearizable === 'undecided';
    const verdict = undecided ? `not judged: ${linearizability.note}` : 'linearizable';
    return hang('HISTORY  ', [verdict, unjudged].filter(Boolean).join('; '), style.columns);
  }
  // A value that is lost shows in a history only once somebody should have dequeued it.
  const { linearizable } = history.linearizability;
  const verdict = linearizable === true ? 'linearizable so far, but' : 'not linearizable';
  const kinds = new Map<string, string[]>();
  for (const { kind, note } of history.wrong) kinds.set(kind, [...(kinds.get(kind) ?? []), note]);
  return [...kinds.values()]
    .slice(0, 2)
    .flatMap(([note, ...more], i) => {
      const label = i === 0 ? `HISTORY  ${verdict}   ` : '         ';
      const text = more.length === 0 ? note : `${note} So it is with ${more.length} more.`;
      return hang(label, i === 0 && unjudged !== '' ? `${text} (${unjudged})` : text, style.columns);
    })
    .map(style.damage);
}
