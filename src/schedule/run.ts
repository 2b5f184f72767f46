import { UsageError } from '../errors.ts';
import { labelOf, stepOf } from '../laboratory/labels.ts';
import type { Recorder } from '../observe/recorder.ts';
import type { StepRecord } from '../observe/trace.ts';
import { CountedSchedule, printSchedule, type Move, type Schedule } from './schedule.ts';

/** How a run under a schedule came to its end. */
export interface ScheduledRun {
  /** What was run, by counts: it replays the run on any engine. */
  readonly counted: string;
  /** Null if the schedule was run to its end; else why not. */
  readonly stopped: Stopped | null;
}

export interface Stopped {
  readonly kind: 'livelock' | 'deadlock' | 'hung' | 'crashed' | 'asked' | 'misfit';
  readonly thread: number | null;
  readonly note: string;
}

/** Of a run that was ended by `stop`. */
export const ASKED: Stopped = { kind: 'asked', thread: null, note: 'stopped as asked' };

/** What ends a run before its schedule does. */
export interface RunOptions {
  /** Steps that a thread may make within one operation while nobody else moves, before it counts as a livelock. Default 2000. */
  readonly patience?: number;
  /** Asked after every step; true stops the run there. */
  readonly stop?: () => boolean;
  /** Stops the run at a move that cannot be made, as a `misfit`, in place of throwing. */
  readonly asFarAsItFits?: boolean;
  /** Leaves out a move that cannot be made, and continues with the next one. */
  readonly pastMisfits?: boolean;
}

/**
 * A lock-free operation that runs alone ends within a number of steps that depends only on the slots in use; the longest here, a scan
 * of a full slab of a scenario, stays well under this.
 */
const PATIENCE = 2000;

/** So many equal rounds of a thread that moves alone are enough to say that the next is equal too. */
const ROUNDS = 20;

/** Runs a schedule. A move that cannot be made, since its thread has ended before, is refused with a UsageError. */
export function runSchedule(recorder: Recorder, schedule: Schedule, options: RunOptions = {}): ScheduledRun {
  const driver = new Driver(recorder, options);
  let stopped: Stopped | null = null;
  for (const move of schedule) {
    try {
      stopped = driver.move(move);
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      if (options.pastMisfits === true) continue;
      if (options.asFarAsItFits !== true) throw error;
      stopped = { kind: 'misfit', thread: move.thread, note: error.message };
    }
    if (stopped) break;
  }
  stopped ??= driver.goesRound();
  recorder.finish();
  return { counted: printSchedule(driver.counted.schedule()), stopped };
}

class Driver {
  readonly counted = new CountedSchedule();
  readonly #recorder: Recorder;
  readonly #options: RunOptions;
  /** How often each thread has made the step of each label: `1 D13`. */
  readonly #made = new Map<string, number>();
  /** Steps of the current thread in its current operation since somebody else moved. */
  #alone = { thread: 0, op: 0, steps: 0 };

  constructor(recorder: Recorder, options: RunOptions) {
    this.#recorder = recorder;
    this.#options = options;
  }

  move(move: Move): Stopped | null {
    const { thread, until, kill } = move;
    const { engine } = this.#recorder;
    if (thread > engine.threads) {
      throw new UsageError(`The schedule moves T${thread}, and there are ${engine.threads} threads.`);
    }
    this.#mustBeAlone(thread);
    let stopped = this.#lost(thread, null);
    if (stopped) return stopped;
    if (until.kind === 'count') {
      for (let i = 0; i < until.steps && !stopped; i++) {
        this.#mustWait(move, `make step ${i + 1} of ${until.steps}`);
        stopped = this.#step(thread);
      }
    } else if (until.kind === 'end') {
      while (engine.state(thread) === 'waiting' && !stopped) stopped = this.#step(thread);
    } else {
      stepOf(until.label);
      const point = `${until.label}${until.nth === null ? '' : `#${until.nth}`}`;
      while (!stopped) {
        this.#mustWait(move, `go on to ${point}`);
        const here = labelOf(engine.pending(thread).step) === until.label;
        if (here && (until.nth ?? Infinity) <= this.#count(thread, until.label) && until.nth !== null) {
          throw new UsageError(`T${thread} has passed ${point} already: it cannot stop there any more.`);
        }
        if (here && (until.nth === null || this.#count(thread, until.label) === until.nth - 1)) break;
        stopped = this.#step(thread);
      }
      if (until.after && !stopped) stopped = this.#step(thread);
    }
    if (kill && !stopped && engine.state(thread) === 'waiting') {
      this.#recorder.kill(thread);
      this.counted.kill(thread);
    }
    return stopped;
  }

  /** Two live workers on one record clear each other's protections: who comes after another waits for its end. */
  #mustBeAlone(thread: number): void {
    const { engine } = this.#recorder;
    for (let other = 1; other < thread; other++) {
      if (engine.recordOf(other) !== engine.recordOf(thread) || engine.state(other) !== 'waiting') continue;
      throw new UsageError(
        `T${thread} comes after T${other} on record ${engine.recordOf(thread)}, and T${other} is still alive: let it end first, or kill it, as in T${other}@E9!.`,
      );
    }
  }

  /** Says of a thread that can move no more at which step that is, what was to come, and what came last. */
  #mustWait(move: Move, aim: string): void {
    const { thread } = move;
    const state = this.#recorder.engine.state(thread);
    if (state === 'waiting' || state === 'hung' || state === 'crashed') return;
    const { events, steps } = this.#recorder;
    const last = events.findLast((event) => event.kind === 'step' && event.thread === thread);
    const end = state === 'killed' ? 'was killed' : 'ended';
    const when = last?.kind === 'step' ? `after ${last.label} at step ${last.step}` : 'without a step';
    throw new UsageError(
      `Step ${steps + 1} cannot be made: "${printSchedule([move])}" lets T${thread} ${aim} there, but T${thread} ${end} ${when}; this schedule does not fit the program, the scheme, the slots, the free list or this version of the kernel.`,
    );
  }

