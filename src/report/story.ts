import { Audit, equation } from '../check/audit.ts';
import { cardOf, partOf } from '../engines/labels.ts';
import { R_ANNOUNCE, RECORDS } from '../kernel/layout.ts';
import { placeOf } from '../observe/lives.ts';
import { WordsReplay } from '../observe/replay-words.ts';
import type { ReturnRecord, StepRecord, StopRecord, TraceEvent } from '../observe/trace.ts';
import type { Note } from '../scenario/scenario.ts';
import type { Play } from '../scenario/play.ts';
import { hang, pad, padLeft, truncate } from './columns.ts';
import { drawQueue, type QueuePicture } from './queue-picture.ts';
import { schemeState } from './scheme-state.ts';
import type { Style } from './style.ts';
import { comparedWith, describeStep, type Wording } from './words.ts';

/** One step of a story, or the end of a thread, with what there is to say about it. */
interface Row {
  /** Null at the end of a thread. */
  readonly step: number | null;
  readonly thread: number;
  readonly text: string;
  /** The read that goes stale, damage, or neither. */
  readonly gutter: '*' | '!' | ' ';
  readonly switched: boolean;
  readonly notes: readonly string[];
  readonly picture: QueuePicture;
  /** What the scheme knows then; empty unless it is asked for. */
  readonly state: string;
  /** Rows of a lower rank are left out first. */
  readonly rank: number;
}

/** What a step means for the reader; a story has room for the first of these. */
const RANK = { must: 0, change: 1, link: 2, store: 3, announce: 4, rest: 5 } as const;

export interface StoryOptions {
  /** Every step. */
  readonly all: boolean;
  /** What threads announce, the epoch, retired lists and hands, wherever they change. */
  readonly state: boolean;
  /** At most so many lines. */
  readonly lines: number;
}

const LEFT = 10;
const WIDTHS = { thread: 28, folded: 44, ends: 6, queue: 17, free: 12 };

/** The rows of a story as text: events left, state right, the reason below. */
export function storyLines(play: Play, wording: Wording, options: StoryOptions): string[] {
  const { style } = wording;
  const threads = play.program.threads.length;
  const folded = style.columns < 100 || threads > 2;
  const columns = folded ? 1 : threads;
  const room = style.columns - LEFT - WIDTHS.ends - WIDTHS.queue;
  // On a narrow screen the steps give way, but not to less than they need without a tag.
  const foldedWidth = Math.max(WIDTHS.thread, Math.min(WIDTHS.folded, room - WIDTHS.free));
  const width = folded ? foldedWidth : columns * WIDTHS.thread;
  const freeRoom = room - width;
  const rows = rowsOf(play, wording, freeRoom, options.state);
  const shown = options.all
    ? rows
    : choose(rows, options.lines - 1, (row) => rowLines(row, width, folded, style).length);
  const lines = [headLine(columns, width, style)];
  let state = '';
  for (const row of shown) {
    if (isGap(rows, shown, row)) lines.push(style.faint(padLeft(style.glyph.ellipsis, LEFT - 2)));
    lines.push(...rowLines({ ...row, state: row.state === state ? '' : row.state }, width, folded, style));
    state = row.state;
  }
  return lines;
}

function headLine(columns: number, width: number, style: Style): string {
  const threads =
    columns === 1 ? ['thread and step'] : Array.from({ length: columns }, (_, i) => `T${i + 1}`);
  const names = threads.map((name) => pad(name, width / columns)).join('');
  return style.faint(`    step  ${names}${pad('H/T', WIDTHS.ends)}${pad('queue', WIDTHS.queue)}free`);
}

