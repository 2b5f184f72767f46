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

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, '0')}`;
  const hex = code.toString(16).padStart(4, '0');
  return code <= 0xffff ? `\\u${hex}` : `\\u{${hex}}`;
}

/** An argument of a command line as a shell reads it: in quotation marks if the shell would not leave it as it is. */
export function shellWord(argument: string): string {
  if (argument !== '' && !/[^\w/:.=%@+,-]/.test(argument)) return argument;
  return `'${argument.replaceAll("'", String.raw`'\''`)}'`;
}
