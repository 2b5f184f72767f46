import type { DamageKind } from '../observe/trace.ts';

/**
 * A slot, as a condition or a hole of a text names it: `T1.head`, what T1's local variable names; `slot`, the
 * slot that the step is about: the one whose word it touches, or else the one that it takes, frees, announces or puts into a root; `new`,
 * the one that a compare-and-swap writes; `Head`, `Free`, what a root of the structure or the top of the free list names after the step.
 */
export type SlotTerm = 'slot' | 'new' | Capitalize<string> | `T${number}.${string}`;

/** Where a slot is after the step, as the audit has it. A slot with several owners is in all these places. */
export type SlotPlace = 'structure' | 'free' | 'retired' | 'hand';

/** What must be so at the moment of a note. */
export type Condition =
  /** The step is a compare-and-swap that took effect, or did not. */
  | { readonly cas: 'succeeds' | 'fails' }
  /** The step is a read that looks again, and finds what was read before, or not. */
  | { readonly check: 'passes' | 'fails' }
  /** The step did damage of this kind. */
  | { readonly damage: DamageKind }
  /** The operation answers so, now or after this step, which is its last one. */
  | { readonly answers: string }
  /** This is the label of the thread's next step, or of the one that it would have made next. */
  | { readonly next: string }
  /** Two terms name the same slot. */
  | { readonly same: readonly [SlotTerm, SlotTerm] }
  /** The slot is there after the step, or is not. */
  | { readonly in: readonly [SlotTerm, SlotPlace] }
  | { readonly notIn: readonly [SlotTerm, SlotPlace] }
  /** The slot that a variable names is in the life in which the thread read it, or is not. */
  | { readonly life: readonly [SlotTerm, 'same' | 'over'] }
  /** The thread announces the slot in one of its hazards. */
  | { readonly protects: readonly [number, SlotTerm] }
  /** The thread is pinned, or is not. */
  | { readonly pinned: number }
  | { readonly unpinned: number }
  /** The thread is online, or is offline. */
  | { readonly online: number }
  | { readonly offline: number }
  /** Pointer words carry a tag, or none. */
  | { readonly tags: boolean }
  /** The scheme never frees a slot. */
  | { readonly reclaims: boolean }
  /** So many slots are free after the step. */
  | { readonly free: number }
  /** The thread of that number was killed before. */
  | { readonly dead: number }
  /** An operation has answered so: `T1.op2`. */
  | { readonly answered: readonly [string, string] };

/**
 * A remark that is shown at a point of a run if its conditions hold in this very run, whatever the scheme, the schedule and the slots.
 *
 * `at` is `T1.op1.D4` (the thread's first operation, its first such step), `T1.op1.D4#2` (its second), `T1.D4` (in any operation; shown
 * the first time that the conditions hold), `T2.op1.return`, `T1.stop`.
 */
export interface Note {
  readonly at: string;
  readonly when?: readonly Condition[];
  /**
   * Holes are filled from the run: a slot term as `{T1.head}`; numbers, after the step: `{slots}`, `{free}`, `{retired}`, `{leaked}`,
   * `{inside}` (the dummy node included), `{inUse}`, `{everAllocated}`, `{T2.retired}` and `{T2.kept}` (the slots that T2 has retired so
   * far, and those that it keeps now: on its lists, or in a batch of its own), `{T2.freed}` and `{T2.freed.T1}` (the slots that T2 has freed, and those of them that T1 had retired),
   * `{T1.freedReads}` (the reads in which T1 has looked at a slot whose life had ended); `{touched}` and
   * `{touchedPages}` (what threads have touched of the slab until then), `{reservedPages}`, `{slotBytes}`; `{answer}`, the value that the operation answers. `{free:slot}` is `1 slot` or `3 slots`. A hole for
   * which the run has nothing is a condition that does not hold.
   */
  readonly text: string;
  /** The audit of that moment is shown with it, and what the scheme knows then. */
  readonly audit?: boolean;
}
