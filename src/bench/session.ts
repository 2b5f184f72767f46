import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type Casualty, Crew, ended } from '../host/crew.ts';
import { ownFault } from '../host/own-fault.ts';
import type { Point } from '../threads/free-running.ts';
import { InternalError } from '../errors.ts';
import {
  AT_REST,
  Board,
  DRAIN,
  F_DEQUEUED,
  F_EMPTY,
  F_END,
  F_ENQUEUED,
  F_FULL,
  F_HEAP,
  F_START,
  F_SUM_IN,
  F_SUM_OUT,
  FILL,
  type Mode,
  PARKED,
  PLAIN,
} from './board.ts';
import type { Manner } from './hand.ts';
import type { Arena, Conditions, Player, Round, Side } from './side.ts';
import type { Place } from './work.ts';
import { WORKLOADS } from './workloads.ts';

/** No round makes more operations a thread: so the counts of a round fit into a machine word. */
const NO_QUOTA = 2 ** 30;
/** The same for rounds that end by themselves. */
const ALL: number = NO_QUOTA - 1;
const POLL_MS = 0.5;
/** A thread that is not at rest so long after the end of a round hangs. */
const PATIENCE_MS = 20_000;

/** Persistent workers that run one workload on one side, round after round. End it on every path. */
export class Session implements Player {
  readonly side: Side;
  readonly conditions: Conditions;
  readonly board: Board;
  readonly #arenas: readonly Arena[];
  readonly #crew: Crew;
  #fresh = true;
  #in = 0;
  #out = 0;
  #sumIn = 0;
  #sumOut = 0;

  private constructor(side: Side, conditions: Conditions, arenas: readonly Arena[], crew: Crew) {
    this.side = side;
    this.conditions = conditions;
    this.board = Board.create(conditions.threads);
    this.#arenas = arenas;
    this.#crew = crew;
  }

  /** Makes what the workload works on and starts the workers. */
  static async open(side: Side, conditions: Conditions): Promise<Session> {
    const { workload, threads, capacity, points = new Map<number, Point>() } = conditions;
    const arenas = Array.from({ length: WORKLOADS[workload].queues }, () =>
      side.make({ workload, threads, capacity, points }),
    );
    const crew = await Crew.start(
      'bench',
      Array.from({ length: threads }, () => null),
    );
    const session = new Session(side, conditions, arenas, crew);
    try {
      session.#seatAll();
      await session.#rest();
    } catch (error) {
      await session.end();
      throw error;
    }
    return session;
  }

