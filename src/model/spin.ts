import type { Plain } from '../engines/controlled.ts';
import {
  blockingWords,
  changesNothing,
  isStep,
  partsOf,
  type PlainRead,
  type Request,
  waysOf,
  wordAfter,
} from './request.ts';
import type { ThreadState } from './thread-state.ts';

/** The longest round of a loop that is recognised, in steps and plain reads, if nothing else is said. */
export const LONGEST_ROUND = 24;

/** For how many steps at the beginning of a rehearsal it is told where in the code they are asked for, which takes long. */
export const MOST_BY_SITE = 8;

/** A place in a tree of answers, as far as its past goes. */
type Past = Pick<ThreadState, 'parent' | 'given' | 'startsPart' | 'plain' | 'own' | 'site'>;

/** Something that a thread was answered, and what its private words answered until it asked for more. */
export interface RoundStep {
  readonly request: Request | PlainRead;
  readonly answer: number;
  readonly own: readonly number[];
  /** Where in the code it was asked for. */
  readonly site: number;
}

/**
 * Says whether the thread, given the answers of a round again and again, goes on in the same way.
 *
 * @param isOneMore true if what it was answered since its last step but one is what it was answered a round before: then it was to be expected
 * there already what the thread is asked here
 */
export type Rehearse = (round: readonly RoundStep[], isOneMore: boolean) => boolean;

/**
 * What a thread waits for that stands before `next`: words and values by turns, or null.
 *
 * An await waits for its word, and a thread that sleeps waits for being woken. A loop waits as well once it has made the same steps with
 * the same answers for so many rounds, has changed nothing in them, and is about to begin another: as long as every word that the round
 * read is as it was, a further round is like the last one and changes nothing. So the thread is blocked until one of them is written, and
 * nothing is lost but executions in which it goes round more often. A thread that counts its rounds does not go on in the same way, which
 * a rehearsal shows: such a loop is not blocked.
 *
 * Where it can be told where in its code a thread asks for a step, a round leads back to the same place of it: the same steps may come
 * from other places before and after, with what was found kept elsewhere. Of a round with a choice that must be known, since a further one
 * may answer it in another way, which is explored where the round began.
 */
export function waitsAt(
  next: Request,
  past: Past,
  spins: number,
  rehearse: Rehearse,
  longest: number = LONGEST_ROUND,
): readonly number[] | null {
  const { access } = next;
  // It never goes on, whatever the words are; or whether it does shows only when it is tried (see `Machine`).
  if (access === 'stuck' || access === 'begin' || access === 'retry') return [];
  const blocking = blockingWords(next);
  if (blocking !== null) return blocking;
  if (spins === 0 || access === 'store' || access === 'write') return null;
  const made = idleSteps(past, longest * spins);
  const failed: number[] = [];
  for (let length = 1; length * spins <= made.length; length++) {
    if (!isSame(next, made[length - 1].request) || !isRepeated(made, length, spins)) continue;
    const round = made.slice(0, length).toReversed();
    if (!isBack(past, round)) continue;
    if (failed.some((each) => isMadeOf(made, length, each))) continue;
    const waits = readIn(round);
    if (waits === null) continue;
    if (rehearse(round, isAsBefore(made, length, made.findIndex(({ request }) => isStep(request)) + 1)))
      return waits;
    failed.push(length);
  }
  return null;
}

/** True if a round is a shorter one made several times: what the thread does with the one it does with the other. */
function isMadeOf(made: readonly RoundStep[], round: number, shorter: number): boolean {
  return round % shorter === 0 && isAsBefore(made, shorter, round - shorter);
}

/** True if the latest so many answers are in all respects what they were a round before. */
function isAsBefore(made: readonly RoundStep[], round: number, count: number): boolean {
  for (let i = 0; i < count; i++) {
    const [one, other] = [made[i], made[i + round]];
    if (other === undefined || one.answer !== other.answer || one.site !== other.site) return false;
    if (!isSame(one.request, other.request)) return false;
    if (one.own.length !== other.own.length || one.own.some((each, k) => each !== other.own[k])) return false;
  }
  return true;
}

/**
 * How many steps the thread's latest rounds have, each of which may leave all words as they were before it though it wrote some: what it
 * took it gave back, what it stored it stored back. Null if there is none. Whether it did is for the words to show (see `Machine`);
 * here, the thread stands before the first step of the round, goes on in the same way if it is answered as it was, and no word is
 * known to have changed.
 */
export function roundsAt(
  next: Request,
  past: Past,
  rehearse: Rehearse,
  longest: number,
): readonly number[] | null {
  const made: RoundStep[] = [];
  const rounds: number[] = [];
  let steps = 0;
  let tried = 0;
  for (const { step } of madeBefore(past, longest, isBesidesSteps)) {
    made.push(step);
    if (!isStep(step.request)) continue;
    steps++;
    if (!isSame(next, step.request)) continue;
    if (++tried > MOST_TRIED) break;
    const round = made.toReversed();
    if (isBack(past, round) && mayRestore(round) && rehearse(round, false)) rounds.push(steps);
  }
  return rounds.length === 0 ? null : rounds;
}

