/** A timer that is set. */
export interface Timer {
  /** Milliseconds, as the platform takes them: at least 1. */
  readonly delay: number;
  readonly run: () => void;
  /** After how many milliseconds it is set again; null if it is not. */
  readonly repeat: number | null;
  /** True if the thread does not end before it. */
  holds: boolean;
  /** True once it is to fire no more. */
  isCleared: boolean;
}

/** A timer, the moment when it was set, and how many were set before it. */
interface PendingTimer {
  readonly timer: Timer;
  moment: number;
  readonly number: number;
}

/**
 * The timers of one thread, and which of them may fire next. Timers fire in the order of the times at which they are due. No time passes
 * within a task, as on Node's clock, which stands still within a turn; and any time may pass between two tasks. So of two timers that were
 * set in one task the one with the shorter delay is first; of two that were set in different tasks the first is, unless the other has
 * a shorter delay: then it is open. What is known of the moments is kept as upper bounds of their differences (Dill 1989), so that
 * what fires in one order stays possible in time as a whole.
 */
export class Timers {
  #pending: PendingTimer[] = [];
  /** By two moments the most that the first may be later than the second; moment 0 is the beginning of the task that runs. */
  #bounds: number[][] = [[0]];
  #set = 0;

  /** In the order in which they were set. */
  get all(): readonly Timer[] {
    return this.#pending.map(({ timer }) => timer);
  }

  /** Sets a timer, or sets it anew. */
  set(timer: Timer): void {
    this.clear(timer);
    this.#pending.push({ timer, moment: 0, number: this.#set++ });
  }

  clear(timer: Timer): void {
    this.#pending = this.#pending.filter((each) => each.timer !== timer);
  }

  /** Those that may fire next, in the order in which they were set. */
  due(): Timer[] {
    if (this.#pending.length <= 1) return this.#pending.map(({ timer }) => timer);
    return this.#pending.filter((each) => this.#firingBefore(each) !== null).map(({ timer }) => timer);
  }

  /** A task begins that a timer has brought, which is set no more, or something else, if it is null. */
  beginTask(fires: Timer | null): void {
    const fired = this.#pending.find(({ timer }) => timer === fires);
    if (fired !== undefined && this.#pending.length > 1)
      this.#bounds = this.#firingBefore(fired) as number[][];
    const bounds = this.#bounds;
    // The new moment is no earlier than the one before, and than what fires was due.
    const earliest = bounds.map((row) =>
      Math.min(row[0], fired === undefined ? Infinity : row[fired.moment] - fired.timer.delay),
    );
    this.#pending = this.#pending.filter((each) => each !== fired);
    const kept = [...new Set(this.#pending.map(({ moment }) => moment))];
    const rows = kept.map((i) => [earliest[i], ...kept.map((j) => bounds[i][j])]);
    this.#bounds = [[0, ...kept.map(() => Infinity)], ...rows];
    for (const each of this.#pending) each.moment = kept.indexOf(each.moment) + 1;
  }

  /** The bounds if a timer is due before all others; null if that cannot be. */
  #firingBefore(first: PendingTimer): number[][] | null {
    const bounds = this.#bounds.map((row) => row.slice());
    for (const other of this.#pending) {
      if (other === first) continue;
      const most = other.timer.delay - first.timer.delay;
      // Of equal delays the one that was set first is due first.
      if (most === 0 ? other.number < first.number : first.moment === other.moment && most < 0) return null;
      if (!tighten(bounds, first.moment, other.moment, most)) return null;
    }
    return bounds;
  }
}

/** Adds that the moment `a` is at most so much later than `b`; false if that cannot be. */
function tighten(bounds: number[][], a: number, b: number, most: number): boolean {
  if (bounds[b][a] + most < 0) return false;
  if (most >= bounds[a][b]) return true;
  for (let i = 0; i < bounds.length; i++) {
    for (let j = 0; j < bounds.length; j++)
      bounds[i][j] = Math.min(bounds[i][j], bounds[i][a] + most + bounds[b][j]);
  }
  return true;
}
