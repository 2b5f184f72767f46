import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { parseReplayLine, parseReplayWords, replayCommand } from '../../src/scenario/replay-line.ts';
import { shellWord, shellWords } from '../../src/visible.ts';

test.each([
  ['aba-dequeue', 'naive', 'aba-dequeue/naive:slots=6'],
  ['aba-dequeue', 'epochs:grace=1,period=2', 'aba-dequeue/epochs:grace=1,period=2,slots=6'],
  ['[A] d | d e d', 'tagged:bits=2', '"[A] d | d e d/tagged:bits=2,slots=6"'],
  // A colon that is no parameter's.
  ['e | d', 'file:///home/me/mine.js', '"e | d/file:///home/me/mine.js:slots=6"'],
  // What a shell would take for a pipe, a variable, a command, the end of a quotation or an earlier command.
  ['e|d', 'naive', '"e|d/naive:slots=6"'],
  ['e | d', 'file:///$HOME/`id`/mine.js', "'e | d/file:///$HOME/`id`/mine.js:slots=6'"],
  ['e | d', "file:///it's/$1/mine!.js", String.raw`'e | d/file:///it'\''s/$1/mine!.js:slots=6'`],
])('%s under %s is written so that it can be read', (subject, scheme, written) => {
  const request = { subject, scheme, slots: 6, schedule: '1x5,2x3' };
  const varied = { ...request, variant: 'file:///home/me/mine.js?fault=1' };
  const option = '--variant "file:///home/me/mine.js?fault=1"';
  expect(replayCommand(varied)).toBe(`npx lockfree-lab replay ${option} ${written} 1x5,2x3`);
  expect(parseReplayLine(replayCommand(varied))).toEqual(varied);
  const line = replayCommand(request);
  expect(line).toBe(`npx lockfree-lab replay ${written} 1x5,2x3`);
  expect(parseReplayLine(line)).toEqual(request);
  // After a shell has read it, and as one argument with all of it.
  const [, , , ...words] = shellWords(line);
  expect(parseReplayWords(words)).toEqual(request);
  expect(parseReplayWords([line])).toEqual(request);
});

test('a schedule that kills a thread is quoted, since ! means an earlier command', () => {
  const request = { subject: 'dead-worker', scheme: 'naive', slots: 6, schedule: '1x5!,2x3' };
  expect(replayCommand(request)).toBe("npx lockfree-lab replay dead-worker/naive:slots=6 '1x5!,2x3'");
  expect(parseReplayLine(replayCommand(request))).toEqual(request);
});

test.each([['slots'], ['cache']])('%s given twice is refused', (name) => {
  expect(() => parseReplayLine(`aba-dequeue/naive:slots=6,${name}=8,${name}=7 1x5`)).toThrow(
    `${name} is given twice`,
  );
});

test('a shell reads every argument as it was', () => {
  const all = [
    '',
    'plain',
    'a b',
    '"',
    "'",
    `"'`,
    '$HOME',
    '`id`',
    String.raw`back\slash`,
    '!',
    'new\nline',
    '\u001b[31m',
    '\u202e',
    'a;b&c|d>e',
    '*',
    '~',
    '#',
  ];
  const line = all.map(shellWord).join(' ');
  const read = execFileSync('bash', ['-c', `printf '%s\\0' ${line}`], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
  });
  expect(read.split('\0').slice(0, -1)).toEqual(all);
  // Nothing of it is obeyed by a terminal.
  expect(line).toMatch(/^[ -~]*$/);
  const seen = all.filter((each) => /^[ -~]*$/.test(each));
  expect(seen.map(shellWord).flatMap(shellWords)).toEqual(seen);
});
