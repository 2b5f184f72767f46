import { counted } from '../../counted.ts';
import { markUnder } from '../../laboratory/announcements.ts';
import { cardOfStructure, hasBuckets, rootNames, rootSlots } from '../../laboratory/structures.ts';
import { Audit } from '../../judge/audit/audit.ts';
import { WordsReplay } from '../../observe/replay-words.ts';
import type { ScenarioRun } from '../../scenario/scenario-run.ts';
import { hang, pad, padLeft, truncate, widthOf, wrap } from './columns.ts';
import { drawQueue } from '../queue-picture.ts';
import { RANK, type RunRow, rowsOf } from '../story-rows.ts';
import type { Style } from './style.ts';
import type { Wording } from '../words.ts';

export interface StoryOptions {
  /** Every step. */
  readonly all: boolean;
  /** What threads announce, the epoch, retired lists and hands, wherever they change. */
  readonly state: boolean;
  /** At most this many lines. */
  readonly lines: number;
  /** Steps that are named elsewhere, and so are shown. */
  readonly mentions: readonly number[];
  /** More lines under a row, or none. */
  readonly under?: (row: RunRow) => readonly string[];
}

/** The rows of a story as text, and which of them were left out. */
export interface RunStory {
  /** What the structure is in a word, and the names of its roots. */
  readonly kind: string;
  readonly roots: readonly string[];
  /** What pointer words carry beside an index, if anything. */
  readonly mark: string;
  readonly lines: readonly string[];
  readonly shown: readonly RunRow[];
}

/** Where the columns of a story stand. */
interface Columns {
  /** The columns in front of the threads' own. */
  readonly left: number;
  /** One column for all threads, where there is no room for one each. */
  readonly folded: boolean;
  readonly threads: number;
  /** The width of all thread columns. */
  readonly width: number;
  /** How things stand has a line of its own, where there is no room beside the step. */
  readonly below: boolean;
  /** The width of the column for what the roots name: 0 where there are none, and the last thread has its room, or they are buckets, and the next one has. */
  readonly ends: number;
  readonly queue: number;
  /** 0 of a structure that takes no slots. */
  readonly free: number;
}

const LEFT = 10;
const NARROW_LEFT = 7;
const WIDTHS = { thread: 28, folded: 44, ends: 6, queue: 17, free: 12 };
/** As many columns are needed for how things stand beside the steps. */
const BESIDE = LEFT + WIDTHS.thread + WIDTHS.ends + WIDTHS.queue + 8;

function columnsFor({ program, structure }: ScenarioRun, style: Style): Columns {
  const threads = program.threads.length;
  const { roots, buckets } = cardOfStructure(structure);
  const takesSlots = roots.length > 0;
  const ends = takesSlots && buckets === undefined ? WIDTHS.ends : 0;
  const picture = WIDTHS.queue + (buckets === undefined ? 0 : WIDTHS.ends);
  const folded = style.columns < 100 || threads > 2;
  if (style.columns < BESIDE) {
    const width = style.columns - NARROW_LEFT;
    const half = takesSlots ? Math.floor((width - ends - 4) / 2) : width;
    return {
      left: NARROW_LEFT,
      folded: true,
      threads,
      width,
      below: true,
      ends,
      queue: half,
      free: takesSlots ? half - 6 : 0,
    };
  }
  const room = style.columns - LEFT - ends - picture;
  const spare = takesSlots ? 0 : WIDTHS.ends;
  // On a narrow screen the steps give way, but not to less than they need without a tag.
  const width = folded
    ? Math.max(WIDTHS.thread, Math.min(WIDTHS.folded + spare, room - WIDTHS.free))
    : threads * WIDTHS.thread + spare;
  const left = room - width;
  return {
    left: LEFT,
    folded,
    threads,
    width,
    below: false,
    ends,
    queue: picture - 2 + (takesSlots ? 0 : left),
    free: takesSlots ? left : 0,
  };
}

/** The rows of a story as text: events left, state right, the reason below. */
export function runStory(run: ScenarioRun, wording: Wording, options: StoryOptions): RunStory {
  const { style } = wording;
  const columns = columnsFor(run, style);
  const rows = rowsOf(run, wording, {
    queueRoom: columns.queue,
    freeRoom: Math.max(8, columns.free),
    withState: options.state,
  });
  const linesFor = (row: RunRow): readonly string[] => [
    ...rowLines(row, columns, style),
    ...(options.under?.(row) ?? []),
  ];
  const shown = options.all ? rows : choose(rows, options, (row) => linesFor(row).length);
  const held = headOf(run);
  const lines = [headLine(columns, held, style)];
  const gaps = gapsIn(rows);
  let [state, from] = ['', 0];
  for (const row of shown) {
    if (gaps(from, row.at)) lines.push(style.faint(padLeft(style.glyph.ellipsis, columns.left - 2)));
    lines.push(...linesFor({ ...row, state: row.state === state ? '' : row.state }));
    [state, from] = [row.state, row.at + 1];
  }
  return { ...held, lines, shown };
}

