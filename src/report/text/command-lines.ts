/**
 * A command, to be copied as it is: one that is too long for a line goes on behind a backslash, at a blank that is in no quotation marks. A
 * shell takes backslash and line break away, so a word that is longer than a line, or a text in quotation marks, is broken too, and goes on
 * at the left edge. There an indent would be part of the text. In single marks a backslash is no more than that: they are closed before it
 * and opened again after it. A command with escapes in `$'…'` stays whole.
 */
export function commandLines(prefix: string, command: string, width: number): string[] {
  if (command.includes("$'")) return [prefix + command];
  const most = width - (command.includes("'") ? 3 : 2);
  const lines: string[] = [];
  let line = prefix;
  let quote = '';
  let isEmpty = true;
  const goOn = (blank: string): void => {
    const mark = quote === "'" ? quote : '';
    lines.push(`${line}${blank}${mark}\\`);
    line = mark;
  };
  const indent = ' '.repeat(Math.min(prefix.length, 9));
  for (const word of wordsIn(command)) {
    if (!isEmpty && [...line, ' ', ...word].length > most) {
      goOn(' ');
      line = indent;
    } else if (!isEmpty) {
      line += ' ';
    }
    let rest = word;
    while ([...line, ...rest].length > most) {
      const room = rest.slice(0, Math.max(1, most - [...line].length));
      const part = room.slice(0, room.lastIndexOf(' ') + 1) || room.replace(/(?<=.)\\$/, '');
      line += part;
      quote = openAfter(quote, part);
      goOn('');
      rest = rest.slice(part.length);
    }
    line += rest;
    quote = openAfter(quote, rest);
    isEmpty = false;
  }
  return [...lines, line];
}

/** The words of a command: what stands between blanks, or with blanks in quotation marks. */
function wordsIn(command: string): string[] {
  const words: string[] = [];
  let quote = '';
  for (const piece of command.split(' ')) {
    if (quote === '') words.push(piece);
    else words[words.length - 1] += ` ${piece}`;
    quote = openAfter(quote, piece);
  }
  return words;
}

/** The quotation mark that is open after a text: `"`, `'` or none. */
function openAfter(open: string, text: string): string {
  let quote = open;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\' && quote !== "'") i++;
    else if (text[i] === quote) quote = '';
    else if (quote === '' && /["']/.test(text[i])) quote = text[i];
  }
  return quote;
}
