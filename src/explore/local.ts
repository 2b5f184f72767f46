import type { Pending, Plain } from '../engines/controlled.ts';

/** A step that a thread of a model may make: those of the kernel, and the rest of what `Atomics` offers. */
export interface Request extends Omit<Pending, 'access'> {
  readonly access: Pending['access'] | 'and' | 'or' | 'xor';
}

/** A plain read of a word that other threads may write: what it finds is not the thread's own doing. */
export interface PlainRead {
  readonly access: 'peek';
  readonly address: number;
}

/** What a step did that others may notice, apart from the values: all that a dependence is made of. */
export interface Effect {
  readonly request: Request;
  readonly wrote: boolean;
  /** What the thread had to wait for before it, as words and values: a write of one of them made the step possible. */
  readonly waits: readonly number[];
  /** The operation that began with this step, or null. */
  readonly begins: Extract<Plain, { kind: 'invoke' }> | null;
  /** What the thread did from this step to its next one, private words and all. */
  readonly plain: readonly Plain[];
  /** The plain accesses among it to words that other threads may touch. */
  readonly shared: readonly Extract<Plain, { kind: 'peek' | 'poke' }>[];
  /** What the operations answered that ended after this step; empty if none did. */
  readonly answers: string;
  /** True if one of them also began after this step: it made none of its own. */
  readonly inner: boolean;
}

/** Resources and modes of a step, by turns: see `dependence.ts`. */
export type Footprint = Int32Array;

/**
 * Where a thread stands: a point in the tree of all that it was ever answered. A thread is a deterministic function of the answers to
 * its shared accesses, so whoever stands here does the same next, whatever the other threads did; its code need not be run to know.
 */
export interface Local {
  readonly id: number;
  readonly parent: Local | null;
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
  /** Words and values by turns: the thread is blocked while each word has its value. Null if its next step is never blocked. */
  readonly waits: readonly number[] | null;
  /** How many steps it has made. */
  readonly steps: number;
  /** Where each answer leads to. */
  readonly after: Map<number, Local>;
  /** Of the step by which a thread came to stand here; null where it stands before its first step or at a plain read. */
  effect: Effect | null;
  footprint: Footprint | null;
  /** What the thread's code returned or threw, if it has ended. */
  readonly result: unknown;
}

/** True if the thread stands before a step. */
export function isStep(next: Request | PlainRead | null): next is Request {
  return next !== null && next.access !== 'peek';
}

/** The word after a step. */
export function wordAfter({ access, first, second }: Request, before: number): number {
  switch (access) {
    case 'store':
    case 'exchange':
      return first;
    case 'cas':
      return before === first ? second : before;
    case 'add':
      return (before + first) | 0;
    case 'and':
      return before & first;
    case 'or':
      return before | first;
    case 'xor':
      return before ^ first;
    default:
      return before;
  }
}

/** True if the step writes. A compare-and-swap that fails is a read. */
export function writes({ access, first }: Request, before: number): boolean {
  if (access === 'cas') return before === first;
  return access !== 'load' && access !== 'await';
}

/** What a step answers: the word before it. A store answers nothing, so the word before it is not the thread's to know. */
export function answerTo({ access }: Request, before: number): number {
  return access === 'store' ? 0 : before;
}

/** A step as people read it. */
export function showRequest({ access, address, first, second }: Request): string {
  if (access === 'load') return `load of word ${address}`;
  if (access === 'cas') return `cas of word ${address} from ${first} to ${second}`;
  return `${access} of word ${address} with ${first}`;
}
