import type { TagWrap, VersionWrap } from '../../bench/tag-wrap.ts';
import { cardOfStructure, operationThat, urlOfStructure } from '../../laboratory/structures.ts';
import type { StructureClass } from '../../laboratory/structure-class.ts';
import { withCommas } from '../../counted.ts';
import { duration, rate } from './bench-figures.ts';
import { fittedTable, headingLines, padLeft, wrap } from './columns.ts';
import type { Style } from './style.ts';

/** What a thread is off its core for when the operating system gives the core to another one: about that. */
const SLICE_NS = 3e6;

/**
 * How soon a tag of each width wraps at the rates that were measured, beside a time slice.
 *
 * @param structure what was measured; null where it was several
 */
export function tagText(wraps: readonly TagWrap[], structure: StructureClass | null, style: Style): string {
  const pauses = wraps.flatMap(({ engine, longestNs }) =>
    longestNs === null ? [] : [`${duration(longestNs)} (${engine})`],
  );
  const longest =
    pauses.length === 0 ? '' : ` The longest operation of tagged in this run took ${pauses.join(', ')}.`;
  const notes = [
    `At the fastest rate of tagged in this run, as if each operation changed the same word. ${changesText(structure)}`.trim(),
    `A thread can lose its core for a time slice (about ${duration(SLICE_NS)}) between its read and its compare-and-swap. A tag that wraps within that time does not protect it.${longest}`,
  ];
  return [
    ...headingLines('Tags: how soon they wrap', style),
    ...widthLines('changes', wraps, ({ engine, mops }) => `${engine}, ${rate(mops)} Mops/s`, style),
    ...noteLines(notes, style),
  ].join('\n');
}

/** For each width how many different values it has, and how soon they are used up on each engine, beside a time slice. */
function widthLines<W extends Pick<TagWrap, 'widths'>>(
  values: string,
  wraps: readonly W[],
  headOf: (wrap: W) => string,
  style: Style,
): string[] {
  const rows = wraps[0].widths.map(({ bits }, i) => [
    padLeft(String(bits), 4),
    padLeft(withCommas(2 ** bits), 13),
    ...wraps.flatMap(({ widths }) => [
      padLeft(duration(widths[i].wrapsInNs), 5),
      slicesText(widths[i].wrapsInNs, style),
    ]),
  ]);
  return fittedTable(['bits', values, ...wraps.flatMap((each) => [headOf(each), ''])], rows, style);
}

function noteLines(notes: readonly string[], style: Style): string[] {
  return notes.flatMap((note) => wrap(`  ${note}`, style.columns, '    ')).map((line) => style.faint(line));
}

/** How soon a version of each width comes round at the rates at which the clock moved, beside a time slice. */
export function versionText(wraps: readonly VersionWrap[], style: Style): string {
  const note =
    'At the fastest rate at which the clock of versions moved in this run. A version is a time of that clock, at which a slot was born: after so many moves it is the same again, and a word that a thread read before them may look unchanged to it.';
  return [
    ...headingLines('Versions: how soon they come round', style),
    ...widthLines(
      'moves',
      wraps,
      ({ engine, millionMoves }) => `${engine}, ${rate(millionMoves)} million/s`,
      style,
    ),
    ...noteLines([note], style),
  ].join('\n');
}

/** Which words change how often. */
function changesText(structure: StructureClass | null): string {
  // Of one of the user's own nobody has said which root changes with which operation.
  if (structure === null || urlOfStructure(structure) !== null) return '';
  const card = cardOfStructure(structure);
  // Operations on a set are all over it.
  if (card.order === 'SET') return '';
  const [put, take] = [operationThat(card, 'put'), operationThat(card, 'take')];
  const [first, second] = card.roots.map(({ name }) => name);
  if (second === undefined) return `It is so: ${first} changes with every ${put} and with every ${take}.`;
  const [puts, takes] = [put, take].map((name) => `${name}s`);
  return `With as many ${puts} as ${takes} it takes twice as long: ${first} changes with every ${take}, ${second} with every ${put}.`;
}

function slicesText(ns: number, style: Style): string {
  const slices = ns / SLICE_NS;
  if (slices < 1) return style.note('within a slice');
  return `${slices < 10 ? slices.toFixed(1) : withCommas(Math.round(slices))} slices`;
}
