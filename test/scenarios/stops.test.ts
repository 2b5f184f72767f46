import { afterAll, describe, expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { Geometry } from '../../src/index.ts';
import { DEAD, R_STATUS } from '../../src/kernel/layout.ts';
import type { Memory } from '../../src/kernel/memory.ts';
import { wordsAt } from '../../src/observe/replay-words.ts';
import { Steppers } from '../../src/engines/stepped.ts';
import { playText } from '../../src/report/text/play-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { caseFor, play, type Play } from '../../src/scenario/play.ts';

const pool = new Steppers();
afterAll(() => pool.end());

async function playedBy(schedule: string): Promise<Play> {
  const scenario = findScenario('aba-dequeue');
  return play(pool, scenario, await caseFor(scenario, 'hazard-pointers'), { schedule });
}

describe('a thread that stops for good', () => {
  test('is told in the story where it was terminated, and its record is marked in the replayed words too', async () => {
    const played = await playedBy('T1@D13!; T2@end');
    const rows = playText(played, plainStyle()).split('\n');
    const killed = rows.findIndex((row) => row.includes('■ terminated before D13'));
    expect(killed).toBeGreaterThan(0);
    expect(rows[killed + 1]).toContain('└ T1 dies with nothing in hand; it only intended to take slot 1');
    const words = wordsAt(played.trace, Infinity);
    const status = new Geometry({ peek: (at: number) => words[at] } as Memory).record(1) + R_STATUS;
    expect(words[status]).toBe(DEAD);
    expect(words).toEqual(played.words);
  });

  test('is told at the end where it was left standing', async () => {
    const played = await playedBy('T1@D13; T2@end');
    const text = playText(played, plainStyle());
    expect(text).toContain('■ stands before D13');
    expect(text).toContain("The schedule ends here; T1's next step would be D13.");
    expect(wordsAt(played.trace, Infinity)).toEqual(played.words);
  });

  test('before its first step is dead from the start of the recording on', async () => {
    const played = await playedBy('T1@D2!; T2@end');
    const [stop] = played.trace.events;
    expect(stop).toMatchObject({ kind: 'stop', step: 0, before: 'D2' });
    expect(wordsAt(played.trace, Infinity)).toEqual(played.words);
  });
});
