import { counted, withCommas } from '../../counted.ts';
import type { Cell } from '../../bench/cell.ts';
import type { Corruption, Stall } from '../../bench/experiments.ts';
import type { TagWrap, VersionWrap } from '../../bench/tag-wrap.ts';
import { equation } from '../../judge/audit/audit.ts';
import type { StructureClass } from '../../laboratory/structure-class.ts';
import { cardOfStructure, operationThat, urlOfStructure } from '../../laboratory/structures.ts';
import { bar, conditionsText, duration, nameOf, perThousand, rate, sparkline } from './bench-figures.ts';
import { fittedTable, headingLines, padLeft, wrap } from './columns.ts';
import type { Style } from './style.ts';

const LINE = 16;

/** Unreclaimed slots against a scheme's parameter, with the bound beside what was measured, and how long they are retired. */
export function memoryText(sweep: readonly Cell[], style: Style): string {
  const heads = ['unreclaimed slots', 'mean', 'a thread has', 'p99', 'peak', 'bound', 'Mops/s', 'over time'];
  const rows = sweep.map((cell) => {
    const { scheme, unreclaimed, mopsMedian } = cell;
    if (unreclaimed === null) return [scheme, '', '', '', '', '', rate(mopsMedian), ''];
    const { mean, p99, peak, bound, series } = unreclaimed;
    return [
      style.accent(scheme),
      padLeft(mean < 10 ? mean.toFixed(1) : withCommas(Math.round(mean)), 4),
      leaks(cell) ? style.damage('leaks') : shareText(cell),
      padLeft(withCommas(p99), 5),
      padLeft(withCommas(peak), 5),
      padLeft(bound === null ? 'none' : withCommas(bound), 5),
      padLeft(rate(mopsMedian), 6),
      sparkline(series, LINE, style),
    ];
  });
  return [
    ...headingLines(`Memory: ${conditionsText(sweep[0])}`, style),
    ...fittedTable(heads, rows, style),
    ...boundLines(sweep, style),
    '',
    ...fittedTable(
      AGE_HEADS,
      sweep.map((cell) => ageRow(cell, style)),
      style,
    ),
  ].join('\n');
}

/** True if slots are retired and none is freed. */
function leaks({ unreclaimed }: Cell): boolean {
  return unreclaimed !== null && unreclaimed.ageNs === null && unreclaimed.peak > 0;
}

interface Share {
  readonly knob: string;
  readonly value: number;
  readonly share: number;
}

/** What the mean is of the parameter that was swept, for each thread; null if the scheme has none, or none was given. */
function shareOf({ scheme, threads, unreclaimed }: Cell): Share | null {
  const [, knob, value] = /:(threshold|period)=(\d+)$/.exec(scheme) ?? [];
  if (knob === undefined || unreclaimed === null) return null;
  return { knob, value: Number(value), share: unreclaimed.mean / threads / Number(value) };
}

function shareText(cell: Cell): string {
  const found = shareOf(cell);
  return found === null ? '' : `${found.share.toFixed(2)} of ${found.knob}`;
}

/** What is about a half. */
const HALF = [0.4, 0.6] as const;

/** For each scheme its bound as a formula, and what the measured mean is of it. */
function boundLines(sweep: readonly Cell[], style: Style): string[] {
  const names = new Set(sweep.map(({ scheme }) => scheme.split(':')[0]));
  return [...names].flatMap((name) => {
    const cells = sweep.filter(({ scheme }) => scheme.split(':')[0] === name);
    const formula = cells.find(({ unreclaimed }) => unreclaimed?.formula !== undefined)?.unreclaimed?.formula;
    const sentences = [
      ...(formula === undefined
        ? []
        : [formula.startsWith('unbounded') ? formula : `the bound is ${formula}`]),
      ...(cells.some(leaks) ? ['it frees nothing: what stands here is what the round retired'] : []),
      ...halfText(cells.flatMap((cell) => shareOf(cell) ?? [])),
    ];
    if (sentences.length === 0) return [];
    return wrap(`  ${name}: ${sentences.join('; ')}.`, style.columns, '    ').map((line) =>
      style.faint(line),
    );
  });
}