  #crash({ thread, error }: Casualty): Error {
    const what = `T${thread} of ${this.#name()} has crashed (${error.name}: ${error.message})`;
    const own = ownFault(error);
    if (own === null) return new Error(`${what}.`, { cause: error });
    return error.message.startsWith('the worker exited') ? ended(what) : own;
  }

  #seatAll(): void {
    const { workload, threads, think, seed } = this.conditions;
    const manner: Manner = {
      workload,
      think,
      seed,
      exhausts: this.side.exhausts,
      batched: this.side.batched === true,
      rests: threads > availableParallelism(),
    };
    for (const [i, worker] of this.#crew.workers.entries()) {
      const seats = this.#arenas.map((arena) => arena.seat(i + 1));
      const place: Place = {
        thread: i + 1,
        threads,
        board: this.board.buffer,
        module: this.side.module,
        seats: seats.map(({ state }) => state),
        manner,
      };
      worker.postMessage(
        place,
        seats.flatMap(({ transfer = [] }) => transfer),
      );
    }
  }

  /** The threads that have not stopped for good. */
  present(): number[] {
    return this.#threads().filter((thread) => this.board.state(thread) !== PARKED);
  }

  /** Slots that were retired and are not free. */
  unreclaimed(): number {
    return this.#arenas.reduce((sum, arena) => sum + (arena.unreclaimed?.() ?? 0), 0);
  }

  /** Runs a round for so many milliseconds, or until each thread has made `quota` operations. */
  async round(mode: Mode, ms: number, quota: number = NO_QUOTA): Promise<Round> {
    if (this.side.exhausts && !this.#fresh) {
      await this.settle();
      for (const arena of this.#arenas) arena.reset?.();
      this.#fresh = true;
    }
    if (this.#fresh && this.conditions.prefill > 0)
      await this.#run(FILL, PATIENCE_MS, this.conditions.prefill);
    this.#fresh = false;
    const round = await this.#run(mode, ms, quota);
    // Values that are still on their way would make two of them the next time.
    if (this.conditions.workload === 'ping-pong' && this.present().length === this.conditions.threads) {
      await this.#run(DRAIN, PATIENCE_MS, ALL);
    }
    return round;
  }

  /** Takes out what is left and checks that nothing was lost, nothing was made up, and every slot is accounted for. */
  async settle(): Promise<void> {
    await this.#run(DRAIN, PATIENCE_MS, ALL);
    const complaints = this.#arenas
      .map((arena) => arena.complaint?.() ?? null)
      .filter((each) => each !== null);
    if (this.#in !== this.#out || this.#sumIn !== this.#sumOut) {
      complaints.push(`${this.#in} values went in and ${this.#out} came out, or they were others`);
    }
    if (complaints.length > 0) {
      throw new InternalError(`What ${this.#name()} holds is damaged: ${complaints.join('; ')}.`);
    }
  }

  /** Ends the workers. */
  async end(): Promise<void> {
    this.board.dismiss();
    await this.#crew.end();
  }

  #name(): string {
    const { workload, threads } = this.conditions;
    return `${this.side.engine} ${this.side.scheme} (${workload}, ${threads} threads)`;
  }

  #threads(): number[] {
    return Array.from({ length: this.board.threads }, (_, i) => i + 1);
  }

  #counts(): Record<string, number> {
    const counts: Record<string, number> = {};
    for (const arena of this.#arenas) {
      for (const [name, count] of Object.entries(arena.counts?.() ?? {})) {
        counts[name] = (counts[name] ?? 0) + count;
      }
    }
    return counts;
  }

  async #run(mode: Mode, ms: number, quota: number): Promise<Round> {
    const took = this.present();
    const before = mode === PLAIN ? this.#counts() : {};
    this.board.start(mode, quota);
    await this.#rest(ms, quota === NO_QUOTA ? ms : POLL_MS);
    const after = mode === PLAIN ? this.#counts() : {};
    const figures = took.map((thread) => this.board.figures(thread));
    const sum = (word: number): number => figures.reduce((subtotal, each) => subtotal + each[word], 0);
    const perThread = figures.map((each) => each[F_ENQUEUED] + each[F_DEQUEUED]);
    this.#in += sum(F_ENQUEUED);
    this.#out += sum(F_DEQUEUED);
    this.#sumIn = (this.#sumIn + sum(F_SUM_IN)) | 0;
    this.#sumOut = (this.#sumOut + sum(F_SUM_OUT)) | 0;
    const start = Math.min(...figures.map((each) => each[F_START]));
    const end = Math.max(...figures.map((each) => each[F_END]));
    return {
      operations: sum(F_ENQUEUED) + sum(F_DEQUEUED),
      perThread,
      seconds: (end - start) / 1e9,
      full: sum(F_FULL),
      empty: sum(F_EMPTY),
      counts: Object.fromEntries(Object.entries(after).map(([name, count]) => [name, count - before[name]])),
      heapBytes: sum(F_HEAP),
    };
  }

  /** Returns when every thread is at rest or has stopped for good; after so many milliseconds they are asked to. */
  async #rest(ms: number = PATIENCE_MS, firstPause: number = POLL_MS): Promise<void> {
    const until = performance.now() + ms;
    const isBusy = (thread: number): boolean => {
      const state = this.board.state(thread);
      return state !== AT_REST && state !== PARKED;
    };
    // Nobody wakes up in the middle of a round that ends by time: that would take a core from a thread.
    let pause = firstPause;
    while (this.#threads().some(isBusy)) {
      await delay(pause);
      pause = POLL_MS;
      const [fallen] = this.#crew.casualties;
      if (fallen) throw this.#crash(fallen);
      const late = performance.now() - until;
      if (late >= 0) this.board.stop();
      if (late >= PATIENCE_MS) {
        throw ended(`T${this.#threads().find(isBusy)} of ${this.#name()} does not end its operation`);
      }
    }
  }
}
