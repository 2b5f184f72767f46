/** An operation's times: integers of one clock. */
export interface Timed {
  readonly invoked: number;
  /** Infinity while it has not returned. */
  readonly returned: number;
}

/** What a data structure does if its operations come one after the other. */
export interface Specification<Operation, State> {
  readonly initial: State;
  /**
   * The state after an operation has taken effect, or null if it cannot have answered there what it answered. One that never returned
   * may answer anything.
   */
  after(state: State, operation: Operation): State | null;
  /** A text that tells states apart. */
  key(state: State): string;
  /** True if the operation surely changes nothing in that state. */
  isIdle(state: State, operation: Operation): boolean;
}

/** An order of the operations; or, if there is none, the longest beginning of one, and those that cannot follow it. */
export type SequentialOrder<Operation> =
  | { readonly order: readonly Operation[] }
  | { readonly longest: readonly Operation[]; readonly stuck: readonly Operation[] };

/** A point of the search: what has been put in order so far, and the state that results. */
interface Point<State> {
  /** Bit i: operation i has taken effect. */
  readonly done: bigint;
  readonly state: State;
  /** The operation that led here; -1 at the start. */
  readonly last: number;
  /** The operations that may be next and the states they lead to, and how many of them have been tried. */
  readonly moves: readonly (readonly [operation: number, state: State])[];
  tried: number;
}

/**
 * Searches for an order in which the operations could have taken effect one by one, each between its invocation and its return (Wing and
 * Gong 1993, with Lowe's memory of visited states, "Testing for linearizability", 2017). An operation may be next when no operation
 * still to come precedes it. Operations that never returned take effect or do not. Exponential in the number of concurrent operations
 * at worst.
 *
 * @returns null when `mostStates` states did not suffice to decide
 */
export function searchOrder<Operation extends Timed, State>(
  operations: readonly Operation[],
  specification: Specification<Operation, State>,
  mostStates: number,
): SequentialOrder<Operation> | null {
  const required = operations.reduce(
    (set, { returned }, i) => (returned === Infinity ? set : set | bit(i)),
    0n,
  );
  const pointAt = (done: bigint, state: State, last: number): Point<State> => ({
    done,
    state,
    last,
    moves: movesFrom(operations, specification, done, state),
    tried: 0,
  });
  const visited = new Set<string>();
  const path = [pointAt(0n, specification.initial, -1)];
  let deepest: readonly Point<State>[] = [];
  for (let point = path.at(-1); point !== undefined; point = path.at(-1)) {
    if ((point.done & required) === required)
      return { order: path.slice(1).map(({ last }) => operations[last]) };
    if (point.tried === point.moves.length) {
      path.pop();
      continue;
    }
    const [operation, state] = point.moves[point.tried++];
    const done = point.done | bit(operation);
    const key = `${done.toString(36)} ${specification.key(state)}`;
    if (visited.has(key)) continue;
    if (visited.size === mostStates) return null;
    visited.add(key);
    path.push(pointAt(done, state, operation));
    if (path.length > deepest.length) deepest = [...path];
  }
  const stuck = unpreceded(operations, deepest.at(-1)?.done ?? 0n)
    .map((i) => operations[i])
    .filter(({ returned }) => returned !== Infinity);
  return { longest: deepest.slice(1).map(({ last }) => operations[last]), stuck };
}

function bit(i: number): bigint {
  return 1n << BigInt(i);
}

function movesFrom<Operation extends Timed, State>(
  operations: readonly Operation[],
  specification: Specification<Operation, State>,
  done: bigint,
  state: State,
): (readonly [number, State])[] {
  const moves: (readonly [number, State])[] = [];
  for (const i of unpreceded(operations, done)) {
    const after = specification.after(state, operations[i]);
    if (after === null) continue;
    // It changes nothing, so if any order works from here, one that has this operation next does too: no other need be tried.
    if (operations[i].returned !== Infinity && specification.isIdle(state, operations[i]))
      return [[i, after]];
    moves.push([i, after]);
  }
  return moves;
}

/** The operations still to come that none of the others precedes. */
function unpreceded(operations: readonly Timed[], done: bigint): number[] {
  const rest = operations.map((_, i) => i).filter((i) => (done & bit(i)) === 0n);
  const earliest = rest.reduce((least, i) => Math.min(least, operations[i].returned), Infinity);
  return rest.filter((i) => operations[i].invoked <= earliest);
}
