/**
 * What is known of a step: one row for each label, beside the label. Recorder, judge, explorer, blame, stories, benchmarks and the page
 * read these rows and have no list of labels of their own.
 *
 * The rows are for those who watch; the kernel itself reads none. So they are TypeScript only: the compiler of the kernel leaves out
 * every constant of the type `StepCards`, and this file.
 */
export interface StepCard {
  /** The kind of access. */
  readonly access: 'load' | 'store' | 'cas' | 'exchange' | 'add' | 'or';
  /** The local variable that a read fills, by the name that the paper and stories give it. */
  readonly fills?: string;
  /** The step whose read gave the thread the slot that holds the word. Left out: the latest read that named this slot. */
  readonly slotFrom?: string;
  /**
   * Of a compare-and-swap: the step whose read gave the expected word, or several, of which the latest did. Left out: the latest read of this
   * word that found it so.
   */
  readonly expectedFrom?: string | readonly string[];
  /**
   * Of a write: the step whose latest read gave the slot that the new word names, or several, of which one did. Left out: it is the thread's own,
   * null, or no slot, or an earlier read gave it.
   */
  readonly writtenFrom?: string | readonly string[];
  /**
   * The earlier steps that it validates: a read that only looks again, or a compare-and-swap that cannot succeed if what they read is
   * no longer so. `same word` in place of a label is the operation's latest read of the same
   * word, whatever its label.
   */
  readonly validates?: readonly string[];
  /**
   * True of a read that validates after a protection was published: if a root names the same slot still, the thread knows that slot as
   * it is now, whatever it was before.
   */
  readonly renews?: boolean;
  /** True of the first step of a loop: each time that an operation makes it again is a retry. */
  readonly headsLoop?: boolean;
  /** The operation that takes effect at this step. */
  readonly linearizes?: Linearizes;
  /** Where the slot goes that the compare-and-swap names by its old word or its new one. */
  readonly moves?: Moves;
  /** The counter of its failures in a thread's record: one of the layout's `C_…`. */
  readonly failures?: number;
  /** True of a compare-and-swap that needs no identity: only that the word is so now. */
  readonly needsBitsOnly?: boolean;
  /** True of a step in a slot that the thread was not given by a read: the slot is its own, or is free. */
  readonly needsNoLife?: boolean;
  /**
   * True of a read that a compare-and-swap makes good: it fails if the word's owner, which may write it plainly at any moment, has had it again since what the read is
   * about. One that says so in `validates`, and takes effect, shows a plain write that nothing orders before the read to be a race.
   */
  readonly isMadeGood?: boolean;
  /** True of a step that only chains make, of which a laboratory has none unless it is asked for. */
  readonly ofChains?: boolean;
  /** True of a step by which a thread comes after all that had its record before it, as if it had seen them end. */
  readonly followsOwners?: boolean;
  /**
   * A clause for people, without a full stop. Of a read: what the thread takes for true from then on, `slot {slot} is the dummy node`.
   * Of a write: what the thread does, `links slot {slot} behind slot {holder}`. Holes:
   * - `{slot}` the slot that the word names: the word that was read, or that the write left there
   * - `{old}` the slot that a compare-and-swap expected, `{new}` the one that it wanted to write
   * - `{holder}` the slot that holds the word, or the thread whose record does, `T2`
   * - `{name}` the word's name, `Head` or `3.next`, and `{word}` what it holds as stories show it: `1#3`, a value, an epoch
   */
  readonly says: string;
  /** The same for a word that names no slot: `the free list is empty`. */
  readonly saysNull?: string;
  /** Of a compare-and-swap that fails, or a validation that finds another word: what that shows, `another dequeue was first`. */
  readonly saysFailed?: string;
  /** The step in a few words of its own, where that is clearer than which word it changes: `take slot {slot}`. */
  readonly short?: string;
}

/** The rows of a file, by label. */
export type StepCards = Readonly<Record<string, StepCard>>;

/** An operation takes effect: one of the structure's, or of the slab's, `take` and `give`. */
export interface Linearizes {
  readonly operation: string;
  /** What it answers where a compare-and-swap succeeds; of another step, it takes effect there if it then answers so. */
  readonly answer?: string;
  /** What it answers where a read finds a word that names no slot, or one that names a slot. Left out: it does not take effect then. */
  readonly ifNull?: string;
  readonly ifSlot?: string;
  /** The step that must then find that what was read is still so. */
  readonly validatedBy?: string;
}

/** Who owns a slot, as far as the steps of the slab and of the structure move it. */
export type Owner = 'free list' | 'structure' | 'hand';

/** A slot changes hands: from one owner to the next. */
export interface Moves {
  readonly from: Owner;
  readonly to: Owner;
  /** The line of the source at which the thread then has to retire it: `D19`. */
  readonly owes?: string;
}

/** A walk looks at the root again that it has begun from. */
export const LOOKS_AGAIN: StepCard = {
  access: 'load',
  validates: ['same word'],
  renews: true,
  says: '{name} still names slot {slot}',
  saysFailed: '{name} has changed, and the era may have been announced too late',
};
