import { saysEarly } from '../judge/history/models.ts';
import type { HistoryFinding } from '../judge/history/history.ts';
import type { StructureCard, StructureOperation } from '../kernel/structure-card.ts';
import { type Journals, J_PENDING, OUTCOME, PUT } from './journals.ts';

/** What is known of the slab when a round begins, and of the round. */
export interface Opening {
  /** The values inside, in the order in which they would come out. */
  readonly carried: readonly number[];
  /** For each thread the sequence number of its first value of the round. */
  readonly first: readonly number[];
  /** Slots on the lists of each record, by the thread that has it; and on those of records that nobody has. */
  readonly retired: readonly number[];
  readonly retiredOfNobody: number;
  /** Slots that nobody can allocate in this round: lost, or in the hands of threads that have stopped. */
  readonly lost: number;
  /** Slots in the caches of all threads, at most. */
  readonly cached: number;
  readonly slots: number;
  /** Slots that hold no value while they are inside. */
  readonly dummies: number;
  /** False if slots go where nobody can tell, as under a scheme that frees nothing. */
  readonly tellsFull: boolean;
}

/** A moment that does not come: moments are counts, from 0 on. */
export const NEVER = 0x7fffffff;

/**
 * For each moment the next one at which as many values were inside as asked for; NEVER if there is none.
 *
 * @param changes by moment how many came in, less those that went out
 */
export function nextMoments(
  changes: Int32Array,
  end: number,
  isAsked: (inside: number) => boolean,
): Int32Array {
  const inside = changes.slice();
  for (let t = 1; t <= end; t++) inside[t] += inside[t - 1];
  const next = new Int32Array(end + 2).fill(NEVER);
  for (let t = end; t >= 0; t--) next[t] = isAsked(inside[t]) ? t : next[t + 1];
  return next;
}

/**
 * True if a put that was never ended, of a thread that stopped in an earlier round, excuses answers of EMPTY, and those that something is
 * inside: of a structure that may say EMPTY early, it may be that of the oldest value, and is in progress for good.
 *
 * @param took the threads that took part in the round
 */
export function excusesEmpty(journals: Journals, card: StructureCard, took: readonly number[]): boolean {
  if (!saysEarly(card)) return false;
  const threads = Array.from({ length: journals.threads }, (_, i) => i + 1);
  return threads.some((thread) => !took.includes(thread) && journals.read(thread, J_PENDING) === PUT);
}

/** True of an operation that answers neither EMPTY nor that something is inside. */
export function saysNothingOfContent({ outcome }: { readonly outcome: number }): boolean {
  return outcome !== OUTCOME.empty && outcome !== OUTCOME.no;
}

/** What the operations with times have shown. */
export interface TimedFindings {
  readonly findings: readonly HistoryFinding[];
  /** Operations whose order was judged, and of all with times those that answered empty and full. */
  readonly inOrder: number;
  readonly empty: number;
  readonly full: number;
  /** Those that asked whether the structure is empty. */
  readonly asked: number;
}

/** An operation with its times, in units that tell returns from invocations: see `TimedHistory`. */
export interface TimedOperation {
  readonly thread: number;
  readonly does: StructureOperation['does'];
  readonly outcome: number;
  readonly value: number;
  readonly invoked: number;
  readonly returned: number;
}
