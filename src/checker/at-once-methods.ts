import { UsageError } from '../errors.ts';
import { closest } from '../suggest.ts';
import { runningThread } from './running.ts';
import { textOf } from './text.ts';
import type { MethodsAtOnce } from './types.ts';

type GivenMethod = (this: unknown, ...given: unknown[]) => unknown;

/** A method where it is kept, and how it is called in a story. */
interface Kept {
  readonly holder: object;
  readonly key: string | symbol;
  readonly name: string;
}

/** Runs something while the methods are one step each in the threads of a check. Elsewhere they are what they were. */
export function withMethodsAtOnce<T>(methods: readonly MethodsAtOnce[] | undefined, run: () => T): T {
  const restore: (() => void)[] = [];
  try {
    for (const { holder, key, name } of methods?.flatMap(keptBy) ?? []) {
      const own = Object.getOwnPropertyDescriptor(holder, key);
      const method = Reflect.get(holder, key) as GivenMethod;
      const value: GivenMethod = function (...given) {
        const thread = runningThread();
        const call = (): unknown => method.apply(this, given);
        return thread === null ? call() : thread.atOnce(name, call);
      };
      const enumerable = own?.enumerable ?? false;
      if (!Reflect.defineProperty(holder, key, { value, enumerable, configurable: true, writable: true }))
        throw new UsageError(
          `${name} of atOnce cannot be replaced while the check runs (it is frozen): call it by thread.atOnce(() => …).`,
        );
      restore.push(() => {
        if (own === undefined) Reflect.deleteProperty(holder, key);
        else Reflect.defineProperty(holder, key, own);
      });
    }
    return run();
  } finally {
    for (const each of restore.toReversed()) each();
  }
}

/** Methods of a class's instances, or of the class or object itself. */
function keptBy([owner, ...keys]: MethodsAtOnce): Kept[] {
  const prototype: unknown = typeof owner === 'function' ? owner.prototype : undefined;
  const holders = [...(typeof prototype === 'object' && prototype !== null ? [prototype] : []), owner];
  const called = typeof owner === 'function' && owner.name !== '' ? owner.name : 'the object';
  return keys.map((key) => {
    const holder = holders.find((each) => typeof Reflect.get(each, key) === 'function');
    if (holder !== undefined) return { holder, key, name: `${called}.${showKey(key)}()` };
    const known = holders.flatMap((each) =>
      Object.getOwnPropertyNames(each).filter((name) => typeof Reflect.get(each, name) === 'function'),
    );
    throw new UsageError(
      `There is no method ${showKey(key)} of ${called}${typeof key === 'string' ? closest(key, known) : ''}: atOnce takes lists of a class or an object and the names of its methods, as in atOnce: [[Mutex, 'lock', 'unlock']].`,
    );
  });
}

function showKey(key: string | symbol): string {
  return typeof key === 'string' ? key : textOf(key);
}
