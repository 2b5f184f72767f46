import type { Invariant } from './invariants.ts';

/**
 * What is known of a structure beside its class: its file exports it as `CARD`. All that watches, judges or tells reads it, and names no
 * structure. Like the cards of the steps it is for those who watch: the compiler of the kernel leaves out every constant of this type.
 */
export interface StructureCard {
  readonly operations: readonly StructureOperation[];
  /**
   * The sequential model that its histories are held against: values come out in the order in which they went in (`FIFO`), or in the
   * opposite one (`LIFO`), or at either end of a row (`DEQUE`, each operation says at which); or it holds each value at most once (`SET`).
   */
  readonly order: 'FIFO' | 'LIFO' | 'DEQUE' | 'SET';
  /** Of a set: its keys are 0 to one less than this number. Left out: any whole number. */
  readonly keys?: number;
  /**
   * The most values that it holds, or that it is as many as it has cells, if it is not the slots that bound them: a put may answer FULL while
   * this number is inside.
   */
  readonly capacity?: number | 'cells';
  /**
   * The roots, in the order of their lines. The first leads to all that is inside, in the order in which it comes out. Where they are buckets
   * this is the one row for all of them: each has its name with a number, from 0.
   */
  readonly roots: readonly StructureRoot[];
  /**
   * Of a set whose roots are buckets, each of which leads to a list of its own: the number of the one that a key belongs in, among so many.
   * Left out: the first root leads to all that is inside.
   */
  readonly buckets?: (key: number, roots: number) => number;
  /** What a mark in the next word of a node says of that node: it is deleted, and holds no value any more. Left out: nothing. */
  readonly marks?: 'deleted';
  readonly invariants: readonly Invariant[];
  /** The schemes under which it breaks, each found by the explorer in a named program. Left out: none but those that promise nothing. */
  readonly unsafeUnder?: readonly UnsafeUnder[];
  /** Of one that is not lock-free, under any scheme: why, as a clause. Left out: it is lock-free where its scheme is. */
  readonly waits?: string;
  /** What is in its array of cells; left out where it has none. */
  readonly cells?: CellCard;
  /** What is in its slots, where each holds several values; left out where a slot holds one. */
  readonly segments?: SegmentCard;
  /**
   * The id of the structure by whose modules it is run in the engine `wasm`: one of the same methods, from which it differs only in how a
   * laboratory is laid out. Left out: it has modules of its own.
   */
  readonly compiledAs?: string;
}

/**
 * A slot that holds values in cells, in words of its own behind those that every slot has, and none in its value word: what these words are
 * called, and what each cell is. How many there are follows from the words of a slot, its stride.
 */
export interface SegmentCard {
  readonly count: (stride: number) => number;
  /** The name of a word of a slot, numbered as in the layout, from MIN_STRIDE on: `enq`, `cell[0]`. */
  readonly name: (word: number, stride: number) => string;
  /** True of a word that is a cell. */
  readonly isCell: (word: number, stride: number) => boolean;
  /** Words that no value may be, since they say of a cell that it has none, and how stories call them. */
  readonly reserved: readonly { readonly word: number; readonly name: string }[];
  /** What a cell of a slot is, by the words of the slot. */
  readonly read: (word: CellWord, cell: number, stride: number) => CellState | { readonly is: 'taken' };
  /** What is in words of the first slots when the structure begins with these values inside, one at least, beside what `begin` of the class writes. */
  readonly begins: (
    values: readonly number[],
    stride: number,
  ) => readonly (readonly [slot: number, word: number, content: number])[];
}

/**
 * The array of a structure that keeps values in cells, in place of slots or beside them: what its words are called, and what each cell is.
 * Indices that only count, such as the Head of a ring, are words of the array too, since a root names a slot.
 */
