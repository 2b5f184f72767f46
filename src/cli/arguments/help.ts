import { plural } from '../../counted.ts';
import { pad, widthOf, wrap } from '../../report/text/columns.ts';
import { commandLines } from '../../report/text/command-lines.ts';
import type { Style } from '../../report/text/style.ts';
import { commonOptions, usageOf } from './arguments.ts';
import type { Command, Options } from './command.ts';
import { AS_CLAIMED, BAD_USAGE, BROKEN, INTERNAL, Interruption } from '../terminal/ending.ts';

const STATUSES: readonly Row[] = [
  [String(AS_CLAIMED), 'Everything went as the schemes claim.'],
  [String(BROKEN), 'A claim failed, or there was damage that was not expected.'],
  [String(BAD_USAGE), 'Bad usage.'],
  [String(INTERNAL), 'A fault of the lab itself.'],
  [String(new Interruption('SIGINT').status), 'Interrupted by Ctrl-C.'],
  [String(new Interruption('SIGTERM').status), 'Ended by SIGTERM.'],
];

/** What `lockfree-lab` alone prints: what it is, and the commands there are. */
export function overview(commands: readonly Command[], style: Style): string {
  const rows = commands.map(
    ({ name, positionals = [], summary }) =>
      [`${name} ${usageOf(positionals, style.glyph.ellipsis)}`.trimEnd(), summary] as const,
  );
  return [
    ...wrap(
      'lockfree-lab: a laboratory for lock-free memory reclamation on SharedArrayBuffer and worker threads.',
      style.columns,
    ),
    '',
    style.heading('Usage'),
    '  lockfree-lab <command> [options]',
    '',
    style.heading('Commands'),
    ...twoColumns(rows, style),
    '',
    style.heading('Everywhere'),
    ...twoColumns(optionRows(commonOptions), style),
    '',
    style.heading('Exit status'),
    ...twoColumns(STATUSES, style),
    '',
    ...wrap('lockfree-lab <command> --help says more about one of them, with an example.', style.columns),
  ].join('\n');
}

/** What a command says with `--help`. */
export function helpOf(command: Command, style: Style): string {
  const { name, summary, about, positionals = [], options, examples } = command;
  const usage = ['lockfree-lab', name, usageOf(positionals, style.glyph.ellipsis), '[options]']
    .filter((part) => part !== '')
    .join(' ');
  const sections: string[][] = [
    [...wrap(summary, style.columns), ...(about === undefined ? [] : ['', ...wrap(about, style.columns)])],
    [style.heading('Usage'), ...wrap(`  ${usage}`, style.columns, '      ')],
  ];
  if (positionals.length > 0) {
    const rows = positionals.map((each) => [usageOf([each], style.glyph.ellipsis), each.help] as const);
    sections.push([style.heading('Arguments'), ...twoColumns(rows, style)]);
  }
  if (Object.keys(options).length > 0)
    sections.push([style.heading('Options'), ...twoColumns(optionRows(options), style)]);
  sections.push([style.heading('Everywhere'), ...twoColumns(optionRows(commonOptions), style)]);
  sections.push([
    `${style.heading(plural(examples.length, 'Example'))} (in a clone, begin with npx)`,
    ...examples.flatMap(([line, does]) => [
      ...commandLines('  ', line, style.columns).map(style.accent),
      ...wrap(does, style.columns - 6).map((part) => `      ${part}`),
    ]),
  ]);
  return sections.map((section) => section.join('\n')).join('\n\n');
}

/** What commands say with `--help`, as a document. */
export function helpJson(commands: readonly Command[]): object {
  return {
    commands: commands.map(({ name, summary, positionals = [], options, examples }) => ({
      name,
      summary,
      usage: `lockfree-lab ${name} ${usageOf(positionals)}`.trimEnd(),
      options: optionRows({ ...options, ...commonOptions }).map(([option, help]) => ({ option, help })),
      examples: examples.map(([line, does]) => ({ line, does })),
    })),
  };
}

type Row = readonly [left: string, right: string];

function optionRows(options: Options): Row[] {
  return Object.entries(options).map(([name, { placeholder, help }]) => [
    `--${name}${placeholder === null ? '' : ` ${placeholder}`}`,
    help,
  ]);
}

/** The width of the left column at most; what is longer has a line of its own. */
const LEFT = 26;
/** On a narrower terminal everything has: there is no room for two columns. */
const TWO_COLUMNS = 60;
/** Where text begins that has a line of its own there. */
const INDENT = 6;

function twoColumns(rows: readonly Row[], style: Style): string[] {
  const isNarrow = style.columns < TWO_COLUMNS;
  const width = isNarrow ? 0 : Math.min(LEFT, Math.max(...rows.map(([left]) => widthOf(left))));
  const indent = ' '.repeat(isNarrow ? INDENT : width + 4);
  return rows.flatMap(([left, right]) => {
    const lines = wrap(right, style.columns - indent.length);
    const follow = lines.map((line) => indent + line);
    return widthOf(left) > width
      ? [...longLine(left, indent, style), ...follow]
      : [`  ${pad(style.accent(left), width)}  ${lines[0]}`, ...follow.slice(1)];
  });
}

/** An option on a line of its own; where that is too short, it is broken between the words that the option can have. */
function longLine(option: string, indent: string, style: Style): string[] {
  const isTooLong = widthOf(option) + 2 > style.columns;
  const text = isTooLong ? option.replaceAll('|', ' | ') : option;
  return wrap(`  ${style.accent(text)}`, style.columns, indent);
}
