import type { Footprint } from '../model/thread-state.ts';
import { moverOf } from '../model/request.ts';
import type { Sequence } from './sequence.ts';

/**
 * A branch of a wakeup tree (Abdulla, Aronis, Jonsson and Sagonas, "Source Sets", JACM 2017, section 6): a step that is to be made at
 * some point of an execution, and what is to follow it.
 */
export interface Branch {
  readonly move: number;
  /** In how many ways the thread may move there. */
  readonly ways: number;
  /** What the step will touch; null if that is not known. */
  readonly footprint: Footprint | null;
  /** What is to follow, in order; null if the search is to go on as it likes. */
  readonly below: Branch[] | null;
}

/**
 * What is said of a step that a sequence does not make, and on which none of it depends. What begins with the sequence can be reordered
 * to begin with that step if it makes the step at all, and makes nothing before it that it depends on. `counts`: the sequence
 * can begin with it. `unsure`: nobody can tell. `ignored`: it cannot.
 */
export type Weakly = 'counts' | 'unsure' | 'ignored';

/** How many branches were tried at some point, and who sleeps there: see `Frame`. */
interface Sleeping {
  readonly tried: number;
  readonly choosing: number;
  readonly chosen: readonly (readonly (Footprint | null)[])[];
  readonly fromAbove: number;
}

const NOBODY: Sleeping = { tried: 0, choosing: 0, chosen: [], fromAbove: 0 };

/**
 * The sequence, or what it can be reordered to, is planned already; or it was added; or nobody can tell, since it may begin with the step
 * of a branch.
 */
export type Placed = 'there' | 'added' | Branch;

/**
 * Adds a sequence to the branches at some point, behind them, unless it is planned already: goes down along the first branch whose step the
 * sequence can begin with, from there on without that step, and adds what is left where there is no such branch. The sequence is used up.
 *
 * So of two branches at one point the second cannot begin with the step of the first. Once the first was explored, and its step sleeps,
 * something in the second wakes it.
 *
 * A thread that chooses is no beginning of what it takes no part in, unless each of its answers is: then the sequence goes to all of them.
 *
 * @param frame where some branches were tried, and some answers of a thread that chooses may sleep
 */
export function insert(
  branches: Branch[],
  sequence: Sequence,
  weakly: Weakly,
  frame: Sleeping = NOBODY,
): Placed {
  for (let i = frame.tried; i < branches.length; i++) {
    const branch = branches[i];
    const thread = moverOf(branch.move);
    const first = sequence.firstOf(thread);
    if (first >= 0 && sequence.moveAt(first) === branch.move) {
      sequence.remove(first);
      return sequence.length === 0 ? 'there' : insertBelow(branch, sequence, weakly);
    }
    if (first !== -1 || weakly === 'ignored' || !sequence.isApartFrom(branch.footprint)) continue;
    if (branch.ways === 1) return weakly === 'unsure' ? branch : insertBelow(branch, sequence, weakly);
    const answers = answersOf(branches, i, thread, sequence);
    if (answers.length + asleepAnswers(frame, thread, sequence) < branch.ways) continue;
    if (weakly === 'unsure') return branch;
    const placed = answers.map((each) => insertBelow(each, sequence.copy(), weakly));
    return placed.includes('added') ? 'added' : 'there';
  }
  let below: Branch[] | null = null;
  for (let k = sequence.length - 1; k > 0; k--) below = [branchOf(sequence, k, below)];
  branches.push(branchOf(sequence, 0, below));
  return 'added';
}

function branchOf(sequence: Sequence, k: number, below: Branch[] | null): Branch {
  return { move: sequence.moveAt(k), ways: sequence.waysAt(k), footprint: sequence.footprintAt(k), below };
}

/** Where the search goes on as it likes, all that can follow will. */
function insertBelow({ below }: Branch, sequence: Sequence, weakly: Weakly): Placed {
  return below === null ? 'there' : insert(below, sequence, weakly);
}

function answersOf(
  branches: readonly Branch[],
  from: number,
  thread: number,
  sequence: Sequence,
): readonly Branch[] {
  return branches
    .slice(from)
    .filter(({ move, footprint }) => moverOf(move) === thread && sequence.isApartFrom(footprint));
}

/** How many answers of a thread sleep, and do not depend on a sequence. */
function asleepAnswers(frame: Sleeping, thread: number, sequence: Sequence): number {
  if ((((frame.choosing & ~frame.fromAbove) >> thread) & 1) === 0) return 0;
  return frame.chosen[thread].filter((each) => each !== null && sequence.isApartFrom(each)).length;
}
