import { describe, expect, test } from 'vitest';
import { levels } from '../../scenarios/levels.ts';
import { scenarios } from '../../scenarios/index.ts';
import { levelGame, positionAfter, wayFrom } from '../../src/play/game.ts';
import type { Level } from '../../src/play/level.ts';
import { deep } from '../effort.ts';

/** The schedule of a way: who moves at each step. */
const scheduleOf = (path: readonly number[]): string => path.map((thread) => String(thread + 1)).join(',');

async function solve(level: Level): Promise<void> {
  const game = await levelGame(level);
  const start = await positionAfter(game, '');
  const found = await wayFrom(game, start, { preemptions: level.par, seconds: 150 });
  if (typeof found === 'string' || found.way === null) throw new Error(`${level.id} cannot be solved.`);
  const { path, preemptions } = found.way;
  expect({ id: level.id, par: preemptions, complete: found.complete }).toEqual({
    id: level.id,
    par: level.par,
    complete: true,
  });
  // What the search found is what the player gets, by the engine that plays.
  const end = await positionAfter(game, scheduleOf(path));
  expect(end).toMatchObject({ reached: path.length, preemptions: level.par });
  const before = await positionAfter(game, scheduleOf(path.slice(0, -1)));
  expect(before.reached).toBeNull();
  const next = await wayFrom(game, before);
  expect(next).toMatchObject({ way: { path: [path.at(-1)] } });
}

describe('the levels', () => {
  test('are ten, numbered in order, each with a scenario that tells more', () => {
    expect(levels.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(new Set(levels.map(({ id }) => id)).size).toBe(10);
    const ids = scenarios.map(({ id }) => id);
    for (const level of levels) expect(ids).toContain(level.scenario);
  });

  // The search for the last ones takes seconds.
  test.each(deep ? levels : levels.slice(0, 8))(
    '$id is solved with as many preemptions as its par, and with no fewer',
    solve,
  );
});
