import { expect, test } from 'vitest';
import { seenIn } from '../../src/bench/measure.ts';

/** Passes that see something from this time on, and the times that they were given. */
function passes(enough: number): {
  readonly spans: number[];
  readonly pass: (span: number) => Promise<string | null>;
} {
  const spans: number[] = [];
  const pass = (span: number): Promise<string | null> => {
    spans.push(span);
    return Promise.resolve(span >= enough ? `seen in ${span}` : null);
  };
  return { spans, pass };
}

test('a pass that has seen nothing is repeated with twice the time, until it has, or it has had enough', async () => {
  const [once, late, never] = [passes(0), passes(30), passes(Infinity)];
  expect([await seenIn(10, once.pass), once.spans]).toEqual(['seen in 10', [10]]);
  expect([await seenIn(10, late.pass), late.spans]).toEqual(['seen in 40', [10, 20, 40]]);
  expect([await seenIn(10, never.pass), never.spans]).toEqual([null, [10, 20, 40, 80, 160]]);
});
