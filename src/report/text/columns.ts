import { stripVTControlCharacters } from 'node:util';
import type { Style } from './style.ts';

/** The number of columns a text takes on a terminal; colours take none. */
export function widthOf(text: string): number {
  return [...stripVTControlCharacters(text)].length;
}

/** The text, filled up with spaces to a width; a longer one stays as it is. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - widthOf(text)));
}

/** The same with the spaces in front, for numbers. */
export function padLeft(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - widthOf(text))) + text;
}

// oxlint-disable-next-line no-control-regex -- colours are control characters
const COLOUR_OR_CHARACTER = /\u001b\[[0-9;]*m|./gsu;

/** At most `width` columns; where something is cut off, the last of them are `ellipsis`, and colours end there. */
export function truncate(text: string, width: number, ellipsis = '…'): string {
  if (widthOf(text) <= width) return text;
  const room = Math.max(0, width - widthOf(ellipsis));
  let kept = '';
  let columns = 0;
  let reset = '';
  for (const [part] of text.matchAll(COLOUR_OR_CHARACTER)) {
    const isColour = part.length > 1 && part.startsWith('\u001b');
    if (!isColour && columns === room) break;
    kept += part;
    // It ends as it began: where colours are marked as ours, so is their end.
    if (isColour) reset = part.replace(/\d*m$/, '0m');
    else columns++;
  }
  return `${kept}${reset}${[...ellipsis].slice(0, width).join('')}`;
}

/**
 * Lines of at most `width` columns, broken at spaces; every line but the first begins with `indent`. Spaces within a line stay as they
 * are, those at its end go. A word that is longer than a line has a line of its own and is not broken.
 */
export function wrap(text: string, width: number, indent = ''): string[] {
  const lines: string[] = [];
  let line = '';
  for (const [piece] of text.matchAll(/ *[^ ]+/g)) {
    const isFirst = line.trim() === '';
    if (!isFirst && widthOf(line + piece) > width) {
      lines.push(line);
      line = indent + piece.trimStart();
    } else {
      line += piece;
    }
  }
  return [...lines, line];
}

/** Rows in columns that are as wide as their widest cell, with two spaces between; the last cell of a row is not filled up. */
export function table(rows: readonly (readonly string[])[], gap = '  '): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [i, cell] of row.entries()) widths[i] = Math.max(widths[i] ?? 0, widthOf(cell));
  }
  return rows.map((row) =>
    row
      .map((cell, i) => (i === row.length - 1 ? cell : pad(cell, widths[i])))
      .join(gap)
      .trimEnd(),
  );
}

/**
 * The text behind a prefix, wrapped at `width` columns; further lines stand under the text's beginning. Where a word has no room there and
 * would have some further to the left, they stand as far to the left as it needs, and the first line may be the prefix alone.
 */
export function hang(prefix: string, text: string, width: number): string[] {
  const before = widthOf(prefix);
  const words = text.split(' ').map(widthOf);
  const longest = Math.max(LEAST_TEXT, ...words.filter((word) => word <= width - LEAST_INDENT));
  const indent = Math.max(LEAST_INDENT, Math.min(before, width - longest));
  if (before <= indent) {
    return wrap(text, Math.max(LEAST_TEXT, width - before)).map(
      (line, i) => (i === 0 ? prefix : ' '.repeat(before)) + line,
    );
  }
  const [first] = words;
  const under = ' '.repeat(indent);
  if (before + first <= width) return wrap(prefix + text, width, under);
  return [prefix.trimEnd(), ...wrap(under + text, width, under)];
}

/** Columns that the last cell of a row needs at least, to be wrapped beside the others, and a text behind its prefix. */
const LEAST_ROOM = 16;
const LEAST_TEXT = 20;
/** Columns in front of the further lines of a text. */
const LEAST_INDENT = 2;

/** A heading, wrapped. */
export function headingLines(text: string, style: Style): string[] {
  return wrap(text, style.columns, '  ').map((line) => style.heading(line));
}

/**
 * A table that is nowhere wider than a line. Where its columns have no room, the last cell of each row is wrapped; where that does not do
 * either, each row becomes a paragraph: its first cell, and below it the others behind the heads of their columns.
 *
 * @param heads the heads of the columns; none for a table without heads, of which the last column is text
 */
export function fittedTable(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  style: Style,
  gap = '  ',
): string[] {
  const { columns } = style;
  const all = [...(heads.length === 0 ? [] : [heads.map((head) => style.faint(head))]), ...rows];
  const plain = table(all, gap);
  if (plain.every((line) => widthOf(line) <= columns)) return plain;
  const last = Math.max(...all.map((row) => row.length)) - 1;
  const before = table(
    all.map((row) => [...row.slice(0, last), '']),
    gap,
  );
  const left = Math.max(...before.map(widthOf)) + gap.length;
  const words = all.flatMap((row) => (row[last] ?? '').split(' ')).map(widthOf);
  if (columns - left >= Math.max(LEAST_ROOM, ...words)) {
    return all.flatMap((row, i) =>
      wrap(row[last] ?? '', columns - left).map((part, line) =>
        trimmed(pad(line === 0 ? before[i] : '', left) + part),
      ),
    );
  }
  return rows.flatMap((row) => paragraph(heads, row, style));
}

function trimmed(line: string): string {
  return line.trimEnd();
}

function paragraph(heads: readonly string[], row: readonly string[], style: Style): string[] {
  const { columns, glyph } = style;
  if (heads.length === 0) {
    const [first] = table([row.slice(0, -1)]);
    return [...wrap(first, columns, '  '), ...wrap(`  ${row.at(-1) ?? ''}`, columns, '  ')];
  }
  const named = row.slice(1).flatMap((cell, i) => {
    const text = cell.trim();
    return text === '' ? [] : [`${style.faint(heads[i + 1])} ${text}`.trim()];
  });
  const lines = wrap(`${heads[0] === '' ? '' : `${style.faint(heads[0])} `}${row[0]}`, columns, '  ');
  let line = '';
  for (const each of named) {
    const longer = line === '' ? `  ${each}` : `${line} ${glyph.dot} ${each}`;
    if (line !== '' && widthOf(longer) > columns) {
      lines.push(...wrap(line, columns, '    '));
      line = `  ${each}`;
    } else line = longer;
  }
  return line === '' ? lines : [...lines, ...wrap(line, columns, '    ')];
}

/** A note on lines of its own, within the width. */
export function noteText(text: string, style: Style): string {
  return wrap(text, style.columns, '  ').map(style.note).join('\n');
}
