import { describe, expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { type Game, goalOf, levelGame, positionAfter, wayFrom } from '../../src/play/game.ts';
import { levelNamed } from '../../scenarios/levels.ts';
import { hintText } from '../../src/report/text/play-text.ts';
import { caseFor } from '../../src/scenario/scenario-run.ts';

/** The moves of a way as a schedule: a thread is killed right after a step of its own. */
function scheduleOf(path: readonly number[]): string {
  const moves: string[] = [];
  for (const move of path) {
    if (move >= 0) moves.push(String(move + 1));
    else moves[moves.length - 1] += '!';
  }
  return moves.join(',');
}

async function reload(key: string): Promise<Game> {
  const scenario = findScenario('reload');
  const each = await caseFor(scenario, key);
  return { scenario, case: each, goal: goalOf(each), level: null };
}

describe('where threads follow each other on one record', () => {
  test.each(['epochs', 'hazard-pointers'])(
    'under %s the shortest way kills the one, and lets the next take its record up',
    async (key) => {
      const game = await reload(key);
      const start = await positionAfter(game, '');
      const found = await wayFrom(game, start);
      if (typeof found === 'string' || found.way === null) throw new Error('There is a way.');
      const { path, preemptions } = found.way;
      expect(preemptions).toBe(0);
      // A slot in hand, the death of the thread that has it, and the step that overwrites what its record said.
      expect(path.map((move) => (move < 0 ? `kill ${~move + 1}` : move + 1))).toEqual([2, 2, 2, 'kill 2', 3]);
      expect(await positionAfter(game, scheduleOf(path))).toMatchObject({ reached: 4, preemptions: 0 });
      expect((await positionAfter(game, scheduleOf(path.slice(0, -1)))).reached).toBeNull();
      expect(hintText(found, start)).toBe(
        'Move T2 (A1): its next 3 steps. From here it takes 4 steps and 0 preemptions, or fewer.',
      );
    },
  );

  test('a hint says whom to kill, and goes on after a kill by the player', async () => {
    const game = await reload('epochs');
    const before = await positionAfter(game, '2x7');
    expect(hintText(await wayFrom(game, before), before)).toMatch(
      /^Kill T2 \(k2\), which stands before E\d+\. From here it takes 1 step and 0 preemptions/,
    );
    const after = await positionAfter(game, '2x7!');
    expect(hintText(await wayFrom(game, after), after)).toMatch(/^Move T3 \(J5\): one step\./);
  });

  test('no thread moves while another one is alive on its record', async () => {
    const game = await reload('epochs');
    // T2 has a slot in hand and nobody of the others has begun: without its death nothing follows it on its record.
    const alone: Game = { ...game, scenario: { ...game.scenario, schedule: '1x0' } };
    const found = await wayFrom(alone, await positionAfter(alone, '2x4'), { preemptions: 1, seconds: 150 });
    if (typeof found === 'string') throw new Error(found);
    const moves = found.way?.path ?? [];
    const [last, first] = [moves.lastIndexOf(1), moves.findIndex((move) => move >= 2)];
    if (first !== -1) expect(first).toBeGreaterThan(last);
    await positionAfter(alone, ['2x4', scheduleOf(moves)].filter((part) => part !== '').join(','));
  });
});

test('in a game without deaths, after a kill the search goes on with those that are left', async () => {
  const game = await levelGame(levelNamed('twice')!);
  const position = await positionAfter(game, '1x5!');
  const found = await wayFrom(game, position);
  expect(found).toMatchObject({ way: null, complete: true });
  expect(hintText(found, position)).toBe(
    'Without a kill the goal cannot be reached from here any more: take back with u.',
  );
});
