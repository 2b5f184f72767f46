/** What is shown of a run, as data: what a page is made from, whether Node writes it or a tab makes it anew. */
export interface RunView {
  /** What the scenario is about, in a few words, or the program. */
  readonly heading: string;
  /** What ran under which scheme. */
  readonly title: string;
  /** What the command line makes it again from. */
  readonly subject: Subject;
  readonly threads: readonly string[];
  /** Lines about the run as a whole: variant, what is a user's own, how it starts. */
  readonly about: readonly string[];
  /** What the structure is in a word, and the names of its roots. */
  readonly kind: string;
  readonly roots: readonly string[];
  /** `6 slots, 2 threads`. */
  readonly size: string;
  readonly rows: readonly RowView[];
  /** One for each step. */
  readonly steps: readonly StepView[];
  readonly operations: readonly OperationView[];
  readonly words: readonly WordOfView[];
  readonly start: MomentView;
  readonly changes: readonly MomentChange[];
  /** Steps with the first damage and the read that it goes back to; null if there was none. */
  readonly damage: { readonly step: number; readonly since: number | null } | null;
  /** First damage, audit, history and replay, as the text has them. */
  readonly foot: readonly string[];
  readonly verdict: string;
  readonly isBroken: boolean;
  /** The methods that the threads are in, and by a label's name the place of the one that makes its step. */
  readonly source: SourceView;
}

/** What was run. */
export interface Subject {
  /** The scenario's id, or the program. */
  readonly id: string;
  /** 0 of a program. */
  readonly number: number;
  /** The key of a scenario's case, or the scheme's spec; and what it is called. */
  readonly scheme: string;
  readonly schemeName: string;
  readonly slots: number;
  readonly cache: number;
  /** The free list; left out, it is a stack. */
  readonly freeList?: 'ring';
  readonly schedule: string;
  /** The mutant whose kernel was run; empty is the lab's own. */
  readonly mutant: string;
  /** The line that makes it again. */
  readonly replay: string;
  /** False where it was made by code that is not the lab's own, which a page does not have. */
  readonly again: boolean;
}

/** A row of the story. */
export interface RowView {
  /** How many steps had been made. */
  readonly at: number;
  /** Null for a retire, and for the end of a thread. */
  readonly step: number | null;
  readonly thread: number;
  readonly text: string;
  readonly gutter: '*' | '!' | ' ';
  readonly switched: boolean;
  readonly notes: readonly string[];
  /** True if the text shows it, too. */
  readonly chosen: boolean;
  readonly ends: string;
  readonly queue: string;
  readonly free: string;
}

/** A step in the diagram of lanes. */
export interface StepView {
  readonly thread: number;
  readonly label: string;
  readonly kind: 'read' | 'write' | 'cas' | 'wait';
  /** Of a compare-and-swap or a read that validates; null of others. */
  readonly ok: boolean | null;
  /** True where an operation takes effect. */
  readonly effect: boolean;
  /** The step of the read that supplied the expected word; 0 if there is none. */
  readonly from: number;
}

/** An operation from its first step to its answer. */
export interface OperationView {
  readonly thread: number;
  readonly name: string;
  readonly first: number;
  /** Null where it did not end. */
  readonly last: number | null;
  readonly answer: string;
}

/** A shared word over time. */
export interface WordOfView {
  readonly name: string;
  /** From which step on it held what, with the life of the slot that it names; the first at step 0. */
  readonly holds: readonly (readonly [step: number, text: string])[];
}

export type SlotOwner = 'reachable' | 'inHand' | 'retired' | 'parked' | 'free' | 'leaked' | 'conflict';

export interface SlotView {
  readonly owner: SlotOwner;
  /** The thread that has it in hand or on its list; 0 if none has. */
  readonly by: number;
  /** With its number: `1ᵃ`. */
  readonly life: string;
  readonly holds: string;
  readonly dummy: boolean;
  /** The slot that its next word names; 0 is null. */
  readonly next: number;
  /** Who holds it back, where it is retired. */
  readonly held: string;
  /** Of a node that is inside: its own mark says that it is deleted. */
  readonly deleted?: boolean;
}