export interface CellCard {
  /** How many cells there are, or by the words of the array and the threads, where a structure can have more or fewer. All that follows is told these two as well. */
  readonly count: number | ((words: number, threads: number) => number);
  /** The name of a word of the array, numbered from 0: `Head`, `cell 2.value`; null of one that nobody writes. */
  readonly name: (word: number, words: number, threads: number) => string | null;
  /** True of a word that holds a value, which stories call by its name. Left out: none does. */
  readonly holdsValue?: (word: number, words: number, threads: number) => boolean;
  readonly read: (word: CellWord, cell: number, words: number, threads: number) => CellState;
  /** The cell whose value comes out first; the others follow it in order, round the end. Left out: cell 0. */
  readonly first?: (word: CellWord) => number;
  /** The cells that hold a value, in the order in which they come out, where that is another one. */
  readonly order?: (word: CellWord, words: number, threads: number) => readonly number[];
  /** What a word is shown as in stories; null: as a number. Left out: all are. */
  readonly show?: (word: number, content: number, words: number, threads: number) => string | null;
  /**
   * What is in the words that are not 0 when the structure begins with these values inside: each with its number. Left out: `begin` of the
   * class writes the values itself, which one that is compiled cannot, since it is not given them.
   */
  readonly begins?: (
    values: readonly number[],
    sizes: { readonly cells: number; readonly threads: number },
  ) => readonly (readonly [word: number, content: number])[];
}

/** A word of the array, by its number from 0. */
export type CellWord = (n: number) => number;

/** A cell holds a value, or is empty, or a thread has claimed it that has not put its value in, or not made it empty, yet. */
export type CellState =
  { readonly is: 'holding'; readonly value: number } | { readonly is: 'claimed' } | { readonly is: 'empty' };

/** Why a structure cannot live under some schemes. */
export interface UnsafeUnder {
  /** Their ids, each with the parameters that it takes for that: `hyaline:eras=on`. */
  readonly schemes: readonly string[];
  /** Sentences. */
  readonly because: string;
  /** Where that is said. */
  readonly paper?: string;
}

export interface StructureOperation {
  /** The name of the method, and of the operation in programs, histories and stories. */
  readonly name: string;
  /** In programs in place of the name: one letter; of a keyed one `+`, `-` or `?`. */
  readonly letter?: string;
  /** Puts a value in, takes one out, or asks whether anything is inside. */
  readonly does: 'put' | 'take' | 'ask';
  /**
   * Of a set: it is about one value, its key, which it is given. A put answers NO where the key is inside already, a take is told which
   * key to take and answers OK or NO, and an ask answers whether the key is inside. In programs its letter stands before the key: `+3`.
   */
  readonly keyed?: true;
  /** Of a deque: the end at which a put puts, and a take takes. */
  readonly end?: 'front' | 'back';
  /** Of a deque that has an owner: only the first thread may call it, in programs and in free runs. */
  readonly by?: 'owner';
  /**
   * Of a queue: it may answer EMPTY also at an instant at which the put of the oldest value inside was in progress, and FULL while the take of a
   * value was that went in before as many others as there is room for. Left out: only if nothing was inside, or nothing was free.
   */
  readonly early?: true;
  /** It waits for another thread where one that is called otherwise would say so early; its method has its own name. */
  readonly waits?: true;
  /** What was done, in a sentence: `enqueued`. */
  readonly past: string;
}

export interface StructureRoot {
  readonly name: string;
  /** What it names, for people: `the dummy node`. */
  readonly names: string;
}

/**
 * What an operation may answer that a variant has beside those of the structure: what its answers are held against. It has one of these forms.
 */
export type Contract =
  /** It changes nothing, and answers so at an instant of its call, by the values inside in the order in which they come out. */
  | {
      readonly ofInside: (inside: readonly number[]) => { readonly outcome: string; readonly value?: number };
    }
  /**
   * Of one that runs alone: what is wrong with its answer, as a clause, or null. Plain accesses before its first step are not seen in the words
   * before: such an operation begins with a step.
   */
  | { readonly ofWords: (call: WatchedCall) => string | null }
  /** It answers that it is done, which is so when it answers, and nothing else. */
  | { readonly onlyDone: true };

/** What operations of a variant may answer beside those of a structure, by name. */
export type Contracts = Readonly<Record<string, Contract>>;

/** A call that has answered, with the words right before its first step and right after its last one. */
export interface WatchedCall {
  readonly argument: number | null;
  readonly outcome: string;
  readonly value: number | null;
  readonly before: Int32Array;
  readonly after: Int32Array;
}
