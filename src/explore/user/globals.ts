import { UsageError } from '../../errors.ts';
import { atomics } from './atomics.ts';
import { runningThread } from './running.ts';

type Globals = Pick<typeof globalThis, 'Atomics' | 'SharedArrayBuffer'>;

/** As the platform's own; a buffer that a thread makes is known as its own. */
const sharedArrayBuffer: SharedArrayBufferConstructor | undefined =
  (globalThis as Partial<Globals>).SharedArrayBuffer &&
  new Proxy(globalThis.SharedArrayBuffer, {
    construct: (target, given, newTarget) => {
      const buffer = Reflect.construct(target, given, newTarget as () => void) as SharedArrayBuffer;
      runningThread()?.own(buffer);
      return buffer;
    },
  });

/**
 * Runs a synchronous function with the modelled `Atomics` in the place of the global one: that of this module, and that of every realm
 * that some code comes from.
 *
 * @throws UsageError if it cannot be put there, so that what the code does would not be seen
 */
export function withModelled<T>(run: () => T, code: readonly unknown[] = []): T {
  const realms = new Set<Globals>([globalThis]);
  for (const each of code) realms.add(globalsOf(each));
  const restore: (() => void)[] = [];
  try {
    for (const realm of realms) restore.push(...replaceIn(realm));
    return run();
  } finally {
    for (const each of restore.toReversed()) each();
  }
}

function replaceIn(realm: Globals): (() => void)[] {
  return [
    replaced(realm, 'Atomics', atomics),
    ...(sharedArrayBuffer ? [replaced(realm, 'SharedArrayBuffer', sharedArrayBuffer)] : []),
  ];
}

/** Returns what puts the former one back. */
function replaced<K extends keyof Globals>(realm: Globals, name: K, by: Globals[K]): () => void {
  const before = Object.getOwnPropertyDescriptor(realm, name);
  if (before === undefined || !Reflect.defineProperty(realm, name, { ...plainly(before), value: by })) {
    throw new UsageError(
      `The global ${name} cannot be replaced while the check runs (it is frozen), so the check would not see what its threads do: run it where globals can be changed.`,
    );
  }
  return () => void Reflect.defineProperty(realm, name, before);
}

/** What stays of a global's description, which may be a getter, when it gets a value. */
function plainly({
  enumerable = false,
  configurable = false,
  writable = true,
}: PropertyDescriptor): PropertyDescriptor {
  return { enumerable, configurable, writable };
}

/** The globals that a function sees. One of another realm, as of an iframe or of `node:vm`, has others. */
function globalsOf(code: unknown): Globals {
  if (typeof code !== 'function' || Object.prototype.isPrototypeOf.call(Function.prototype, code))
    return globalThis;
  const made = Reflect.getPrototypeOf(code)?.constructor as FunctionConstructor | undefined;
  if (made === undefined) return globalThis;
  try {
    return made('return globalThis')() as Globals;
  } catch {
    throw new UsageError(
      'The code of a thread comes from another realm, and its global Atomics cannot be replaced there: make it where check is imported.',
    );
  }
}
