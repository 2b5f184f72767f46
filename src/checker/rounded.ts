import { isStep, moverOf } from '../model/request.ts';
import type { ThreadState } from '../model/thread-state.ts';
import { Machine } from '../model/machine.ts';
import { isSame } from '../model/spin.ts';
import { Undo } from '../model/undo.ts';
import { LONGEST_CHECKED_ROUND, type CheckedProgram } from './checked-program.ts';

/** A thread that came to a place by a round, and stands where the round began. */
interface Return {
  readonly thread: number;
  readonly from: ThreadState;
  readonly to: ThreadState;
}

/**
 * A machine whose threads do not stand still after a round of a loop, but stand where they stood before it: so the states of a program are
 * few though its loops have no end. All plain accesses are steps.
 *
 * A thread is taken to have come back if it asks for the same step at the same place of its code, with the same calls around it, and if
 * it goes on in the same way when it is answered as in that round again and again. Whether it does so with other answers too is
 * looked at afterwards: see `wronglyTaken`.
 */
export class RoundedMachine {
  readonly machine: Machine;
  readonly #returns = new Map<ThreadState, Return>();
  readonly #known = new Map<ThreadState, ThreadState>();
  readonly #heads = new Set<ThreadState>();
  /** What is no return. */
  readonly #never: ReadonlySet<string>;

  constructor(program: CheckedProgram, points: ReadonlySet<number>, never: ReadonlySet<string> = new Set()) {
    this.#never = never;
    const { words, threads } = program.model(points);
    this.machine = new Machine({ words, threads }, program.dependence(), program.stepLimit);
  }

  /** True if a thread has come back to the place at which it stands. */
  isBack(thread: number): boolean {
    return this.#heads.has(this.machine.at[thread]);
  }

  step(move: number): void {
    const { machine } = this;
    const thread = moverOf(move);
    machine.step(move);
    const place = machine.at[thread];
    let stands = this.#known.get(place);
    if (stands === undefined) {
      stands = this.#standsAt(thread, place);
      this.#known.set(place, stands);
    }
    machine.at[thread] = stands;
  }

  #standsAt(thread: number, place: ThreadState): ThreadState {
    const { machine } = this;
    const { stepLimit } = machine;
    const isTaken = (back: ThreadState): boolean =>
      this.#never.size === 0 || !this.#never.has(nameOf({ thread, from: place, to: back }));
    const to = machine.trees[thread].backFrom(place, LONGEST_CHECKED_ROUND, stepLimit, isTaken);
    if (to === null) return place;
    this.#returns.set(place, { thread, from: place, to });
    this.#heads.add(to);
    // What the thread came back to may itself be no place of its own.
    return this.#known.get(to) ?? to;
  }

  /**
   * What a thread was taken to have come back to, and goes another way than before if it is answered as it was answered
   * there, within one more round. The machine must stand at the start.
   */
  wronglyTaken(): string[] {
    return [...this.#returns.values()].flatMap((each) => (this.#isAlike(each) ? [] : [nameOf(each)]));
  }

  #isAlike({ thread, from, to }: Return): boolean {
    const tree = this.machine.trees[thread];
    const { words } = this.machine;
    const undo = new Undo();
    const left: [ThreadState, ThreadState, number][] = [[to, from, from.steps - to.steps + 1]];
    for (let pair = left.pop(); pair !== undefined; pair = left.pop()) {
      const [one, other, steps] = pair;
      for (const after of childrenOf(one)) {
        const now = tree.follow(other, after.given, words, undo);
        const isOver = after.next === null || now.next === null;
        if (isOver ? after.next !== now.next : !isAlike(after, now)) return false;
        if (!isOver && steps > 1 && !this.#returns.has(after)) left.push([after, now, steps - 1]);
      }
    }
    return true;
  }
}

function isAlike(one: ThreadState, other: ThreadState): boolean {
  return isStep(one.next) && isStep(other.next) && one.site === other.site && isSame(one.next, other.next);
}

function childrenOf({ only, after }: ThreadState): ThreadState[] {
  return [...(only === null ? [] : [only]), ...(after?.values() ?? [])];
}

/** All that a thread was answered up to a place tells it from all others; and by how many steps it came back. */
function nameOf({ thread, from, to }: Return): string {
  const answers: number[] = [];
  for (let at: ThreadState = from; at.parent !== null; at = at.parent) answers.push(at.given);
  return `${thread} ${answers.join()} ${from.steps - to.steps}`;
}
