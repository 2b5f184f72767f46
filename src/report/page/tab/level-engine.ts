import { levelGame, type Position, positionAfter } from '../../../play/game.ts';
import type { Level } from '../../../play/level.ts';
import type { RunView } from '../run-view.ts';
import { viewOfRun } from '../view-of-run.ts';

/** A level as a tab shows it. */
export interface LevelView {
  readonly view: RunView;
  readonly position: Position;
}

/** Plays a level as far as a schedule leads, by the engine of `play`. */
export async function playedLevel(level: Level, schedule: string): Promise<LevelView> {
  const position = await positionAfter(await levelGame(level), schedule);
  return { view: viewOfRun(position.run, true), position };
}
