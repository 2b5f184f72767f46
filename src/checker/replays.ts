// For tests that try first what failed in the last run: `import { withReplays } from 'lockfree-lab/replays'`.
import { testBegins, type TestEnds } from './replay-file.ts';
import { isThenable } from './misuse.ts';

type Test = (...given: never[]) => unknown;

/**
 * The test function of a test runner (node:test, jest, bun, deno), of which each test tries first what failed in it the last time. What made
 * a test fail is kept beside its file, in `__lockfree__`, until the test passes: never in continuous integration (where `CI` is set), nor
 * where `LOCKFREE_REPLAY` is `off`. In vitest, `lockfree-lab/vitest` as a set-up file does the same without it.
 *
 * @param test what is called with a name and a function, which may be asynchronous, and does not run while another one does
 * @param file the file that the tests stand in: `import.meta.url`, or `__filename`
 */
export function withReplays<T extends Test>(test: T, file: string | URL): T {
  return new Proxy(test, {
    apply: (target, self, given: unknown[]) => Reflect.apply(target, self, wrapped(given, file)) as unknown,
    get: (target, property) => {
      const value = Reflect.get(target, property) as unknown;
      return property === 'only' && typeof value === 'function' ? withReplays(value as Test, file) : value;
    },
  });
}

/** What a test function is given: the last function is the test, the first text its name. */
function wrapped(given: readonly unknown[], file: string | URL): unknown[] {
  const last = given.findLastIndex((each) => typeof each === 'function');
  if (last < 0) return given.slice();
  const body = given[last] as Test;
  const name = given.find((each) => typeof each === 'string') ?? body.name;
  return given.with(last, keeping(body, name, file));
}

/** Bun shows an error where it was thrown last: it must not be caught on its way. */
const showsLastThrow = 'Bun' in globalThis;

function keeping(body: Test, name: string, file: string | URL): Test {
  const run = function (this: unknown, ...given: never[]): unknown {
    const ends = testBegins(file, name);
    const result = showsLastThrow
      ? callUncaught(() => Reflect.apply(body, this, given) as unknown, ends)
      : callCaught(() => Reflect.apply(body, this, given) as unknown, ends);
    if (!isThenable(result)) ends([]);
    else
      void result.then(
        () => ends([]),
        (error: unknown) => ends([error]),
      );
    return result;
  };
  // Some test runners call back where a test takes arguments.
  return Object.defineProperty(run, 'length', { value: body.length });
}

function callCaught(body: () => unknown, ends: TestEnds): unknown {
  try {
    return body();
  } catch (error) {
    ends([error]);
    throw error;
  }
}

function callUncaught(body: () => unknown, ends: TestEnds): unknown {
  let hasReturned = false;
  try {
    const result = body();
    hasReturned = true;
    return result;
  } finally {
    if (!hasReturned) ends(null);
  }
}
