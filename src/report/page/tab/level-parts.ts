import type { HintRequest } from './engine.ts';
import type { HintMessage } from './hinter.ts';
import type { LevelBox } from './level-box.ts';
import type { Player } from './player.ts';

/** What plays the levels, in the page and in its worker. */
export interface LevelParts {
  box(root: HTMLElement, player: Player, first: string): LevelBox;
  hint(request: HintRequest, post: (message: HintMessage) => void): Promise<void>;
}

let parts: LevelParts | null = null;

/** Lets the page play levels. */
export function setLevelParts(given: LevelParts): void {
  parts = given;
}

/** Null in a page that has no levels. */
export function levelParts(): LevelParts | null {
  return parts;
}
