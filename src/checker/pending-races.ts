import { cellsOf, type Request, wordBefore, writes } from '../model/request.ts';

/** A thread that stands before a step. */
interface PendingAccess {
  readonly thread: number;
  readonly next: Request;
}

/** True of a step that is a plain access. */
export function isPlain({ access }: Request): boolean {
  return access === 'read' || access === 'write';
}

/**
 * Two threads whose next steps race: on common bytes, one of them writes, and they are not both atomic and of the same bytes. A program
 * has a race if and only if it comes to a state in which two steps race that stand beside each other, since the two can then be made one
 * right after the other, with nothing between them that orders them (Adve and Hill 1990).
 */
export function racingPair(
  pending: readonly PendingAccess[],
  words: Int32Array,
): { readonly moves: readonly number[]; readonly cells: readonly number[] } | null {
  for (const [i, one] of pending.entries()) {
    for (const other of pending.slice(i + 1)) {
      if (race(one.next, other.next, words)) {
        const cells = [...cellsOf(one.next), ...cellsOf(other.next)];
        return { moves: [one.thread, other.thread], cells };
      }
    }
  }
  return null;
}

function race(one: Request, other: Request, words: Int32Array): boolean {
  const [a, b] = [cellsOf(one), cellsOf(other)];
  if (!a.some((cell) => b.includes(cell))) return false;
  if (![one, other].some((each) => writes(each, wordBefore(each, words)))) return false;
  if (isPlain(one) || isPlain(other)) return true;
  return [one, other].every(({ custom }) => custom?.isApart !== true) && a.join() !== b.join();
}
