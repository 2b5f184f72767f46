import { randomInt } from 'node:crypto';
import { styleText } from 'node:util';
import { wrap } from '../../report/text/columns.ts';
import { asciiGlyphs, type Glyphs, plainStyle, type Style, unicodeGlyphs } from '../../report/text/style.ts';
import { visible } from '../../visible.ts';

const WIDEST = 100;
const NARROWEST = 40;

export interface StyleOptions {
  readonly ascii: boolean;
  /** False if `--no-color` was given, or the text is not for eyes. */
  readonly color: boolean;
}

/** The style for a stream: coloured as Node itself would (NO_COLOR, FORCE_COLOR, terminal or not), and as wide, up to 100 columns. */
export function styleFor(stream: NodeJS.WriteStream, { ascii, color }: StyleOptions): Style {
  // A pipe has no width, and takes the widest.
  const columns = within(knownWidth(stream) ?? WIDEST);
  const plain = plainStyle({ ascii, columns });
  if (!color || !isColoured(stream)) return plain;
  return {
    ...plain,
    damage: paint(['bold', 'red']),
    ok: paint('green'),
    note: paint('yellow'),
    faint: paint('dim'),
    heading: paint('bold'),
    accent: paint('cyan'),
  };
}

const BEGIN = '\u001b[';
/** How colours of this process begin, until they are written: with numbers that no text from outside can know. */
const OWN = `${BEGIN}${[1, 2, 3].map(() => randomInt(1000, 10_000)).join(';')};`;

function paint(format: Parameters<typeof styleText>[0]): (text: string) => string {
  return (text) => styleText(format, text, { validateStream: false }).replaceAll(BEGIN, OWN);
}

/** Lines of text as they may be written to a terminal: with the colours of this process, and every other control character visible. */
export function forTerminal(text: string): string {
  return text
    .split(OWN)
    .map((part) => visible(part, '\n'))
    .join(BEGIN);
}

function isColoured(stream: NodeJS.WriteStream): boolean {
  return styleText('red', 'x', { stream }) !== 'x';
}

/** The width of a terminal, or for a pipe the one that COLUMNS in the environment asks for; null if there is none. */
function knownWidth(stream: NodeJS.WriteStream): number | null {
  const known = stream.isTTY ? stream.columns : Number(process.env['COLUMNS']);
  return known > 0 ? known : null;
}

function within(columns: number): number {
  return Math.max(NARROWEST, Math.min(WIDEST, columns));
}

/** A sentence for stderr: wrapped where the width is known, and else one line, as other programs read it. */
export function sentenceFor(stream: NodeJS.WriteStream, text: string): string {
  const width = knownWidth(stream);
  // What has lines of its own, such as a stack, keeps them.
  return width === null || text.includes('\n') ? text : wrap(text, within(width)).join('\n');
}

const standIns = new Map<string, string>(
  (Object.keys(unicodeGlyphs) as (keyof Glyphs)[]).map((name) => [unicodeGlyphs[name], asciiGlyphs[name]]),
);

// oxlint-disable-next-line no-control-regex -- every character of ASCII stays
const OUTSIDE = /[^\u0000-\u007f]/gu;
const ACCENTS = /\p{Mark}/gu;

/** The text without what lies outside ASCII: such as a name of a file, or a value that somebody enqueued. */
export function toAscii(text: string): string {
  return text.replace(OUTSIDE, (character) => {
    const plain = standIns.get(character) ?? character.normalize('NFKD').replace(ACCENTS, '');
    return plain.replace(OUTSIDE, '?');
  });
}

// oxlint-disable-next-line no-control-regex -- every character of ASCII stays
const UNIT_OUTSIDE = /[^\u0000-\u007f]/g;

/** The same for JSON, where nothing is lost. */
export function escapeJson(json: string): string {
  return json.replace(UNIT_OUTSIDE, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
