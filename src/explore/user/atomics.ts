import { UsageError } from '../../errors.ts';
import type { Value } from './kinds.ts';
import type { Arithmetic } from './thread-words.ts';
import { type ArrayView, viewOf } from './views.ts';

/** The platform's own, whoever replaces the global one. */
const platform: Record<string, (...given: unknown[]) => unknown> = globalThis.Atomics as never;

interface Element {
  readonly view: ArrayView;
  readonly address: number;
}

type OnElement = (at: Element, ...given: never[]) => unknown;

/** A function of `Atomics` that works on elements of modelled arrays, and leaves the others to the platform. */
function on(name: string, work: OnElement): (array: object, index: number, ...given: never[]) => unknown {
  return (array, index, ...given) => {
    const view = typeof array === 'object' && array !== null ? viewOf(array) : undefined;
    if (!view) return platform[name](array, index, ...given);
    const at = Math.trunc(Number(index)) || 0;
    if (at >= 0 && at < view.length) return work({ view, address: view.base + at }, ...given);
    throw new RangeError(`There is no element ${index} of "${view.region.name}", which has ${view.length}.`);
  };
}

function toInteger(value: Value): Value {
  return typeof value === 'bigint' ? value : Math.trunc(Number(value)) || 0;
}

function arithmetic(access: Arithmetic): ReturnType<typeof on> {
  return on(access, ({ view, address }, value: Value) =>
    view.words.change(access, address, view.region.kind, toInteger(value)),
  );
}

/** Only these two kinds can be waited on. */
function assertWaitable({ region }: ArrayView): void {
  const { name } = region.kind;
  if (name === 'Int32Array' || name === 'BigInt64Array') return;
  throw new TypeError(`"${region.name}" is of ${name}: only Int32Array and BigInt64Array can be waited on.`);
}

/**
 * `Atomics` for modelled arrays; on any other array it does what the platform's own does. While a check runs it is the global one, so
 * code that names `Atomics` need not be changed.
 */
export const atomics: Atomics = {
  add: arithmetic('add'),
  sub: arithmetic('sub'),
  and: arithmetic('and'),
  or: arithmetic('or'),
  xor: arithmetic('xor'),
  load: on('load', ({ view, address }) => view.words.load(address, view.region.kind)),
  store: on('store', ({ view, address }, value: Value) => {
    view.words.store(address, view.region.kind, toInteger(value));
    return toInteger(value);
  }),
  exchange: on('exchange', ({ view, address }, value: Value) =>
    view.words.exchange(address, view.region.kind, toInteger(value)),
  ),
  compareExchange: on('compareExchange', ({ view, address }, expected: Value, desired: Value) =>
    view.words.compareExchange(address, view.region.kind, toInteger(expected), toInteger(desired)),
  ),
  wait: on('wait', ({ view, address }, expected: Value, timeout = Infinity) => {
    assertWaitable(view);
    return view.words.wait(address, view.region.kind, toInteger(expected), Number(timeout));
  }),
  notify: on('notify', ({ view, address }, count = Infinity) => {
    assertWaitable(view);
    return view.words.notify(address, Number(count));
  }),
  waitAsync: (): never => {
    throw new UsageError(
      'Atomics.waitAsync is not modelled, since threads are synchronous functions here: use Atomics.wait, which is.',
    );
  },
  isLockFree: (bytes: number): boolean => platform['isLockFree'](bytes) as boolean,
  /** A hint to the processor; nothing to explore. */
  pause: (): void => {},
  [Symbol.toStringTag]: 'Atomics',
} as unknown as Atomics;

/** Runs a synchronous function with the modelled `Atomics` in the place of the global one. */
export function withAtomics<T>(run: () => T): T {
  const before = globalThis.Atomics;
  globalThis.Atomics = atomics;
  try {
    return run();
  } finally {
    globalThis.Atomics = before;
  }
}
