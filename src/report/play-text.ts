import { type Blame, blame } from '../check/blame.ts';
import { equation } from '../check/audit.ts';
import { fileOf } from '../engines/labels.ts';
import { showOperation, showValue } from '../engines/program.ts';
import { lifeName } from '../observe/lives.ts';
import type { Finding, StepRecord } from '../observe/trace.ts';
import type { Play } from '../scenario/play.ts';
import { replayLine } from '../scenario/replay-line.ts';
import { hang, pad, widthOf, wrap } from './columns.ts';
import { startLine, storyLines } from './story.ts';
import type { Style } from './style.ts';
import type { Wording } from './words.ts';
import { wordName } from '../observe/names.ts';

export interface PlayTextOptions {
  /** Every step. */
  readonly all?: boolean;
  /** The most lines of the whole, where not all is asked for. Default 44. */
  readonly lines?: number;
}

/** The story of one play: header, steps, first damage, audit, history, and the line that replays it. */
export function playText(play: Play, style: Style, options: PlayTextOptions = {}): string {
  const wording: Wording = { geometry: play.audit.geometry, style, show: showValue };
  const header = headerLines(play, wording);
  const footer = footerLines(play, wording);
  const room = (options.lines ?? 44) - header.length - footer.length - 2;
  const story = storyLines(play, wording, { all: options.all === true, lines: room });
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
    style.heading(`scenario ${number}  ${scenario.id}`),
    `${pad(scheme, 34)}  ${size}`,
    style,
  );
  const [first, ...others] = program.threads.map(
    (thread, i) => `T${i + 1}  ${thread.map(showOperation).join(' ')}`,
  );
  lines.push(...beside(first, `schedule ${counted}`, style));
  for (const line of others) lines.push(...hang(line.slice(0, 4), line.slice(4), style.columns));
  if (scenario.variantIs !== undefined) lines.push(...hang('variant  ', scenario.variantIs, style.columns));
  lines.push(startLine(play, wording));
  return lines;
}

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
    ...historyLines(play, style),
    `replay   ${replayLine(play)}`,
  ];
}

function firstDamage(play: Play, first: Finding, wording: Wording): string[] {
  const { style } = wording;
  const where = first.label === null ? '' : `, T${first.thread} ${first.label}`;
  const file = first.label === null ? null : fileOf(first.label);
  const source = file === null ? '' : `   (${file}, label ${first.label})`;
  const title = `FIRST DAMAGE   ${first.kind} at step ${first.step ?? '?'}${where}`;
  const lines = [style.damage(title) + style.faint(source)];
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
): string {
  return `  ${pad(what, 11)} step ${String(step).padStart(2)}  T${thread}  ${pad(label, 4)}  ${text}`;
}

/** The biography of the slot between the read and the use. */
function abaLines(play: Play, finding: Finding, wording: Wording): string[] {
  const { style, geometry } = wording;
  const steps = play.trace.events.filter((event) => event.kind === 'step');
  const used = steps.find(({ step }) => step === finding.step);
  const read = steps.find(({ step }) => step === finding.since);
  if (!used || !read || finding.slot === undefined) return [`  ${finding.note}`];
  const { slot } = finding;
  const life = (number: number): string => `life ${lifeName(slot, number, style.ascii)}`;
  const lives = play.lives
    .biography(slot)
    .filter(({ began, ended }) => (ended === null || ended.step >= read.step) && began.step < used.step);
  const moments: { at: number; line: string }[] = [];
  const tell = (what: string, at: number, text: string): void => {
    const step = steps.find((each) => each.step === at);
    if (step && at > read.step && at < used.step) moments.push({ at, line: momentLine(what, step, text) });
  };
  for (const { began, ended, number } of lives) {
    tell('taken again', began.step, `begin of ${life(number)}`);
    if (ended) tell('freed', ended.step, `end of ${life(number)}`);
  }
  const back = putBack(steps, read, used);
  if (back) tell('put back', back.step, `${wordName(geometry, back.address)} holds the same bits again`);
  const word = wordName(geometry, used.address);
  return [
    momentLine('used', used, `expects slot ${slot} as it was at step ${read.step}`),
    momentLine(
      'read',
      read,
      `${wordName(geometry, read.address)} named it in ${life(lives[0]?.number ?? 0)}  *`,
    ),
    ...moments
      .toSorted((a, b) => a.at - b.at)
      .slice(0, 5)
      .map(({ line }) => line),
    `  would stop it   any of: a tag on ${word}, a hazard on ${slot}, T${used.thread}'s epoch pin`,
  ];
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
  const lines = [`AUDIT at step ${last}  ${equation(audit, { ascii: style.ascii })}`];
  const wrong = (text: string): string[] => hang(' ! ', text, style.columns).map(style.damage);
  if (audit.conflicts > 0) {
    const slots = audit.slotsOf('conflict', 9).join(' ');
    lines.push(...wrong(`conflict ${audit.conflicts}   slots ${slots} have more than one owner`));
  }
  const told = blame(trace);
  lines.push(...lossLines(play, told, style, wrong));
  for (const { note } of told.retired.slice(0, 2)) lines.push(...hang('   retired  ', note, style.columns));
  if (told.retired.length > 2) lines.push(`            and ${told.retired.length - 2} more`);
  for (const { thread, slot, counts } of audit.hands()) {
    if (counts) lines.push(`   in hand  slot ${slot}, in the hand of T${thread}`);
  }
  const { inUse, everAllocated } = audit.totals;
  const peak = `peak unreclaimed ${play.peaks.unreclaimed}`;
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
  const losses = leaked.filter((loss) => !onPurpose.includes(loss));
  const causes = losses.filter(({ slot, together }) => together.length === 0 || slot === together[0]);
  for (const { note } of causes.slice(0, 3)) lines.push(...wrong(`leaked   ${note}`));
  if (causes.length > 3)
    lines.push(`            and ${causes.length - 3} more; ${audit.leaked} slots in all`);
  return lines;
}

function historyLines({ history }: Play, style: Style): string[] {
  if (history.wrong.length === 0) {
    const { linearizable } = history.linearizability;
    return [linearizable === true ? 'HISTORY  linearizable' : 'HISTORY  undecided'];
  }
  return history.wrong
    .slice(0, 2)
    .flatMap(({ note }, i) =>
      hang(i === 0 ? 'HISTORY  not linearizable   ' : '         ', note, style.columns),
    )
    .map(style.damage);
}