function rowLines(row: Row, width: number, folded: boolean, style: Style): string[] {
  const colours = { '!': style.damage, '*': style.accent, ' ': (text: string): string => text };
  const colour = colours[row.gutter];
  const gutter = colour(row.gutter) + (row.switched ? style.glyph.switch : ' ');
  const before = folded ? 0 : (row.thread - 1) * WIDTHS.thread;
  const text = truncate(
    folded ? `T${row.thread} ${row.text}` : row.text,
    width - before - 1,
    style.glyph.ellipsis,
  );
  const events = ' '.repeat(before) + pad(colour(text), width - before);
  const { ends, queue, free } = row.picture;
  const state = style.faint(`${pad(ends, WIDTHS.ends)}${pad(queue, WIDTHS.queue)}${free}`.trimEnd());
  const line = `${gutter}${padLeft(row.step === null ? '' : String(row.step), LEFT - 4)}  ${events}${state}`;
  const indent = ' '.repeat(LEFT + before);
  const notes = row.notes.flatMap((note) => {
    const wrapped = hang(`${indent}${style.glyph.corner} `, note, style.columns);
    return wrapped.map((part) => (row.gutter === '!' ? style.damage(part) : style.note(part)));
  });
  const known = row.state === '' ? [] : hang(' '.repeat(LEFT), row.state, style.columns).map(style.faint);
  return [line.trimEnd(), ...known, ...notes];
}

