import { depend } from '../model/dependence.ts';
import { lowest, moveOf, moverOf, waysOf } from '../model/request.ts';
import type { Footprint, ThreadState } from '../model/thread-state.ts';
import type { Machine } from '../model/machine.ts';
import type { Events } from './events.ts';
import { type Doubt, type Frame, isCovered } from './frame.ts';
import { Sequence, Steps } from './sequence.ts';
import { insert, type Weakly } from './wakeup-tree.ts';

/** A race of which it is not yet known whether its other order is explored anyway. */
interface Undecided {
  readonly event: number;
  /** The number of the later step among the events. */
  readonly number: number;
  readonly move: number;
  /** Where its thread stood before it, and where it would stand after it in the other order. */
  readonly from: ThreadState;
  readonly to: ThreadState;
  /** Null if only steps that come later can tell. */
  readonly doubt: Doubt | null;
  /** How many of the first events of the execution are known to leave it beyond doubt. */
  seen: number;
}

/**
 * Sees to it that races are explored in the other order too. If a step s races with an earlier event e, what came since e and does not
 * happen after e can be made without e; then s can be made, and e after it. That sequence, v with s at its end, is planned at the moment
 * before e, unless it can begin with a step that sleeps there, or that is planned to come first there: then what begins with it is
 * explored with that step in front.
 *
 * **What s touches in the other order** may differ from what it touched: a compare-and-swap that failed succeeds without e, an operation
 * goes on where it answered. So the words are put back to what they would be there, and the thread's tree says what the step then does.
 * No word is left in doubt: an event of v and an undone one do not both write it, since these would depend on each other, and
 * then that of v would happen after e.
 *
 * **A step that v does not make and that nothing in v depends on** (a weak initial) may or may not be a beginning of what follows v: that shows
 * only at the end of the execution, when v has all that came after s as well and does not happen after e. The paper
 * looks for races at the end of executions alone, for that reason. Here a race is decided as soon as it is met, which is once and not in
 * each execution with the same beginning. If there is such a step, it is put off and looked at again whenever an execution has ended:
 * - What is planned early is planned by the paper too: v only grows by steps at its end, so a step of v that could not come first still
 *   cannot, and one that v does not make and does depend on still does.
 * - What is left out early could be left out at the end: the sequence can begin with a step of v itself that sleeps or is planned, and still
 *   can when v has grown.
 *
 * Both hold where a step that comes after s, and not after e, does not depend on s: then it is all one which of them is first, and s is at the
 * end of v as in the paper. If s touches in the other order what it did not touch in this one, such a step may depend on it. So
 * a race with such an s is looked at again at the end of executions that have such a step, with s behind it.
 */
export class Reversals {
  readonly #machine: Machine;
  readonly #events: Events;
  readonly #frames: readonly Frame[];
  /** The events, and behind them the step of a race. */
  readonly #steps = new Steps();
  readonly #sequence: Sequence = new Sequence(this.#steps);
  /** By event 1 if it is in the sequence. */
  readonly #isMade: number[] = [];
  readonly #undecided: Undecided[] = [];
  /** How many events the execution has in common with the one that ended last. */
  #common = 0;

  constructor(machine: Machine, events: Events, frames: readonly Frame[]) {
    this.#machine = machine;
    this.#events = events;
    this.#frames = frames;
  }

  /** An event was added that is a move. */
  push(move: number, ways: number, footprint: Footprint): void {
    this.#steps.put(this.#events.length - 1, move, ways, footprint);
  }

