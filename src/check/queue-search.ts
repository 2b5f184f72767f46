import { type HistoryFinding, listedNames, type Operation, precedes } from './history.ts';

/** A point of the search: what has been put in order so far, and the queue that results. */
interface State {
  /** Bit i: operation i has taken effect. */
  readonly done: bigint;
  readonly queue: readonly number[];
  /** The operation that led here; -1 at the start. */
  readonly last: number;
  /** The operations that may be next, and how many of them have been tried. */
  readonly moves: readonly number[];
  tried: number;
}

/**
 * Decides the linearizability of a queue history by search, duplicate values and all (Wing and Gong 1993, with Lowe's memory of
 * visited states, "Testing for linearizability", 2017). An operation may be next when no operation still to come precedes it.
 * Pending operations take effect or do not. Exponential in the number of concurrent operations at worst.
 *
 * @returns a linearization, or a finding, or null when `mostStates` states did not suffice to decide
 */
export function searchLinearization(
  operations: readonly Operation[],
  mostStates: number,
): Operation[] | HistoryFinding | null {
  const required = operations.reduce(
    (set, { outcome }, i) => (outcome === 'pending' ? set : set | bit(i)),
    0n,
  );
  const visited = new Set<string>();
  const path: State[] = [stateAfter(operations, null, -1)];
  let deepest: readonly State[] = [];
  for (let state = path.at(-1); state !== undefined; state = path.at(-1)) {
    if ((state.done & required) === required) return linearized(operations, path);
    if (state.tried === state.moves.length) {
      path.pop();
      continue;
    }
    const next = stateAfter(operations, state, state.moves[state.tried++]);
    const key = `${next.done.toString(36)} ${next.queue.join()}`;
    if (visited.has(key)) continue;
    if (visited.size === mostStates) return null;
    visited.add(key);
    path.push(next);
    if (path.length > deepest.length) deepest = [...path];
  }
  return noOrderFinding(operations, deepest);
}

function bit(i: number): bigint {
  return 1n << BigInt(i);
}

function stateAfter(operations: readonly Operation[], before: State | null, move: number): State {
  if (before === null)
    return { done: 0n, queue: [], last: -1, moves: movesFrom(operations, 0n, []), tried: 0 };
  const { kind, outcome, value } = operations[move];
  const done = before.done | bit(move);
  let queue = before.queue;
  if (kind === 'enqueue' && outcome !== 'full') queue = [...queue, value as number];
  if (kind === 'dequeue' && outcome !== 'empty') queue = queue.slice(1);
  return { done, queue, last: move, moves: movesFrom(operations, done, queue), tried: 0 };
}

function movesFrom(operations: readonly Operation[], done: bigint, queue: readonly number[]): number[] {
  const moves: number[] = [];
  for (const i of unprecededMoves(operations, done)) {
    const { kind, outcome, value } = operations[i];
    // These change nothing, so if any order works from here, one that has this operation next does too: no other need be tried.
    if (outcome === 'full' || (outcome === 'empty' && queue.length === 0)) return [i];
    const head = queue.length > 0 && (outcome === 'pending' || queue[0] === value);
    if (kind === 'enqueue' || (outcome !== 'empty' && head)) moves.push(i);
  }
  return moves;
}

function unprecededMoves(operations: readonly Operation[], done: bigint): number[] {
  const rest = operations.map((_, i) => i).filter((i) => (done & bit(i)) === 0n);
  let earliest: Operation | null = null;
  for (const i of rest) {
    if (earliest === null || operations[i].returned < earliest.returned) earliest = operations[i];
  }
  return rest.filter((i) => earliest !== null && !precedes(earliest, operations[i]));
}

function linearized(operations: readonly Operation[], path: readonly State[]): Operation[] {
  return path.slice(1).map(({ last }) => operations[last]);
}

function noOrderFinding(operations: readonly Operation[], deepest: readonly State[]): HistoryFinding {
  const done = deepest.at(-1)?.done ?? 0n;
  const stuck = unprecededMoves(operations, done)
    .map((i) => operations[i])
    .filter(({ outcome }) => outcome !== 'pending');
  const fitted = Math.max(0, deepest.length - 1);
  return {
    kind: 'not linearizable',
    note:
      `No order of the ${operations.length} operations is one of a FIFO queue: ` +
      `at best ${fitted} fit, and then ${listedNames(stuck)} cannot follow.`,
    operations: [...linearized(operations, deepest), ...stuck],
  };
}
