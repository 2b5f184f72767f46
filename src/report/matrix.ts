import { ANNOUNCED, HOLDS_EPOCHS, HOLDS_HAZARDS, H_HOLDS, R_ANNOUNCE } from '../kernel/layout.ts';
import { showValue } from '../engines/program.ts';
import { wordsAt } from '../observe/replay-words.ts';
import type { StepRecord } from '../observe/trace.ts';
import type { Play } from '../scenario/play.ts';
import { table, truncate } from './columns.ts';
import { stepOfAnchor } from './story.ts';
import type { Style } from './style.ts';
import { showWord, type Wording } from './words.ts';
import { wordName } from '../observe/names.ts';

/** One row for each scheme: what became of the step that the scenario watches, the damage in numbers, and the verdict. */
export function matrixText(plays: readonly Play[], style: Style): string {
  const [{ scenario }] = plays;
  const [thread, , label] = scenario.watch.split('.');
  const head = ['', '', `${thread}'s ${label}`, 'dup', 'lost', 'confl', 'peak', 'verdict'];
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
      String(play.peaks.unreclaimed),
      broken ? style.damage(`! ${play.case.verdict}`) : style.ok(play.case.verdict),
    ];
  });
  const lines = table([head, ...rows]).map((line) => truncate(line, style.columns, style.glyph.ellipsis));
  return [
    `${style.heading(`MATRIX ${scenario.id}`)}   confl = slots with two owners, peak = most unreclaimed at once`,
    ...lines,
  ].join('\n');
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
    const expected = showWord(wording, record.address, record.expected ?? 0);
    const reason = reasonOf(play, record, wording) ?? `expected ${expected}`;
    return { step: String(number), text: `${style.glyph.no} ${is}; ${reason}` };
  }
  return { step: String(number), text: is };
}

/** What kept the word from coming back: the thread's own protection at that moment, as its record states it. */
function reasonOf({ trace }: Play, { step, thread }: StepRecord, { geometry }: Wording): string | null {
  const words = wordsAt(trace, step - 1);
  const announced = words
    .subarray(geometry.record(thread) + R_ANNOUNCE, geometry.record(thread) + R_ANNOUNCE + ANNOUNCED)
    .filter((word) => word !== 0);
  if (announced.length === 0) return null;
  if (words[H_HOLDS] === HOLDS_HAZARDS) return `T${thread} protects ${[...announced].join(',')}`;
  if (words[H_HOLDS] === HOLDS_EPOCHS) return `T${thread} pins epoch ${announced[0] >> 1}`;
  return null;
}
