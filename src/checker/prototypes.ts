import type { Realm, Replacement } from './classes.ts';
import { bufferOf, MEMBERS } from './buffers.ts';
import { isDataView, DATA_VIEW_METHODS } from './data-views.ts';

type PrototypeMethod = (this: unknown, ...given: unknown[]) => unknown;

/** A property that is asked of a prototype, for objects that may be modelled: of these it is what they say themselves. */
function getter(
  of: Replacement['of'],
  name: string,
  asked: (object: unknown) => { readonly is: unknown } | null,
): Replacement[] {
  const owner = of(globalThis);
  const own = owner && Object.getOwnPropertyDescriptor(owner, name)?.get;
  if (!own) return [];
  const by = function (this: unknown): unknown {
    const answer = asked(this);
    return answer === null ? Reflect.apply(own, this, []) : answer.is;
  };
  return [{ of, name, by, isGetter: true }];
}

/** What is thrown where a getter that arrays have from their prototype is asked about a modelled one. */
export function asksPrototype(thrown: Error): boolean {
  return /get TypedArray\.prototype\.\w+ called on incompatible receiver/.test(thrown.message);
}

/** A method that is taken from a prototype, and called on an object that may be modelled. */
function method(
  of: Replacement['of'],
  name: string,
  modelled: (object: unknown) => PrototypeMethod | null,
): Replacement[] {
  const own = (of(globalThis) as Record<string, PrototypeMethod> | undefined)?.[name];
  if (!own) return [];
  const made = {
    [name](this: unknown, ...given: unknown[]): unknown {
      return Reflect.apply(modelled(this) ?? own, this, given);
    },
  };
  return [{ of, name, by: made[name] }];
}

const dataViews = (realm: Realm): object => realm.DataView.prototype;
const buffers = (realm: Realm): object | undefined =>
  (realm.SharedArrayBuffer as SharedArrayBufferConstructor | undefined)?.prototype;

/**
 * Getters and methods of prototypes, for code that calls them on whatever it is given. The methods of typed arrays are replaced with their
 * classes; their getters are not, since every access to any array's length would become a call.
 */
export const prototypes: readonly Replacement[] = [
  ...['byteLength', 'byteOffset', 'buffer'].flatMap((name) =>
    getter(dataViews, name, (view) => (isDataView(view) ? { is: Reflect.get(view as object, name) } : null)),
  ),
  ...Object.keys(DATA_VIEW_METHODS).flatMap((name) =>
    method(dataViews, name, (view) =>
      isDataView(view) ? (DATA_VIEW_METHODS[name] as PrototypeMethod) : null,
    ),
  ),
  ...['byteLength', 'maxByteLength', 'growable'].flatMap((name) =>
    getter(buffers, name, (buffer) => {
      const modelled = bufferOf(buffer);
      return modelled ? { is: MEMBERS[name](modelled) } : null;
    }),
  ),
  ...['slice', 'grow'].flatMap((name) =>
    method(buffers, name, (buffer) => {
      const modelled = bufferOf(buffer);
      return modelled ? (MEMBERS[name](modelled) as PrototypeMethod) : null;
    }),
  ),
];
