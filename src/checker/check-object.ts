import type { AnyCheck } from './any-check.ts';
import { exploreProgram } from './exploration.ts';
import { UsageError } from '../errors.ts';
import { assertObject } from './options.ts';
import { CheckedProgram } from './checked-program.ts';
import { whileSeen } from './seeing.ts';
import { type CallProgram, programsOf } from './programs.ts';
import { fromEnvironment, rememberedFirst, type Replay, replayAskedFor } from './remembered.ts';
import { textOf } from './text.ts';
import { assertRight, replayed, toldFrom } from './verdict.ts';
import type { Call, CheckObject, Declared, PassedObject, Shared } from './types.ts';

/** What is done if nothing is said: threads and calls of a program at most, and seconds. */
const THREADS = 3;
const CALLS = 4;
const SECONDS = 20;

/**
 * Makes programs of an object's operations, the smallest first, explores each one as `check` does, and holds what its operations answer
 * against a model, or against the object itself by one call at a time. What blocks there may block. Returns what it has seen, or throws a
 * `CheckFailure` of the first program that fails: none that is smaller does.
 *
 * @throws CheckFailure
 * @throws TypeError if a word is declared with a value that it cannot hold
 * @throws UsageError if no programs can be made of the object as it is: the message says why, and the way out
 */
export function checkObject<W extends Declared, A = number, S = unknown>(
  object: CheckObject<Shared<W>, W, A, S> & { readonly make?: undefined; readonly words: W },
): PassedObject;
/** The same for an object that `make` makes. */
export function checkObject<M, W extends Declared = Record<never, never>, A = number, S = unknown>(
  object: CheckObject<M, W, A, S> & { readonly make: (shared: Shared<W>) => M },
): PassedObject;
export function checkObject(object: object): PassedObject {
  const passed = toldFrom(checkObject, () => exploreObject(object, false));
  // As in `check`.
  return passed;
}

/** What is to be explored, and whether each thread has an event loop. */
type AnyObject = CheckObject<unknown, Declared, unknown> & { readonly isAsync: boolean };

/** See `checkObject`. @param isAsync true if operations may be asynchronous: then this must be run in a turn of its own */
export function exploreObject(given: object, isAsync: boolean): PassedObject {
  assertObject(given as CheckObject<unknown>);
  const object = { ...given, isAsync } as AnyObject;
  const began = performance.now();
  if (object.replay !== undefined) return alone(object, object.replay, began);
  const line = replayAskedFor();
  if (line !== undefined) return fromEnvironment(() => alone(object, line, began));
  return rememberedFirst(
    given,
    (replay) => tryFirst(object, replay),
    () => searched(object, began),
  );
}

function alone(object: AnyObject, line: string, began: number): PassedObject {
  const { threads } = object;
  if (!Array.isArray(threads))
    throw new UsageError(
      'checkObject is given a replay line alone: give the threads that stand beside it too.',
    );
  const program = programOf(object, threads as CallProgram);
  const { executions } = whileSeen(program, () => replayed(program, line));
  const seen = { programs: 1, calls: threads.flat().length, executions, complete: false };
  return { ...seen, seconds: (performance.now() - began) / 1000 };
}

/** Runs what failed the last time. */
function tryFirst(object: AnyObject, replay: Replay): void {
  for (const threads of programsIn(object)) {
    const program = programOf(object, threads);
    if (program.written !== replay.program) continue;
    whileSeen(program, () => replayed(program, replay.replay, 'tried first'));
    return;
  }
  throw new UsageError(`checkObject does not make the program ${replay.program} any more.`);
}

function searched(object: AnyObject, began: number): PassedObject {
  const deadline = began + 1000 * (object.maxSeconds ?? SECONDS);
  const seen = { programs: 0, calls: 0, executions: 0, complete: true };
  for (const threads of programsIn(object)) {
    const program = programOf(object, threads);
    whileSeen(program, () => {
      const came = exploreProgram(program, deadline);
      seen.executions += came.executions;
      assertRight(program, came, seen.executions);
      seen.complete &&= came.complete;
    });
    seen.programs++;
    seen.calls = threads.flat().length;
    if (performance.now() > deadline) {
      seen.complete = false;
      break;
    }
  }
  return { ...seen, seconds: (performance.now() - began) / 1000 };
}

function programsIn(object: AnyObject): Iterable<CallProgram> {
  const { operations, arguments: given = {}, threads = THREADS, calls = CALLS, model } = object;
  if (typeof threads !== 'number') return [threads];
  const letters = Object.keys(operations).flatMap((name): Call<unknown>[] =>
    given[name] === undefined ? [[name]] : given[name].map((argument) => [name, argument]),
  );
  // A thread alone cannot differ from itself by one call at a time.
  return programsOf(letters, { threads, calls, least: model ? 1 : 2 });
}

function programOf(object: AnyObject, threads: CallProgram): CheckedProgram {
  const { words, make, operations, model, atOnce, races, lockFree, preemptions, stepLimit, random, clock } =
    object;
  const check = {
    words,
    make,
    operations,
    model,
    atOnce,
    races,
    lockFree,
    preemptions,
    stepLimit,
    random,
    clock,
    threads,
  };
  const lists = threads.map((calls) => `[${calls.map(written).join(', ')}]`);
  return new CheckedProgram(check as unknown as AnyCheck, `[${lists.join(', ')}]`, object.isAsync);
}

function written([name, ...given]: Call<unknown>): string {
  return `[${[name, ...given].map(textOf).join(', ')}]`;
}