  #count(thread: number, label: string): number {
    return this.#made.get(`${thread} ${label}`) ?? 0;
  }

  #step(thread: number): Stopped | null {
    const blocked = this.#blocked(thread);
    if (blocked) return blocked;
    const record = this.#recorder.step(thread);
    this.counted.step(thread);
    this.#made.set(`${thread} ${record.label}`, this.#count(thread, record.label) + 1);
    const lost = this.#lost(thread, record.label);
    if (lost) return lost;
    if (this.#options.stop?.() === true) return ASKED;
    return this.#livelock(record);
  }

  /** A thread that cannot be moved any more, after a step or before its first one. */
  #lost(thread: number, after: string | null): Stopped | null {
    const state = this.#recorder.engine.state(thread);
    if (state !== 'hung' && state !== 'crashed') return null;
    const note =
      state === 'hung'
        ? `T${thread} came to no ${after === null ? 'first step' : `further step after ${after}`}: it loops without making a step`
        : `the worker of T${thread} crashed ${after === null ? 'before its first step' : `after ${after}`}`;
    return { kind: state, thread, note };
  }

  #livelock({ thread, op, label }: StepRecord): Stopped | null {
    const same = this.#alone.thread === thread && this.#alone.op === op;
    this.#alone = { thread, op, steps: same ? this.#alone.steps + 1 : 1 };
    if (this.#alone.steps < (this.#options.patience ?? PATIENCE)) return null;
    const round = this.goesRound();
    if (round !== null) return round;
    const note = `T${thread} made ${this.#alone.steps} steps in one operation while nobody else moved, and is still at it (${label})`;
    return { kind: 'livelock', thread, note };
  }

  /** At the end, or where patience has one: a thread that moved alone last, and has made the same steps with the same answers time and again. */
  goesRound(): Stopped | null {
    const { thread, steps } = this.#alone;
    if (thread === 0 || this.#recorder.engine.state(thread) !== 'waiting') return null;
    const { events } = this.#recorder;
    if (events.at(-1)?.kind !== 'step') return null;
    const made = events.filter((event) => event.kind === 'step').slice(-steps);
    for (let length = 1; length * ROUNDS <= made.length; length++) {
      const latest = made.slice(-length * ROUNDS);
      if (!latest.every((each, i) => i < length || isSame(each, latest[i - length]))) continue;
      const which = latest.slice(0, length).map(({ label }) => label);
      const note = `T${thread} goes round: it has made ${length === 1 ? 'the same step' : `the same ${length} steps`} ${ROUNDS} times or more while nobody else moved, with the same answers each time (${[...new Set(which)].join(' ')})`;
      return { kind: 'livelock', thread, note };
    }
    return null;
  }

  /** A thread that awaits a word is not moved before somebody else has written it. */
  #blocked(thread: number): Stopped | null {
    if (!this.#awaits(thread)) return null;
    const { engine } = this.#recorder;
    const others = Array.from({ length: engine.threads }, (_, i) => i + 1).filter(
      (other) => engine.state(other) === 'waiting' && !this.#awaits(other),
    );
    if (others.length > 0) {
      throw new UsageError(
        `Step ${this.#recorder.steps + 1} cannot be made: T${thread} waits for another thread at ${labelOf(engine.pending(thread).step)}; let T${others[0]} move first.`,
      );
    }
    return {
      kind: 'deadlock',
      thread: null,
      note: 'Every thread that has not ended waits for a word that nobody will write',
    };
  }

  #awaits(thread: number): boolean {
    const { engine } = this.#recorder;
    if (engine.state(thread) !== 'waiting') return false;
    const { access, address, first } = engine.pending(thread);
    return access === 'await' && engine.words[address] === first;
  }
}

/** True of two steps that do the same and are answered the same. */
function isSame(one: StepRecord, other: StepRecord): boolean {
  return (
    one.label === other.label &&
    one.access === other.access &&
    one.address === other.address &&
    one.before === other.before &&
    one.after === other.after
  );
}
