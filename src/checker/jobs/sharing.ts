import type * as os from 'node:os';
import type * as workerThreads from 'node:worker_threads';
import { InternalError, UsageError } from '../../errors.ts';
import type { SearchPart } from '../stage.ts';
import type { ByteRange } from '../word-layout.ts';
import { endsAll, type PartEnd, type PartedSearch } from './parts.ts';

/** What a worker thread of a check is given at its start. */
export interface CheckWork {
  readonly module: string;
  readonly name: string;
}

/** A part that it is to explore. */
export interface PartWork {
  /** Counts how often the exploration began anew. */
  readonly pass: number;
  readonly ranges: readonly ByteRange[];
  /** False if a thread has asked for its number. */
  readonly symmetry: boolean;
  readonly number: number;
  readonly part: SearchPart;
  /** Until when, as `Date.now` counts. */
  readonly until: number;
}

/** What it posts. */
export type FromCheckWorker =
  | { readonly ready: true }
  | { readonly pass: number; readonly number: number; readonly end: PartEnd }
  | { readonly refused: string };

/** An exploration, from one beginning to the next. */
export type Pass = Omit<PartWork, 'number' | 'part'>;

/** Explores parts, in their order, up to the first after which the others are of no interest. */
export type ExploreParts = (
  search: PartedSearch,
  pass: Pass,
  parts: readonly SearchPart[],
) => Promise<readonly PartEnd[]>;

/** One after the other, here. */
export const exploreHere: ExploreParts = (search, { until }, parts) => {
  const ends: PartEnd[] = [];
  for (const part of parts) {
    const end = search.explore(part, performance.now() + until - Date.now());
    ends.push(end);
    if (endsAll(end)) break;
  }
  return Promise.resolve(ends);
};

interface Host {
  readonly process?: { readonly getBuiltinModule?: (name: string) => unknown };
}

/** Asked for and not imported, so that the rest of the checker can be bundled for a browser. */
function nodes<T>(name: string): T | undefined {
  return (globalThis as Host).process?.getBuiltinModule?.(name) as T | undefined;
}

/** The cores of the machine, as far as they can be counted. */
export function coresHere(): number {
  return nodes<typeof os>('node:os')?.availableParallelism() ?? 1;
}

/** The compiled entry: under tsx and vitest this file is TypeScript, and a worker of Node 20 takes none. */
function entry(): URL {
  const root = import.meta.url.endsWith('.ts') ? '../../../dist/workers' : '../../../workers';
  return new URL(`${root}/check.js`, import.meta.url);
}

/** Worker threads that share the parts of a check. Use it with `await using`: they are ended on every path. */
export class CheckCrew {
  readonly #workers: readonly workerThreads.Worker[];
  readonly #idle: workerThreads.Worker[] = [];
  #fail: (error: Error) => void = () => {};
  #fault: Error | null = null;
  #onEnd: (end: FromCheckWorker & { readonly number: number }) => void = () => {};
  #onIdle: () => void = () => {};

  constructor(work: CheckWork, jobs: number) {
    const threads = nodes<typeof workerThreads>('node:worker_threads');
    if (threads === undefined)
      throw new UsageError(
        'checkModule needs the worker threads of Node for more than one job, and there are none here: run it in Node, or with jobs: 1.',
      );
    // What the module prints at its top level it has printed where checkModule was called.
    this.#workers = Array.from(
      { length: jobs },
      () => new threads.Worker(entry(), { workerData: work, stdout: true }),
    );
    for (const worker of this.#workers) {
      worker.on('message', (message: FromCheckWorker) => this.#hear(worker, message));
      worker.on('error', (error) =>
        this.#break(new InternalError(`A worker of a check fell: ${String(error)}.`)),
      );
      worker.on('exit', (code) =>
        this.#break(
          new UsageError(
            `A worker of the check ended by itself (exit code ${code}): a body, and the module with it, may not end the process.`,
          ),
        ),
      );
    }
  }

  #break(error: Error): void {
    this.#fault ??= error;
    this.#fail(this.#fault);
  }

  #hear(worker: workerThreads.Worker, message: FromCheckWorker): void {
    if ('refused' in message) {
      this.#break(new UsageError(message.refused));
      return;
    }
    if ('end' in message) this.#onEnd(message);
    this.#idle.push(worker);
    this.#onIdle();
  }

  /** Hands the parts over in their order, each to the next worker that is idle. */
  readonly explore: ExploreParts = (_search, pass, parts) =>
    new Promise((resolve, reject) => {
      const ends: (PartEnd | undefined)[] = [];
      let next = 0;
      // Behind the first part with something in it nothing counts.
      let last = parts.length - 1;
      this.#fail = reject;
      this.#onEnd = (message) => {
        if (!('end' in message) || message.pass !== pass.pass) return;
        ends[message.number] = message.end;
        if (endsAll(message.end)) last = Math.min(last, message.number);
        for (let number = 0; number <= last; number++) if (ends[number] === undefined) return;
        this.#onIdle = () => {};
        resolve(ends.slice(0, last + 1) as PartEnd[]);
      };
      this.#onIdle = () => {
        while (next <= last && this.#idle.length > 0) {
          const worker = this.#idle.pop() as workerThreads.Worker;
          worker.postMessage({ ...pass, number: next, part: parts[next] } satisfies PartWork);
          next++;
        }
      };
      if (this.#fault !== null) reject(this.#fault);
      else this.#onIdle();
    });

  async [Symbol.asyncDispose](): Promise<void> {
    this.#fault ??= new UsageError('The check has ended.');
    this.#fail = () => {};
    await Promise.all(this.#workers.map((worker) => worker.terminate()));
  }
}
