import type { Worker } from 'node:worker_threads';
import * as v from 'valibot';
import { Crew, ended } from '../../host/crew.ts';
import { ownFault } from '../../host/own-fault.ts';
import { ownModules } from '../../host/own-module.ts';
import { Patience } from '../../host/patience.ts';
import { UsageError } from '../../errors.ts';
import { Lookout, type Lost, whereaboutsBuffer } from '../../model/whereabouts.ts';
import { SearchControl } from './search-control.ts';
import type { ExploreOptions } from './campaign.ts';
import type { Facts } from '../facts.ts';
import type { KernelModel } from '../kernel-model.ts';
import { lostResult, lostText } from './lost.ts';
import type { UnitResult } from './unit-search.ts';

/** What a worker of a search is given: see `workers/explore.ts`. */
interface SearchJob {
  readonly program: string;
  readonly scheme: string;
  readonly options: ExploreOptions;
  /** The numbers of the units that are to be searched: all workers of a search take them from one queue. */
  readonly queue: readonly number[];
  /** The words of the control that they share. */
  readonly control: SharedArrayBuffer;
  /** Where it writes which code it is running. */
  readonly whereabouts: SharedArrayBuffer;
  /** When the search ends, in milliseconds since 1970. */
  readonly until: number;
}

export const SEARCH_JOB: v.GenericSchema<unknown, SearchJob> = v.strictObject({
  program: v.string(),
  scheme: v.string(),
  // The campaign that is made of them checks them.
  options: v.custom<ExploreOptions>((options) => typeof options === 'object' && options !== null),
  queue: v.array(v.number()),
  control: v.instance(SharedArrayBuffer),
  whereabouts: v.instance(SharedArrayBuffer),
  until: v.number(),
});

/** What a worker is asked for facts by. */
export const FACTS = 'facts';
/** What a worker posts when it will search no more. */
export const SEARCH_DONE = 'done';

/** How a search is run. */
export interface ParallelSearch extends Omit<SearchJob, 'control' | 'whereabouts'> {
  readonly control: SearchControl;
  readonly model: KernelModel;
  /** Workers at the start, and how many there are if the search takes longer than a moment. */
  readonly jobs: readonly [atOnce: number, later: number];
  readonly signal: AbortSignal;
  /** Told what came of each unit that was begun. */
  readonly tell: (result: UnitResult) => void;
}

/** Of a search that ends sooner another worker would not have more than its start. */
const MOMENT_MS = 1000;
/** How long a worker may take to stop. It looks up every 64 executions. */
const PATIENCE_MS = 3000;
/** What a worker may take for one execution, which takes it a fraction of a millisecond. */
const STUCK_PROCESSOR_MS = 5000;
const STUCK_MS = 60_000;

/**
 * Searches units in workers. When this returns all of them have ended, whatever happened.
 *
 * @returns what ended a worker that nobody had asked to end, and with it the search; or null
 */
export async function searchInParallel(asked: ParallelSearch): Promise<Error | null> {
  const { control, jobs, signal } = asked;
  const [atOnce, later] = jobs;
  const stop = (): void => control.stop();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    const first = searchWith(asked, atOnce);
    const isLong = later > atOnce && (await lasts(first, MOMENT_MS)) && !control.stopped;
    const second = isLong ? searchWith(asked, later - atOnce) : null;
    const errors = await Promise.all([first, second]);
    return errors.find((error) => error !== null) ?? null;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** True if a promise is still open after a time. */
async function lasts(promise: Promise<unknown>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, ms, true)));
  const open = await Promise.race([promise.then(() => false), over]);
  clearTimeout(timer);
  return open;
}

