import { blame, type Loss } from '../../judge/audit/blame.ts';
import type { WordKind } from '../../judge/damage/word-place.ts';
import { fileOf } from '../../laboratory/labels.ts';
import { lifeName } from '../../observe/lives.ts';
import { wordName } from '../../observe/names.ts';
import type { Finding, StepRecord } from '../../observe/trace.ts';
import { sourceOf } from '../../scenario/scenario.ts';
import type { ScenarioRun } from '../../scenario/scenario-run.ts';
import { hang, pad, widthOf, wrap } from './columns.ts';
import { orphanText } from '../remarks/remarks.ts';
import { trialLines } from './trials-text.ts';
import type { Wording } from '../words.ts';

/** The first damage of a run: what it was, how it came about, what would have stopped it, and what followed. */
export function firstDamageLines(run: ScenarioRun, first: Finding, wording: Wording): string[] {
  const { style } = wording;
  const loss = first.kind === 'orphaned slot' ? lossOf(run, first) : undefined;
  const [title, label] = titleOf(first, loss);
  const file = label === null ? null : sourceOf(fileOf(label));
  const source = file === null ? '' : `(${file}, label ${label})`;
  const fits = widthOf(title) + 3 + widthOf(source) <= style.columns;
  const lines = [
    ...wrap(title, style.columns, '  ').map(style.damage),
    ...(source === '' || fits
      ? []
      : wrap(source, style.columns - 2, '  ').map((line) => `  ${style.faint(line.trimStart())}`)),
  ];
  if (fits && source !== '') lines[0] += `   ${style.faint(source)}`;
  const told = loss === undefined ? toldOf(run, first, wording) : orphanLines(run, loss);
  lines.push(...told.flatMap((line) => wrap(line, style.columns, '    ')), ...trialLines(run, style));
  const others = new Map<string, number>();
  for (const { kind } of run.findings.slice(1))
    if (kind !== first.kind) others.set(kind, (others.get(kind) ?? 0) + 1);
  if (others.size > 0) {
    const list = [...others].map(([kind, n]) => (n > 1 ? `${kind} (${n})` : kind)).join(', ');
    lines.push(...hang('  then            ', list, style.columns));
  }
  return lines;
}

function toldOf(run: ScenarioRun, first: Finding, wording: Wording): string[] {
  return first.kind === 'ABA' ? abaLines(run, first, wording) : [`  ${first.note}`];
}

/** The heading, and the label whose source is shown: none of a slot without an owner, which lacks a step. */
function titleOf({ kind, step, thread, label }: Finding, loss: Loss | undefined): [string, string | null] {
  const when = step === null ? '' : ` at step ${step}`;
  if (loss !== undefined) return [`FIRST DAMAGE   ${kind}${when}`, null];
  return [`FIRST DAMAGE   ${kind}${when}${label === null ? '' : `, T${thread} ${label}`}`, label];
}

function lossOf({ trace }: ScenarioRun, { step, slot }: Finding): Loss | undefined {
  return step === null ? undefined : blame(trace, step).leaked.find((loss) => loss.slot === slot);
}

/** What it is for a slot that the last word which led to it is changed, by the kind of that word; let go where it is of a thread's record. */
const LOST_BY: Partial<Readonly<Record<WordKind, string>>> = {
  top: 'taken',
  root: 'unlinked',
  'other root': 'unlinked',
  next: 'unlinked',
};

/** How a slot came to have no owner: what should have taken it comes first, and no step is blamed that did its duty. */
function orphanLines({ trace }: ScenarioRun, loss: Loss): string[] {
  const { cut, letGo, slot } = loss;
  const digits = String(letGo?.step ?? cut?.step ?? 0).length;
  const lines = [`  ${orphanText(loss)}`];
  if (cut !== null) {
    const to = cut.to === 0 ? 'null' : `slot ${cut.to}`;
    const by = cut.plain ? 'a plain write after it ' : '';
    lines.push(
      momentLine(
        LOST_BY[cut.kind] ?? 'let go',
        cut,
        `${by}changed ${cut.word} from slot ${cut.from} to ${to}`,
        digits,
      ),
    );
  }
  const died = trace.events.find(
    (event) => event.kind === 'stop' && event.reason === 'killed' && event.thread === cut?.thread,
  );
  if (died !== undefined && cut !== null && letGo !== null && letGo.thread !== cut.thread)
    lines.push(
      `  ${pad('died', 11)} step ${String(died.step).padStart(digits)}  T${died.thread}        terminated with slot ${slot} in hand`,
    );
  if (letGo !== null && letGo.step !== cut?.step)
    lines.push(momentLine('lost', letGo, `after that no word names slot ${slot}`, digits));
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
function abaLines(run: ScenarioRun, finding: Finding, wording: Wording): string[] {
  const { style, geometry } = wording;
  const steps = run.trace.events.filter((event) => event.kind === 'step');
  const used = steps.find(({ step }) => step === finding.step);
  const read = steps.find(({ step }) => step === finding.since);
  if (!used || !read || finding.slot === undefined) return [`  ${finding.note}`];
  const { slot } = finding;
  const digits = Math.max(2, String(used.step).length);
  const life = (number: number): string => `life ${lifeName(slot, number, style.ascii)}`;
  const lives = run.lives
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
