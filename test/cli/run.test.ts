import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { folder, lab } from './lab.ts';

describe('run', () => {
  test.each([
    [['run'], '"run" lacks its scenario'],
    [['run', 'aba-deque'], 'There is no scenario "aba-deque" (did you mean "aba-dequeue"?)'],
    [['run', 'aba-dequeue', '--scheme', 'nave'], 'There is no scheme "nave" (did you mean "naive"?)'],
    [['run', 'aba-dequeue', '--engine', 'modle'], '--engine cannot be "modle" (did you mean "model"?)'],
    [['run', 'aba-dequeue', '--until', 'ende'], '--until cannot be "ende" (did you mean "end"?)'],
    [['run', 'aba-dequeue', '--schedule', 'now'], '"now" is no move of a schedule'],
    [['run', 'aba-dequeue', '--schedule', '3x5'], 'The schedule moves T3, and there are 2 threads.'],
    [['run', 'aba-dequeue', '--slots', '2'], '2 values and the dummy node do not fit into 2 slots'],
    [['run', 'aba-dequeue', '--scheme', 'all', '--trace', 'x'], '--trace writes one run'],
    [['replay', 'aba-dequeue'], 'is no replay line'],
    [['replay', 'aba-deque/naive:slots=6', '1x5'], 'There is no scenario "aba-deque"'],
    [
      ['replay', 'aba-dequeue/naive:slots=6', '1x500'],
      'Step 10 cannot be made: "1x500" lets T1 make step 10 of 500 there',
    ],
  ])('%j is refused in one sentence', (args, sentence) => {
    const { status, stdout, stderr } = lab(args);
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  test('the story of a scenario by its id and by its number, the same every time', () => {
    const first = lab(['run', 'aba-dequeue']);
    expect(first.stdout).toContain('FIRST DAMAGE   ABA at step');
    expect(first.stdout.trimEnd().split('\n').length).toBeLessThan(45);
    expect(first.status).toBe(0);
    expect(lab(['run', '02']).stdout).toBe(first.stdout);
  });

  test('--all shows more steps than the story', () => {
    const story = lab(['run', 'aba-dequeue']).stdout.split('\n').length;
    expect(lab(['run', 'aba-dequeue', '--all']).stdout.split('\n').length).toBeGreaterThan(story);
  });

  test('--scheme all is one row for each scheme', () => {
    const { status, stdout } = lab(['run', 'aba-dequeue', '--scheme', 'all']);
    for (const id of ['naive', 'no-reclaim', 'tagged', 'hazard-pointers', 'epochs'])
      expect(stdout).toMatch(new RegExp(`^${id} `, 'm'));
    expect(status).toBe(0);
  });

  test('damage that is expected and does not come is told, with exit status 1', () => {
    const { status, stdout } = lab(['run', 'aba-dequeue', '--schedule', 'T1@end; T2@end']);
    expect(stdout).toMatch(
      /^BROKEN {3}Under naive this was to end with ABA, .*, and ended with no damage\.$/m,
    );
    expect(status).toBe(1);
  });
});

describe('replay', () => {
  test('a recording that does not come out again is told with its first difference, and exit status 1', () => {
    const path = join(folder(), 'run.jsonl');
    lab(['run', 'aba-dequeue', '--trace', path]);
    expect(lab(['replay', path]).stdout).toMatch(/^THE SAME {3}all \d+ events came out as recorded$/m);
    const lines = readFileSync(path, 'utf8').split('\n');
    const at = lines.findIndex((line) => line.includes('"label":"D13"'));
    lines[at] = lines[at]!.replace('"label":"D13"', '"label":"D12"');
    writeFileSync(path, lines.join('\n'));
    const { status, stdout } = lab(['replay', path]);
    expect(stdout.split('\n').slice(-4)).toEqual([
      'NOT THE SAME   step 11 is the first that differs',
      '  recorded  T2  D12 CAS Head 1→2 ✓',
      '  now       T2  D13 CAS Head 1→2 ✓',
      '',
    ]);
    expect(status).toBe(1);
  });

  test('a recording whose schedule cannot be followed any more is followed as far as it goes', () => {
    const path = join(folder(), 'run.jsonl');
    lab(['run', 'aba-dequeue', '--trace', path]);
    // As a kernel would have recorded it whose dequeue has a step more.
    const lines = readFileSync(path, 'utf8').replace('"1x5,2x36,1x4"', '"1x5,2x36,1x5"').split('\n');
    const last = lines.findLastIndex((line) => line.includes('"kind":"step"'));
    lines.splice(
      last + 1,
      0,
      lines[last]!.replace('"step":45', '"step":46').replace('"label":"F3"', '"label":"F4"'),
    );
    writeFileSync(path, lines.join('\n'));
    const { status, stdout } = lab(['replay', path, '--engine', 'model']);
    expect(stdout.split('\n').slice(-4)).toEqual([
      'NOT THE SAME   step 46 is the first that differs',
      '  recorded  T1  F4  CAS Free 3→1 ✓',
      "  now       T1's dequeue answers A",
      '',
    ]);
    expect(status).toBe(1);
  });
});

test('the model tells the same story as real threads', () => {
  const real = lab(['run', 'aba-dequeue', '--scheme', 'epochs']);
  const modelled = lab(['run', 'aba-dequeue', '--scheme', 'epochs', '--engine', 'model']);
  expect(real.stdout).toContain('scenario 02  aba-dequeue');
  expect(modelled).toEqual(real);
});
