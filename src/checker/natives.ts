import type { Realm, Replacement } from './classes.ts';
import { bufferOf } from './buffers.ts';
import { isDataView } from './data-views.ts';
import { runningThread } from './running.ts';
import { viewOf } from './views.ts';

type Native = (...given: never[]) => unknown;

/** True for shared memory of the check, seen in whatever way. */
function isModelled(value: unknown): boolean {
  return viewOf(value) !== undefined || bufferOf(value) !== undefined || isDataView(value);
}

/** Looks into lists too, as of the parts of a Blob. */
function holdsModelled(value: unknown): boolean {
  return isModelled(value) || (Array.isArray(value) && value.some(isModelled));
}

/**
 * A function or class of the platform that goes to the bytes of what it is given, where a modelled view has none. It would throw, or take
 * the view for another thing, and the thread would be blamed.
 */
function refusing(own: Native, name: string, refuses: (given: unknown) => boolean): Native {
  const assertFit = (given: readonly unknown[]): void => {
    if (!given.some(refuses)) return;
    runningThread()?.refuse(
      `${name} is given shared memory of the check, and is not modelled: give it a copy, as slice() of a view makes it.`,
    );
  };
  return new Proxy(own, {
    apply: (target, self, given) => {
      assertFit([self, ...given]);
      return Reflect.apply(target, self, given) as unknown;
    },
    construct: (target, given, newTarget) => {
      assertFit(given);
      return Reflect.construct(target as unknown as new () => object, given, newTarget as never) as object;
    },
  });
}

/** Where it is: the object that has it, as the names that lead there, and its names. */
const NATIVES: readonly (readonly [owner: string, names: string, refuses?: (given: unknown) => boolean])[] = [
  // An array it copies element by element, as any program could.
  ['Buffer', 'from', (given) => bufferOf(given) !== undefined],
  ['Buffer', 'concat compare byteLength copyBytesFrom'],
  ['Buffer.prototype', 'copy equals compare indexOf lastIndexOf includes fill'],
  ['WebAssembly', 'validate compile instantiate Module'],
  ['', 'Blob'],
];

function ownerIn(realm: Realm, path: string): Record<string, unknown> | undefined {
  const names = path === '' ? [] : path.split('.');
  return names.reduce<Record<string, unknown> | undefined>(
    (owner, name) => owner?.[name] as Record<string, unknown> | undefined,
    realm as unknown as Record<string, unknown>,
  );
}

/** Those that this platform has. */
export const natives: readonly Replacement[] = NATIVES.flatMap(([path, names, refuses = holdsModelled]) =>
  names.split(' ').flatMap((name): Replacement[] => {
    const own = ownerIn(globalThis, path)?.[name];
    if (typeof own !== 'function') return [];
    const called = path === '' ? name : `${path.replace('.prototype', '')}.${name}`;
    const by = refusing(own as Native, called, refuses);
    return [{ of: (realm) => ownerIn(realm, path), name, by }];
  }),
);
