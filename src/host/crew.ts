import { Worker, type WorkerOptions } from 'node:worker_threads';
import { InternalError, UsageError } from '../errors.ts';
import { ownFault } from './own-fault.ts';
import { ownModules, pathOf } from './own-module.ts';
import { Patience } from './patience.ts';

/** What a worker of the lab posts when its module has loaded and it waits for work. */
export const READY = 'ready';

/** What a worker may be handed over: by its name in one version of Node's types, without one in the next. */
export type Transferred = NonNullable<WorkerOptions['transferList']>;

const START_MS = 20_000;
/** The same in processor time, where code of the user's own is loaded: a worker of the lab takes a fraction of that. */
const OWN_START_MS = 4_000;
const OWN_START_EACH_MS = 500;
/** What a module of the user's own may take in all, whatever it imports: nothing is known of it. */
const LOADING_MS = 60_000;

/**
 * The compiled entry of a worker in `workers/`. Under tsx and vitest this file is TypeScript and the entry is still the compiled one,
 * since Node 20 takes no .ts file as a worker's entry.
 */
export function entryOf(name: string): URL {
  const root = import.meta.url.endsWith('.ts') ? '../../dist/workers' : '../../workers';
  return new URL(`${root}/${name}.js`, import.meta.url);
}

/** What there is to say of the workers of a crew beside what each is to do. */
export interface CrewOptions {
  /** What is handed over to each of them. */
  readonly transfers?: readonly Readonly<Transferred>[];
  /**
   * The URL of a module of the user's own that each loads before it is ready. They load it as this thread has, with the same loaders and
   * arguments, and what it prints is dropped: it has printed that here.
   */
  readonly loads?: string;
  /** How many start at once, if more than these do: they share the processors. */
  readonly atOnce?: number;
  /** True if they keep no thread from its end that has nothing else to wait for. */
  readonly idle?: boolean;
  /** Ends the start: they are not waited for any longer, and `start` throws the signal's reason. */
  readonly signal?: AbortSignal | null;
}

/** A worker that has thrown nothing, and has ended although nobody had asked it to. */
export class WorkerExit extends Error {
  readonly code: number;

  constructor(code: number) {
    super(`the worker exited with code ${code}`);
    this.code = code;
  }
}

/** How a worker ended that nobody had asked to. */
export interface Casualty {
  readonly thread: number;
  readonly error: Error;
}

/**
 * Worker threads that are ended on every path: use it with `await using`, or call `end` in a `finally`. Threads are numbered from 1.
 */
export class Crew {
  readonly workers: readonly Worker[];
  /** Workers that crashed or exited by themselves, in order. */
  readonly casualties: Casualty[] = [];
  #ending = false;
  readonly #alive: Set<Worker>;

  private constructor(workers: readonly Worker[]) {
    this.workers = workers;
    this.#alive = new Set(workers);
    for (const [i, worker] of workers.entries()) {
      const crashed = (error: Error): void => {
        if (this.#alive.delete(worker) && !this.#ending) this.casualties.push({ thread: i + 1, error });
      };
      worker.on('error', (error) => crashed(error instanceof Error ? error : new Error(String(error))));
      worker.on('exit', (code) => crashed(new WorkerExit(code)));
    }
  }

  /** Starts a worker of `workers/` for each element of `data` (its workerData) and waits until each has posted READY. */
  static async start(entry: string, data: readonly unknown[], options: CrewOptions = {}): Promise<Crew> {
    const { transfers = [], loads, signal, atOnce = data.length, idle = false } = options;
    signal?.throwIfAborted();
    // A worker of the lab inherits no loaders from the command line.
    const as = loads === undefined ? { execArgv: [] } : { argv: process.argv.slice(2), stdout: true };
    const crew = new Crew(
      data.map(
        (workerData, i) =>
          new Worker(entryOf(entry), { ...as, workerData, transferList: [...(transfers[i] ?? [])] }),
      ),
    );
    if (idle) for (const worker of crew.workers) worker.unref();
    try {
      await Promise.all(crew.workers.map((worker) => ready(worker, atOnce, options)));
    } catch (error) {
      await crew.end();
      throw ownFault(error) ?? error;
    }
    return crew;
  }

  alive(thread: number): boolean {
    return this.#alive.has(this.workers[thread - 1]);
  }

  /** Terminates one worker, wherever it is: waiting, or spinning. */
  async kill(thread: number): Promise<void> {
    const worker = this.workers[thread - 1];
    this.#alive.delete(worker);
    await worker.terminate();
  }

  /** Terminates all of them. */
  async end(): Promise<void> {
    this.#ending = true;
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end();
  }
}

/**
 * The error for a worker that has ended, or does not come back, although it threw nothing: the doing of the user's code if there is any,
 * and else the lab's.
 *
 * @param what a sentence without its full stop
 * @param modules what the user's code is
 */
export function ended(what: string, modules: readonly string[] = ownModules()): UsageError | InternalError {
  if (modules.length === 0) return new InternalError(`${what}.`);
  return new UsageError(
    `${what}: look at what ${modules.map(pathOf).join(' and ')} does in a worker (process.exit, a loop without an end).`,
  );
}

/** @param of how many start at once */
function patienceOf(of: number, loads: string | undefined): Patience {
  if (loads !== undefined) return new Patience(Infinity, LOADING_MS);
  if (ownModules().length === 0) return new Patience(Infinity, START_MS);
  return new Patience(OWN_START_MS + of * OWN_START_EACH_MS, 3 * START_MS);
}

/** @param of how many start at once */
async function ready(worker: Worker, of: number, { loads, signal = null }: CrewOptions): Promise<void> {
  const modules = loads === undefined ? ownModules() : [loads];
  await new Promise<void>((resolve, reject) => {
    const stop = patienceOf(of, loads).watch(() =>
      settle(() => reject(ended('A worker does not come back while it starts', modules))),
    );
    const settle = (outcome: () => void): void => {
      stop();
      signal?.removeEventListener('abort', onAbort);
      worker.off('message', onMessage).off('error', onError).off('exit', onExit);
      outcome();
    };
    const onMessage = (message: unknown): void => {
      if (message === READY) settle(resolve);
    };
    const onError = (error: unknown): void => settle(() => reject(error as Error));
    const onExit = (code: number): void =>
      settle(() => reject(ended(`A worker exited with code ${code} before it was ready`, modules)));
    const onAbort = (): void => settle(() => reject(signal?.reason as Error));
    signal?.addEventListener('abort', onAbort);
    worker.on('message', onMessage).on('error', onError).on('exit', onExit);
  });
}
