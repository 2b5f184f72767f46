import type { Goal } from './goal.ts';

/** A question whose answer is found by running or exploring. */
export type Question =
  /** What becomes of the first step of a label in an operation, as in `T1.op1.A3`: `succeeds` or `fails`. */
  | { readonly kind: 'step'; readonly case: string; readonly schedule?: string; readonly step: string }
  /** What an operation comes to, as in `T1.op1`: `empty`, `full`, `ok` or `value`. */
  | { readonly kind: 'answer'; readonly case: string; readonly schedule?: string; readonly operation: string }
  /** How many slots are leaked at the end of a schedule, were unreclaimed at once, or were touched at all. */
  | { readonly kind: 'leaked' | 'unreclaimed' | 'touched'; readonly case: string; readonly schedule?: string }
  /** How many slots that one thread has retired another one frees. */
  | {
      readonly kind: 'freed';
      readonly case: string;
      readonly schedule?: string;
      readonly by: number;
      readonly retiredBy: number;
    }
  /** The first damage of a run by its kind, or `none`. */
  | { readonly kind: 'damage'; readonly case: string; readonly schedule?: string }
  /** Whether a program can come to a goal, `yes` or `no`: every execution with so many preemptions is tried. */
  | {
      readonly kind: 'reachable';
      readonly program: string;
      readonly scheme: string;
      readonly slots: number;
      readonly goal: Goal;
      readonly preemptions: number;
    };

/** That a thread stands before a step, by its label. */
export interface StopBefore {
  readonly thread: number;
  readonly before: string;
}

/** A task that checks itself: what is answered is held against what the lab does. */
export type Exercise = {
  /** The number of the scenario that it belongs to. */
  readonly number: number;
  /** What is asked, in one to three sentences. */
  readonly task: string;
  /** Why the answer is what it is. */
  readonly because: string;
} & (
  | { readonly kind: 'predict'; readonly question: Question; readonly answer: string }
  | {
      readonly kind: 'schedule';
      readonly case: string;
      readonly goal: Goal;
      /** As many preemptions are allowed. */
      readonly preemptions: number;
      /** Where a thread must be stopped when it is first interrupted. */
      readonly stops?: StopBefore;
      /** A schedule that does it. */
      readonly answer: string;
    }
  | {
      readonly kind: 'repair';
      /** What is explored with the repaired part; nothing may be found. */
      readonly program: string;
      readonly scheme: string;
      readonly slots: number;
      /** What must still be so under the scenario's schedule: an operation still answers so. */
      readonly keeps: { readonly operation: string; readonly outcome: string };
      /** The path of the repaired module, from the root. */
      readonly answer: string;
    }
);
