import { describe, expect, test } from 'vitest';
import { CheckFailure, checkAsync } from '../../../src/checker/index.ts';
import { Random } from '../../../src/random.ts';
import { runs } from '../../effort.ts';
import { type AsyncProgram, codeOf, programBy } from './programs.ts';
import { outcomesOf } from './reference.ts';

/** What `checkAsync` sees of a program: all ends, or that a thread sleeps. */
async function seen({ threads, serves }: AsyncProgram): Promise<{ ends: string[]; sleeps: boolean }> {
  const ends = new Set<string>();
  try {
    await checkAsync({
      words: { a: 0, b: 0 },
      ports: { port: [1, 2] },
      threads: threads.map((body) => ({ code: codeOf(body), serves })),
      finally: ({ a, b }, results) => void ends.add(JSON.stringify([[a, b], results])),
    });
  } catch (error) {
    if (!(error instanceof CheckFailure) || error.kind !== 'deadlock') throw error;
    return { ends: [], sleeps: true };
  }
  return { ends: [...ends].toSorted(), sleeps: false };
}

const PROGRAMS = 1200;
const PARTS = 2;
/** Programs of more states take the enumeration longer than they are worth. */
const MOST_STATES = 20_000;

describe('random asynchronous programs come to the same ends as in an enumeration that shares no code', () => {
  test.each(Array.from({ length: PARTS }, (_, part) => part))('part %i', async (part) => {
    let [compared, slept] = [0, 0];
    for (let i = 0; i < runs(PROGRAMS / PARTS, 40); i++) {
      const program = programBy(new Random(1000 * part + i));
      const expected = outcomesOf(program, MOST_STATES);
      if (expected === null) continue;
      compared++;
      const { ends, sleeps } = await seen(program);
      expect({ program, sleeps }).toEqual({ program, sleeps: expected.sleeps });
      if (sleeps) slept++;
      else expect({ program, ends }).toEqual({ program, ends: [...expected.ends].toSorted() });
    }
    expect(compared).toBeGreaterThan(runs(PROGRAMS / PARTS, 40) * 0.8);
    expect(slept).toBeLessThan(compared);
  });
});
