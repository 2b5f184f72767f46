import { hint } from './hinter.ts';
import { setLevelParts } from './level-parts.ts';

/** Gives a page of levels what plays them: in a worker there is no document, and no box. */
export function bootLevels(): void {
  setLevelParts({
    box: async (root, player, first) => {
      const { LevelBox } = await import('./level-box.ts');
      return new LevelBox(root, player, first);
    },
    hint,
  });
}