function headOf({ structure, choice }: ScenarioRun): Pick<RunStory, 'kind' | 'roots' | 'mark'> {
  const roots = cardOfStructure(structure).roots.map(({ name }) => name);
  return { kind: structure.KIND, roots, mark: markUnder(choice.scheme).name };
}

/** The rows of a run that goes on, from a number of rows on; and how many there are by now. */
export function nextRows(
  run: ScenarioRun,
  wording: Wording,
  from: number,
): { readonly lines: readonly string[]; readonly rows: number } {
  const { style } = wording;
  const columns = columnsFor(run, style);
  const room = { queueRoom: columns.queue, freeRoom: Math.max(8, columns.free) };
  const rows = rowsOf(run, wording, { ...room, withState: false, goesOn: true });
  return { lines: rows.slice(from).flatMap((row) => rowLines(row, columns, style)), rows: rows.length };
}

/** The line above the rows of a run. */
export function rowsHead(run: ScenarioRun, style: Style): string {
  return headLine(columnsFor(run, style), headOf(run), style);
}

/** The head of the column that shows which slots the roots name: `H/T`. */
export function rootsHead(roots: readonly string[]): string {
  return roots.length === 1 ? roots[0] : roots.map(([initial]) => initial).join('/');
}

function headLine(
  { folded, threads, width, below, ends, queue, free }: Columns,
  { kind, roots }: Pick<RunStory, 'kind' | 'roots'>,
  style: Style,
): string {
  if (below) return style.faint('  step  thread and step, state below');
  const names = folded ? ['thread and step'] : Array.from({ length: threads }, (_, i) => `T${i + 1}`);
  const heads = names.map((name) => pad(name, folded ? width : WIDTHS.thread)).join('');
  return style.faint(
    `    step  ${pad(heads, width)}${ends === 0 ? '' : pad(rootsHead(roots), ends)}${free === 0 ? kind : `${pad(kind, queue + 2)}free`}`,
  );
}

function rowLines(row: RunRow, columns: Columns, style: Style): string[] {
  const { left, folded, width, below } = columns;
  const { ends: endsWidth, free: freeWidth } = columns;
  const colours = { '!': style.damage, '*': style.accent, ' ': (text: string): string => text };
  const colour = colours[row.gutter];
  const gutter = colour(row.gutter) + (row.switched ? style.glyph.switch : ' ');
  const number = `${gutter}${padLeft(row.step === null ? '' : String(row.step), below ? left - 3 : left - 4)}${below ? ' ' : '  '}`;
  const before = folded ? 0 : (row.thread - 1) * WIDTHS.thread;
  const indent = ' '.repeat(left + before);
  const notes = row.notes.flatMap(({ text }) =>
    hang(`${indent}${style.glyph.corner} `, text, style.columns).map((part) =>
      row.gutter === '!' ? style.damage(part) : style.note(part),
    ),
  );
  const known = row.state === '' ? [] : hang(' '.repeat(left), row.state, style.columns).map(style.faint);
  const whole = folded ? `T${row.thread} ${row.text}` : row.text;
  const { ends, queue, free } = row.picture;
  if (below) {
    const [first, ...more] = wrap(whole, width, '   ');
    const state = `${pad(ends, endsWidth)}${queue}${freeWidth === 0 ? '' : `   free ${free === '' ? 'none' : free}`}`;
    return [
      `${number}${colour(first)}`.trimEnd(),
      ...more.map((line) => ' '.repeat(left) + colour(line)),
      ...(state.trim() === '' ? [] : wrap(state, width - 3)).map((line) =>
        style.faint(' '.repeat(left + 3) + line),
      ),
      ...known,
      ...notes,
    ];
  }
  const state = style.faint(`${pad(ends, endsWidth)}${pad(queue, columns.queue + 2)}${free}`.trimEnd());
  const fitting = fit(whole, width - before - 1, style);
  const line = `${number}${' '.repeat(before)}${pad(colour(fitting), width - before)}${state}`;
  return [line.trimEnd(), ...known, ...notes];
}

/** A check gives way to the answer where there is no room for both in full. */
function fit(text: string, width: number, { glyph }: Style): string {
  const shorter = widthOf(text) > width ? text.replace('still ', '') : text;
  return truncate(shorter, width, glyph.ellipsis);
}

