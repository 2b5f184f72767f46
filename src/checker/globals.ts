import { UsageError } from '../errors.ts';
import { loopReplacements, tellImports } from './asynchronous/replacements.ts';
import { atomics } from './atomics.ts';
import { type Realm, type Replacement, replacements } from './classes.ts';
import { natives } from './natives.ts';
import { prototypes } from './prototypes.ts';

/** What is replaced: `Atomics`, and all that makes or reads memory. */
const ALL: readonly Replacement[] = [
  { of: (realm) => realm, name: 'Atomics', by: atomics },
  ...replacements,
  ...loopReplacements,
  ...prototypes,
  ...natives,
];

/**
 * Runs a synchronous function with the modelled `Atomics`, typed arrays, DataView and SharedArrayBuffer in the place of the global ones:
 * those of this module, and those of every realm that some code comes from.
 *
 * @throws UsageError if it cannot be put there, so that what the code does would not be seen
 */
export function withModelled<T>(run: () => T, code: readonly unknown[] = []): T {
  const realms = new Set<Realm>([globalThis]);
  for (const each of code) realms.add(globalsOf(each));
  const restore = replaceIn(realms);
  try {
    return run();
  } finally {
    restore();
  }
}

/** Puts the modelled ones in place, and returns what puts everything back. */
function replaceIn(realms: ReadonlySet<Realm>): () => void {
  const restore: (() => void)[] = [];
  const putBack = (): void => {
    for (const each of restore.toReversed()) each();
    tellImports();
  };
  try {
    for (const realm of realms) {
      for (const each of ALL) {
        const { of, name, over } = each;
        const owner = of(realm);
        const isOther = over !== undefined && owner !== undefined && Reflect.get(owner, name) !== over;
        if (owner !== undefined && !isOther) restore.push(replaced(owner, each));
      }
    }
  } catch (error) {
    putBack();
    throw error;
  }
  tellImports();
  return putBack;
}

/** Returns what puts the former one back. */
function replaced(owner: object, { name, by, isGetter = false }: Replacement): () => void {
  const before = Object.getOwnPropertyDescriptor(owner, name);
  if (isGetter) {
    const isThere = before?.get !== undefined;
    if (!isThere || !Reflect.defineProperty(owner, name, { ...before, get: by as () => unknown }))
      return () => {};
    return () => void Reflect.defineProperty(owner, name, before);
  }
  if (before === undefined && name !== 'Atomics') return () => {};
  if (before?.writable === true) {
    Reflect.set(owner, name, by);
    return () => void Reflect.set(owner, name, before.value);
  }
  if (before === undefined || !Reflect.defineProperty(owner, name, { ...plainly(before), value: by })) {
    throw new UsageError(
      `The global ${name} cannot be replaced while the check runs (it is frozen), so the check would not see what its threads do: run it where globals can be changed.`,
    );
  }
  return () => void Reflect.defineProperty(owner, name, before);
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
function globalsOf(code: unknown): Realm {
  if (typeof code !== 'function' || Object.prototype.isPrototypeOf.call(Function.prototype, code))
    return globalThis;
  const made = Reflect.getPrototypeOf(code)?.constructor as FunctionConstructor | undefined;
  if (made === undefined) return globalThis;
  try {
    return made('return globalThis')() as Realm;
  } catch {
    throw new UsageError(
      'The code of a thread comes from another realm, and its global Atomics cannot be replaced there: make it where check is imported.',
    );
  }
}

/**
 * Loads code that takes functions or classes out of the global objects when it is loaded: `await loaded(() => import('words'))`. Those that
 * it takes are seen by a check, and do what the platform's do wherever no check runs.
 *
 * @param load what loads it, for the first time in this process
 * @returns what that comes to
 */
export async function loaded<T>(load: () => Promise<T>): Promise<T> {
  const restore = replaceIn(new Set([globalThis]));
  try {
    return await load();
  } finally {
    restore();
  }
}
