import { UsageError } from '../errors.ts';
import type { AnyCheck } from './any-check.ts';
import { CheckFailure } from './check-failure.ts';
import { environment } from './environment.ts';
import { textOf } from './text.ts';
import { hashOfText } from './text-hash.ts';

/** An execution that failed, as it is kept: data alone, nothing of which is ever run as code. */
export interface Replay {
  /** The test that failed, and which of its checks that was, from 1. */
  readonly test: string;
  readonly number: number;
  /** A hash of what was checked. */
  readonly check: string;
  readonly kind: string;
  /** For `checkObject` the program, as its message writes it; else null. */
  readonly program: string | null;
  readonly replay: string;
}

/** What is known of one check of the test that runs. */
export interface Remembered {
  /** What failed the last time, to be tried first. */
  readonly replay: Replay | null;
  failed(failure: CheckFailure): void;
  /** Says something to people, in one sentence. */
  say(sentence: string): void;
}

/** Where failures are kept, for the test that runs. */
export interface Replays {
  /** For the next check of the test, by the hash of what it checks. */
  next(check: string): Remembered;
}

/** A test runner may load this library more than once, for a set-up file and for tests. */
const KEY = Symbol.for('lockfree-lab.replays');
const kept = globalThis as unknown as Record<symbol, Replays | null | undefined>;

/** Lets checks that begin from now on ask there; null if nothing is kept. */
export function keepReplays(replays: Replays | null): void {
  kept[KEY] = replays;
}

/** True if checks that begin now ask there. */
export function isKeeping(replays: Replays | null): boolean {
  return (kept[KEY] ?? null) === replays;
}

/**
 * Tries first what failed the last time, if that is known, and then does what else there is to do.
 *
 * @param what what is checked, of which the hash is made
 * @param again runs a replay; throws a `UsageError` where it does not fit what is checked any more
 */
export function rememberedFirst<T>(what: object, again: (replay: Replay) => void, search: () => T): T {
  const known = kept[KEY]?.next(hashOf(what)) ?? null;
  if (known === null) return search();
  try {
    if (known.replay !== null) tryFirst(known, known.replay, again);
    return search();
  } catch (error) {
    if (error instanceof CheckFailure) known.failed(error);
    throw error;
  }
}

function tryFirst(known: Remembered, replay: Replay, again: (replay: Replay) => void): void {
  try {
    again(replay);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    known.say(
      `What failed in "${replay.test}" the last time cannot be tried first, and all is searched: ${error.message}`,
    );
  }
}

/** The line that the environment asks for, by `LOCKFREE_REPLAY`; undefined if it asks for none. */
export function replayAskedFor(): string | undefined {
  const line = environment(REPLAY);
  return line === undefined || line === OFF ? undefined : line;
}

/** True if no failures are to be kept: in continuous integration, and where the environment says so. */
export function keepsNothing(): boolean {
  const ci = environment('CI');
  return environment(REPLAY) !== undefined || (ci !== undefined && ci !== 'false' && ci !== '0');
}

const REPLAY = 'LOCKFREE_REPLAY';
const OFF = 'off';

/** Adds to a replay line that fits nothing where it came from. */
export function fromEnvironment<T>(run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(
      `${error.message} It comes from ${REPLAY}, which is tried on every check that runs: let your test runner run the one test that it is of, as by -t.`,
      { cause: error },
    );
  }
}

/** What does not decide about executions. */
const LIMITS: ReadonlySet<string> = new Set([
  'maxSeconds',
  'maxExecutions',
  'interleavings',
  'replay',
  'calls',
]);

/** A hash of what is checked: words, the text of functions, and options that decide about executions. */
function hashOf(what: object): string {
  const fields = Object.entries(what as AnyCheck)
    .filter(([name, value]) => !LIMITS.has(name) && value !== undefined)
    .map(([name, value]) => `${name}: ${sourceOf(value)}`);
  return hashOfText(fields.toSorted().join('\n'));
}

/** How deep the functions of a check are: a thread's code is in an object of a list. */
const DEEPEST = 3;

/** A value as text, with the text of the functions in it. */
function sourceOf(value: unknown, depth = 0): string {
  if (typeof value === 'function') return String(value);
  const isPlain =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (depth > DEEPEST || !(isPlain || Array.isArray(value))) return textOf(value);
  return Object.entries(value as object)
    .map(([name, each]) => `${name}: ${sourceOf(each, depth + 1)}`)
    .join('\n');
}
