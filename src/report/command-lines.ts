/**
 * A command, to be copied as it is: one that is too long for a line goes on behind a backslash. A shell takes backslash and line break
 * away, so a word that is longer than a line is broken too, and goes on at the left edge.
 */
export function commandLines(prefix: string, command: string, width: number): string[] {
  const lines: string[] = [];
  let line = prefix;
  const indent = ' '.repeat(Math.min(prefix.length, 9));
  for (const piece of command.split(' ')) {
    const isFirst = line === prefix || line.trim() === '';
    const blank = isFirst ? '' : ' ';
    if ([...line, ...blank, ...piece].length <= width - 2) {
      line += blank + piece;
      continue;
    }
    if (!isFirst) {
      lines.push(`${line} \\`);
      line = indent;
    }
    let rest = piece;
    while ([...line, ...rest].length > width - 2) {
      const room = width - 2 - [...line].length;
      lines.push(`${line}${rest.slice(0, room)}\\`);
      rest = rest.slice(room);
      line = '';
    }
    line += rest;
  }
  return [...lines, line];
}
