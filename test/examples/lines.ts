import type { Command } from '../../dist/src/cli/arguments/command.js';
import { type Block, blocksOf, documents } from './blocks.ts';

/** Command lines that stand together, and run one after the other in one folder. */
export interface Example {
  /** Where it stands. */
  readonly place: string;
  readonly lines: readonly string[];
}

const COMMAND = /^(?:[A-Z]+=\S+ )?(?:npx|npm|node|lockfree-lab)\b/;

/** True for a block that is typed into a shell, line by line. */
export function isTyped({ language, text, isGenerated }: Block): boolean {
  if (isGenerated || text.startsWith('#!')) return false;
  return (
    language === 'sh' ||
    (language === '' && text.split('\n').every((line) => line === '' || COMMAND.test(line)))
  );
}

/** The lines of a block as a shell sees them: without comments, and with lines that go on joined. */
export function linesOf(text: string): string[] {
  return text
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.replace(/\s+#.*$/, '').trim())
    .filter((line) => line !== '');
}

/** The examples of all documents. */
export function typedExamples(): Example[] {
  return documents()
    .flatMap((file) => blocksOf(file))
    .filter((block) => isTyped(block))
    .map((block) => ({ place: `${block.file}:${block.line}`, lines: linesOf(block.text) }));
}

/** The examples in the help of each command. */
export function helpExamples(commands: readonly Command[]): Example[] {
  return commands.map(({ name, examples }) => ({
    place: `${name} --help`,
    lines: examples.map(([line]) => line),
  }));
}

/** The words of a line as a shell would split it. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)].map(
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  );
}

/** The arguments of `lockfree-lab` in a line; null if the line is about something else. */
export function labArguments(line: string): string[] | null {
  const match = /^(?:npx lockfree-lab|lockfree-lab|npm run lab --)(?: (.*))?$/.exec(line);
  return match ? wordsOf(match[1] ?? '') : null;
}

/** Commands that take a second or less. The others are run by `npm run test:deep`. */
const CHEAP: ReadonlySet<string> = new Set(['list', 'explain', 'run', 'replay', 'audit']);

export function isCheap(line: string): boolean {
  const [name = ''] = labArguments(line) ?? [];
  return CHEAP.has(name) && !line.includes('--mutant');
}
