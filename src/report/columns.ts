import { stripVTControlCharacters } from 'node:util';

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

/** The text behind a prefix, wrapped at `width` columns; further lines stand under the text's beginning. */
export function hang(prefix: string, text: string, width: number): string[] {
  const room = Math.max(20, width - widthOf(prefix));
  return wrap(text, room).map((line, i) => (i === 0 ? prefix : ' '.repeat(widthOf(prefix))) + line);
}
