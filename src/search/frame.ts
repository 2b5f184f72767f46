import { depend } from '../model/dependence.ts';
import { chosenIn, lowest, moverOf, waysOf } from '../model/request.ts';
import type { Footprint } from '../model/thread-state.ts';
import type { Machine } from '../model/machine.ts';
import type { Sequence } from './sequence.ts';
import type { Branch, Weakly } from './wakeup-tree.ts';

/** What is tried at a moment, and what is planned to come after it. */
export type PlannedMove = Pick<Branch, 'move' | 'below'>;

/** What a search with sleep sets knows of the moment before an event. */
export interface Frame {
  /** The threads that can move there, one bit each. */
  enabled: number;
  /** What is still to be tried there, in order; null if nothing is. */
  branches: Branch[] | null;
  /** How many of them were tried. */
  tried: number;
  /** What is tried before them; null if nothing is. */
  first: PlannedMove | null;
  /** True if all that can move is tried there anyway. */
  isFull: boolean;
  /** The threads that need not be tried: what begins with their step was explored before, here or further up. */
  sleep: number;
  /** By thread that sleeps the footprint of its step. */
  readonly sleepers: Footprint[];
  /** The threads before a choice of which some answers need not be tried, one bit each. All of them sleep if the thread does. */
  choosing: number;
  /** By such a thread and answer the footprint that the step had with it; null if it is to be tried. */
  readonly chosen: (Footprint | null)[][];
  /** Those of the threads that sleep, or some of whose answers do, who fell asleep above a part of a search: see `isCovered`. */
  fromAbove: number;
  /** The move that is made there at this moment, and what it touches. */
  move: number;
  footprint: Footprint;
}

export function newFrame(): Frame {
  return {
    enabled: 0,
    branches: null,
    tried: 0,
    first: null,
    isFull: false,
    sleep: 0,
    sleepers: [],
    choosing: 0,
    chosen: [],
    fromAbove: 0,
    move: 0,
    footprint: [],
  };
}

/** True if a move need not be tried. */
export function isAsleep(frame: Frame, move: number): boolean {
  const thread = moverOf(move);
  if (((frame.choosing >> thread) & 1) !== 0) return frame.chosen[thread][chosenIn(move)] !== null;
  return ((frame.sleep >> thread) & 1) !== 0;
}

/** A move was tried: from then on it sleeps, and its thread if no answer is left. */
export function fallAsleep(frame: Frame, machine: Machine, move: number, footprint: Footprint): void {
  const thread = moverOf(move);
  const ways = waysOf(machine.at[thread].next);
  if (ways === 1) frame.sleepers[thread] = footprint;
  else {
    if (((frame.choosing >> thread) & 1) === 0)
      frame.chosen[thread] = Array.from({ length: ways }, () => null);
    frame.choosing |= 1 << thread;
    frame.chosen[thread][chosenIn(move)] = footprint;
    if (frame.chosen[thread].includes(null)) return;
  }
  frame.sleep |= 1 << thread;
}

/** After a step that a thread has made: those that slept before it and do not depend on it sleep on. Returns them. */
export function stillAsleep(
  frame: Frame,
  below: Frame,
  threads: number,
  thread: number,
  footprint: Footprint,
): number {
  let sleep = frame.choosing === 0 ? 0 : stillChoosing(frame, below, threads, thread, footprint);
  if (frame.choosing === 0) below.choosing = 0;
  for (let left = frame.sleep & ~frame.choosing & ~(1 << thread); left !== 0; left &= left - 1) {
    const other = lowest(left);
    if (depend(frame.sleepers[other], footprint)) continue;
    sleep |= 1 << other;
    below.sleepers[other] = frame.sleepers[other];
  }
  below.fromAbove = frame.fromAbove & (sleep | below.choosing);
  return sleep;
}

/** The same for threads before a choice, of which some answers sleep on, or all. */
function stillChoosing(
  frame: Frame,
  below: Frame,
  threads: number,
  thread: number,
  footprint: Footprint,
): number {
  let sleep = 0;
  let choosing = 0;
  for (let other = 0; other < threads; other++) {
    if (other === thread || ((frame.choosing >> other) & 1) === 0) continue;
    const chosen = frame.chosen[other].map((each) =>
      each === null || depend(each, footprint) ? null : each,
    );
    if (chosen.every((each) => each === null)) continue;
    below.chosen[other] = chosen;
    choosing |= 1 << other;
    if (!chosen.includes(null)) sleep |= 1 << other;
  }
  below.choosing = choosing;
  return sleep;
}

/** A thread of which it is unsure whether a sequence can begin with its step, and what the step touches; null if it has several. */
export interface Doubt {
  readonly thread: number;
  readonly footprint: Footprint | null;
}

/**
 * Whether all that begins with a sequence was explored, since it can begin with a step that sleeps; or a doubt about that.
 *
 * A step that the sequence does not make may be made in what follows it, after something that it depends on. That was not explored where
 * the step came first, but its race with that was met there, and planned where the step was tried. It was not planned if that
 * was above a part of a search, where nothing is. So a step that sleeps since then covers only what makes it.
 */
export function isCovered(frame: Frame, sequence: Sequence, weakly: Weakly): boolean | Doubt {
  let doubt: Doubt | null = null;
  for (let left = frame.sleep | frame.choosing; left !== 0; left &= left - 1) {
    const thread = lowest(left);
    const first = sequence.firstOf(thread);
    if (first >= 0) {
      if (isAsleep(frame, sequence.moveAt(first))) return true;
    } else if (
      first === -1 &&
      weakly !== 'ignored' &&
      ((frame.fromAbove >> thread) & 1) === 0 &&
      isApart(frame, thread, sequence)
    ) {
      if (weakly === 'counts') return true;
      doubt = { thread, footprint: (frame.choosing >> thread) & 1 ? null : frame.sleepers[thread] };
    }
  }
  return doubt ?? false;
}

/** True if all that a thread may do next sleeps, and none of it depends on a sequence. */
function isApart(frame: Frame, thread: number, sequence: Sequence): boolean {
  if (((frame.sleep >> thread) & 1) === 0) return false;
  if (((frame.choosing >> thread) & 1) === 0) return sequence.isApartFrom(frame.sleepers[thread]);
  return frame.chosen[thread].every((each) => sequence.isApartFrom(each));
}
