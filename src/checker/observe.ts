import { UsageError } from '../errors.ts';
import type { AnyCheck } from './any-check.ts';
import { withModelled } from './globals.ts';
import type { Observation, ObservedCheck, ObservedCheckOf, Observing } from './observe-types.ts';
import { CheckedProgram } from './checked-program.ts';
import { thrownText } from './text.ts';
import type { Declared, Threads, ThreadsOf } from './types.ts';
import { allowedBy, holdsAt } from './real/allowed.ts';
import { type Asked, askedOf, assertReal } from './real/asked.ts';
import { observationOf, type Seen } from './real/graded.ts';
import type { ObservationJob } from './real/job.ts';
import { checkIn, hookHere } from './real/module.ts';
import { Telling, type ThreadEnd, valuesOf } from './real/outcome.ts';
import { RealThreads } from './real/real-threads.ts';

/**
 * Rounds that are made without a look at what they came to: first one, and twice as many each time, so that little is lost where one does
 * not end; and bytes of memory that are kept of them.
 */
const MOST_IN_A_BATCH = 256;
const MOST_BYTES = 2 ** 24;
/** Rounds without an end after which the observation ends. */
const MOST_HANGS = 3;

/** Real threads have shown what the model never does. The message is the observation as a table. */
export class ObservationFailure extends Error {
  override readonly name = 'ObservationFailure';
  readonly observation: Observation;

  constructor(observation: Observation) {
    super(observation.text);
    this.observation = observation;
  }

  /** All that the message says, as values: `JSON.stringify(failure)` writes them. */
  toJSON(): Observation & { readonly schemaVersion: 1 } {
    return { schemaVersion: 1, ...this.observation };
  }
}

/** In the place of a check that a module exports. */
const NOT_GIVEN: AnyCheck = { words: {}, threads: [] };
/** Milliseconds in which a module has to be loaded. */
const LOADING = 20_000;

/** How often `observe` was called for a module, and what the calls came to that have ended. */
const calls = new Map<string, number>();
const ended: ObservationJob['earlier'][number][] = [];

/**
 * Runs the same bodies as `check` on real worker threads, many times, and grades what comes out by what the model allows.
 *
 * @throws ObservationFailure if an outcome is seen that the model, explored to its end, never shows: then one of the two is wrong
 * @throws UsageError if the check cannot be run on real threads, or its module cannot be loaded there: the message says why, and the way out
 */
export async function observe<W extends Declared, const T extends Threads<W, A>, A = number, S = unknown>(
  what: ObservedCheck<W, A, T, S>,
): Promise<Observation>;
/** The same for objects that `make` makes, as a package does. */
export async function observe<
  M,
  const T extends ThreadsOf<M, A>,
  W extends Declared = Record<never, never>,
  A = number,
  S = unknown,
>(what: ObservedCheckOf<M, W, A, T, S>): Promise<Observation>;
/** The same for a check that a module exports. */
export async function observe(what: Observing & { readonly export: string }): Promise<Observation>;
export async function observe(what: object): Promise<Observation> {
  const { asked, check } = askedOf(what);
  const hook = hookHere();
  // A worker thread of an observation takes the check from its call, and begins nothing.
  if (hook !== undefined) return hook(asked.module, check ?? NOT_GIVEN);
  const number = calls.get(asked.module) ?? 0;
  if (check !== null) calls.set(asked.module, number + 1);
  const observation = await observed(check ?? (await exported(asked)), asked, number);
  if (check !== null) ended.push([asked.module, number, observation]);
  if (observation.outcomes.some(({ grade }) => grade === 'forbidden'))
    throw new ObservationFailure(observation);
  return observation;
}

async function exported({ module, export: name }: Asked): Promise<AnyCheck> {
  return checkIn(await loaded(module), module, name ?? '');
}

