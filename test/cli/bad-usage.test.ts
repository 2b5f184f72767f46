import { describe, expect, test } from 'vitest';
import { lab } from './lab.ts';

describe('bad usage is told in one sentence with the value and the way out, and exit status 2', () => {
  test.each([
    [['lst'], 'There is no command "lst" (did you mean "list"?); the commands are tour, list, run, '],
    [['list', '--jsn'], '"list" has no option --jsn (did you mean "--json"?); see lockfree-lab list --help'],
    [['list', '-q'], '"list" has no option -q'],
    [['list', '--constructor'], '"list" has no option --constructor; see lockfree-lab list --help'],
    [['--versoin'], 'There is no option --versoin (did you mean "--version"?) without a command;'],
    [['list', 'all'], '"list" does not know what to do with "all": it takes only options.'],
    [['list', '--json=yes'], '--json takes no value, but was given "yes": write --json alone.'],
    [['audit'], '"audit" lacks its file: write lockfree-lab audit <file>.'],
    [['audit', 'a', 'b'], '"audit" does not know what to do with "b": it takes <file>.'],
    [['audit', 'a', '--step'], '--step lacks its value: write --step N.'],
    [['audit', 'a', '--step', '--all'], '--step lacks its value: write --step N.'],
    [['audit', 'a', '--step', '-1'], '--step cannot be "-1": give a whole number from 0 to '],
    [['audit', 'a', '--step', '1.5'], '--step cannot be "1.5": give a whole number from 0 to '],
    [['bench', '--stride', '12'], 'A slot of 12 words cannot be had: give 8, 16, 32.'],
    [
      ['bench', '--cache', 'some'],
      '--cache is "some": give a number of free slots from 0, which is no caches, to 4096, or usual.',
    ],
    [['bench', '--threads', '0x10'], '--threads cannot be "0x10": give a whole number from 1 to 64.'],
    [
      ['explore', '--program', 'e | d', '--strategy', 'replay', '--schedule', '1x4294967297'],
      'The schedule "1x4294967297" makes 4294967297 steps, and an execution of this program has 2000 at most',
    ],
    [['audit', 'a', '--step', '0x10'], '--step cannot be "0x10": give a whole number'],
  ])('%j', (args, sentence) => {
    const { status, stdout, stderr } = lab(args);
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^[^\n]+\.\n$/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });
});