export interface BeliefView {
  /** `head = 1ᵃ`. */
  readonly text: string;
  /** The step of the read. */
  readonly step: number;
  readonly slot: number;
  readonly now: 'so' | 'changed' | 'another life' | 'freed';
}

export interface ThreadView {
  /** The operation in progress, or empty. */
  readonly inside: string;
  readonly state: 'between' | 'inside' | 'done' | 'stands' | 'ended';
  /** The label of its next step, or empty. */
  readonly next: string;
  readonly beliefs: readonly BeliefView[];
  readonly announces: string;
  readonly answers: readonly string[];
}

/** The array of a structure that has one. */
export interface CellsView {
  /** Each cell: a thread may have claimed it that has not put its value in, or not made it empty, yet. */
  readonly cells: readonly { readonly is: 'holding' | 'claimed' | 'empty'; readonly holds: string }[];
  /** The words that only count, with their names: `Top 0 · Bottom 2`. */
  readonly indices: string;
}

/** How things stand after a step. */
export interface MomentView {
  readonly slots: readonly SlotView[];
  readonly threads: readonly ThreadView[];
  /** The slots that the roots name. */
  readonly roots: readonly number[];
  readonly inside: readonly number[];
  /** The same by the buckets that lead to them, where the roots are such. */
  readonly buckets?: readonly (readonly number[])[];
  readonly free: readonly number[];
  readonly cells?: CellsView;
  readonly counts: Readonly<
    Record<
      'reachable' | 'inHand' | 'retired' | 'parked' | 'free' | 'leaked' | 'surplus' | 'conflicts' | 'slots',
      number
    >
  >;
  /** What the scheme knows. */
  readonly knows: string;
}

/** What is other than in the moment before. */
export interface MomentChange {
  readonly slots?: readonly (readonly [number, SlotView])[];
  readonly threads?: readonly (readonly [number, ThreadView])[];
  readonly roots?: MomentView['roots'];
  readonly inside?: MomentView['inside'];
  readonly buckets?: readonly (readonly number[])[];
  readonly free?: MomentView['free'];
  readonly cells?: CellsView;
  readonly counts?: MomentView['counts'];
  readonly knows?: string;
}

export interface SourceView {
  readonly methods: readonly {
    readonly name: string;
    readonly file: string;
    readonly lines: readonly string[];
  }[];
  readonly labels: Readonly<Record<string, number>>;
}

/** Steps between two moments that are kept whole. */
const KEPT = 128;

/** The moments of a view by their steps; going to one takes no longer in a long run than in a short one. */
export class Moments {
  readonly #view: Pick<RunView, 'start' | 'changes'>;
  readonly #kept: MomentView[];

  constructor(view: Pick<RunView, 'start' | 'changes'>) {
    this.#view = view;
    this.#kept = [view.start];
  }

  get last(): number {
    return this.#view.changes.length;
  }

  /** How things stood after this many steps. */
  at(step: number): MomentView {
    const within = Math.max(0, Math.min(step, this.last));
    const whole = Math.floor(within / KEPT);
    while (this.#kept.length <= whole) {
      const from = (this.#kept.length - 1) * KEPT;
      this.#kept.push(this.#from(this.#kept[this.#kept.length - 1], from, from + KEPT));
    }
    return this.#from(this.#kept[whole], whole * KEPT, within);
  }

  #from(moment: MomentView, from: number, to: number): MomentView {
    return this.#view.changes.slice(from, to).reduce(changed, moment);
  }
}

function changed(before: MomentView, { slots = [], threads = [], ...rest }: MomentChange): MomentView {
  return {
    ...before,
    ...rest,
    slots: replaced(before.slots, slots),
    threads: replaced(before.threads, threads),
  };
}

function replaced<T>(all: readonly T[], changes: readonly (readonly [number, T])[]): readonly T[] {
  if (changes.length === 0) return all;
  const copy = [...all];
  for (const [at, each] of changes) copy[at] = each;
  return copy;
}
