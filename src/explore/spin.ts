import { isStep, type Local, type Request, writes } from './local.ts';

/** The longest round of a loop that is recognised, in steps. */
const LONGEST_ROUND = 24;

/** A place in a tree of answers, as far as its past goes. */
type Past = Pick<Local, 'parent' | 'given' | 'startsPart' | 'plain'>;

interface Made {
  readonly request: Request;
  readonly answer: number;
}

/**
 * What a thread waits for that stands before `next`: words and values by turns, or null.
 *
 * An await waits for its word. A loop waits as well once it has made the same steps with the same answers for so many rounds, has
 * written nothing in them, and is about to begin another: as long as every word that the round read is as it was, a further round
 * is like the last one and changes nothing. So the thread is blocked until one of them is written, and nothing is lost but executions in
 * which it goes round more often. This takes for granted that the thread itself does not count its rounds: a loop that does, and ends
 * by its count, needs `spins` above it.
 */
export function waitsAt(next: Request, past: Past, spins: number): readonly number[] | null {
  if (next.access === 'await') return [next.address, next.first];
  if (spins === 0 || next.access === 'store') return null;
  const made = idleSteps(past, LONGEST_ROUND * spins);
  for (let round = 1; round * spins <= made.length; round++) {
    if (!isSame(next, made[round - 1].request)) continue;
    if (isRepeated(made, round, spins)) return readIn(made.slice(0, round));
  }
  return null;
}

/** The thread's latest steps in its present part that changed nothing, the latest first, up to the first that did. */
function idleSteps(past: Past, most: number): Made[] {
  const made: Made[] = [];
  for (let at = past; !at.startsPart && at.parent !== null && made.length < most; at = at.parent) {
    if (at.plain.length > 0 && at.plain.some(({ kind }) => kind !== 'peek')) break;
    const { next } = at.parent;
    // What a plain read found would have to be waited for too.
    if (!isStep(next)) break;
    if (next.access === 'store' || writes(next, at.given)) break;
    made.push({ request: next, answer: at.given });
  }
  return made;
}

function isRepeated(made: readonly Made[], round: number, spins: number): boolean {
  for (let i = round; i < round * spins; i++) {
    const [one, other] = [made[i], made[i - round]];
    if (!isSame(one.request, other.request) || one.answer !== other.answer) return false;
  }
  return true;
}

function isSame(a: Request, b: Request): boolean {
  return (
    a.step === b.step &&
    a.access === b.access &&
    a.address === b.address &&
    a.first === b.first &&
    a.second === b.second
  );
}

/** If the round read a word twice and found it different, somebody is writing it, and it is no spin. */
function readIn(round: readonly Made[]): number[] | null {
  const words = new Map<number, number>();
  for (const { request, answer } of round) {
    const seen = words.get(request.address);
    if (seen !== undefined && seen !== answer) return null;
    words.set(request.address, answer);
  }
  return [...words].flat();
}
