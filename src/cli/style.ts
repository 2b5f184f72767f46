import { randomInt } from 'node:crypto';
import { styleText } from 'node:util';
import { plainStyle, type Style } from '../report/style.ts';
import { visible } from '../visible.ts';

const WIDEST = 100;
const NARROWEST = 40;

export interface StyleOptions {
  readonly ascii: boolean;
  /** False if `--no-color` was given, or the text is not for eyes. */
  readonly color: boolean;
}

/** The style for a stream: coloured as Node itself would (NO_COLOR, FORCE_COLOR, terminal or not), and as wide, up to 100 columns. */
export function styleFor(stream: NodeJS.WriteStream, { ascii, color }: StyleOptions): Style {
  const columns = Math.max(NARROWEST, Math.min(WIDEST, widthOf(stream)));
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

/** A pipe has no width, and takes the widest. */
function widthOf(stream: NodeJS.WriteStream): number {
  const asked = Number(process.env['COLUMNS']);
  const known = stream.isTTY ? stream.columns : asked;
  return known > 0 ? known : WIDEST;
}
