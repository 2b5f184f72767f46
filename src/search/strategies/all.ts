import { UsageError } from '../../errors.ts';
import { closest } from '../../suggest.ts';
import type { Strategy } from '../strategy.ts';
import { bounded } from './bounded.ts';
import { exhaustive } from './exhaustive.ts';
import { pct } from './pct.ts';
import { pos } from './pos.ts';
import { randomWalk } from './random-walk.ts';
import { scheduleReplay } from './replay.ts';

/** Every strategy; a new one has a file of its own and a place here. */
export const strategies: readonly Strategy[] = [exhaustive, bounded, pct, pos, randomWalk, scheduleReplay];

export function strategyOf(id: string): Strategy {
  const strategy = strategies.find((each) => each.id === id);
  if (strategy) return strategy;
  const ids = strategies.map((each) => each.id);
  throw new UsageError(`There is no strategy "${id}"${closest(id, ids)}: give one of ${ids.join(', ')}.`);
}
