import type { Plain, Write } from '../engines/controlled.ts';
import type { PlainRead, Request } from './request.ts';

/** What a step did that others may notice, apart from the values: all that a dependence is made of. */
export interface Effect {
  readonly request: Request;
  readonly wrote: boolean;
  /** The addresses of other words that the step counts as a write of: see `Custom`. */
  readonly mayWrite: readonly number[];
  /**
   * What the thread had to wait for before it, as words and values: a write of one of them made the step possible. Of a thread that may be
   * killed also the word that says that it lives.
   */
  readonly waits: readonly number[];
  /** The operation that began with this step, or null. */
  readonly begins: Extract<Plain, { kind: 'invoke' }> | null;
  /** What the thread did from this step to its next one, private words and all. */
  readonly plain: readonly Plain[];
  /** The plain writes and the addresses of the plain reads among it. */
  readonly writes: readonly Write[];
  readonly reads: readonly number[];
  /** The plain accesses among it to words that other threads may touch. */
  readonly shared: readonly Extract<Plain, { kind: 'peek' | 'poke' }>[];
  /** What the operations answered that ended after this step; empty if none did. */
  readonly answers: string;
  /** True if one of them also began after this step: it made none of its own. */
  readonly inner: boolean;
}

/** Resources and modes of a step, by turns: see `dependence.ts`. */
export type Footprint = readonly number[];

/**
 * Where a thread stands: a point in the tree of all that it was ever answered. A thread is a deterministic function of the answers to
 * its shared accesses, so a thread that stands here does the same next, whatever the other threads did; its code need not be run to know.
 */
export interface ThreadState {
  readonly id: number;
  /** Null at the root, and where the way is forgotten. */
  parent: ThreadState | null;
  /** The answer that led here from the parent. */
  readonly given: number;
  /** Which part of the thread's code it is in. */
  readonly part: number;
  /** True if that part began on the way from the parent to here. */
  readonly startsPart: boolean;
  /** What the thread's private words answered on the way here, since the part began. */
  readonly own: readonly number[];
  /** What it did on the way here. */
  readonly plain: readonly Plain[];
  /** The plain writes among it: address and value by turns. */
  readonly pokes: readonly number[];
  /** What it does next; null if it has ended. */
  readonly next: Request | PlainRead | null;
  /** A number for where in its code it asks for that, if it is known; else 0. */
  readonly site: number;
  /** Words and values by turns: the thread is blocked while each word has its value. Null if its next step is never blocked. */
  readonly waits: readonly number[] | null;
  /**
   * How many steps the rounds have that the thread has gone last, and that may have left all words as they were: see `roundsAt`. Null if
   * there are none, or nobody asks.
   */
  readonly rounds: readonly number[] | null;
  /** How many steps it has made. */
  readonly steps: number;
  /** Where the first answer leads to that was given here, and where each other one does. */
  only: ThreadState | null;
  after: Map<number, ThreadState> | null;
  /** Of the step by which a thread came to stand here; null where it stands before its first step or at a plain read. */
  effect: Effect | null;
  footprint: Footprint | null;
  /** What the thread's code returned or threw, if it has ended. */
  readonly result: unknown;
}

/** There are as many lists as places, and most are empty: so these take no room, and the others no more than they need. */
export function lean<T>(list: readonly T[]): readonly T[] {
  return list.length === 0 ? EMPTY_LIST : list.slice();
}

export const EMPTY_LIST: readonly never[] = Object.freeze([]);

/** True of where a thread would have to wait in the middle of a step. */
export function isInVain({ next }: ThreadState): boolean {
  return next?.access === 'retry';
}

/** What a thread found in plain reads between two places: words and values by turns, each word once, as it was first. */
export function foundBetween(from: ThreadState, to: ThreadState): readonly number[] {
  const found = new Map<number, number>();
  for (let place = to; place !== from && place.parent !== null; place = place.parent) {
    const before = place.parent.next;
    if (before?.access === 'peek') found.set(before.address, place.given);
  }
  return [...found].flat();
}

/**
 * A thread that may be killed before any of its steps: once thread `by` has made its only step, thread `of` makes none any more. The kill
 * depends on every step of the thread, so a search tries it before each.
 */
export interface Death {
  readonly of: number;
  readonly by: number;
  /** The word that says whether the thread lives, and what it holds as long as it does. */
  readonly status: number;
  readonly alive: number;
  /** True if it is the word of other threads, too, one after the other: then it says nothing of this one. */
  readonly isShared?: boolean;
}

/** The thread that a thread of a model kills with its step; null if it kills none. */
export function victimOf({ deaths }: { readonly deaths?: readonly Death[] }, thread: number): number | null {
  return deaths?.find(({ by }) => by === thread)?.of ?? null;
}

/** An event of an execution: who moved, from where to where, and the word before, or what was chosen. */
export interface Happening {
  readonly thread: number;
  readonly from: ThreadState;
  readonly to: ThreadState;
  readonly before: number;
}
