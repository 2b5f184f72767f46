import type { Pending } from '../engines/controlled.ts';
import { wordAfterAccess } from '../engines/effect.ts';
import type { Undo } from './undo.ts';

/**
 * A step that a thread of a model may make: those of the kernel, the rest of what `Atomics` offers, and plain accesses that were found to
 * race, so that others may come between (`read`, `write`). A thread that has made too many plain accesses without a step is stopped for
 * good, before a step that is never made (`stuck`: of the word that it was at). A choice (`choose`) touches no word: a search
 * answers it in every way, with the numbers below `first`. A thread may say that what it does next is one step (`begin`), which then is all
 * that it does up to the next one, by plain accesses that count as atomic; where it would have to wait among them (`retry`, which is never
 * made) that step is blocked.
 */
export interface Request extends Omit<Pending, 'access'> {
  readonly access:
    | Pending['access']
    | 'sub'
    | 'and'
    | 'or'
    | 'xor'
    | 'read'
    | 'write'
    | 'wait'
    | 'wake'
    | 'notify'
    | 'choose'
    | 'stuck'
    | 'begin'
    | 'retry';
  /** What the step does where that is more than a change of one 32-bit word; else null. */
  readonly custom: Custom | null;
}

/** How a step is made that changes a word in a way of its own, or other words too. `before` is the word at the request's address. */
export interface Custom {
  /** The words that it works on as one, if that is not the word at its address alone. */
  readonly wide: Wide | null;
  /** True if its words are looked at in one step, but each for itself: that is no access of more bytes than others are of. */
  readonly isApart?: boolean;
  /** Words and values by turns, if the step is blocked while each word has its value. */
  readonly blocked?: readonly number[];
  after(request: Request, before: number): number;
  /** True if it writes the word. */
  writes(request: Request, before: number): boolean;
  /** The addresses of the other words that it writes. */
  alsoWrites(request: Request, before: number): readonly number[];
  /**
   * Those and the ones that it would write if the word at its address were another one: what it depends on. A step that comes before
   * the last write of its word, where it came after it, must not turn out to touch words that nobody knew of.
   */
  mayWrite(request: Request, before: number): readonly number[];
  /** Writes them. */
  writeOthers(request: Request, before: number, words: Int32Array, write: WriteWord): void;
}

/** Words that a step reads or writes as one. */
export interface Wide {
  /** The first is the address of the step. */
  readonly addresses: readonly number[];
  /** A number for what they hold, which tells it from all else that they may hold. */
  join(words: Int32Array): number;
  /** What they hold if that is the number, in the order of their addresses. */
  split(whole: number): readonly number[];
}

export type WriteWord = (address: number, value: number) => void;

/** A plain read of a word that other threads may write: what it finds is not the thread's own doing. */
export interface PlainRead {
  readonly access: 'peek';
  readonly address: number;
  /** True if it is a part of a step, and counts as atomic. */
  readonly isAtomic?: boolean;
}

/** True if the thread stands before a step. */
export function isStep(next: Request | PlainRead | null): next is Request {
  return next !== null && next.access !== 'peek';
}

/** Threads are numbered below this. */
const MOST_THREADS = 32;

/**
 * A move of an execution as a number: who moves, and at a choice what is chosen. Where nothing is chosen it is the number of the thread.
 */
export function moveOf(thread: number, chosen: number): number {
  return thread + MOST_THREADS * chosen;
}

export function moverOf(move: number): number {
  return move & (MOST_THREADS - 1);
}

export function chosenIn(move: number): number {
  return Math.floor(move / MOST_THREADS);
}

/** The lowest thread of a set. */
export function lowest(threads: number): number {
  return 31 - Math.clz32(threads & -threads);
}

/** In how many ways a thread may move from before a step: all answers of a choice, or 1. */
export function waysOf(next: Request | PlainRead | null): number {
  return next !== null && next.access === 'choose' ? next.first : 1;
}

/** What a step finds: the word at its address, or a number for all the words that it works on as one. */
export function wordBefore({ address, custom }: Request, words: Int32Array): number {
  return custom === null || custom.wide === null ? words[address] : custom.wide.join(words);
}

