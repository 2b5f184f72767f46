import { expect, test } from 'vitest';
import { parseReplayLine, replayCommand } from '../../src/scenario/replay-line.ts';

test.each([
  ['aba-dequeue', 'naive', 'aba-dequeue/naive:slots=6'],
  ['aba-dequeue', 'epochs:grace=1,period=2', 'aba-dequeue/epochs:grace=1,period=2,slots=6'],
  ['[A] d | d e d', 'tagged:bits=2', '"[A] d | d e d/tagged:bits=2,slots=6"'],
  // A colon that is no parameter's.
  ['e | d', 'file:///home/me/mine.js', '"e | d/file:///home/me/mine.js:slots=6"'],
])('%s under %s is written so that it can be read', (subject, scheme, written) => {
  const request = { subject, scheme, slots: 6, schedule: '1x5,2x3' };
  const varied = { ...request, variant: 'file:///home/me/mine.js?fault=1' };
  const option = "--variant 'file:///home/me/mine.js?fault=1'";
  expect(replayCommand(varied)).toBe(`npx lockfree-lab replay ${option} ${written} 1x5,2x3`);
  expect(parseReplayLine(replayCommand(varied))).toEqual(varied);
  const line = replayCommand(request);
  expect(line).toBe(`npx lockfree-lab replay ${written} 1x5,2x3`);
  expect(parseReplayLine(line)).toEqual(request);
});
