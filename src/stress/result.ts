import type { FreeList } from '../laboratory/edge.ts';
import type { CameRoundSeen } from '../judge/damage/allowed.ts';
import type { Audit } from '../judge/audit/audit.ts';
import type { Claims } from '../laboratory/registry.ts';
import type { Finding, StopRecord } from '../observe/trace.ts';
import type { EngineName } from './engines.ts';
import type { JOURNAL_OUTCOMES } from './journals.ts';
import type { MixName } from './mixes.ts';

/** An operation in the flight recorder of a thread. Threads keep no common time: the order is that of the thread. */
export interface FlightEntry {
  readonly thread: number;
  /** The thread's n-th operation of the run, from 1. */
  readonly number: number;
  /** The name of the operation. */
  readonly operation: string;
  readonly outcome: (typeof JOURNAL_OUTCOMES)[number];
  /** What was put in or delivered; null where nothing was. */
  readonly value: number | null;
}

/** The name of one of the things that a run looks for: answers in an order in which the structure cannot give them. */
export const ORDER = 'an order that the times forbid';

/** A kind of damage or broken promise that a run looks for. */
export interface LookedFor {
  readonly what: string;
  /** How often it could have been seen. */
  readonly times: number;
  /** What was counted: `answers of "empty"`. */
  readonly unit: string;
  /** Why it was not looked for at all; null if it was, or could have been. */
  readonly not: string | null;
}

/**
 * The watchdog's time was over; or the slab was damaged while only threads that do not come out were running; or the run was interrupted;
 * or, of a thread that stood still on purpose, the others did not come out.
 */
export interface Hung {
  readonly because: 'watchdog' | 'damage' | 'interrupted' | 'watching';
  readonly ms: number;
}

/** A thread that ended before the run did. */
export interface Stop {
  readonly thread: number;
  readonly reason: StopRecord['reason'];
  /** The operation that it was in, and the label of the step before which it stopped; for a hung thread, of its last step. */
  readonly operation: string | null;
  readonly label: string | null;
  /** Where it was to stop, as given: `T2@D13+`. Null if nobody had asked it to. */
  readonly point: string | null;
  /** What a crashed worker said last. */
  readonly error: string | null;
  /** Of a hung thread: why it was not waited for any longer, and for how long it had been in its operation. */
  readonly hung: Hung | null;
}

/** What became of the garbage of a run: the slots that were retired and not yet free. */
export interface Garbage {
  /** The most that were unreclaimed at a time at which somebody looked, which was every few milliseconds and after every round. */
  readonly peak: number;
  /** The bound that the scheme promises, or null. */
  readonly bound: number | null;
  /** What was seen: within the bound; or growing until the slab was used up, or beyond the bound. Without a bound, null: nothing seen. */
  readonly seen: 'bounded' | 'unbounded' | null;
  /** True if threads left and joined in some rounds: these were looked at when they had ended. */
  readonly skipped: boolean;
  /** True if it was beyond the bound in a damaged slab alone, whose damage the claims allow. */
  readonly isExcused: boolean;
}

/** Whether bits passed for identity in free threads since a word had come round, which claims may allow. */
export interface CameRound {
  /** At a compare-and-swap, only at reads that look again, or not at all; null if it was not watched. */
  readonly seen: CameRoundSeen | null;
  /** The first thread whose compare-and-swap did, its step, and the slot that the word was about. */
  readonly first: { readonly thread: number; readonly label: string; readonly slot: number } | null;
}

/** What became of the values of all rounds together. */
export interface StressHistory {
  readonly enqueued: number;
  readonly delivered: number;
  /** Values inside at the end. */
  readonly remaining: number;
  /** Operations that answered full and empty. */
  readonly full: number;
  readonly empty: number;
  /**
   * Nothing lost, nothing twice. And no order broken: of a queue, each thread was given each producer's values in their order; of another
   * structure, as far as operations had times and were judged.
   */
  readonly conserved: boolean;
  readonly ordered: boolean;
  /** Values of these that are nowhere, and that a thread which stopped while it took one may have had. */
  readonly gone: number;
  /** Values that went in, beside those counted as `enqueued`, although the operations that put them in never returned. */
  readonly early: number;
}

/** What came of a stress run. */
export interface StressResult {
  /** The canonical spec. */
  readonly scheme: string;
  /** The id of the structure, or the URL of its module if it is the user's own. */
  readonly structure: string;
  /** The name of the file of a variant that took the place of a part of the kernel; left out, nothing did. */
  readonly variant?: string;
  readonly claims: Claims;
  readonly tagBits: number;
  /** The bits of the free list's tag, which every scheme relies on. */
  readonly freeListTagBits: number;
  readonly engine: EngineName;
  readonly verdict: 'as-claimed' | 'broken';
  /** True if the claims allow ABA, and all damage that can follow from it. */
  readonly damageAllowed: boolean;
  /** That the structure is not safe under the scheme, as its card says: a part of a sentence. */
  readonly unsafe?: string;
  readonly cameRound: CameRound;
  /** Damage, the first first. `step` is null: free-running threads have no numbered steps. */
  readonly findings: readonly (Finding & {
    /** True if it breaks a claim; left out if it follows from what the claims allow. */
    readonly charged?: true;
  })[];
  /** Why the verdict is `broken`, apart from findings; sentences. */
  readonly failures: readonly string[];
  /** The slab at the end, or when the damage was seen. */
  readonly audit: Audit;
  readonly threads: number;
  readonly slots: number;
  readonly cache: number;
  readonly freeList: FreeList;
  readonly mix: MixName;
  /** How many keys the threads drew from; null if the structure is no set. */
  readonly keys: number | null;
  readonly operations: number;
  /** From the start of the first round, workers being ready. */
  readonly seconds: number;
  readonly rounds: number;
  readonly seed: number;
  readonly perturb: boolean;
  readonly interrupted: boolean;
  readonly stops: readonly Stop[];
  /** Points at which a thread was to stop and to which it never came. */
  readonly missed: readonly string[];
  readonly garbage: Garbage;
  /** Values that were delivered after the last thread had stopped as asked: the others went on. Null if none was to stop, or did. */
  readonly deliveredSince: number | null;
  /** That the others came to a halt after that, where the structure's card says that it is not lock-free; else null. */
  readonly halt: string | null;
  readonly history: StressHistory;
  /** What the run looked for, and how often it could have seen it. */
  readonly looked: readonly LookedFor[];
  /** The last operations of the threads concerned, on damage; else empty. */
  readonly flight: readonly FlightEntry[];
  /** The words, on damage; else null. */
  readonly snapshot: Int32Array | null;
  /** The command that runs the same again. The threads are free: it need not end the same. */
  readonly again: string;
}