/** The addresses of the words that a step works on. */
export function cellsOf({
  access,
  address,
  custom,
}: Pick<Request, 'access' | 'address' | 'custom'>): readonly number[] {
  if (touchesNoWord(access)) return NONE;
  return custom === null || custom.wide === null ? [address] : custom.wide.addresses;
}

/** True of a step that is about no word of its own. */
function touchesNoWord(access: (Request | PlainRead)['access']): boolean {
  return access === 'choose' || access === 'begin' || access === 'retry';
}

/** The words that a step works on and what they hold, by turns, if all of them together are `whole`. */
export function partsOf(request: Request | PlainRead, whole: number): readonly number[] {
  if (touchesNoWord(request.access)) return NONE;
  const wide = isStep(request) ? (request.custom?.wide ?? null) : null;
  if (wide === null) return [request.address, whole];
  return wide.split(whole).flatMap((word, i) => [wide.addresses[i], word]);
}

/** The word after a step. */
export function wordAfter(request: Request, before: number): number {
  return request.custom === null ? wordAfterAccess(request, before) : request.custom.after(request, before);
}

const NONE: readonly number[] = Object.freeze([]);

const READERS: ReadonlySet<Request['access']> = new Set([
  'load',
  'await',
  'read',
  'wait',
  'wake',
  'choose',
  'stuck',
  'begin',
  'retry',
]);

/** True if the step writes. A compare-and-swap that fails is a read. */
export function writes(request: Request, before: number): boolean {
  return request.custom === null ? plainlyWrites(request, before) : request.custom.writes(request, before);
}

/** The same by the kind of access alone. */
export function plainlyWrites({ access, first }: Pick<Request, 'access' | 'first'>, before: number): boolean {
  return access === 'cas' ? before === first : !READERS.has(access);
}

/** True if the step stores without a look at what was there. */
function isStore({ access }: Request): boolean {
  return access === 'store' || access === 'write';
}

/**
 * What a step answers: the word before it, or what was chosen. A store answers nothing, so the word before it is not the thread's to know.
 */
export function answerTo(request: Request, before: number): number {
  return isStore(request) || request.access === 'begin' ? 0 : before;
}

/** True if a step with this answer surely left all words as they were. A store may have, but it is not told. */
export function changesNothing(request: Request, answer: number): boolean {
  if (isStore(request) || wordAfter(request, answer) !== answer) return false;
  return request.custom === null || request.custom.alsoWrites(request, answer).length === 0;
}

/** Words and values by turns: the step cannot be made while each word has its value. Null if it always can. */
export function blockingWords({ access, custom, address, first }: Request): readonly number[] | null {
  if (custom !== null) return custom.blocked ?? null;
  return access === 'await' || access === 'wake' ? [address, first] : null;
}

/** True if each of the words has the value that a thread waits with: it is blocked. */
export function isHeldBy(waits: readonly number[], words: Int32Array): boolean {
  for (let i = 0; i < waits.length; i += 2) if (words[waits[i]] !== waits[i + 1]) return false;
  return true;
}

/** Changes the words as a step does, notes what they were, and returns the word that it leaves at its address. */
export function change(request: Request, before: number, words: Int32Array, undo: Undo): number {
  const { custom, address } = request;
  const after = wordAfter(request, before);
  if (custom !== null) changeBy(custom, request, before, after, words, undo);
  else if (after !== before) {
    undo.note(address, before);
    words[address] = after;
  }
  return after;
}

function changeBy(
  custom: Custom,
  request: Request,
  before: number,
  after: number,
  words: Int32Array,
  undo: Undo,
): void {
  const write = (to: number, value: number): void => {
    undo.note(to, words[to]);
    words[to] = value;
  };
  if (after !== before) {
    const parts = partsOf(request, after);
    for (let i = 0; i < parts.length; i += 2) write(parts[i], parts[i + 1]);
  }
  custom.writeOthers(request, before, words, write);
}

/** A step as people read it. */
export function showRequest({ access, address, first, second }: Omit<Request, 'custom'>): string {
  if (access === 'load') return `load of word ${address}`;
  if (access === 'cas') return `cas of word ${address} from ${first} to ${second}`;
  return `${access} of word ${address} with ${first}`;
}
