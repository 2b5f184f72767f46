import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { sealedLines } from '../../src/observe/seal.ts';
import { folder, lab, type Outcome } from './lab.ts';
import { deep, some } from '../effort.ts';

/** The same without threads, which tell the same story: see the last test. */
function told(...args: readonly string[]): Outcome {
  return lab([...args, '--engine', 'model']);
}

describe('run', () => {
  const refused: readonly (readonly [args: readonly string[], sentence: string])[] = [
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
  ];

  test.each(some(refused, 4))('%j is refused in one sentence', (args, sentence) => {
    const { status, stdout, stderr } = lab(args);
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  test('the story of a scenario by its id and by its number, the same every time', () => {
    const first = lab(['run', 'aba-dequeue']);
    expect(first.stdout).toContain('FIRST DAMAGE   ABA at step');
    expect(first.stdout.trimEnd().split('\n').length).toBeLessThan(55);
    expect(first.status).toBe(0);
    expect(told('run', '02').stdout).toBe(first.stdout);
  });

  test('--all shows more steps than the story', () => {
    const story = told('run', 'aba-dequeue').stdout.split('\n').length;
    expect(told('run', 'aba-dequeue', '--all').stdout.split('\n').length).toBeGreaterThan(story);
  });

  test('each kind of wrong answer is told, the value that was lost among them', () => {
    expect(told('run', 'aba-dequeue', '--until', 'end').stdout).toMatch(/^ {9}D was lost: enqueued by T2/m);
  });

  test.runIf(deep)('--scheme all is one row for each scheme', () => {
    const { status, stdout } = lab(['run', 'aba-dequeue', '--scheme', 'all']);
    for (const id of ['naive', 'no-reclaim', 'tagged', 'hazard-pointers', 'epochs'])
      expect(stdout).toMatch(new RegExp(`^${id} `, 'm'));
    expect(stdout).toContain('Stopping T1 before its check D5 ends in damage too');
    expect(status).toBe(0);
  });

  test.runIf(deep)(
    '--scheme all with a schedule of the user is one row for each scheme, and draws no moral',
    () => {
      const { stdout } = told('run', 'aba-dequeue', '--scheme', 'all', '--schedule', 'T2@end; T1@end');
      expect(stdout).toMatch(/^naive /m);
      expect(stdout).not.toMatch(/naive-before-D5|Stopping T1/);
    },
  );

  test('a scheme whose promise is broken is told so, with exit status 1, and what would stop it was tried', () => {
    const { status, stdout } = told(
      'run',
      'aba-dequeue',
      '--scheme',
      'epochs:grace=1,period=1',
      '--slots',
      '18',
    );
    const text = stdout.replaceAll(/\s+/g, ' ');
    expect(text).toContain('BROKEN epochs:grace=1,period=1 promises that this cannot happen: ABA');
    // The very same anchors under a grace period of two, and under hazard pointers; a pin of grace 1 is what did not stop it.
    expect(text).toMatch(/would stop it .*epochs:period=1[^·]*: D13 fails, Head is \d+/);
    expect(text).not.toContain('pin would');
    expect(status).toBe(1);
  });

  const stories: readonly (readonly [args: readonly string[], says: string, not: RegExp])[] = [
    [['run', 'aba-dequeue', '--schedule', 'T1@D13; T2@end; T1@end'], 'D13 fails: Head is 3, not 1;', /ABA\./],
    [
      ['run', 'aba-dequeue', '--schedule', 'T1@end; T2@end'],
      'no damage this time; naive does not promise',
      /BROKEN/,
    ],
    [['replay', 'aba-dequeue/naive:slots=6', '1x8,2x20'], 'no damage this time;', /ABA\.|corrupt|BROKEN/],
    [
      ['run', 'stalled-reader', '--scheme', 'epochs', '--slots', '60'],
      'told     the number of slots is',
      /FULL/,
    ],
    [['run', 'exhaustion', '--slots', '8'], 'slots is not', /The free list is empty|is refused/],
    [['run', 'tag-wrap', '--scheme', 'tagged:bits=4'], 'a tag wraps after 16 changes', /65536/],
  ];
  test.each(some(stories, 6))('%j is told as it was, and breaks no claim', (args, says, not) => {
    const { status, stdout } = told(...args);
    expect(stdout).toContain(says);
    expect(stdout).not.toMatch(not);
    expect(status).toBe(0);
  });

  test('of a forgotten retire the missing step comes first, and no step is blamed that did its duty', () => {
    const { stdout } = told('run', 'forgotten-retire', '--scheme', 'hazard-pointers');
    expect(stdout).toContain(
      "FIRST DAMAGE   orphaned slot at step 36\n  Slot 1 has no owner: T1's retire (D19) should have taken it.\n",
    );
  });

  test('the value that dies with its thread is told as such', () => {
    const { stdout } = told('run', 'dead-worker', '--scheme', 'tagged');
    expect(stdout).toContain('no damage; A died with T1; slot 1 recovered;');
  });

  test.runIf(deep)(
    'the schedule of the scenario itself, however it is written, is held against its end',
    () => {
      const own = told('replay', 'unvalidated-hazard/unvalidated-hazard:slots=6', '1,2x17,1x4,2x45,1x12');
      expect(own.stdout).not.toContain('told ');
      expect(own.status).toBe(0);
      // One step less, and it is a schedule like any other: the scheme claims what hazard pointers claim.
      const other = told('replay', 'unvalidated-hazard/unvalidated-hazard:slots=6', '1,2x17,1x4,2x45,1x11');
      expect(other.stdout).toContain(
        'BROKEN   unvalidated-hazard:threshold=1 promises that this cannot happen',
      );
      expect(other.status).toBe(1);
    },
  );

  test('--no-legend leaves out what the marks mean, and --code has the source with the variables of each thread', () => {
    expect(told('run', 'aba-dequeue').stdout).toContain('* goes stale   ! damage   ▸ switch');
    const { stdout } = told('run', 'aba-dequeue', '--no-legend', '--code');
    expect(stdout).not.toContain('goes stale');
    expect(stdout).toContain('dequeue, src/kernel/structures/michael-scott.ts');
    expect(stdout).toMatch(/^ {10}T1 {4}▸ +if \(this\.memory\.cas\(D13, HEAD, head, /m);
    expect(stdout).toContain('T1: head = 1ᵃ, tail = 3ᵃ, next = 2ᵃ, v = A\n');
  });
});

/** The lines of a trace with an end that fits them, as another kernel would have written them. */
function resealed(lines: readonly string[]): string {
  return sealedLines(lines.filter((line) => line !== '' && !line.startsWith('{"kind":"end"')));
}

describe('replay', () => {
  test('of a run that ended at its damage tells the same story', () => {
    const { stdout } = told('run', 'aba-dequeue');
    expect(told('replay', 'aba-dequeue/naive:slots=6', '1x5,2x36,1x4').stdout).toBe(stdout);
  });

  test.runIf(deep)(
    'a recording that does not come out again is told with its first difference, and exit status 1',
    () => {
      const path = join(folder(), 'run.jsonl');
      told('run', 'aba-dequeue', '--trace', path);
      expect(lab(['replay', path]).stdout).toMatch(/^THE SAME {3}all \d+ events came out as recorded$/m);
      const lines = readFileSync(path, 'utf8').split('\n');
      const at = lines.findIndex((line) => line.includes('"label":"D13"'));
      lines[at] = lines[at]!.replace('"label":"D13"', '"label":"D12"');
      writeFileSync(path, resealed(lines));
      const { status, stdout } = lab(['replay', path]);
      expect(stdout.split('\n').slice(-4)).toEqual([
        'NOT THE SAME   step 11 is the first that differs',
        '  recorded  T2  D12 CAS Head 1→2 ✓',
        '  now       T2  D13 CAS Head 1→2 ✓',
        '',
      ]);
      expect(status).toBe(1);
    },
  );

  test.runIf(deep)(
    'a recording whose schedule cannot be followed any more is followed as far as it goes',
    () => {
      const path = join(folder(), 'run.jsonl');
      told('run', 'aba-dequeue', '--trace', path);
      // As a kernel would have recorded it whose dequeue has a step more.
      const lines = readFileSync(path, 'utf8').replace('"1x5,2x36,1x4"', '"1x5,2x36,1x5"').split('\n');
      const last = lines.findLastIndex((line) => line.includes('"kind":"step"'));
      lines.splice(
        last + 1,
        0,
        lines[last]!.replace('"step":45', '"step":46').replace('"label":"F3"', '"label":"F4"'),
      );
      const later = lines.map((line, i) => (i > last + 1 ? line.replace('"step":45', '"step":46') : line));
      writeFileSync(path, resealed(later));
      const { status, stdout } = lab(['replay', path, '--engine', 'model']);
      expect(stdout.split('\n').slice(-4)).toEqual([
        'NOT THE SAME   step 46 is the first that differs',
        '  recorded  T1  F4  CAS Free 3→1 ✓',
        "  now       T1's dequeue answers A",
        '',
      ]);
      expect(status).toBe(1);
    },
  );
});

test.runIf(deep)('the model tells the same story as real threads', () => {
  const real = lab(['run', 'aba-dequeue', '--scheme', 'epochs']);
  const modelled = lab(['run', 'aba-dequeue', '--scheme', 'epochs', '--engine', 'model']);
  expect(real.stdout).toContain('scenario 02  aba-dequeue');
  expect(modelled).toEqual(real);
});

test('--plots writes the plots of a run, with their numbers', () => {
  const place = folder();
  const { status } = lab(['run', 'aba-dequeue', '--scheme', 'epochs', '--engine', 'model', '--plots', place]);
  expect(status).toBe(0);
  expect(readFileSync(join(place, 'slots-over-time.svg'), 'utf8')).toContain('<svg');
  expect(readFileSync(join(place, 'plots.csv'), 'utf8')).toMatch(
    /^plot,series,x,y,low,high,mark\r\nslots-over-time,/,
  );
});
