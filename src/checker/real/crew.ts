import type * as workerThreads from 'node:worker_threads';
import { UsageError } from '../../errors.ts';
import type { Observation } from '../observe-types.ts';
import type { ThreadEnd } from './outcome.ts';
import { controlWords, DONE, GO, SIZE, unfinishedRound } from './rounds.ts';

/** What a worker thread of an observation is given. */
export interface Work {
  /** Counted from 0. */
  readonly thread: number;
  readonly module: string;
  /** The name by which the module exports the check; null if a call of `observe` in the module is given it. */
  readonly name: string | null;
  /** Which of the calls of `observe` for this module that is, from 0. */
  readonly number: number;
  /** What earlier calls came to: module, number, result. */
  readonly earlier: readonly (readonly [module: string, number: number, result: Observation])[];
  readonly control: Int32Array;
  readonly buffers: readonly SharedArrayBuffer[];
  /** Where the leader of a round copies all memory at its end, one round after the other. */
  readonly log: SharedArrayBuffer;
}

/** What a worker thread posts: that it is ready; how its body ended in each round of a batch; or why it cannot go on. */
export type FromWorker =
  { readonly ready: true } | { readonly ends: readonly ThreadEnd[] } | { readonly refused: string };

/** What a batch of rounds came to. */
export type RealBatch =
  | { readonly kind: 'ended'; readonly ends: readonly (readonly ThreadEnd[])[] }
  /** One of its rounds does not end; these threads have not, counted from 0. */
  | { readonly kind: 'hangs'; readonly threads: readonly number[] }
  | { readonly kind: 'aborted' };

type WorkerThreads = typeof workerThreads;

/** Asked for and not imported, so that the rest of the checker can be bundled for a browser. */
function threadsOfNode(): WorkerThreads {
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } };
  const found = process?.getBuiltinModule?.('node:worker_threads') as WorkerThreads | undefined;
  if (found === undefined)
    throw new UsageError(
      'observe needs the worker threads of Node, and there are none here: run it in Node.',
    );
  return found;
}

/** The compiled entry: under tsx and vitest this file is TypeScript, and a worker of Node 20 takes none. */
function entry(): URL {
  const root = import.meta.url.endsWith('.ts') ? '../../../dist/workers' : '../../../workers';
  return new URL(`${root}/observe.js`, import.meta.url);
}

/** Milliseconds in which a module has to be loaded by all threads. */
const LOADING = 60_000;
/** Milliseconds between two looks at how far the rounds are. */
const LOOK = 50;

type Settle = (outcome: FromWorker[] | Error | null) => void;

/** The worker threads of an observation. Use it with `await using`: they are ended on every path. */
export class RealThreads {
  readonly control: Int32Array;
  readonly #workers: readonly workerThreads.Worker[];
  readonly #signal: AbortSignal | null;
  #messages: FromWorker[][];
  #settle: Settle = () => {};
  #fault: Error | null = null;

  private constructor(works: readonly Work[], signal: AbortSignal | null) {
    const { Worker: WorkerThread } = threadsOfNode();
    this.control = works[0].control;
    this.#signal = signal;
    this.#messages = works.map(() => []);
    // What the module prints at its top level it has printed where observe was called.
    this.#workers = works.map(
      (workerData) =>
        new WorkerThread(entry(), {
          workerData,
          argv: (globalThis as { process: NodeJS.Process }).process.argv.slice(2),
          stdout: true,
        }),
    );
    for (const [thread, worker] of this.#workers.entries()) {
      worker.on('message', (message: FromWorker) => {
        this.#messages[thread].push(message);
        this.#look();
      });
      worker.on('error', (error) =>
        this.#fail(
          new UsageError(`T${thread + 1} fell on its worker thread: ${String(error)}.`, { cause: error }),
        ),
      );
      worker.on('exit', (code) =>
        this.#fail(
          new UsageError(
            `The worker thread of T${thread + 1} ended by itself (exit code ${code}): a body, and the module with it, may not end the process.`,
          ),
        ),
      );
    }
  }

  /** Starts a worker for each, and waits until all of them have the check. */
  static async start(works: readonly Work[], signal: AbortSignal | null): Promise<RealThreads> {
    const threads = new RealThreads(works, signal);
    try {
      const [{ module }] = works;
      const timer = setTimeout(
        () =>
          threads.#fail(
            new UsageError(
              `A worker thread has not loaded ${module} in ${LOADING / 1000} s: see what its top level waits for.`,
            ),
          ),
        LOADING,
      );
      try {
        await threads.#gather();
      } finally {
        clearTimeout(timer);
      }
      return threads;
    } catch (error) {
      await threads.end();
      throw error;
    }
  }

  /**
   * Makes some rounds.
   *
   * @param patience milliseconds without the end of a round after which it counts as one that does not end
   */
  async rounds(size: number, patience: number): Promise<RealBatch> {
    const { control } = this;
    Atomics.store(control, SIZE, size);
    Atomics.add(control, GO, 1);
    Atomics.notify(control, GO);
    let done = Atomics.load(control, DONE);
    let since = performance.now();
    const timer = setInterval(() => {
      const now = Atomics.load(control, DONE);
      if (now !== done) [done, since] = [now, performance.now()];
      else if (performance.now() - since > patience) this.#settle(null);
    }, LOOK);
    try {
      const messages = await this.#gather();
      if (messages === null) {
        if (this.#signal?.aborted === true) return { kind: 'aborted' };
        return { kind: 'hangs', threads: unfinishedRound(control, this.#workers.length) };
      }
      return {
        kind: 'ended',
        ends: messages.map((message) => ('ends' in message ? message.ends : [])),
      };
    } finally {
      clearInterval(timer);
    }
  }

  /** A message of each thread; null if there is none of some, and nobody waits for it any more. */
  async #gather(): Promise<FromWorker[] | null> {
    const abort = (): void => this.#settle(null);
    this.#signal?.addEventListener('abort', abort);
    try {
      return await new Promise<FromWorker[] | null>((resolve, reject) => {
        this.#settle = (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome));
        if (this.#fault !== null) reject(this.#fault);
        else if (this.#signal?.aborted === true) resolve(null);
        else this.#look();
      });
    } finally {
      this.#settle = () => {};
      this.#signal?.removeEventListener('abort', abort);
    }
  }

  /** Hands over a message of each thread, when there is one of all; of one that cannot go on at once. */
  #look(): void {
    const refused = this.#messages.flat().find((message) => 'refused' in message);
    if (refused !== undefined && 'refused' in refused) this.#fail(new UsageError(refused.refused));
    if (this.#messages.some((inbox) => inbox.length === 0)) return;
    this.#settle(this.#messages.map(([first]) => first));
    this.#messages = this.#messages.map(([, ...rest]) => rest);
  }

  #fail(error: Error): void {
    this.#fault ??= error;
    this.#settle(this.#fault);
  }

  /** Terminates all of them, wherever they are: asleep, or in a loop. */
  async end(): Promise<void> {
    this.#settle = () => {};
    this.#fault ??= new UsageError('The observation has ended.');
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}

/** The words by which so many threads agree, as they are at the start. */
export function newControl(threads: number): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * controlWords(threads)));
}
