import { levelNamed } from '../../../../scenarios/levels.ts';
import { levelGame, positionAfter, wayFrom } from '../../../play/game.ts';
import { hintText } from '../../text/play-text.ts';
import type { HintRequest } from './engine.ts';

/** What the explorer says of the rest of the way. */
export interface HintMessage {
  readonly kind: 'hint';
  readonly text: string;
}

/** Looks for the shortest way from where a schedule of a level has led, and posts its next step. */
export async function hint(
  { level: id, schedule }: HintRequest,
  post: (message: HintMessage) => void,
): Promise<void> {
  const level = levelNamed(id);
  if (level === null) throw new Error(`There is no level ${id}.`);
  const game = await levelGame(level);
  const position = await positionAfter(game, schedule);
  post({ kind: 'hint', text: hintText(await wayFrom(game, position), position) });
}
