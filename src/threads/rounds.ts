import { setTimeout as delay } from 'node:timers/promises';
import { Crew, type CrewOptions, type Transferred } from '../host/crew.ts';
import { AT_REST, type ControlBlock, PARKED } from './control-block.ts';
import type { RoundsData } from './worker-loop.ts';

/** What a worker is started with: what it is to do, in the words of its entry, and what of that is handed over to it. */
export interface WorkerJob {
  readonly job: unknown;
  readonly transfer?: Readonly<Transferred>;
}

/** A thread that has stopped for good: it came to the point where it was to, or its worker crashed or exited by itself. */
export interface StoppedThread {
  readonly thread: number;
  /** Null if it came to its point. */
  readonly error: Error | null;
}

/**
 * Worker threads that work in rounds, as their main thread sees them. Between two rounds nothing moves. End it on every path.
 *
 * What is done in a round is up to the entry of the workers (see `workInRounds`); when a round ends is up to who calls this.
 */
export class Rounds {
  readonly control: ControlBlock;
  readonly #crew: Crew;
  /** Threads that are known to have stopped for good. */
  readonly #stopped = new Set<number>();

  private constructor(control: ControlBlock, crew: Crew) {
    this.control = control;
    this.#crew = crew;
  }

  /** Starts a worker of `workers/` for each thread of the block and waits until each is ready. They are about to be at rest then. */
  static async start(
    entry: string,
    control: ControlBlock,
    jobs: readonly WorkerJob[],
    options: Omit<CrewOptions, 'transfers'> = {},
  ): Promise<Rounds> {
    const { words, threads } = control;
    const data = jobs.map(({ job }, i): RoundsData => ({ control: words, threads, thread: i + 1, job }));
    const transfers = jobs.map(({ transfer = [] }) => transfer);
    const crew = await Crew.start(entry, data, { ...options, transfers });
    return new Rounds(control, crew);
  }

  /** The threads that are not known to have stopped for good. */
  present(): number[] {
    return Array.from({ length: this.control.threads }, (_, i) => i + 1).filter(
      (thread) => !this.#stopped.has(thread),
    );
  }

  /** Those of them that have not come to rest yet. */
  busy(): number[] {
    return this.present().filter((thread) => this.control.state(thread) !== AT_REST);
  }

  /** Starts a round of all threads that are present, which are at rest. */
  begin(): void {
    this.control.start();
  }

  /** The threads that have stopped for good since this was last asked. From now on nobody waits for them. */
  noticeStops(): StoppedThread[] {
    const present = this.present();
    const parked = present.filter((thread) => this.control.state(thread) === PARKED);
    const crashed = this.#crew.casualties.filter(({ thread }) => present.includes(thread));
    for (const thread of parked) this.#stopped.add(thread);
    for (const { thread } of crashed) this.#end(thread);
    return [...parked.map((thread) => ({ thread, error: null })), ...crashed];
  }

  /** Terminates a thread, wherever it is: at its point, or in an operation without an end. */
  async kill(thread: number): Promise<void> {
    this.#end(thread);
    await this.#crew.kill(thread);
  }

  #end(thread: number): void {
    this.#stopped.add(thread);
    this.control.gone(thread);
  }

  /**
   * Returns when every thread is at rest or is known to have stopped for good, or as soon as `look` says that there is nothing to wait for.
   *
   * @param look what is done after each pause, at least once
   * @param pauseMs between two looks; `firstMs` before the first of them
   */
  async rest(
    look: () => boolean | Promise<boolean>,
    { pauseMs, firstMs = pauseMs }: { readonly pauseMs: number; readonly firstMs?: number },
  ): Promise<void> {
    await delay(firstMs);
    while (!(await look()) && this.busy().length > 0) await delay(pauseMs);
  }

  /** Lets the threads that are at rest end by themselves, and ends the workers of the others. */
  async end(): Promise<void> {
    this.control.dismiss();
    await this.#crew.end();
  }
}
