/**
 * Characters that a terminal obeys or that hide what a text says: controls (C0, DEL, C1), marks of direction, what takes no room, other
 * separators of lines, and halves of surrogate pairs.
 */
const HIDDEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * The text with every character shown that would not be seen, or would be obeyed, as an escape of JavaScript: `\x1b`, `\u202e`,
 * `\u{e0041}`. For whatever comes from a file, a user's module, an error or a command line, before it is shown.
 *
 * @param keep characters that stay as they are
 */
export function visible(text: string, keep = ''): string {
  return text.replace(HIDDEN, (character) => (keep.includes(character) ? character : escaped(character)));
}

/** Any value as a sentence shows it that says what was given. */
export function shownGiven(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (Object.is(value, -0)) return '-0';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  const hex = code.toString(16).padStart(4, '0');
  return code <= 0xffff ? `\\u${hex}` : `\\u{${hex}}`;
}

/**
 * An argument of a command line that is printed, so that a shell reads it as it is: bare where it can be, in double quotation marks where
 * nothing in them means something to a shell, else in single ones. What cannot be seen stands in `$'…'` as an escape.
 */
export function shellWord(argument: string): string {
  if (argument !== '' && !/[^\w/:.=%@+,-]/.test(argument)) return argument;
  if (visible(argument) !== argument) {
    const quoted = argument.replaceAll(/['\\]/g, String.raw`\$&`);
    return `$'${quoted.replace(HIDDEN, (character) => ansiEscape(character))}'`;
  }
  if (!/["$`\\!]/.test(argument)) return `"${argument}"`;
  return `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}

function ansiEscape(character: string): string {
  const hex = (character.codePointAt(0) ?? 0).toString(16);
  return hex.length <= 2 ? `\\x${hex.padStart(2, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

const WORD = /(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/gsu;
const PIECE = /\\(.)|'([^']*)'|"((?:[^"\\]|\\.)*)"|([^'"\\]+)/gsu;

/** The words of a line that was written so, as a shell takes it apart. */
export function shellWords(line: string): string[] {
  return [...line.matchAll(WORD)].map(([word]) =>
    [...word.matchAll(PIECE)]
      .map(([, one = '', single = '', double = '', bare = '']) => {
        return one + single + double.replaceAll(/\\(["$`\\])/g, '$1') + bare;
      })
      .join(''),
  );
}