/**
 * The latest earlier place at which the thread stood before the same step, asked for at the same place of its code, and from which it goes
 * on in the same way if it is answered as it was since then, again and again. Null if there is none that is taken.
 */
export function backTo(
  past: ThreadState,
  rehearse: Rehearse,
  longest: number,
  isTaken: (to: ThreadState) => boolean,
): ThreadState | null {
  const { next, site } = past;
  if (!isStep(next) || site === 0) return null;
  const made: RoundStep[] = [];
  const failed: number[] = [];
  let tried = 0;
  for (const { step, from } of madeBefore(past, longest, isBesidesSteps)) {
    made.push(step);
    if (!isStep(step.request) || step.site !== site || !isSame(next, step.request)) continue;
    if (++tried > MOST_TRIED) break;
    if (!isTaken(from) || failed.some((each) => isMadeOf(made, made.length, each))) continue;
    if (rehearse(made.toReversed(), false)) return from;
    failed.push(made.length);
  }
  return null;
}

/**
 * What a thread was answered in its present part, each with the place from which it went on, the latest first: at most so many of them,
 * and none before a plain access that counts as `besides`.
 */
function* madeBefore(
  past: Past,
  most: number,
  besides: (plain: Plain) => boolean,
): Generator<{ readonly step: RoundStep; readonly from: ThreadState }> {
  let left = most;
  for (let at = past; !at.startsPart && at.parent !== null && left > 0; at = at.parent) {
    if (at.plain.length > 0 && at.plain.some(besides)) return;
    left--;
    const from: ThreadState = at.parent;
    const request = from.next as Request | PlainRead;
    yield { step: { request, answer: at.given, own: at.own, site: from.site }, from };
  }
}

/** True if a round began at the place of the code that it came to, surely if something is chosen in it. */
function isBack({ site }: Past, round: readonly RoundStep[]): boolean {
  return site === round[0].site && (site !== 0 || round.every(({ request }) => waysOf(request) === 1));
}

/** So many of the latest places where a round may have begun are looked at: a loop may have loops within. */
const MOST_TRIED = 8;

function isNoPeek({ kind }: Plain): boolean {
  return kind !== 'peek';
}

/** True of what is neither a read nor a part of a step. */
function isBesidesSteps(plain: Plain): boolean {
  return isNoPeek(plain) && !(plain.kind === 'poke' && plain.isAtomic === true);
}

/** False if a word surely is another one after the round, or somebody wrote it meanwhile, or the round writes nothing. */
function mayRestore(round: readonly RoundStep[]): boolean {
  // What steps of many accesses do is not looked at here.
  if (round.some(({ request }) => request.access === 'begin')) return true;
  const first = new Map<number, number>();
  const now = new Map<number, number>();
  const unknown = new Set<number>();
  let wrote = false;
  for (const { request, answer } of round) {
    if (isStep(request))
      for (const also of request.custom?.alsoWrites(request, answer) ?? []) unknown.add(also);
    const blind = isStep(request) && (request.access === 'store' || request.access === 'write');
    const found = blind ? [] : partsOf(request, answer);
    for (let i = 0; i < found.length; i += 2) {
      const [address, word] = [found[i], found[i + 1]];
      if (unknown.has(address)) continue;
      if (now.has(address) && now.get(address) !== word) return false;
      if (!now.has(address)) first.set(address, word);
    }
    const left = partsOf(request, isStep(request) ? wordAfter(request, answer) : answer);
    for (let i = 0; i < left.length; i += 2) now.set(left[i], left[i + 1]);
    wrote ||= isStep(request) && !changesNothing(request, answer);
  }
  return wrote && [...first].every(([address, word]) => now.get(address) === word);
}

/** The thread's latest steps in its present part that changed nothing, the latest first, up to the first that did. */
function idleSteps(past: Past, most: number): RoundStep[] {
  const made: RoundStep[] = [];
  for (const { step } of madeBefore(past, most, isNoPeek)) {
    if (isStep(step.request) && !changesNothing(step.request, step.answer)) break;
    made.push(step);
  }
  return made;
}

function isRepeated(made: readonly RoundStep[], round: number, spins: number): boolean {
  for (let i = round; i < round * spins; i++) {
    const [one, other] = [made[i], made[i - round]];
    if (!isSame(one.request, other.request) || one.answer !== other.answer) return false;
  }
  return true;
}

/** True if it is the same step, or the same plain read. */
export function isSame(a: Request | PlainRead, b: Request | PlainRead): boolean {
  if (a.address !== b.address || a.access !== b.access) return false;
  if (!isStep(a) || !isStep(b)) return true;
  return a.step === b.step && a.first === b.first && a.second === b.second && a.custom === b.custom;
}

/** If the round read a word twice and found it different, somebody is writing it, and it is no spin. */
function readIn(round: readonly RoundStep[]): number[] | null {
  const words = new Map<number, number>();
  for (const { request, answer } of round) {
    const found = partsOf(request, answer);
    for (let i = 0; i < found.length; i += 2) {
      const seen = words.get(found[i]);
      if (seen !== undefined && seen !== found[i + 1]) return null;
      words.set(found[i], found[i + 1]);
    }
  }
  return [...words].flat();
}
