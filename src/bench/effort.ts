/** How long and how often is measured. */
export interface Effort {
  readonly roundMs: number;
  readonly warmUps: number;
  readonly leastRepetitions: number;
  /** The bound of the stopping rule. */
  readonly mostRepetitions: number;
  /** Repetitions go on until the coefficient of variation of each cell is at most that. */
  readonly variation: number;
  /** The time for all of it, as the run that wrote this last was given it: a block whose share is used up makes fewer repetitions. */
  readonly seconds?: number;
}

/** What of the effort says how a cell is measured; how long it may take does not. */
const OF_MEASURING = ['roundMs', 'warmUps', 'leastRepetitions', 'mostRepetitions', 'variation'] as const;

/** In what of that two efforts differ. */
export function differingIn(one: Effort, other: Effort): (typeof OF_MEASURING)[number][] {
  return OF_MEASURING.filter((name) => one[name] !== other[name]);
}

/** The time that bench --quick takes, and the end of what it is at then. */
export const QUICK_SECONDS = 30;

/** How much is measured of each block: all of it, or with --quick. */
export const FULL_EFFORT: Effort = {
  roundMs: 80,
  warmUps: 2,
  leastRepetitions: 7,
  mostRepetitions: 15,
  variation: 0.05,
};
export const QUICK: Effort = {
  roundMs: 25,
  warmUps: 2,
  leastRepetitions: 5,
  mostRepetitions: 6,
  variation: 0.1,
  seconds: QUICK_SECONDS,
};
/** Schemes that differ in the parameter by which they put off, to be measured in pairs: all of them, or with --quick. */
export const FULL_SWEEP: readonly string[] = [
  'no-reclaim',
  ...[1, 8, 32, 128, 512].map((threshold) => `hazard-pointers:threshold=${threshold}`),
  ...[1, 4, 16, 64, 256].map((period) => `epochs:period=${period}`),
];
export const QUICK_SWEEP: readonly string[] = [
  'no-reclaim',
  'hazard-pointers:threshold=8',
  'hazard-pointers:threshold=128',
  'epochs:period=64',
];

/** Repetitions that are made of a block in any case: an interval needs some. */
export const HASTY_REPETITIONS = 3;

/** What starting a thread takes, and what a session takes beside its rounds, in milliseconds on an idle machine. */
const THREAD_MS = 30;
const SESSION_MS = 20;
/** The two round trips around a repetition. */
const TRIPS_MS = 15;
/** Rounds of the passes for latency and memory. */
const PASSES = 6;

/** What a contender takes of a block, in milliseconds on an idle machine. */
function expectedMs(threads: number, repetitions: number, effort: Effort): number {
  const rounds = (effort.warmUps + repetitions) * (effort.roundMs + TRIPS_MS);
  return threads * THREAD_MS + rounds + passesMs(effort);
}

/** What comes after its repetitions. */
function passesMs({ roundMs }: Effort): number {
  return SESSION_MS + PASSES * roundMs;
}

/** The seconds that a cell takes at least on an idle machine. */
export function leastSeconds(threads: number, effort: Effort): number {
  return expectedMs(threads, HASTY_REPETITIONS, effort) / 1000;
}

/**
 * The time that a run has. It is shared out to what is still to be measured, and nothing begins that cannot come to its end; if that
 * takes longer than expected, it is given up when the time is over.
 */
export class TimeLimit {
  readonly #controller = new AbortController();
  readonly #end: number;
  /** How many times longer than on an idle machine the last block took. */
  #slowness = 1;

  /**
   * @param seconds Infinity for no limit
   * @param began the moment from which on they count, in the milliseconds of `performance.now()`
   */
  constructor(seconds: number, began: number, interrupted?: AbortSignal) {
    this.#end = began + 1000 * seconds;
    const abort = (): void => this.#controller.abort(interrupted?.reason);
    const left = Math.max(0, Math.ceil(this.#end - performance.now()));
    // A timer takes no longer time than that; a run of more than 24 days is one without a limit.
    if (left < 2 ** 31) setTimeout(abort, left).unref();
    interrupted?.addEventListener('abort', abort, { once: true });
    if (interrupted?.aborted === true) abort();
  }

  /** Aborted when the time is over, or the run is interrupted. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  get isOver(): boolean {
    return this.signal.aborted || performance.now() >= this.#end;
  }

  /** Seconds that are left; Infinity without a limit. */
  get seconds(): number {
    // A timer may be early by a little.
    return this.isOver ? 0 : (this.#end - performance.now()) / 1000;
  }

  /** The seconds that a cell takes at least on a machine that is as busy as it was. */
  needed(threads: number, effort: Effort): number {
    return leastSeconds(threads, effort) * this.#slowness;
  }

  /** How many of so many contenders can be measured in the time that is left, with the fewest repetitions. */
  room(contenders: number, threads: number, effort: Effort): number {
    return Math.min(contenders, Math.floor(this.seconds / this.needed(threads, effort)));
  }

  /**
   * How many of a block's contenders the time suffices for, after they have started, warmed up, and made some repetitions: on a busy machine
   * what comes next takes longer by as much as that has.
   *
   * @param ms what that took
   */
  fitting(contenders: number, threads: number, repetitions: number, ms: number, effort: Effort): number {
    const soFar = expectedMs(threads, repetitions, effort) - passesMs(effort);
    this.#slowness = Math.max(1, ms / (contenders * soFar));
    const whole = expectedMs(threads, Math.max(repetitions, HASTY_REPETITIONS), effort);
    return Math.min(contenders, Math.floor((1000 * this.seconds) / ((whole - soFar) * this.#slowness)));
  }

  /** The moment at which so many contenders of all that are left have used up their share, but for what comes after their repetitions. */
  share(count: number, left: number, effort: Effort): number {
    const now = performance.now();
    const until = now + ((this.#end - now) * count) / Math.max(1, left);
    return until - count * passesMs(effort) * this.#slowness;
  }

  /** A block took so long: on a busy machine the next one will take as many times longer than expected. */
  took(ms: number, contenders: number, threads: number, repetitions: number, effort: Effort): void {
    this.#slowness = Math.max(1, ms / (contenders * expectedMs(threads, repetitions, effort)));
  }
}