async function loaded(module: string): Promise<Record<string, unknown>> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    const why = `observe has not loaded ${module} in ${LOADING / 1000} s: see what its top level waits for. If it is this call, give it the check itself, without "export".`;
    timer = setTimeout(() => reject(new UsageError(why)), LOADING);
  });
  try {
    return await Promise.race([import(module) as Promise<Record<string, unknown>>, late]);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`observe cannot load ${module} (${thrownText(error)}).`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

async function observed(check: AnyCheck, asked: Asked, number: number): Promise<Observation> {
  const program = new CheckedProgram(check);
  assertReal(check);
  const { regions } = program.memory;
  const telling = new Telling(regions, check.make !== undefined, asked.outcome);
  const allowed = allowedBy(check, telling);
  const seen = await seenOn(program, telling, asked, number);
  const { rare, patience } = asked;
  return observationOf(seen, allowed, { rare, patience, threads: program.threads });
}

async function seenOn(
  program: CheckedProgram,
  telling: Telling,
  asked: Asked,
  number: number,
): Promise<Seen> {
  const { regions } = program.memory;
  const { module, export: name, signal } = asked;
  const bytes = regions.reduce((sum, { bytes: { length } }) => sum + length, 0);
  const buffers = regions.map(({ bytes: { length } }) => new SharedArrayBuffer(length));
  const most = Math.max(1, Math.min(MOST_IN_A_BATCH, Math.floor(MOST_BYTES / Math.max(1, bytes))));
  const log = new SharedArrayBuffer(bytes * most);
  const shared = { module, name, number, earlier: ended, buffers, log };
  const start = (): Promise<RealThreads | null> => RealThreads.start(program.threads, shared, asked);
  const tally = new Answers(program, telling, new Uint8Array(log));
  const hangs: (readonly number[])[] = [];
  let threads = await start();
  const began = performance.now();
  const isOver = (): boolean =>
    signal?.aborted === true ||
    tally.rounds + hangs.length >= asked.times ||
    hangs.length >= MOST_HANGS ||
    performance.now() - began > 1000 * asked.seconds;
  try {
    for (let size = 1; threads !== null && !isOver();) {
      const left = asked.times - tally.rounds - hangs.length;
      const batch = await threads.batch(Math.min(size, left));
      size = Math.min(2 * size, most);
      if (batch.kind === 'ended') tally.add(batch.ends);
      if (batch.kind !== 'hangs') continue;
      hangs.push(batch.threads);
      size = 1;
      await threads.end();
      threads = isOver() ? null : await start();
    }
  } finally {
    await threads?.end();
  }
  const seconds = (performance.now() - began) / 1000;
  const { rounds, outcomes } = tally;
  return { rounds, outcomes, hangs, seconds, interrupted: signal?.aborted === true };
}

/** Counts what rounds came to. */
class Answers {
  readonly outcomes = new Map<string, { count: number; holds: boolean | null }>();
  rounds = 0;
  readonly #program: CheckedProgram;
  readonly #telling: Telling;
  readonly #log: Uint8Array;

  constructor(program: CheckedProgram, telling: Telling, log: Uint8Array) {
    this.#program = program;
    this.#telling = telling;
    this.#log = log;
  }

  /** @param byThread how each thread ended in each round of a batch, whose memory stands in the log */
  add(byThread: readonly (readonly ThreadEnd[])[]): void {
    const [{ length }] = byThread;
    withModelled(() => {
      for (let nth = 0; nth < length; nth++)
        this.#round(
          nth,
          byThread.map((ends) => ends[nth]),
        );
    }, this.#program.code);
  }

  #round(nth: number, ends: readonly ThreadEnd[]): void {
    this.rounds++;
    const values = this.#values(nth);
    const outcome = this.#telling.text(values, ends);
    const known = this.outcomes.get(outcome);
    if (known !== undefined) known.count++;
    else this.outcomes.set(outcome, { count: 1, holds: holdsAt(this.#program.check, values, ends) });
  }

  #values(nth: number): unknown {
    const { regions } = this.#program.memory;
    const all = regions.reduce((sum, { bytes: { length } }) => sum + length, 0);
    let at = nth * all;
    const bytes = regions.map(({ bytes: { length } }) => this.#log.subarray(at, (at += length)));
    return this.#program.valuesOfBytes(bytes) ?? valuesOf(regions, bytes);
  }
}
