import { describe, expect, test } from 'vitest';
import { readArguments } from '../dist/src/cli/arguments/arguments.js';
import { commandsFor } from '../dist/src/cli/commands/all.js';
import { type Block, blocksIn, blocksOf, documents, inlineOf } from './examples/blocks.ts';
import { jobsOf } from './examples/jobs.ts';
import { deep } from './effort.ts';
import { helpExamples, isCheap, isTyped, labArguments, linesOf, typedExamples } from './examples/lines.ts';
import { isOutput, isProgram, printedBy, programs } from './examples/programs.ts';
import { Shell } from './examples/shell.ts';

const commands = await commandsFor([]);
const examples = [...typedExamples(), ...helpExamples(commands)];

/** Reads a line as the command that it names would, and throws what that would throw. */
function read(args: readonly string[]): void {
  const [name, ...rest] = args;
  const command = commands.find((each) => each.name === name);
  if (!command) throw new Error(`there is no command ${name}`);
  readArguments(command, rest);
}

/** A picture of the folders, and no text that anything could print. */
function isPicture({ file, text }: Block): boolean {
  return file === 'src/README.md' && text.includes('──');
}

/** How a block is held against the truth; null if it is not. */
function checkOf(block: Block, before?: Block): string | null {
  if (block.isGenerated) return 'generated';
  if (isProgram(block)) return 'run as a program';
  if (isOutput(block, before)) return 'compared with what the program before it prints';
  if (jobsOf(block) !== null) return 'run as the tasks of a job';
  if (isTyped(block)) return 'run line by line';
  return isPicture(block) ? 'a picture' : null;
}

describe('every block of every document', () => {
  test.each(documents().map((file) => [file]))('of %s is run, or compared, or generated', (file) => {
    const blocks = blocksOf(file);
    const loose = blocks.filter((block, i) => checkOf(block, blocks[i - 1]) === null);
    expect(loose.map(({ line, language }) => `${file}:${line} ${language}`)).toEqual([]);
  });

  test('and one that is none of these is noticed', () => {
    const [loose, shell, generated] = blocksIn(
      '```\nAUDIT all well\n```\n\n```\nnpm ci\n```\n\n<!-- x:begin (made) -->\n\n```\nAUDIT\n```\n\n<!-- x:end -->\n',
      'x.md',
    );
    expect([loose, shell, generated].map((block) => checkOf(block!))).toEqual([
      null,
      'run line by line',
      'generated',
    ]);
    expect(loose!.line).toBe(1);
  });

  test('all kinds are there', () => {
    const kinds = documents().flatMap((file) => {
      const blocks = blocksOf(file);
      return blocks.map((block, i) => checkOf(block, blocks[i - 1]));
    });
    expect(new Set(kinds).size).toBe(6);
  });
});

describe('every command line', () => {
  const typed = examples.flatMap(({ place, lines }) => lines.map((line) => [line, place] as const));
  const jobs = documents()
    .flatMap((file) => blocksOf(file))
    .flatMap((block) =>
      (jobsOf(block) ?? []).map(({ line }) => [line, `${block.file}:${block.line}`] as const),
    );
  // `--scheme ID` in running text is the form of a command and no example.
  const inline = documents().flatMap((file) =>
    inlineOf(file)
      .filter(
        (code) => labArguments(code) !== null && !/[A-Z]{2}|[<…]/.test(code.replaceAll(/\[[A-Z ]+\]/g, '')),
      )
      .map((code) => [code, file] as const),
  );

  test.each([...typed, ...inline].filter(([line]) => labArguments(line) !== null))(
    '%s (%s) can be read',
    (line) => read(labArguments(line)!),
  );

  test('of a job is one of the lab, and can be read', () => {
    expect(jobs.length).toBeGreaterThan(8);
    for (const [script, place] of jobs) {
      const named = linesOf(script).flatMap(
        (line) => /(?:lockfree-lab|npm run lab --) .*$/.exec(line)?.[0] ?? [],
      );
      if (script.startsWith('npm ci')) continue;
      expect(named, place).toHaveLength(1);
      read(labArguments(named[0]!)!.map((word) => word.replaceAll(/\$\(\([^)]*\)\)|\$\w+|"/g, '1')));
    }
  });

  test('with an option that is not there cannot be read', () => {
    expect(() => read(['list', '--colour'])).toThrow('has no option --colour');
    expect(() => read(['lst'])).toThrow('there is no command lst');
    expect(typed.length + inline.length).toBeGreaterThan(50);
  });
});

describe('runs as it stands:', () => {
  // In the short form the first line of every third command.
  const names = new Set<string>();
  const isChosen = (line: string): boolean =>
    isCheap(line) && (deep || (names.size < names.add(labArguments(line)![0]!).size && names.size % 3 === 1));
  const cheap = examples
    .map(({ place, lines }) => ({ place, lines: lines.filter((line) => isChosen(line)) }))
    .filter(({ lines }) => lines.length > 0);

  test.each(cheap.map(({ place, lines }) => [place, lines] as const))('%s', async (_, lines) => {
    using shell = new Shell();
    for (const line of lines) {
      await shell.prepare(line);
      const { status, stdout, stderr } = await shell.run(line);
      expect({ line, status, stderr }).toEqual({ line, status: 0, stderr: '' });
      expect(stdout.length).toBeGreaterThan(100);
    }
  });

  // In the short form one whose whole output is shown.
  const few = programs().filter((_, i, all) => deep || i === all.findIndex(({ output }) => output !== null));
  test.each(few.map((program) => [program.place, program] as const))(
    'the program %s, and prints what it promises',
    (_, program) => {
      const printed = printedBy(program);
      if (program.output !== null) expect(printed).toBe(program.output);
      else expect(program.promised.length).toBeGreaterThan(0);
      const lines = printed.split('\n');
      for (const each of program.promised) expect(lines).toContain(each);
    },
  );

  test('a line that fails is noticed', async () => {
    using shell = new Shell();
    expect((await shell.run('npx lockfree-lab lst')).status).toBe(2);
    expect((await shell.run('npm run nothing-of-this-name')).status).toBe(1);
    expect((await shell.run('npx vitest run test/nothing.test.ts')).status).toBe(1);
    expect((await shell.run('npx vitest run test/examples.test.ts')).status).toBe(0);
  });
});