  /** The last event is taken back. */
  pop(): void {
    const undecided = this.#undecided;
    const number = this.#events.length;
    if (number < this.#common) this.#common = number;
    while (undecided.length > 0 && undecided[undecided.length - 1].number === number) undecided.pop();
  }

  /** An event races with a step that a thread made from a place, or would make, and with what that touched or would. */
  race(event: number, move: number, from: ThreadState, footprint: Footprint, weakly: Weakly): void {
    const frame = this.#frames[event];
    if (frame.isFull) return;
    this.#fill(event);
    const known = this.#known(frame, event, move);
    if (known === footprint) return;
    const to = this.#machine.instead(event, this.#isMade, move, from);
    if (to === null) return;
    const doubt = known === null ? this.#plan(frame, move, from, to, weakly) : null;
    // Nothing comes after a step that is only asked about, at the end.
    if (weakly !== 'unsure') return;
    if (doubt === null && this.#machine.footprintOf(to, moverOf(move)) === footprint) return;
    const number = this.#events.length;
    this.#undecided.push({ event, number, move, from, to, doubt, seen: number + 1 });
  }

  /** An execution has ended, or was given up. */
  end(isWhole: boolean): void {
    for (const each of this.#undecided) {
      each.seen = Math.max(each.number + 1, Math.min(each.seen, this.#common));
      if (isWhole && this.#isBeyondDoubt(each)) continue;
      const { event, move, from, to } = each;
      this.#fill(event);
      const now = this.#machine.instead(event, this.#isMade, move, from);
      const weakly = isWhole && now === to ? 'counts' : 'ignored';
      if (now !== null) this.#plan(this.#frames[event], move, from, now, weakly);
    }
    this.#common = this.#events.length;
  }

  /**
   * What the step of the race touches in the other order if it is one that sleeps at the event, or is planned there, and may be made first:
   * what it touched there does not depend on the sequence, so it touches the same after it. Null otherwise.
   */
  #known(
    { sleep, choosing, sleepers, branches, tried }: Frame,
    event: number,
    move: number,
  ): Footprint | null {
    if (move >= 32 || this.#events.hasMovedSince(event, move)) return null;
    if (((sleep & ~choosing) >> move) & 1 && this.#sequence.isApartFrom(sleepers[move]))
      return sleepers[move];
    if (branches === null) return null;
    for (let i = tried; i < branches.length; i++) {
      const { below, footprint } = branches[i];
      if (branches[i].move === move && below === null && this.#sequence.isApartFrom(footprint))
        return footprint;
    }
    return null;
  }

  /** True if what is in doubt depends on nothing that has come after the race, nor does the step of the race. */
  #isBeyondDoubt(undecided: Undecided): boolean {
    const { event, move, to, doubt, seen } = undecided;
    if (doubt?.footprint === null) return false;
    const touches = this.#machine.footprintOf(to, moverOf(move));
    const { length } = this.#events;
    for (let i = seen; i < length; i++) {
      if (this.#events.happensBefore(event, i)) continue;
      const later = this.#steps.footprints[i];
      if (
        doubt !== null &&
        (moverOf(this.#steps.moves[i]) === doubt.thread || depend(later, doubt.footprint as Footprint))
      )
        return false;
      if (depend(later, touches)) return false;
    }
    undecided.seen = length;
    return true;
  }

  /** Plans the sequence with the step at its end, if that is not planned or explored. Returns what is in doubt about that. */
  #plan(frame: Frame, move: number, from: ThreadState, to: ThreadState, weakly: Weakly): Doubt | null {
    const sequence = this.#sequence;
    const { length } = this.#events;
    this.#steps.put(length, move, waysOf(from.next), this.#machine.footprintOf(to, moverOf(move)));
    sequence.push(length);
    const covered = isCovered(frame, sequence, weakly);
    if (covered !== false) return covered === true ? null : covered;
    if (!beginAble(frame, sequence)) {
      planAll(frame);
      return null;
    }
    frame.branches ??= [];
    const placed = insert(frame.branches, sequence, weakly, frame);
    if (placed === 'there' || placed === 'added') return null;
    // Where something is to follow the step, what is left may not be there.
    return { thread: moverOf(placed.move), footprint: placed.below === null ? placed.footprint : null };
  }

  /** Fills the sequence with the events since one that do not happen after it. */
  #fill(event: number): void {
    const sequence = this.#sequence;
    const isMade = this.#isMade;
    sequence.clear();
    const { length } = this.#events;
    isMade[event] = 0;
    this.#events.markApart(event, isMade);
    for (let i = event + 1; i < length; i++) if (isMade[i] === 1) sequence.push(i);
    // That step itself, if it was made.
    isMade[length] = 0;
  }
}

/** Lets a sequence begin with a step that can be made, if it may begin with one: a thread that has gone a round may stand still. */
function beginAble({ enabled }: Frame, sequence: Sequence): boolean {
  for (let k = 0; k < sequence.length; k++) {
    const thread = moverOf(sequence.moveAt(k));
    if (((enabled >> thread) & 1) === 0 || sequence.firstOf(thread) !== k) continue;
    if (k > 0) sequence.bringForward(k);
    return true;
  }
  return false;
}

/** Plans to try all threads that can move. */
export function planAll(frame: Frame): void {
  frame.branches ??= [];
  for (let left = frame.enabled & ~frame.sleep; left !== 0; left &= left - 1) {
    const thread = lowest(left);
    if (frame.branches.some(({ move }) => moverOf(move) === thread)) continue;
    const chosen = ((frame.choosing >> thread) & 1) === 0 ? 0 : frame.chosen[thread].indexOf(null);
    frame.branches.push({ move: moveOf(thread, chosen), ways: 1, footprint: null, below: null });
  }
}
