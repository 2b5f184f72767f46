import { describe, expect, test } from 'vitest';
import { runs } from '../effort.ts';
import { expectAgreement, servedAgreement } from './fair-loops-agree.ts';

describe.each([
  ['two threads', 2, false],
  ['three threads', 3, false],
  ['two threads that ask chance', 2, true],
  ['three threads that ask chance', 3, true],
] as const)('loops of %s', (_, threads, draws) => {
  test.each(['check', 'states'] as const)(
    'are all decided, livelock is told where it is real and nowhere else, and every end is seen, by %s',
    (way) => expectAgreement(threads, draws, way, runs(300, 24), 101),
  );

  test('are decided where the last of them serves', () => {
    expect(servedAgreement(threads, draws, runs(200, 24), 102)).toBeGreaterThan(0.95);
  });
});
