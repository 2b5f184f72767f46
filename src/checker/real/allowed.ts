import type { AnyCheck } from '../any-check.ts';
import { exploreProgram } from '../exploration.ts';
import { CheckedProgram } from '../checked-program.ts';
import { whileSeen } from '../seeing.ts';
import { racingNames } from '../replay-line.ts';
import { SUSPEND } from '../../model/thread-memory.ts';
import { thrownText } from '../text.ts';
import { isThenable } from '../misuse.ts';
import type { Thread } from '../types.ts';
import { NO_END, type Telling, type ThreadEnd } from './outcome.ts';

/** Seconds for the exploration of a check that does not say how long it may take. */
const PATIENCE = 60;

/** What the model allows. */
export interface Allowed {
  /** By outcome whether `finally` holds there; null if there is none. */
  readonly outcomes: ReadonlyMap<string, boolean | null>;
  /** True if these are all. */
  readonly complete: boolean;
  /** Words with plain accesses that race, by name. */
  readonly races: readonly string[];
}

/** What a thread returns in the place of an error that it throws, so that the others go on as they do on real threads. */
class Thrown {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

type ThreadCode = (shared: unknown, thread: Thread<unknown>) => unknown;

function notThrowing(code: ThreadCode): ThreadCode {
  return (shared, thread) => {
    try {
      return code(shared, thread);
    } catch (error) {
      if (error === SUSPEND) throw error;
      return new Thrown(thrownText(error));
    }
  };
}

function endOf(result: unknown): ThreadEnd {
  return result instanceof Thrown ? { thrown: result.text } : { result };
}

/** Whether what must hold at the end does. */
export function holdsAt(
  { finally: atEnd }: AnyCheck,
  values: unknown,
  ends: readonly ThreadEnd[],
): boolean | null {
  if (!atEnd || ends.some(({ thrown }) => thrown !== undefined)) return null;
  try {
    const answer = atEnd(
      values,
      ends.map(({ result }) => result),
    );
    if (!isThenable(answer)) return answer !== false;
    void Promise.resolve(answer).catch(() => {});
    return null;
  } catch {
    return false;
  }
}

/** Explores all executions of a check, and takes down what each of them comes to. */
export function allowedBy(check: AnyCheck, telling: Telling): Allowed {
  const outcomes = new Map<string, boolean | null>();
  const { words, make, operations, preemptions, maxExecutions, maxSeconds, stepLimit } = check;
  const collecting = {
    ...(words !== undefined && { words }),
    ...(make !== undefined && { make }),
    ...(operations !== undefined && { operations }),
    ...(preemptions !== undefined && { preemptions }),
    ...(maxExecutions !== undefined && { maxExecutions }),
    ...(stepLimit !== undefined && { stepLimit }),
    races: 'allow',
    threads: check.threads.map((thread) => {
      const code = 'code' in thread ? thread.code : thread;
      const run: ThreadCode =
        typeof code === 'function'
          ? (code as ThreadCode)
          : (_, { call }) => code.map(([name, argument]) => call(name, argument));
      return 'code' in thread ? { ...thread, code: notThrowing(run) } : notThrowing(run);
    }),
    finally: (values: unknown, results: readonly unknown[]): void => {
      const ends = results.map(endOf);
      const text = telling.text(values, ends);
      if (!outcomes.has(text)) outcomes.set(text, holdsAt(check, values, ends));
    },
  } as AnyCheck;
  const program = new CheckedProgram(collecting);
  return whileSeen(program, () => {
    const deadline = performance.now() + 1000 * (maxSeconds ?? PATIENCE);
    const { found, racing, complete } = exploreProgram(program, deadline);
    // Nothing is judged wrong here, so what is found is an execution without an end; and where one was found the search ended.
    if (found !== null) outcomes.set(NO_END, null);
    const isBounded = preemptions !== undefined;
    return {
      outcomes,
      complete: complete && found === null && !isBounded,
      races: racingNames(program, racing),
    };
  });
}
