import type { WordLayout } from './word-layout.ts';
import type { OnwardStep } from './onward.ts';
import { showPending, showStep } from './step-text.ts';

/** The longest round that is looked for, and steps of one that are shown. */
const LONGEST_ROUND = 64;
const MOST_SHOWN = 8;

/**
 * The last round of a loop, in the steps that a thread made last: `round x.load() ⇒ 0, y.load() ⇒ 1`. A round is recognised by what
 * the steps ask for, whatever they were answered; where there is none, these are its last steps.
 */
export function lastRound(layout: WordLayout, made: readonly OnwardStep[]): string {
  const asked = made.map(({ next }) => showPending(layout, next).replace(/\(.*/, ''));
  const period = periodOf(asked);
  const steps = made.slice(period === 0 ? -MOST_SHOWN : -period);
  const shown = steps.slice(0, MOST_SHOWN).map(({ next, before }) => showStep(layout, next, before).text);
  const more = steps.length > MOST_SHOWN ? `, and ${steps.length - MOST_SHOWN} steps more` : '';
  return `${period === 0 ? 'last steps were' : 'last round was'} ${shown.join(', ')}${more}`;
}

/** After how many entries the end of a list repeats what stands before it, at least once more; 0 if it does not. */
function periodOf(list: readonly string[]): number {
  for (let period = 1; period <= Math.min(LONGEST_ROUND, list.length / 2); period++) {
    let same = 0;
    while (same < period && list[list.length - 1 - same] === list[list.length - 1 - same - period]) same++;
    if (same === period) return period;
  }
  return 0;
}
