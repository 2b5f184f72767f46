import { describe, expect, test } from 'vitest';
import { command } from '../../dist/src/cli/arguments/command.js';
import { commandsFor } from '../../dist/src/cli/commands/all.js';
import { helpOf, overview } from '../../dist/src/cli/arguments/help.js';
import { flag, text } from '../../dist/src/cli/arguments/option.js';
import { widthOf } from '../../dist/src/report/text/columns.js';
import { plainStyle } from '../../dist/src/report/text/style.js';
import { lab } from './lab.ts';

const commands = await commandsFor([]);

describe('help', () => {
  test('every command has an example, which is a line of its own', () => {
    for (const { name, examples } of commands) {
      expect(examples.length, name).toBeGreaterThan(0);
      for (const [line] of examples) expect(line.split(' ').slice(0, 2)).toEqual(['lockfree-lab', name]);
    }
  });

  test.each(commands.map((each) => [each.name]))('%s --help prints the help with its examples', (name) => {
    const { status, stdout, stderr } = lab([name, '--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain(`lockfree-lab ${name}`);
    expect(stdout).toMatch(/^Examples? \(in a clone, begin with npx\)\n {2}lockfree-lab /m);
    expect(lab(['help', name]).stdout).toBe(stdout);
    expect(lab([name, '-h']).stdout).toBe(stdout);
  });

  test('lockfree-lab alone and --help list the commands that there are', () => {
    const { status, stdout } = lab([]);
    expect(status).toBe(0);
    for (const { name, summary } of commands) {
      expect(stdout).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
      expect(stdout.replace(/\s+/g, ' ')).toContain(summary);
    }
    expect(lab(['--help']).stdout).toBe(stdout);
  });

  test('--version prints the version', () => {
    const { stdout } = lab(['--version']);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(lab(['run', '--version']).stdout).toBe(stdout);
    expect(JSON.parse(lab(['--version', '--json']).stdout)).toEqual({
      schemaVersion: 1,
      version: stdout.trim(),
    });
  });

  test('--help --json is a document', () => {
    const all = JSON.parse(lab(['--help', '--json']).stdout) as { commands: { name: string }[] };
    expect(all.commands.map(({ name }) => name)).toEqual(commands.map(({ name }) => name));
    const one: unknown = JSON.parse(lab(['run', '--help', '--json']).stdout);
    expect(one).toMatchObject({
      schemaVersion: 1,
      commands: [{ name: 'run', usage: 'lockfree-lab run <scenario>' }],
    });
  });

  test('every option and argument of a command is in its help, and no line is wider than asked for', () => {
    for (const each of commands) {
      const help = helpOf(each, plainStyle({ columns: 60 }));
      for (const name of Object.keys(each.options)) expect(help).toContain(`--${name}`);
      for (const { name } of each.positionals ?? []) expect(help).toContain(name);
      for (const line of help.split('\n').filter((one) => !one.includes('lockfree-lab')))
        expect(widthOf(line)).toBeLessThanOrEqual(60);
    }
    const listed = overview(commands, plainStyle({ columns: 60 })).split('\n');
    expect(listed).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^ {2}130 .*Ctrl-C/),
        expect.stringMatching(/^ {2}143 /),
      ]),
    );
    for (const line of listed) expect(widthOf(line)).toBeLessThanOrEqual(60);
  });

  test('a long option has a line of its own', () => {
    const long = command({
      name: 'try',
      summary: 'Tries.',
      options: { quick: flag('At once.'), 'a-very-long-name-indeed': text('SOMETHING', 'What for.') },
      examples: [['lockfree-lab try', 'Tries.']],
      run: () => ({ broken: false, document: {} }),
    });
    expect(helpOf(long, plainStyle())).toContain('  --a-very-long-name-indeed SOMETHING\n');
  });
});
