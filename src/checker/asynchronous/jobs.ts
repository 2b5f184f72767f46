import { UsageError } from '../../errors.ts';
import { nodeModule } from '../node-module.ts';

/** Node's own process, also where a test runner gives its tests a copy; undefined elsewhere. */
const host = nodeModule('process') as (NodeJS.Process & { readonly _tickCallback?: () => void }) | undefined;
const { setImmediate: nextTurn } = globalThis as { setImmediate?: typeof setImmediate };
// oxlint-disable-next-line no-underscore-dangle -- so it is called
const runQueued = host?._tickCallback?.bind(host);

/** Told of what no code of a user's handles: the reason of a rejected promise, or what a callback threw. */
export interface Unheeded {
  rejected(reason: unknown): void;
  thrown(error: unknown): void;
}

let listener: Unheeded | null = null;

/**
 * Runs all promise jobs and ticks that are queued, and those that they queue, in Node's order: ticks first, then promise jobs, until there
 * are none of either; then promises that were rejected and that nobody has handled are told. So it is after each task of an event loop.
 *
 * Can only be done where no promise job runs: see `inTurn`.
 */
export function runJobs(unheeded: Unheeded): void {
  const before = listener;
  listener = unheeded;
  try {
    for (let ended = false; !ended;) {
      try {
        runQueued?.();
        ended = true;
      } catch (error) {
        // A tick threw; the others are still to come.
        unheeded.thrown(error);
      }
    }
  } finally {
    listener = before;
  }
}

/**
 * Runs something in a turn of the event loop of its own, in which no promise job of anybody else's can run, and rejections and errors that
 * nobody handles are told to the caller that runs jobs and to nobody else: neither to a test runner nor to the end of the process.
 *
 * @throws UsageError in the promise, where promise jobs cannot be run at will
 */
export function inTurn<T>(run: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    if (nextTurn === undefined || host === undefined || runQueued === undefined) {
      reject(new UsageError(NOT_HERE));
      return;
    }
    nextTurn(() => {
      const restore = [
        replaceListeners(host, 'unhandledRejection', (reason: unknown) => listener?.rejected(reason)),
        replaceListeners(host, 'uncaughtException', (error: unknown) => listener?.thrown(error)),
        replaceListeners(host, 'rejectionHandled', () => {}),
      ];
      try {
        provePromises();
        resolve(run());
      } catch (error) {
        reject(error as Error);
      } finally {
        for (const each of restore) each();
      }
    });
  });
}

/**
 * From here on nothing that awaits a promise goes on: for code that is not heeded any more, catches all that is thrown, and tries again
 * forever. (An await of a promise asks for its `constructor`, and, where that is not the platform's, calls its `then`.) Returns what ends
 * that.
 */
export function parkAwaits(): () => void {
  const { prototype } = Promise;
  const restore = ['constructor', 'then'].map((name) => {
    const own: unknown = Reflect.get(prototype, name);
    return () => Reflect.set(prototype, name, own);
  });
  const never = new Promise(() => {});
  Reflect.set(prototype, 'constructor', class extends Promise<unknown> {});
  Reflect.set(prototype, 'then', () => never);
  return () => {
    for (const each of restore) each();
  };
}

const NOT_HERE =
  'checkAsync runs the promise jobs of its threads at once, which only Node lets it do (process._tickCallback): run it with Node, or let the threads be synchronous and use check.';

/** Returns what puts the former ones back. */
function replaceListeners(on: NodeJS.Process, event: string, by: (what: unknown) => void): () => void {
  const before = on.rawListeners(event) as (() => void)[];
  on.removeAllListeners(event);
  on.on(event, by);
  return () => {
    on.removeAllListeners(event);
    for (const each of before) on.on(event, each);
  };
}

/** A promise job that is queued now must run when jobs are run, or nothing that is awaited would come. */
function provePromises(): void {
  let ran = false;
  void Promise.resolve().then(() => (ran = true));
  runJobs({ rejected: () => {}, thrown: () => {} });
  if (!ran) throw new UsageError(NOT_HERE);
}
