import { Audit } from '../check/audit.ts';
import { R_ANNOUNCE, RECORDS } from '../kernel/layout.ts';
import { placeOf } from '../observe/lives.ts';
import { WordsReplay } from '../observe/replay-words.ts';
import type { ReturnRecord, StepRecord, TraceEvent } from '../observe/trace.ts';
import type { Note } from '../scenario/scenario.ts';
import type { Play } from '../scenario/play.ts';
import { hang, pad, padLeft, truncate } from './columns.ts';
import { drawQueue, type QueuePicture } from './queue-picture.ts';
import type { Style } from './style.ts';
import { describeStep, type Wording } from './words.ts';

/** One step of a story, with what there is to say about it. */
interface Row {
  readonly step: number;
  readonly thread: number;
  readonly text: string;
  /** The read that goes stale, damage, or neither. */
  readonly gutter: '*' | '!' | ' ';
  readonly switched: boolean;
  readonly notes: readonly string[];
  readonly picture: QueuePicture;
  /** Rows of a lower rank are left out first. */
  readonly rank: number;
}

/** What a step means for the reader; a story has room for the first of these. */
const RANK = { must: 0, change: 1, link: 2, store: 3, announce: 4, rest: 5 } as const;

export interface StoryOptions {
  /** Every step. */
  readonly all: boolean;
  /** At most so many lines. */
  readonly lines: number;
}

const LEFT = 10;
const WIDTHS = { thread: 28, ends: 6, queue: 17 };

/** The rows of a story as text: events left, state right, the reason below. */
export function storyLines(play: Play, wording: Wording, options: StoryOptions): string[] {
  const { style } = wording;
  const threads = play.program.threads.length;
  const folded = style.columns < 100 || threads > 2;
  const columns = folded ? 1 : threads;
  const rows = rowsOf(
    play,
    wording,
    style.columns - LEFT - columns * WIDTHS.thread - WIDTHS.ends - WIDTHS.queue,
  );
  const shown = options.all ? rows : choose(rows, options.lines - 1);
  const lines = [headLine(columns, style)];
  for (const row of shown) {
    if (isGap(rows, shown, row)) lines.push(style.faint(padLeft(style.glyph.ellipsis, LEFT - 2)));
    lines.push(...rowLines(row, columns, folded, style));
  }
  return lines;
}

function headLine(columns: number, style: Style): string {
  const threads =
    columns === 1 ? ['thread and step'] : Array.from({ length: columns }, (_, i) => `T${i + 1}`);
  const names = threads.map((name) => pad(name, WIDTHS.thread)).join('');
  return style.faint(`    step  ${names}${pad('H/T', WIDTHS.ends)}${pad('queue', WIDTHS.queue)}free`);
}

function rowLines(row: Row, columns: number, folded: boolean, style: Style): string[] {
  const colour =
    row.gutter === '!' ? style.damage : row.gutter === '*' ? style.accent : (text: string): string => text;
  const gutter = colour(row.gutter) + (row.switched ? style.glyph.switch : ' ');
  const before = folded ? 0 : (row.thread - 1) * WIDTHS.thread;
  const text = truncate(
    folded ? `T${row.thread} ${row.text}` : row.text,
    columns * WIDTHS.thread - before - 1,
    style.glyph.ellipsis,
  );
  const events = ' '.repeat(before) + pad(colour(text), columns * WIDTHS.thread - before);
  const { ends, queue, free } = row.picture;
  const state = style.faint(`${pad(ends, WIDTHS.ends)}${pad(queue, WIDTHS.queue)}${free}`.trimEnd());
  const line = `${gutter}${padLeft(String(row.step), LEFT - 4)}  ${events}${state}`;
  const indent = ' '.repeat(LEFT + before);
  const notes = row.notes.flatMap((note) => {
    const wrapped = hang(`${indent}${style.glyph.corner} `, note, style.columns);
    return wrapped.map((part) => (row.gutter === '!' ? style.damage(part) : style.note(part)));
  });
  return [line.trimEnd(), ...notes];
}

/** As many rows as there is room for, the important ones first, in their order. */
function choose(rows: readonly Row[], room: number): Row[] {
  const chosen = new Set(rows.filter(({ rank }) => rank === RANK.must));
  const linesOf = (): number =>
    rows
      .filter((row) => chosen.has(row))
      .reduce((sum, row, _, kept) => sum + 1 + row.notes.length + (isGap(rows, kept, row) ? 1 : 0), 0);
  const candidates = rows
    .filter(({ rank }) => rank > RANK.must && rank < RANK.rest)
    .toSorted((a, b) => a.rank - b.rank);
  for (const row of candidates) {
    chosen.add(row);
    if (linesOf() > room) chosen.delete(row);
  }
  return rows.filter((row) => chosen.has(row));
}

