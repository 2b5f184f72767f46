import { Words } from '../platform-array.ts';
import { cellsOf, isStep, moveOf, waysOf } from '../model/request.ts';
import { CanonicalHistories } from '../search/calls.ts';
import { Rows } from '../search/rows.ts';
import { StateNames } from '../search/state-names.ts';
import { isPlain, racingPair } from './pending-races.ts';
import type { CheckedProgram } from './checked-program.ts';
import type { Machine } from '../model/machine.ts';
import type { RoundedMachine } from './rounded.ts';
import type { FailureKind } from './types.ts';
import { hasServed } from './unended.ts';
import type { FaultFinder } from './fault-finder.ts';

/** States that are visited at most, and between two looks at the clock. */
const MOST_STATES = 200_000;
const LOOK = 32;

/** What a visit of all states found; the moves are a shortest way there. */
export interface Visited {
  /** Ends that differ, all of which were judged. */
  readonly ends: number;
  /** A state in which something is wrong; or one from which no end can be reached. */
  readonly wrong: { readonly kind: FailureKind | 'no end'; readonly path: readonly number[] } | null;
  /** Two accesses that can be made in either order, and race, with the way to both. */
  readonly race: readonly number[] | null;
  /** How many states were visited. */
  readonly states: number;
  /** The words that are plainly accessed, and those of them that race. */
  readonly plain: ReadonlySet<number>;
  readonly racing: ReadonlySet<number>;
}

/** How far a visit of all states goes. */
export interface StatesBudget {
  /** A time of `performance.now()`. */
  readonly deadline: number;
  /**
   * Places in the threads' trees of answers: a thread that is answered something new again and again, as by a counter, comes to no end
   * of them.
   */
  readonly mostPlaces: number;
  /** True if it is asked whether there are states from which no end can be reached: anything else that is wrong does not end the visit. */
  readonly asksForEnd?: boolean;
}

/** A state on the way to the one that is visited, with its moves. */
interface StateOnPath {
  readonly state: number;
  readonly moves: readonly number[];
  next: number;
}

/** The states of a program and the moves between them, visited depth first. */
export class StateGraph {
  readonly #rounded: RoundedMachine;
  readonly #names: StateNames;
  readonly #known: Rows;
  readonly #row: Int32Array;
  // By edge: from which state, to which one, and by which move.
  readonly #from: number[] = [];
  readonly #to: number[] = [];
  readonly #by: number[] = [];
  readonly #ends: number[] = [];
  readonly #program: CheckedProgram;
  /** States in which only threads that serve have not ended, and can move. */
  readonly #over: number[] = [];
  #wrong: { readonly kind: FailureKind; readonly state: number } | null = null;
  #race: { readonly state: number; readonly moves: readonly number[] } | null = null;
  readonly #plain = new Set<number>();
  readonly #racing = new Set<number>();
  #came: ReadonlyMap<number, number> | null = null;

  constructor(program: CheckedProgram, rounded: RoundedMachine) {
    this.#rounded = rounded;
    this.#program = program;
    // Equal histories so far are judged alike, whatever is to come.
    const histories = new CanonicalHistories();
    const ghost =
      program.check.model || program.isObject ? (machine: Machine) => histories.of(machine) : undefined;
    this.#names = new StateNames(rounded.machine, ghost);
    this.#known = new Rows(this.#names.width);
    this.#row = new Words(this.#names.width);
  }

