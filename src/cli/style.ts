import { styleText } from 'node:util';
import { plainStyle, type Style } from '../report/style.ts';

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

function paint(format: Parameters<typeof styleText>[0]): (text: string) => string {
  return (text) => styleText(format, text, { validateStream: false });
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