/** Finds out facts in a worker; null if it was aborted. */
export async function factsInWorker(
  job: Pick<SearchJob, 'program' | 'scheme' | 'options'>,
  signal: AbortSignal,
): Promise<Facts | null> {
  if (signal.aborted) return null;
  const whereabouts = whereaboutsBuffer();
  await using crew = await Crew.start('explore', [
    { ...job, queue: [], control: new SearchControl(0).buffer, until: 0, whereabouts },
  ]);
  const [worker] = crew.workers;
  let unwatch: (() => void) | undefined;
  try {
    return await new Promise((resolve, reject) => {
      unwatch = watchOver(whereabouts, 1, (lost) => reject(new Error(lostText(lost))));
      worker.on('message', resolve).on('error', reject);
      worker.on('exit', (code) =>
        reject(ended(`A worker of the search exited with code ${code} before it was done`)),
      );
      signal.addEventListener('abort', () => resolve(null), { once: true });
      worker.postMessage(FACTS);
    });
  } catch (error) {
    throw asThrown(error as Error);
  } finally {
    unwatch?.();
  }
}

/** Calls `give` once the code of a thread has run for so long that it does not come back; the function that is returned ends that. */
function watchOver(whereabouts: SharedArrayBuffer, workers: number, give: (lost: Lost) => void): () => void {
  const lookout = new Lookout(whereabouts);
  const patience = new Patience(workers * STUCK_PROCESSOR_MS, STUCK_MS);
  return patience.watch(
    () => give(lookout.lost()),
    () => lookout.cameOn(),
  );
}

async function searchWith(asked: ParallelSearch, workers: number): Promise<Error | null> {
  const { program, scheme, options, queue, control, until } = asked;
  const jobs = Array.from({ length: workers }, (): SearchJob => {
    const whereabouts = whereaboutsBuffer();
    return { program, scheme, options, queue, control: control.buffer, until, whereabouts };
  });
  try {
    await using crew = await Crew.start('explore', jobs);
    const searches = crew.workers.map((worker, i) => searchIn(worker, jobs[i].whereabouts, workers, asked));
    const working = Promise.all(searches);
    await (ownModules().length === 0 ? working : orNoProgress(working, control, workers));
    return null;
  } catch (error) {
    // What one of them has met, the others would.
    control.stop();
    return asThrown(error as Error);
  }
}

/** Rejects if code of the user's own keeps all workers from any further execution. */
async function orNoProgress(
  working: Promise<unknown>,
  control: SearchControl,
  workers: number,
): Promise<void> {
  let seen = control.executions;
  const cameOn = (): boolean => {
    const before = seen;
    seen = control.executions;
    return seen !== before;
  };
  const patience = new Patience(workers * STUCK_PROCESSOR_MS, STUCK_MS);
  await new Promise<void>((resolve, reject) => {
    const stop = patience.watch(() => reject(ended('The search came to no further execution')), cameOn);
    working.finally(stop).then(() => resolve(), reject);
  });
}

/** Lets a worker search until it is done, or has been asked to stop and does not. */
async function searchIn(
  worker: Worker,
  whereabouts: SharedArrayBuffer,
  workers: number,
  { signal, tell, control, model }: ParallelSearch,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  let unwatch: (() => void) | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      unwatch = watchOver(whereabouts, workers, (lost) => {
        control.stop();
        tell(lostResult(lost, model));
        resolve();
      });
      const lose = (): void => void (timer ??= setTimeout(resolve, PATIENCE_MS));
      signal.addEventListener('abort', lose, { once: true });
      if (signal.aborted) lose();
      worker.on('message', (message: UnitResult | typeof SEARCH_DONE) => {
        if (message === SEARCH_DONE) resolve();
        else tell(message);
      });
      worker.on('error', reject);
      worker.on('exit', (code) =>
        reject(ended(`A worker of the search exited with code ${code} before it was done`)),
      );
      worker.postMessage('go');
    });
  } finally {
    unwatch?.();
    clearTimeout(timer);
  }
}

/** A worker's error is of no class any more. */
function asThrown(error: Error & { readonly code?: string }): Error {
  if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new UsageError(
      'A worker of the search has no memory left: take fewer --jobs, a smaller program, or a random strategy such as --strategy pct.',
    );
  }
  if (error.name === 'UsageError') return new UsageError(error.message);
  return ownFault(error) ?? error;
}