/** True if something that matters was left out between a row that is shown and the one before it. */
function isGap(rows: readonly Row[], shown: readonly Row[], row: Row): boolean {
  const before = shown[shown.indexOf(row) - 1];
  const from = before === undefined ? 0 : rows.indexOf(before) + 1;
  return rows.slice(from, rows.indexOf(row)).some(({ rank }) => rank <= RANK.link);
}

function rowsOf(play: Play, wording: Wording, freeRoom: number): Row[] {
  const { trace, findings } = play;
  const replay = new WordsReplay(trace);
  const damaged = new Map<number, string[]>();
  const stale = new Set<number>();
  for (const { kind, step, note, since } of findings) {
    if (step === null) continue;
    damaged.set(step, [...(damaged.get(step) ?? []), `${kind.toUpperCase()}. ${note}`]);
    if (since !== undefined && findings[0]?.since === since) stale.add(since);
  }
  const { fired } = resolveNotes(play);
  const returns = new Map<number, ReturnRecord>();
  for (const event of trace.events) if (event.kind === 'return') returns.set(event.step, event);
  let previous = 0;
  return trace.events.filter(isStep).map((step): Row => {
    replay.advance();
    const said = fired.get(step.step) ?? [];
    const wrong = damaged.get(step.step) ?? [];
    const answer = returns.get(step.step);
    const switched = previous !== 0 && previous !== step.thread;
    previous = step.thread;
    const must = said.length > 0 || wrong.length > 0 || stale.has(step.step) || switched || step.step === 1;
    return {
      step: step.step,
      thread: step.thread,
      text:
        describeStep(wording, step) +
        (answer ? ` ${wording.style.glyph.gives} ${answerOf(answer, wording)}` : ''),
      gutter: gutterOf(wrong.length > 0, stale.has(step.step)),
      switched,
      notes: said.length > 0 ? said : wrong.slice(0, 1),
      picture: drawQueue(replay.words, wording, { queue: WIDTHS.queue - 2, free: Math.max(8, freeRoom) }),
      rank: must ? RANK.must : rankOf(step, answer !== undefined, wording),
    };
  });
}

function gutterOf(damaged: boolean, stale: boolean): Row['gutter'] {
  if (damaged) return '!';
  return stale ? '*' : ' ';
}

function isStep(event: TraceEvent): event is StepRecord {
  return event.kind === 'step';
}

function answerOf({ outcome, value }: ReturnRecord, { show }: Wording): string {
  return outcome === 'value' && value !== null ? show(value) : outcome;
}

function rankOf(step: StepRecord, answered: boolean, { geometry }: Wording): number {
  const moves = step.access === 'cas' && step.ok === true;
  if (moves && (step.label === 'D13' || step.label === 'E9')) return RANK.change;
  if (answered || step.access === 'cas') return RANK.link;
  if (step.access === 'load' || step.access === 'await') return RANK.rest;
  if (placeOf(geometry, step.address) !== null) return RANK.store;
  const announces = step.address >= RECORDS && (step.address - RECORDS) % geometry.recordWords >= R_ANNOUNCE;
  return announces ? RANK.announce : RANK.store;
}

/** Which notes are shown at which step, and which were never reached. */
export function resolveNotes({ trace, scenario, case: each }: Play): {
  fired: ReadonlyMap<number, readonly string[]>;
  missed: readonly Note[];
} {
  const fired = new Map<number, string[]>();
  const missed: Note[] = [];
  for (const note of scenario.notes) {
    if (note.only && !note.only.includes(each.key)) continue;
    const step = stepOfAnchor(trace.events, note.at);
    if (step === null) missed.push(note);
    else fired.set(step, [...(fired.get(step) ?? []), note.text]);
  }
  return { fired, missed };
}

/** The step that an anchor names: `T1.op1.D4`, `T1.op1.D4#2`, `T2.op1.return`, `T1.stop`; null if the run never came there. */
export function stepOfAnchor(events: readonly TraceEvent[], anchor: string): number | null {
  const match = /^T(\d+)\.(?:op(\d+)\.(\w+)(?:#(\d+))?|stop)$/.exec(anchor);
  if (!match) return null;
  const [, thread, op, what, nth] = match;
  const fits = events.filter((event) => {
    if (event.thread !== Number(thread)) return false;
    if (what === undefined) return event.kind === 'stop';
    if (event.kind === 'stop' || event.op !== Number(op)) return false;
    return event.kind === 'step' ? event.label === what : event.kind === what;
  });
  return fits[Number(nth ?? 1) - 1]?.step ?? null;
}

/** The line that shows where everything is at the start. */
export function startLine(play: Play, wording: Wording): string {
  const { style } = wording;
  const words = new WordsReplay(play.trace).words;
  const audited = new Audit(words);
  const slots = audited.queue();
  const { queue, free } = drawQueue(words, wording, { queue: 60, free: 40 });
  const arrow = ` ${style.glyph.arrow} `;
  const content = queue.split(' ').join(arrow);
  return `start  Head ${slots[0]}${arrow}${content} ${style.glyph.gets} Tail ${slots.at(-1)}    free ${free}`;
}
