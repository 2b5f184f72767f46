import { CountedSchedule, printSchedule } from '../schedule/schedule.ts';
import type { Case, Scenario } from '../scenario/scenario.ts';
import { positionAfter, wayFrom } from './game.ts';

/** What a search has found out about a scenario before it is run. */
export interface Ahead {
  /** A shortest way to a slot that nobody owns, as a schedule by counts, and its size; null if none was found. */
  readonly way: { readonly schedule: string; readonly steps: number; readonly preemptions: number } | null;
  /** True if all orders of the steps were tried, up to those that are alike. */
  readonly complete: boolean;
  /** All orders with no more preemptions than this were tried. */
  readonly preemptions: number;
}

const PREEMPTIONS = 1;
/** So long a search looks. */
const SECONDS = 4;

/**
 * Looks for a slot without an owner in other orders of the steps of a case than its schedule has. A thread that its schedule kills may die
 * at any step. Null if the search cannot be made.
 */
export async function lookAhead(
  scenario: Scenario,
  each: Case,
  seconds: number = SECONDS,
): Promise<Ahead | null> {
  const game = { scenario, case: each, goal: { kind: 'leaked', slots: 1 }, level: null } as const;
  const start = await positionAfter(game, '');
  const found = await wayFrom(game, start, { preemptions: PREEMPTIONS, seconds });
  if (typeof found === 'string') return null;
  const { way, complete, preemptions } = found;
  if (way === null) return { way: null, complete, preemptions };
  const counted = new CountedSchedule();
  // A death stands as the complement of its thread.
  for (const thread of way.path) {
    if (thread < 0) counted.kill(~thread + 1);
    else counted.step(thread + 1);
  }
  return {
    way: {
      schedule: printSchedule(counted.schedule()),
      steps: way.path.filter((thread) => thread >= 0).length,
      preemptions: way.preemptions,
    },
    complete,
    preemptions,
  };
}
