/** The marks that carry meaning in a report; each has an ASCII stand-in. */
export interface Glyphs {
  /** The running thread changes here. */
  readonly switch: string;
  readonly yes: string;
  readonly no: string;
  /** A thread stops here for good: it was terminated, or nobody moves it any more. */
  readonly stop: string;
  /** A note hangs below its row. */
  readonly corner: string;
  readonly dot: string;
  readonly ellipsis: string;
  readonly minus: string;
  readonly arrow: string;
  /** A read: `head ← Head`. */
  readonly gets: string;
  /** The result of an operation: `⇒ A`. */
  readonly gives: string;
  /** One column of a horizontal rule. */
  readonly rule: string;
}

/**
 * How a report is drawn. Colours go by meaning and only repeat what words and marks say already; without colour each of these
 * functions returns its text as it is.
 */
export interface Style {
  /** True if nothing outside ASCII may be written. */
  readonly ascii: boolean;
  /** The width of a line, in columns. */
  readonly columns: number;
  readonly glyph: Glyphs;
  damage(text: string): string;
  ok(text: string): string;
  note(text: string): string;
  faint(text: string): string;
  heading(text: string): string;
  accent(text: string): string;
}

export const unicodeGlyphs: Glyphs = {
  switch: '▸',
  yes: '✓',
  no: '✗',
  stop: '■',
  corner: '└',
  dot: '·',
  ellipsis: '…',
  minus: '−',
  arrow: '→',
  gets: '←',
  gives: '⇒',
  rule: '─',
};

/** Every stand-in is one column wide, except those of `…`, `→`, `←` and `⇒`. */
export const asciiGlyphs: Glyphs = {
  switch: '>',
  yes: 'y',
  no: 'x',
  stop: '|',
  corner: '`',
  dot: '.',
  ellipsis: '...',
  minus: '-',
  arrow: '->',
  gets: '<-',
  gives: '=>',
  rule: '-',
};

const asItIs = (text: string): string => text;

/** A style without colour; for files, pipes and tests. */
export function plainStyle({
  ascii = false,
  columns = 100,
}: { ascii?: boolean; columns?: number } = {}): Style {
  return {
    ascii,
    columns,
    glyph: ascii ? asciiGlyphs : unicodeGlyphs,
    damage: asItIs,
    ok: asItIs,
    note: asItIs,
    faint: asItIs,
    heading: asItIs,
    accent: asItIs,
  };
}
