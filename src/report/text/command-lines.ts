/**
 * A command, to be copied as it is: one that is too long for a line goes on behind a backslash. A shell takes backslash and line break
 * away, so a word that is longer than a line is broken too, and goes on at the left edge. So does text in quotation marks, where an
 * indent would be part of the text. In single ones a backslash is no more than that: they are closed before it and opened again after it.
 * A command with escapes in `$'…'` stays whole.
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
  for (const piece of command.split(' ')) {
    const blank = isEmpty ? '' : ' ';
    if (!isEmpty && [...line, ...blank, ...piece].length > most) {
      goOn(' ');
      if (quote === '') line = ' '.repeat(Math.min(prefix.length, 9));
    } else {
      line += blank;
    }
    let rest = piece;
    while ([...line, ...rest].length > most) {
      const part = rest.slice(0, Math.max(1, most - [...line].length)).replace(/(?<=.)\\$/, '');
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
