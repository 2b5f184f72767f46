import { ANNOUNCED, HOLDS_EPOCHS, HOLDS_HAZARDS, H_HOLDS, R_ANNOUNCE } from '../kernel/layout.ts';
import { showValue } from '../engines/program.ts';
import { boundOf } from '../engines/registry.ts';
import { wordsAt } from '../observe/replay-words.ts';
import type { StepRecord } from '../observe/trace.ts';
import type { Play } from '../scenario/play.ts';
import { table, truncate, widthOf, wrap } from './columns.ts';
import { stepOfAnchor } from './story.ts';
import type { Style } from './style.ts';
import { comparedWith, showPair, showWord, type Wording } from './words.ts';
import { wordName } from '../observe/names.ts';

/** One row for each scheme: what became of the step that the scenario watches, the damage in numbers, and the verdict. */
export function matrixText(plays: readonly Play[], style: Style): string {
  const [{ scenario }] = plays;
  const [thread, , label] = scenario.watch.split('.');
  const head = ['', '', `${thread}'s ${label}`, 'dup', 'lost', 'confl', 'leak', 'peak', 'verdict'];
  const rows = plays.map((play) => {
    const wording: Wording = { geometry: play.audit.geometry, style, show: showValue };
    const { step, text } = watched(play, wording);
    const broken = play.findings.length > 0;
    return [
      play.case.key,
      step,
      text,
      count(play, 'duplicate value'),
      count(play, 'lost value'),
      String(play.audit.conflicts),
      String(play.audit.leaked),
      peakOf(play),
      broken ? style.damage(`! ${play.case.verdict}`) : style.ok(play.case.verdict),
    ];
  });
  const cells = withoutZeros([head, ...rows]);
  return [
    style.heading(`MATRIX ${scenario.id}`),
    ...fitted(cells, style),
    style.faint(legendOf(cells[0])),
    ...wrap(scenario.moral, style.columns).map(style.note),
  ].join('\n');
}

/** What the heads of columns mean. */
const LEGEND: Readonly<Record<string, string>> = {
  confl: 'slots with two owners',
  leak: 'slots with none',
  peak: 'most unreclaimed at once (of the bound)',
};

function legendOf(head: readonly string[]): string {
  return head.flatMap((name) => (name in LEGEND ? [`${name} = ${LEGEND[name]}`] : [])).join(', ');
}

/** A count that is zero under every scheme says nothing here. */
function withoutZeros(rows: readonly (readonly string[])[]): string[][] {
  const [head, ...others] = rows;
  const tells = head.map((_, i) => others.some((row) => row[i] !== '0'));
  return rows.map((row) => row.filter((_, i) => tells[i]));
}

/** The column that gives way where a line would be too long. */
const TEXT = 2;

function fitted(rows: readonly (readonly string[])[], style: Style): string[] {
  const over = Math.max(...table(rows).map(widthOf)) - style.columns;
  const widest = Math.max(...rows.map((row) => widthOf(row[TEXT])));
  const room = widest - Math.max(0, over);
  return table(rows.map((row) => row.with(TEXT, truncate(row[TEXT], room, style.glyph.ellipsis))));
}

/** The most unreclaimed slots at once, and the bound of the scheme. */
function peakOf({ peaks, choice, audit }: Play): string {
  const bound = boundOf(choice, audit.geometry.threads);
  return bound === null ? String(peaks.unreclaimed) : `${peaks.unreclaimed} of ${bound}`;
}

function count({ findings, history }: Play, kind: 'duplicate value' | 'lost value'): string {
  const online = findings.filter((finding) => finding.kind === kind).length;
  return String(Math.max(online, history.findings.filter((finding) => finding.kind === kind).length));
}

/** The step that the scenario watches, and why it came out as it did. */
function watched(play: Play, wording: Wording): { step: string; text: string } {
  const { trace, scenario } = play;
  const number = stepOfAnchor(trace.events, scenario.watch);
  const record = trace.events.find(
    (event): event is StepRecord => event.kind === 'step' && event.step === number,
  );
  if (number === null || !record) return { step: '', text: 'not reached' };
  const { style } = wording;
  const name = wordName(wording.geometry, record.address);
  const is = `${name} is ${showWord(wording, record.address, record.before)}`;
  if (record.ok === true) {
    const aba = play.findings.some(({ kind, step }) => kind === 'ABA' && step === number);
    return { step: String(number), text: `${style.glyph.yes} ${aba ? `ABA: ${is} again` : is}` };
  }
  if (record.ok === false) {
    const [found, expected] = showPair(wording, record.address, record.before, record.expected ?? 0);
    const reason = reasonOf(play, record, wording);
    return {
      step: String(number),
      text:
        reason === null
          ? `${style.glyph.no} ${name} is ${found}, not ${expected}`
          : `${style.glyph.no} ${is}; ${reason}`,
    };
  }
  if (record.access === 'store') {
    const [before, after] = showPair(wording, record.address, record.before, record.after);
    const damage =
      play.findings.find((each) => each.step === number)?.kind ?? reasonOf(play, record, wording);
    const wrote = `${name} ${before}${style.glyph.arrow}${after}`;
    return { step: String(number), text: damage === null ? wrote : `${wrote}; ${damage}` };
  }
  const compared = comparedWith(trace.events, record);
  if (compared === null) return { step: String(number), text: is };
  const before = showWord(wording, record.address, compared);
  if (record.before === compared)
    return { step: String(number), text: `${style.glyph.yes} ${name} is still ${before}` };
  const after = showWord(wording, record.address, record.before);
  const was = `${style.glyph.no} ${name} ${before}${style.glyph.arrow}${after}`;
  const reason = reasonOf(play, record, wording);
  return { step: String(number), text: reason === null ? was : `${was}; ${reason}` };
}

/** What kept the word from coming back: the thread's own protection at that moment, as its record states it. */
function reasonOf({ trace }: Play, { step, thread }: StepRecord, { geometry }: Wording): string | null {
  const words = wordsAt(trace, step - 1);
  const announce = geometry.record(trace.header.records?.[thread - 1] ?? thread) + R_ANNOUNCE;
  const announced = words.subarray(announce, announce + ANNOUNCED).filter((word) => word !== 0);
  if (announced.length === 0) return null;
  if (words[H_HOLDS] === HOLDS_HAZARDS) return `T${thread} protects ${[...announced].join(',')}`;
  if (words[H_HOLDS] === HOLDS_EPOCHS) return `T${thread} pins epoch ${announced[0] >> 1}`;
  return null;
}
