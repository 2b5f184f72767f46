import { announcedIn, announcementOf } from '../laboratory/announcements.ts';
import { showWord, wordName } from '../observe/names.ts';
import { wordsAt } from '../observe/replay-words.ts';
import { recordOf, type StepRecord } from '../observe/trace.ts';
import type { Performance } from '../scenario/perform.ts';
import { comparedWith, showPair, type Wording } from './words.ts';

/** What came of a step, and why, in a few words: `✗ Head is 3; T1 protects 1,2`, or what it made of its word, `✓ Head 1→2`. */
export function cameOf(run: Performance, record: StepRecord, wording: Wording): string {
  const { trace, findings } = run;
  const { style } = wording;
  const name = wordName(wording.geometry, record.address);
  const is = `${name} is ${showWord(wording, record.address, record.before)}`;
  const changed = (): string =>
    `${name} ${showPair(wording, record.address, record.before, record.after).join(style.glyph.arrow)}`;
  if (record.ok === true) {
    const aba = findings.some(({ kind, step }) => kind === 'ABA' && step === record.step);
    return `${style.glyph.yes} ${aba ? `ABA: ${is} again` : changed()}`;
  }
  if (record.ok === false) {
    const [found, expected] = showPair(wording, record.address, record.before, record.expected ?? 0);
    const reason = protectionOf(run, record, wording);
    return reason === null
      ? `${style.glyph.no} ${name} is ${found}, not ${expected}`
      : `${style.glyph.no} ${is}; ${reason}`;
  }
  if (record.access !== 'load' && record.access !== 'await') {
    const damage =
      findings.find((each) => each.step === record.step)?.kind ?? protectionOf(run, record, wording);
    return damage === null ? changed() : `${changed()}; ${damage}`;
  }
  const compared = comparedWith(trace.events, record);
  if (compared === null) return is;
  const [before, after] = showPair(wording, record.address, compared, record.before);
  if (record.before === compared) return `${style.glyph.yes} ${name} is still ${before}`;
  const was = `${style.glyph.no} ${name} ${before}${style.glyph.arrow}${after}`;
  const reason = protectionOf(run, record, wording);
  return reason === null ? was : `${was}; ${reason}`;
}

/** What the thread of a step announced right before it, as its record states it; null if it is nothing. */
function protectionOf(
  { trace }: Performance,
  { step, thread }: StepRecord,
  { geometry }: Wording,
): string | null {
  const record = geometry.record(recordOf(trace.header.records, thread));
  const announced = announcedIn(wordsAt(trace, step - 1), record);
  const announces = announcementOf(geometry);
  return announced.length === 0 || announces === null ? null : `T${thread} ${announces.short(announced)}`;
}