/** A list that fills up to a threshold and is then emptied is half full on average. */
function halfText(shares: readonly Share[]): string[] {
  const halves = shares.filter(({ share }) => share >= HALF[0] && share <= HALF[1]);
  if (halves.length === 0) return [];
  const values = halves.map(({ value }) => value);
  return [`with ${halves[0].knob} ${values.join(', ')} your average is half the ${halves[0].knob}`];
}

const AGE_HEADS = ['from retire to free', 'p50', 'p99', 'max', 'slots', 'mean age'];

function ageRow(cell: Cell, style: Style): string[] {
  const { scheme, unreclaimed } = cell;
  if (unreclaimed === null) return [scheme];
  if (leaks(cell)) return [style.accent(scheme), style.damage('never')];
  const { age, ageNs } = unreclaimed;
  return [
    style.accent(scheme),
    ...(age ? [age.p50, age.p99, age.max].map((ns) => padLeft(duration(ns), 5)) : ['', '', '']),
    age ? withCommas(age.slots) : '',
    ageNs === null ? '' : padLeft(duration(ageNs), 5),
  ];
}

/** What each contender did beside its operations, in a line for those of which anything was counted: the clock, restarts, frees and collections. */
export function reclaimingLines(group: readonly Cell[], style: Style): string[] {
  return group.flatMap((cell) => {
    const { frees, collections } = cell.unreclaimed ?? {};
    const often = (what: 'restarts' | 'scans' | 'advances'): number => perThousand(frees, what) ?? 0;
    const moves = cell.clockMovesPerThousand ?? 0;
    const parts: string[] = [];
    if (moves > 0) parts.push(`the clock moved ${shown(moves)} times in 1,000 operations`);
    if (frees && frees.max > 0)
      parts.push(`a call freed ${shown(frees.mean)} slots on average and ${withCommas(frees.max)} at most`);
    if (often('restarts') > 0) parts.push(`${shown(often('restarts'))} restarts in 1,000 calls`);
    if (often('scans') > 0) parts.push(`${shown(often('scans'))} scans in 1,000 calls`);
    if (often('advances') > 0)
      parts.push(`${shown(often('advances'))} tries to move the clock on in 1,000 calls`);
    if (collections)
      parts.push(
        `${counted(collections.times, 'time')} in ${counted(collections.operations, 'operation')} a thread found nothing free and had the scheme collect, for ${duration(collections.p50)} at p50 and ${duration(collections.max)} at most`,
      );
    if (parts.length === 0) return [];
    return wrap(`  ${nameOf(cell)}: ${parts.join('; ')}`, style.columns, '    ').map((line) =>
      style.faint(line),
    );
  });
}

/** As many digits as say something. */
function shown(number: number): string {
  return number < 100 ? String(Number(number.toPrecision(2))) : withCommas(Math.round(number));
}

/** What stalled threads do to the garbage, held against the claims; and who cannot be asked, being corrupted when threads only pause. */
export function stallText(
  stalls: readonly Stall[],
  corruptions: readonly Corruption[],
  style: Style,
): string {
  const heads = ['stalled threads', 'at', 'per 1,000', '', 'peak', 'seen', 'claimed', 'verdict'];
  const corrupted = corruptions.filter(
    ({ engine, workload, threads, verdict }) =>
      engine === 'atomics' &&
      workload === 'pairs' &&
      verdict === 'corrupted' &&
      stalls.some((each) => each.threads === threads),
  );
  return [
    ...headingLines('Stalls: growth of unreclaimed slots with 1,000 operations of the others', style),
    ...fittedTable(
      heads,
      [
        ...corrupted.map(({ scheme, threads }) =>
          corruptedRow(`${scheme}, ${counted(threads, 'thread')}`, style),
        ),
        ...stalls.filter(({ prefill }) => prefill === undefined).map((each) => stallRow(each, style)),
      ],
      style,
    ),
    ...lengthLines(stalls, style),
    ...corrupted.flatMap(({ scheme, threads, note, audit }) =>
      wrap(
        `  ${scheme}, ${counted(threads, 'thread')}, which only pause at random steps and do not stop for good: ${note} ${equation(audit, style)}`,
        style.columns,
        '    ',
      ).map((line) => style.faint(line)),
    ),
    ...wrap('On the engine atomics: compiled threads cannot be stopped at a named step.', style.columns).map(
      style.faint,
    ),
  ].join('\n');
}