/** As many rows as there is room for, the important ones first, in their order. */
function choose(rows: readonly Row[], room: number, linesFor: (row: Row) => number): Row[] {
  const chosen = new Set(rows.filter(({ rank }) => rank === RANK.must));
  const linesOf = (): number =>
    rows
      .filter((row) => chosen.has(row))
      .reduce((sum, row, _, kept) => sum + linesFor(row) + (isGap(rows, kept, row) ? 1 : 0), 0);
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

function rowsOf(play: Play, wording: Wording, freeRoom: number, withState: boolean): Row[] {
  const { trace, findings } = play;
  const replay = new WordsReplay(trace);
  const damaged = new Map<number, string[]>();
  const stale = new Set<number>();
  const told = new Set<string>();
  for (const { kind, step, thread, label, note, since } of findings) {
    if (step === null) continue;
    // What a thread does time and again is marked every time and told once.
    const what = `${kind} ${thread} ${label}`;
    damaged.set(step, [
      ...(damaged.get(step) ?? []),
      ...(told.has(what) ? [] : [`${kind.toUpperCase()}. ${note}`]),
    ]);
    told.add(what);
    if (since !== undefined && findings[0]?.since === since) stale.add(since);
  }
  const { fired } = resolveNotes(play);
  const returns = new Map<number, ReturnRecord>();
  for (const event of trace.events) if (event.kind === 'return') returns.set(event.step, event);
  const picture = (): QueuePicture =>
    drawQueue(replay.words, wording, { queue: WIDTHS.queue - 2, free: Math.max(8, freeRoom) });
  const stateNow = (): string => (withState ? schemeState(replay.words, wording) : '');
  let previous = 0;
  const rowOf = (step: StepRecord): Row => {
    replay.advance();
    const said = saidAt(fired.steps.get(step.step) ?? [], replay.words, wording);
    const wrong = damaged.get(step.step);
    const answer = returns.get(step.step);
    const switched = previous !== 0 && previous !== step.thread;
    previous = step.thread;
    const must =
      said.length > 0 || wrong !== undefined || stale.has(step.step) || switched || step.step === 1;
    return {
      step: step.step,
      thread: step.thread,
      text: answered(
        describeStep(wording, step, comparedWith(trace.events, step)),
        answer ? ` ${wording.style.glyph.gives} ${answerOf(answer, wording)}` : '',
      ),
      gutter: gutterOf(wrong !== undefined, stale.has(step.step)),
      switched,
      notes: said.length > 0 ? said : (wrong?.slice(0, 1) ?? []),
      picture: picture(),
      state: stateNow(),
      rank: must ? RANK.must : rankOf(step, answer !== undefined, wording),
    };
  };
  const stopRowOf = (stop: StopRecord): Row => ({
    step: null,
    thread: stop.thread,
    text: stopText(stop, wording),
    gutter: ' ',
    switched: false,
    notes: saidAt(fired.stops.get(stop.thread) ?? [], replay.words, wording),
    picture: picture(),
    state: stateNow(),
    rank: RANK.must,
  });
  return trace.events.flatMap((event): Row[] => {
    if (event.kind === 'step') return [rowOf(event)];
    // A run that was ended on purpose leaves threads standing that had more to do.
    const ends = event.kind === 'stop' && !(event.reason === 'stalled' && play.stopped !== null);
    return ends ? [stopRowOf(event)] : [];
  });
}

/** The notes of a moment, those that ask for it with the audit and what the scheme knows. */
function saidAt(notes: readonly Note[], words: Int32Array, wording: Wording): string[] {
  return notes.flatMap(({ text, audit }) => {
    if (audit !== true) return [text];
    const state = schemeState(words, wording);
    const sum = equation(new Audit(words), { ascii: wording.style.ascii });
    return [text, sum, ...(state === '' ? [] : [state])];
  });
}

function stopText({ reason, before }: StopRecord, { style }: Wording): string {
  const where = before === null ? '' : ` before ${before}`;
  const what = { killed: 'terminated', stalled: 'left standing', hung: 'hangs', crashed: 'crashed' }[reason];
  return `${style.glyph.no} ${what}${where}`;
}

/** A check gives way to the answer where there is no room for both in full. */
function answered(text: string, answer: string): string {
  return text.length + answer.length < WIDTHS.thread ? text + answer : text.replace('still ', '') + answer;
}

function gutterOf(damaged: boolean, stale: boolean): Row['gutter'] {
  if (damaged) return '!';
  return stale ? '*' : ' ';
}

function answerOf({ outcome, value }: ReturnRecord, { show }: Wording): string {
  return outcome === 'value' && value !== null ? show(value) : outcome;
}

/** True of a step at which an operation of the structure takes effect. */
function isEffect(label: string): boolean {
  return partOf(label) === 'structure' && cardOf(label)?.linearizes !== undefined;
}

function rankOf(step: StepRecord, hasAnswer: boolean, { geometry }: Wording): number {
  const moves = step.access === 'cas' && step.ok === true;
  if (moves && isEffect(step.label)) return RANK.change;
  if (hasAnswer || step.access === 'cas') return RANK.link;
  if (step.access === 'load' || step.access === 'await') return RANK.rest;
  if (placeOf(geometry, step.address) !== null) return RANK.store;
  const announces = step.address >= RECORDS && (step.address - RECORDS) % geometry.recordWords >= R_ANNOUNCE;
  return announces ? RANK.announce : RANK.store;
}

/** Which notes are shown at which step, or at the end of which thread, and which were never reached. */
export function resolveNotes({ trace, scenario, case: each }: Play): {
  fired: {
    readonly steps: ReadonlyMap<number, readonly Note[]>;
    readonly stops: ReadonlyMap<number, readonly Note[]>;
  };
  missed: readonly Note[];
} {
  const steps = new Map<number, Note[]>();
  const stops = new Map<number, Note[]>();
  const missed: Note[] = [];
  for (const note of scenario.notes) {
    if (note.only && !note.only.includes(each.key)) continue;
    const event = eventOfAnchor(trace.events, note.at);
    if (event === null) {
      missed.push(note);
      continue;
    }
    const [shown, key] = event.kind === 'stop' ? [stops, event.thread] : [steps, event.step];
    shown.set(key, [...(shown.get(key) ?? []), note]);
  }
  return { fired: { steps, stops }, missed };
}

/** The event that an anchor names: `T1.op1.D4`, `T1.op1.D4#2`, `T2.op1.return`, `T1.stop`; null if the run never came there. */
function eventOfAnchor(events: readonly TraceEvent[], anchor: string): TraceEvent | null {
  const match = /^T(\d+)\.(?:op(\d+)\.(\w+)(?:#(\d+))?|stop)$/.exec(anchor);
  if (!match) return null;
  const [, thread, op, what, nth] = match;
  const fits = events.filter((event) => {
    if (event.thread !== Number(thread)) return false;
    if (what === undefined) return event.kind === 'stop';
    if (event.kind === 'stop' || event.op !== Number(op)) return false;
    return event.kind === 'step' ? event.label === what : event.kind === what;
  });
  return fits[Number(nth ?? 1) - 1] ?? null;
}

/** The number of the step that an anchor names, or null. */
export function stepOfAnchor(events: readonly TraceEvent[], anchor: string): number | null {
  return eventOfAnchor(events, anchor)?.step ?? null;
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
