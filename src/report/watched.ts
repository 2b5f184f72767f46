import { ANNOUNCED, HOLDS_EPOCHS, HOLDS_HAZARDS, H_HOLDS, R_ANNOUNCE } from '../kernel/layout.ts';
import { wordName } from '../observe/names.ts';
import { wordsAt } from '../observe/replay-words.ts';
import type { StepRecord } from '../observe/trace.ts';
import type { Performance } from '../scenario/perform.ts';
import { comparedWith, showPair, showWord, type Wording } from './words.ts';

/** What came of a step, and why, in a few words: `✗ Head is 3; T1 protects 1,2`. */
export function cameOf(run: Performance, record: StepRecord, wording: Wording): string {
  const { trace, findings } = run;
  const { style } = wording;
  const name = wordName(wording.geometry, record.address);
  const is = `${name} is ${showWord(wording, record.address, record.before)}`;
  if (record.ok === true) {
    const aba = findings.some(({ kind, step }) => kind === 'ABA' && step === record.step);
    return `${style.glyph.yes} ${aba ? `ABA: ${is} again` : is}`;
  }
  if (record.ok === false) {
    const [found, expected] = showPair(wording, record.address, record.before, record.expected ?? 0);
    const reason = protectionOf(run, record, wording);
    return reason === null
      ? `${style.glyph.no} ${name} is ${found}, not ${expected}`
      : `${style.glyph.no} ${is}; ${reason}`;
  }
  if (record.access === 'store') {
    const [before, after] = showPair(wording, record.address, record.before, record.after);
    const damage =
      findings.find((each) => each.step === record.step)?.kind ?? protectionOf(run, record, wording);
    const wrote = `${name} ${before}${style.glyph.arrow}${after}`;
    return damage === null ? wrote : `${wrote}; ${damage}`;
  }
  const compared = comparedWith(trace.events, record);
  if (compared === null) return is;
  const before = showWord(wording, record.address, compared);
  if (record.before === compared) return `${style.glyph.yes} ${name} is still ${before}`;
  const after = showWord(wording, record.address, record.before);
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
  const words = wordsAt(trace, step - 1);
  const announce = geometry.record(trace.header.records?.[thread - 1] ?? thread) + R_ANNOUNCE;
  const announced = words.subarray(announce, announce + ANNOUNCED).filter((word) => word !== 0);
  if (announced.length === 0) return null;
  if (words[H_HOLDS] === HOLDS_HAZARDS) return `T${thread} protects ${[...announced].join(',')}`;
  if (words[H_HOLDS] === HOLDS_EPOCHS) return `T${thread} pins epoch ${announced[0] >>> 1}`;
  return null;
}
