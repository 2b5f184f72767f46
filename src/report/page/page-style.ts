import { type Style, plainStyle } from '../text/style.ts';
import { type Html, markup, type Part } from '../../markup.ts';

/** A report for a page is the report for a terminal, in lines as long as they come, and with its colours turned into classes. */

const TONES = ['damage', 'ok', 'note', 'faint', 'heading', 'accent'] as const;

/** Longer than any line: the page breaks lines itself. */
const ENDLESS = 100_000;

const ESCAPE = '\u001b[';

/** Begins and ends a tone as a colour of a terminal, so that all that measures or cuts text knows it takes no room. */
function paint(number: number): (text: string) => string {
  return (text) => `${ESCAPE}${90 + number}m${text}${ESCAPE}0m`;
}

/** Columns of a table that stands in a page: as many as a wide screen shows. A narrow one scrolls it. */
export const TABLE_COLUMNS = 148;

/**
 * The style of texts that stand in a page.
 *
 * @param columns of a text that is laid out in columns; left out, no line is broken
 */
export function pageStyle(columns: number = ENDLESS): Style {
  const tones = Object.fromEntries(TONES.map((tone, i) => [tone, paint(i)]));
  return { ...plainStyle({ columns }), ...(tones as Pick<Style, (typeof TONES)[number]>) };
}

// oxlint-disable-next-line no-control-regex -- these are the colours of a page's style
const MARK = /\u001b\[(\d+)m/g;

/** A line of a report, its tones as classes. */
export function lineMarkup(line: string): Html {
  const parts = line.split(MARK);
  let tone: string | undefined;
  return markup`${parts.map((part, i): Part => {
    if (i % 2 === 1) {
      tone = TONES[Number(part) - 90];
      return null;
    }
    if (part === '') return null;
    return tone === undefined ? part : markup`<span class="${tone}">${part}</span>`;
  })}`;
}

/** A line with more columns than that is printed in small letters. */
const LONG = 105;

/** A report as it is, in columns. A tone goes on where a line was broken. */
export function blockMarkup(text: string): Html {
  const isLong = text.split('\n').some((line) => line.replaceAll(MARK, '').length > LONG);
  return markup`<pre class="report${isLong && ' long'}" tabindex="0">${lineMarkup(text)}</pre>`;
}

/** Lines that the page breaks where it must; what is indented stays so. */
export function linesMarkup(lines: readonly string[]): Html {
  return markup`<div class="lines">${lines.map(
    (line) => markup`<p class="${/^\s/.test(line) ? 'inner' : ''}">${lineMarkup(line)}</p>\n`,
  )}</div>`;
}
