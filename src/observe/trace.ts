import type { Access, Write } from '../engines/controlled.ts';

export type { Write } from '../engines/controlled.ts';

/**
 * What happened, as data. A recording is versioned JSONL: a `trace` line first, then `invoke`, `step`, `return` and `stop` lines in
 * the order of events, a `verdict`, and last their number and a hash. Everything that is shown or exported derives from it.
 */

/** The version of the format of traces. */
export const TRACE_VERSION = 3;

/** Versions that are read. One of version 2 does not say whether a variant took the place of a part of the kernel. */
export const TRACE_VERSIONS: readonly number[] = [2, TRACE_VERSION];

/** The first line: all that is needed to run the same thing again, and the words it began with. */
export interface TraceHeader {
  readonly kind: 'trace';
  readonly v: number;
  /** The scenario's id, or the program's text. */
  readonly subject: string;
  readonly scheme: string;
  /** The mutant of the lab whose kernel was run; left out, it was the lab's own. */
  readonly mutant?: string;
  /** What took the place of a part of the kernel, in a sentence or by the name of its file; left out, nothing did. */
  readonly variant?: string;
  /** The case of the scenario, where the scheme alone does not name it. */
  readonly case?: string;
  /** The structure, with its roots and cells, where it is not the queue. */
  readonly structure?: string;
  readonly roots?: number;
  readonly cells?: number;
  readonly slots: number;
  /** Free slots in a magazine of a thread's cache; left out, there are no caches. */
  readonly cache?: number;
  /** What the free list is, where it is no stack. */
  readonly freeList?: 'ring';
  readonly stride: number;
  readonly threads: number;
  /** The record of each thread, where threads had one after the other; left out, each has the record of its own number. */
  readonly records?: readonly number[];
  readonly tagBits: number;
  /** The schedule that was run, compact: `1x5,2x29,1x2`. Empty while it is being recorded. */
  readonly schedule: string;
  /** The length of the buffer in words, and its words that were not 0 at the start. */
  readonly words: number;
  readonly initial: readonly Write[];
}

/** The record that a thread of a run has, both numbered from 1: of its `records` where threads had one after the other, else that of its own number. */
export function recordOf(records: TraceHeader['records'] | null, thread: number): number {
  return records?.[thread - 1] ?? thread;
}

/** An operation begins: immediately before the step of the same number, which is its first. */
export interface InvokeRecord {
  readonly kind: 'invoke';
  readonly step: number;
  /** Numbered from 1. */
  readonly thread: number;
  /** The thread's n-th operation, from 1. */
  readonly op: number;
  readonly name: string;
  readonly argument: number | null;
}

export interface StepRecord {
  readonly kind: 'step';
  /** Numbered from 1 over all threads. */
  readonly step: number;
  readonly thread: number;
  readonly op: number;
  /** The step's label, as in the source: `D13`. */
  readonly label: string;
  readonly access: Access;
  /** The word's address, and the word before and after. */
  readonly address: number;
  readonly before: number;
  readonly after: number;
  /** Only for a compare-and-swap: what it expected, what it wanted to write, and whether it did. */
  readonly expected?: number;
  readonly desired?: number;
  readonly ok?: boolean;
  /** Plain writes and the addresses of plain reads of the thread between this step and its next one. */
  readonly writes: readonly Write[];
  readonly reads: readonly number[];
}

/** An operation answers: immediately after the step of the same number. */
export interface ReturnRecord {
  readonly kind: 'return';
  readonly step: number;
  readonly thread: number;
  readonly op: number;
  readonly name: string;
  /** `ok`, `full`, `value`, `empty`, `done`, `threw`. */
  readonly outcome: string;
  readonly value: number | null;
}

/** A thread stops for good before it has finished, after the step of the same number: terminated, or stopped for good. */
export interface StopRecord {
  readonly kind: 'stop';
  readonly step: number;
  readonly thread: number;
  readonly reason: 'killed' | 'stalled' | 'hung' | 'crashed';
  /** The label of the step that it would have made next, or null. */
  readonly before: string | null;
  /** What the coordinator writes in its stead: the status of a dead thread's record. */
  readonly writes: readonly Write[];
}

/** The last line but the one that seals the file. */
export interface VerdictRecord {
  readonly kind: 'verdict';
  readonly verdict: 'as-claimed' | 'broken';
  readonly findings: readonly Finding[];
}

/** What happens in a run, in order. */
export type TraceEvent = InvokeRecord | StepRecord | ReturnRecord | StopRecord;

/** A trace in memory. `start` holds plain writes that threads made before their first step. */
export interface Trace {
  readonly header: TraceHeader;
  readonly events: readonly TraceEvent[];
  readonly verdict: VerdictRecord | null;
}

/** The closed list of damage, one sentence each. */
export const DAMAGE: Readonly<Record<DamageKind, string>> = {
  ABA: 'A compare-and-swap succeeded although the slot it was about had begun another life since it was read.',
  'use after free': 'A thread used a slot whose life, as of the read that gave it the slot, had ended.',
  'double free': 'A slot was freed that was free already.',
  'retire while reachable': 'A slot was retired that the structure still led to.',
  'lost value': 'A value was put in, and is neither inside nor was it ever delivered.',
  'duplicate value': 'A value was delivered twice, or was delivered and is still inside.',
  'value from nowhere': 'A value was delivered that nobody had put in.',
  'order broken': 'Values were delivered in an order in which the structure cannot deliver them.',
  'false empty':
    'A dequeue or pop answered "empty", or isEmpty answered yes, at a time when the structure was never empty.',
  'false non-empty': 'isEmpty answered no at a time when nothing was inside.',
  'false full': 'An enqueue or push answered "full" at a time when the free list was never empty.',
  'false answer':
    'An operation that is not one of the structure answered what was so at no instant of its call.',
  'orphaned slot':
    'A slot has no owner any more: nothing leads to it, nobody holds it, and it is on no list.',
  cycle: 'Following next from a root or the free list comes back to where it has been.',
  'wild index': 'A pointer word names a slot that does not exist.',
  'broken invariant':
    'A step broke what has to be so after every step, as it is written for the structure and for the slab.',
  livelock: 'A thread goes on making steps and can never finish.',
  deadlock: 'Every thread waits for another one.',
  'stray write':
    'A word was written that belongs to nobody: the header, a word of slot 0, or a gap between words.',
  miscount: 'The scheme counts other unreclaimed slots than there are in the slab.',
  'bound exceeded': 'More slots were unreclaimed at once than the scheme promises at most.',
  race: 'A plain access met an access of another thread to the same word, with nothing to order them.',
};

/** The names of the kinds of damage. */
export type DamageKind =
  | 'ABA'
  | 'use after free'
  | 'double free'
  | 'retire while reachable'
  | 'lost value'
  | 'duplicate value'
  | 'value from nowhere'
  | 'order broken'
  | 'false empty'
  | 'false non-empty'
  | 'false full'
  | 'false answer'
  | 'orphaned slot'
  | 'cycle'
  | 'wild index'
  | 'broken invariant'
  | 'livelock'
  | 'deadlock'
  | 'stray write'
  | 'miscount'
  | 'bound exceeded'
  | 'race';

/** Damage that was found. */
export interface Finding {
  readonly kind: DamageKind;
  /** Null where there are no numbered steps (free-running workers), or the damage has no one step. */
  readonly step: number | null;
  readonly thread: number | null;
  readonly label: string | null;
  readonly note: string;
  readonly slot?: number;
  /** The step of the read that had gone stale. */
  readonly since?: number;
}