/** The rows of a story that are shown: with all of their notes, or with those alone that are shown in any case. */
type Chosen = Map<RunRow, 'all' | 'must'>;

/** As many rows as there is room for, the important ones first, in their order; with each note the steps that it names. */
function choose(
  rows: readonly RunRow[],
  { lines, mentions }: StoryOptions,
  linesFor: (row: RunRow) => number,
): RunRow[] {
  const byStep = new Map(
    rows.flatMap((row): [number, RunRow][] => (row.step === null ? [] : [[row.step, row]])),
  );
  const add = (chosen: Chosen, row: RunRow, notes: 'all' | 'must'): Chosen => {
    if (chosen.get(row) === 'all' || chosen.get(row) === notes) return chosen;
    chosen.set(row, notes);
    const named = trimmed(row, notes).notes.flatMap((note) =>
      note.mentions.flatMap((step) => byStep.get(step) ?? []),
    );
    for (const each of named) add(chosen, each, 'must');
    return chosen;
  };
  // A row is as long at its second look as at its first.
  const lengths = new Map<string, number>();
  const lengthOf = (row: RunRow, notes: 'all' | 'must'): number => {
    const key = `${row.at} ${notes}`;
    const known = lengths.get(key) ?? linesFor(trimmed(row, notes));
    lengths.set(key, known);
    return known;
  };
  const gaps = gapsIn(rows);
  const linesOf = (chosen: Chosen): number => {
    let [sum, from] = [0, 0];
    for (const row of [...chosen.keys()].toSorted((x, y) => x.at - y.at)) {
      sum += lengthOf(row, chosen.get(row) ?? 'must') + Number(gaps(from, row.at));
      from = row.at + 1;
    }
    return sum;
  };
  let chosen: Chosen = new Map();
  for (const row of rows) if (row.rank === RANK.must) add(chosen, row, 'must');
  for (const step of new Set(mentions))
    for (const row of rows) if (row.step === step) add(chosen, row, 'must');
  const candidates = rows
    .filter(({ rank, notes }) => (rank > RANK.must && rank < RANK.rest) || notes.some(({ must }) => !must))
    .toSorted((x, y) => Math.max(x.rank, RANK.change) - Math.max(y.rank, RANK.change));
  let used = linesOf(chosen);
  for (const row of candidates) {
    if (used >= lines) break;
    const more = add(new Map(chosen), row, 'all');
    const now = linesOf(more);
    if (now <= lines) [chosen, used] = [more, now];
  }
  return rows.flatMap((row) => {
    const notes = chosen.get(row);
    return notes === undefined ? [] : [trimmed(row, notes)];
  });
}

function trimmed(row: RunRow, notes: 'all' | 'must'): RunRow {
  return notes === 'all' ? row : { ...row, notes: row.notes.filter(({ must }) => must) };
}

/** Says of two places in a story whether something that matters lies between them, the first included and the second not. */
function gapsIn(rows: readonly RunRow[]): (from: number, to: number) => boolean {
  let count = 0;
  const before = rows.map(({ rank }) => (rank <= RANK.link ? count++ : count));
  return (from, to) => to > from && before[to] > before[from];
}

/** The line that shows where everything is at the start. */
export function startLine(run: ScenarioRun, wording: Wording): string {
  const { style } = wording;
  const words = new WordsReplay(run.trace).words;
  const audited = new Audit(words);
  const { geometry } = audited;
  const wide = Math.max(20, style.columns - 40);
  const { queue, free } = drawQueue(words, wording, { queue: Math.min(60, wide), free: 40 });
  const freeText = geometry.roots === 0 ? '' : `    free ${free}`;
  const slots = rootSlots(geometry, words);
  const names = rootNames(geometry);
  const arrow = ` ${style.glyph.arrow} `;
  const items = queue.split(' ');
  if (hasBuckets(geometry)) {
    const chains = items.map((item) => {
      const [, bucket, node = item] = BUCKET.exec(item) ?? [];
      return `${bucket === undefined ? '' : `   ${names[Number(bucket)]}`}${item === '' ? '' : arrow}${node}`;
    });
    const empty = slots.filter((slot) => slot === 0).length;
    const others = empty === 0 ? '' : `   ${counted(empty, 'empty bucket')}`;
    return `start  ${`${chains.join('')}${others}`.trim()}${freeText}`;
  }
  const [first, ...others] = names.map((name, n) => `${name} ${slots[n]}`);
  const chain = [first, items.join(arrow)].filter((part) => (part ?? '') !== '').join(arrow);
  return `start  ${[chain, ...others].join(` ${style.glyph.gets} `)}${freeText}`;
}

/** The first node of a bucket in a picture. */
const BUCKET = /^(\d+)(?:→|->)(.*)$/;
