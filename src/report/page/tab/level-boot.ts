import { hint } from './hinter.ts';
import { LevelBox } from './level-box.ts';
import { setLevelParts } from './level-parts.ts';

/** Gives a page of levels what plays them. */
export function bootLevels(): void {
  setLevelParts({ box: (root, player, first) => new LevelBox(root, player, first), hint });
}
