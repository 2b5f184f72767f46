import type { Goal } from './goal.ts';

/** A task for somebody who is the scheduler, as data. */
export interface Level {
  readonly number: number;
  readonly id: string;
  readonly title: string;
  /** What is to be brought about, in one sentence. */
  readonly task: string;
  readonly goal: Goal;
  /** The program, the scheme and the slots that it is about. */
  readonly program: string;
  readonly scheme: string;
  readonly slots: number;
  /** The fewest preemptions that it takes. */
  readonly par: number;
  /** What the player has seen then, in one or two sentences. */
  readonly moral: string;
  /** The scenario that tells more, by its id. */
  readonly scenario: string;
}