/** What one stalled thread held back at most, against the number of values that were inside when it stalled. */
function lengthLines(stalls: readonly Stall[], style: Style): string[] {
  const long = stalls.filter(({ prefill }) => prefill !== undefined);
  if (long.length === 0) return [];
  const lengths = [...new Set(long.map(({ prefill = 0 }) => prefill))].toSorted((a, b) => a - b);
  const heads = ['held back, by values inside', 'at', ...lengths.map((each) => withCommas(each))];
  const rows = [...new Set(long.map(({ scheme }) => scheme))].map((scheme) => {
    const own = long.filter((each) => each.scheme === scheme);
    const peaks = lengths.map((length) => own.find(({ prefill }) => prefill === length)?.peak);
    return [
      style.accent(scheme),
      own[0].step,
      ...peaks.map((peak) => (peak === undefined ? '' : padLeft(withCommas(peak), 6))),
    ];
  });
  return ['', ...fittedTable(heads, rows, style)];
}

/** A corrupted structure has no garbage that means anything, and its scheme promises nothing. */
function corruptedRow(name: string, style: Style): string[] {
  return [style.accent(name), '', '', '', '', style.damage('CORRUPTED'), 'no claim', style.ok('as claimed')];
}

function stallRow(each: Stall, style: Style): string[] {
  const { scheme, threads, stalled, step, slopePerThousand, peak, seen, claimed, verdict } = each;
  const name = `${style.accent(scheme)}, ${stalled} of ${threads}`;
  return [
    name,
    step,
    padLeft(slopePerThousand.toFixed(1), 6),
    bar(slopePerThousand / MOST_SLOPE, LINE, style),
    padLeft(withCommas(peak), 5),
    seen,
    claimed,
    verdict === 'broken' ? style.damage('BROKEN') : style.ok('as claimed'),
  ];
}

/** Every second operation retires a slot. */
const MOST_SLOPE = 500;

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
  const of = (some: readonly W[], hasValues: boolean): string[] => {
    const rows = some[0].widths.map(({ bits }, i) => [
      padLeft(String(bits), 4),
      ...(hasValues ? [padLeft(withCommas(2 ** bits), 13)] : []),
      ...some.flatMap(({ widths }) => [
        padLeft(duration(widths[i].wrapsInNs), 5),
        slicesText(widths[i].wrapsInNs, style),
      ]),
    ]);
    const heads = ['bits', ...(hasValues ? [values] : []), ...some.flatMap((each) => [headOf(each), ''])];
    return fittedTable(heads, rows, style);
  };
  // Side by side as many as have room, and without the numbers, which follow from the bits, rather than one fewer.
  const sizes = [...new Set([wraps.length, ENGINES_BESIDE, 1])].filter((size) => size <= wraps.length);
  const ways = sizes.flatMap((size) =>
    [true, false].map((hasValues) => chunksOf(wraps, size).map((some) => of(some, hasValues))),
  );
  const lineCount = wraps[0].widths.length + 1;
  const fitting = ways.find((tables) => tables.every(({ length }) => length === lineCount));
  return (fitting ?? ways[0]).flat();
}

/** So many engines stand beside each other where all of them have no room. */
const ENGINES_BESIDE = 2;

function chunksOf<T>(all: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size));
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
