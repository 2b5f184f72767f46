import * as library from '../../../checker/index.ts';
import { CheckFailure } from '../../../checker/check-failure.ts';
import type { FailureRecord } from '../../../checker/failure-record.ts';
import { textOf, thrownText } from '../../../checker/text.ts';
import { setCodeBehind, whereIn } from '../../../checker/where.ts';
import { counted } from '../../../counted.ts';
import { INTERNAL_ERROR } from '../../../errors.ts';
import { RUNNER } from './code-text.ts';

/** What a worker tells of a user's code. A line is one of the code, from 1; null where it is not known. */
export type CodeMessage =
  /** What the code wrote to the console. */
  | { readonly kind: 'said'; readonly text: string }
  /** A check that found nothing, what it says of that, and whether nothing was left out. */
  | {
      readonly kind: 'passed';
      readonly summary: string;
      readonly complete: boolean;
      readonly seconds: number;
    }
  | { readonly kind: 'failed'; readonly record: FailureRecord; readonly lines: readonly number[] }
  | {
      readonly kind: 'complaint';
      readonly isOurs: boolean;
      readonly text: string;
      readonly line: number | null;
    }
  /** The code has come to its end. */
  | { readonly kind: 'ended' };

/** What the user's code is called in a story. */
const CODE_NAME = 'code.mjs';

/** As many lines of a console are told. */
const MOST_SAID = 200;

type Options = { readonly maxSeconds?: number };
type Result = {
  readonly summary?: string;
  readonly executions: number;
  readonly complete: boolean;
  readonly seconds: number;
  readonly programs?: number;
  readonly calls?: number;
};

/** Seconds that `checkObject` takes of itself. */
const OF_OBJECT = 20;

/** Lets the script of a worker run a user's code that stands behind it. */
export function serveCode(): void {
  Object.defineProperty(globalThis, RUNNER, { value: run });
}

/**
 * Runs a user's code, and posts what it says and what its checks find.
 *
 * @param lines of the script before the user's code
 * @param seconds that its searches may take, all together
 */
async function run(lines: number, seconds: number, code: (given: object) => Promise<void>): Promise<void> {
  setCodeBehind(lines, CODE_NAME);
  const end = performance.now() + 1000 * seconds;
  const told = new WeakSet();
  listenToConsole();
  try {
    await code(withinTime(end, told));
  } catch (error) {
    if (!(error instanceof Error && told.has(error))) post(complaintOf(error));
  }
  post({ kind: 'ended' });
}

function post(message: CodeMessage): void {
  self.postMessage(message);
}

/** The library with checks that tell what they found, and end in time. */
function withinTime(end: number, told: WeakSet<Error>): object {
  const limited = (what: Options, most: number): never => {
    const left = Math.max(0.1, (end - performance.now()) / 1000);
    return { ...what, maxSeconds: Math.min(left, what.maxSeconds ?? most) } as never;
  };
  const telling =
    (does: (what: never) => Result, most: number) =>
    (what: Options): Result => {
      try {
        return passed(does(limited(what, most)));
      } catch (error) {
        return failed(error, told);
      }
    };
  const tellingLater =
    (does: (what: never) => Promise<Result>, most: number) =>
    async (what: Options): Promise<Result> => {
      try {
        return passed(await does(limited(what, most)));
      } catch (error) {
        return failed(error, told);
      }
    };
  return {
    ...library,
    check: telling(library.check, Infinity),
    checkObject: telling(library.checkObject, OF_OBJECT),
    checkAsync: tellingLater(library.checkAsync, Infinity),
    checkObjectAsync: tellingLater(library.checkObjectAsync, OF_OBJECT),
  };
}

function passed(result: Result): Result {
  const { complete, seconds } = result;
  post({ kind: 'passed', summary: summaryOf(result), complete, seconds });
  return result;
}

/** Throws the error on, and tells it if it is a failure. */
function failed(error: unknown, told: WeakSet<Error>): never {
  if (error instanceof CheckFailure) {
    told.add(error);
    const record = error.toJSON();
    post({ kind: 'failed', record, lines: failingLines(record, error.cause) });
  }
  throw error;
}

function summaryOf({ summary, programs = 0, calls = 0, executions, complete }: Result): string {
  if (summary !== undefined) return summary;
  const of = `${counted(programs, 'program')} with up to ${counted(calls, 'call')} explored, ${counted(executions, 'execution')} in all`;
  return complete ? `${of}, and none within these bounds was left out.` : `${of}; there are more.`;
}

/**
 * The lines of the code at which a failure shows: where it threw; the steps that are marked, or that a remark is about; if there are none,
 * the last step.
 */
function failingLines({ rows }: FailureRecord, cause: unknown): number[] {
  const steps = rows.filter(({ where }) => where !== '');
  const chosen = rows.filter(
    ({ where, isMarked }, i) => where !== '' && (isMarked || rows[i + 1]?.thread === null),
  );
  const places = (chosen.length > 0 ? chosen : steps.slice(-1)).map(({ where }) => lineOf(where));
  const threw = cause instanceof Error ? lineOf(whereOf(cause)) : null;
  return [...new Set(threw === null ? places : [threw, ...places])].filter((line) => line !== null);
}

function whereOf({ stack }: Error): string {
  return whereIn((stack ?? '').split('\n'));
}

function lineOf(where: string): number | null {
  const line = /:(\d+)$/.exec(where)?.[1];
  return line === undefined ? null : Number(line);
}

function complaintOf(error: unknown): CodeMessage {
  const isOurs = error instanceof Error && error.name === INTERNAL_ERROR;
  // What the library says to its user is a sentence; what the code threw has a name besides.
  const isTold = isOurs || (error instanceof Error && error.name === 'UsageError');
  return {
    kind: 'complaint',
    isOurs,
    text: isTold ? error.message : thrownText(error),
    line: error instanceof Error ? lineOf(whereOf(error)) : null,
  };
}

/** What the code writes to the console is posted: the first lines of it. */
function listenToConsole(): void {
  let said = 0;
  const tell = (...given: unknown[]): void => {
    said++;
    if (said > MOST_SAID + 1) return;
    const text = given.map((each) => (typeof each === 'string' ? each : textOf(each))).join(' ');
    post({ kind: 'said', text: said > MOST_SAID ? '… and more, which is not shown' : text });
  };
  for (const name of ['log', 'info', 'warn', 'error', 'debug'] as const)
    Object.defineProperty(console, name, { value: tell, configurable: true, writable: true });
}