  /** Visits the states, and judges them. Null if there are too many, or some thread makes too many steps in them. */
  visit(finder: FaultFinder, { deadline, mostPlaces, asksForEnd = false }: StatesBudget): Visited | null {
    const { machine } = this.#rounded;
    const stack: StateOnPath[] = [];
    const enter = (state: number): boolean => {
      if (machine.at.some(({ next, steps }) => next !== null && steps >= machine.stepLimit)) return false;
      const moves = this.#movesNow();
      this.#judge(finder, state, moves);
      stack.push({ state, moves, next: 0 });
      const look = state % LOOK === 0 && performance.now() > deadline;
      return state < MOST_STATES && machine.places < mostPlaces && !look;
    };
    if (!enter(this.#stateNow())) return null;
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      if (this.#wrong !== null && !asksForEnd) break;
      if (top.next === top.moves.length) {
        stack.pop();
        if (stack.length > 0) machine.back();
        continue;
      }
      const move = top.moves[top.next++];
      this.#rounded.step(move);
      const { to } = machine.happened[machine.happened.length - 1];
      if (to.footprint !== null) this.#names.touch(to.footprint);
      const before = this.#known.size;
      const state = this.#stateNow();
      this.#from.push(top.state);
      this.#to.push(state);
      this.#by.push(move);
      if (state < before) machine.back();
      else if (!enter(state)) return null;
    }
    machine.rewind();
    if (this.#wrong === null) this.#judgeServed(finder);
    return this.#visited(asksForEnd);
  }

  #visited(asksForEnd: boolean): Visited {
    const race = this.#race === null ? null : [...this.#wayTo(this.#race.state), ...this.#race.moves];
    const [plain, racing] = [this.#plain, this.#racing];
    const counts = { ends: this.#ends.length, states: this.#known.size, plain, racing };
    const hopeless = this.#wrong !== null && !asksForEnd ? null : this.#hopeless();
    if (hopeless !== null) return { ...counts, race, wrong: { kind: 'no end', path: hopeless } };
    if (this.#wrong === null) return { ...counts, race, wrong: null };
    const { kind, state } = this.#wrong;
    return { ...counts, race, wrong: { kind, path: this.#wayTo(state) } };
  }

  #movesNow(): number[] {
    const { machine } = this.#rounded;
    const moves: number[] = [];
    for (let thread = 0, enabled = machine.enabled(); enabled >>> thread !== 0; thread++) {
      if (((enabled >> thread) & 1) === 0) continue;
      const ways = waysOf(machine.at[thread].next);
      for (let chosen = 0; chosen < ways; chosen++) moves.push(moveOf(thread, chosen));
    }
    return moves;
  }

  #stateNow(): number {
    this.#names.copyTo(this.#row);
    return this.#known.add(this.#row);
  }

  #judge(finder: FaultFinder, state: number, moves: readonly number[]): void {
    const { machine } = this.#rounded;
    let fault = finder.faultAtStep(machine);
    if (fault === null && moves.length === 0) fault = finder.faultAtEnd(machine);
    if (fault !== null) this.#wrong ??= { kind: fault.kind, state };
    if (moves.length === 0) this.#ends.push(state);
    else if (hasServed(this.#program, machine)) this.#over.push(state);
    const pending = machine.at.flatMap(({ next }, thread) =>
      isStep(next) && moves.some((move) => move === thread) ? [{ thread, next }] : [],
    );
    for (const { next } of pending) {
      if (isPlain(next)) for (const cell of cellsOf(next)) this.#plain.add(cell);
    }
    const pair = racingPair(pending, machine.words);
    if (pair === null) return;
    this.#race ??= { state, moves: pair.moves };
    for (const cell of pair.cells) this.#racing.add(cell);
  }

  /**
   * Where all others have ended, those that serve go round some states in the end. There it is judged, where each that can move stands
   * before a round.
   */
  #judgeServed(finder: FaultFinder): void {
    const outOf = grouped(this.#from, this.#known.size);
    const after = (state: number): number[] => outOf(state).map((edge) => this.#to[edge]);
    const { machine } = this.#rounded;
    for (const state of bottomComponents(this.#over, after).flat()) {
      for (const move of this.#wayTo(state)) this.#rounded.step(move);
      const enabled = machine.enabled();
      const isBefore = machine.at.every(
        (_, thread) => ((enabled >> thread) & 1) === 0 || this.#rounded.isBack(thread),
      );
      const fault = isBefore ? finder.faultAtEnd(machine) : null;
      machine.rewind();
      if (isBefore) this.#ends.push(state);
      if (fault !== null) this.#wrong ??= { kind: fault.kind, state };
    }
  }

  /** The way to the nearest state from which no end can be reached; null if there is none. */
  #hopeless(): number[] | null {
    const count = this.#known.size;
    const into = grouped(this.#to, count);
    const canEnd = new Uint8Array(count);
    const queue = [...this.#ends, ...this.#over];
    for (const state of queue) canEnd[state] = 1;
    for (let state = queue.pop(); state !== undefined; state = queue.pop()) {
      for (const edge of into(state)) {
        const before = this.#from[edge];
        if (canEnd[before] === 0) queue.push(before);
        canEnd[before] = 1;
      }
    }
    for (const state of this.#cameBy().keys()) if (canEnd[state] === 0) return this.#wayTo(state);
    return null;
  }

  /**
   * By state the edge by which a shortest way comes to it, the nearest states first; -1 for the first state. For when all edges are known.
   */
  #cameBy(): ReadonlyMap<number, number> {
    if (this.#came !== null) return this.#came;
    const outOf = grouped(this.#from, this.#known.size);
    const came = new Map<number, number>([[0, -1]]);
    for (const state of came.keys())
      for (const edge of outOf(state)) if (!came.has(this.#to[edge])) came.set(this.#to[edge], edge);
    this.#came = came;
    return came;
  }

  #wayTo(state: number): number[] {
    const came = this.#cameBy();
    const moves: number[] = [];
    for (let edge = came.get(state) ?? -1; edge >= 0; edge = came.get(this.#from[edge]) ?? -1)
      moves.push(this.#by[edge]);
    return moves.toReversed();
  }
}

/** The numbers of entries by what they are. */
function grouped(entries: readonly number[], count: number): (of: number) => readonly number[] {
  const lists: (number[] | undefined)[] = Array.from({ length: count });
  for (const [i, entry] of entries.entries()) (lists[entry] ??= []).push(i);
  return (of) => lists[of] ?? [];
}

/** The edges of a graph by the state that they leave, as states that they lead to. */
type Successors = (state: number) => readonly number[];

/**
 * The strongly connected components of a graph that no edge leaves, of those that can be reached from some states (Tarjan 1972). What has
 * come into one stays there, and comes to each of its states again and again if it is fair.
 */
function bottomComponents(starts: Iterable<number>, successors: Successors): number[][] {
  const index = new Map<number, number>();
  const low = new Map<number, number>();
  const open: number[] = [];
  const isOpen = new Set<number>();
  const found: number[][] = [];
  const lower = (state: number, to: number): void => void low.set(state, Math.min(low.get(state) ?? to, to));
  for (const start of starts) {
    const path = index.has(start) ? [] : [{ state: start, next: 0 }];
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const { state } = top;
      if (top.next === 0) {
        lower(state, index.size);
        index.set(state, index.size);
        open.push(state);
        isOpen.add(state);
      }
      const after = successors(state)[top.next++];
      if (after !== undefined) {
        if (!index.has(after)) path.push({ state: after, next: 0 });
        else if (isOpen.has(after)) lower(state, index.get(after) as number);
        continue;
      }
      path.pop();
      const before = path.at(-1);
      if (before !== undefined) lower(before.state, low.get(state) as number);
      if (low.get(state) !== index.get(state)) continue;
      // It is at the end.
      const component = open.splice(open.lastIndexOf(state));
      for (const each of component) isOpen.delete(each);
      const within = new Set(component);
      if (component.every((each) => successors(each).every((to) => within.has(to)))) found.push(component);
    }
  }
  return found;
}
