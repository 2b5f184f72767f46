import { waitsAsync } from './asynchronous/refusals.ts';
import type { Value } from './kinds.ts';
import { WaitsForever } from './misuse.ts';
import { aloneNow, runningThread } from './running.ts';
import type { Arithmetic, AccessTarget } from './memory-access.ts';
import { platform, types } from './platform.ts';
import { sleepsForEver, type ThreadWords } from './thread-words.ts';
import { type ArrayView, elementOf, viewOf } from './views.ts';
import { toInteger } from './word-view.ts';

/** The platform's own, whatever replaces the global one. */
const own: Record<string, (...given: unknown[]) => unknown> = platform.Atomics as never;

type OnElement = (view: ArrayView, at: AccessTarget, ...given: never[]) => unknown;

/** What is done with an array that does not belong to the model: by default what the platform does. */
type OnOther = (thread: ThreadWords | null, array: unknown, ...given: unknown[]) => unknown;

/** A function of `Atomics` that works on elements of modelled arrays, and on others if no thread can share them unseen. */
function on(
  name: string,
  work: OnElement,
  onOther: OnOther = (_thread, ...given) => own[name](...given),
): (array: object, index: number, ...given: never[]) => unknown {
  return (array, index, ...given) => {
    const view = viewOf(array);
    if (!view) {
      const thread = runningThread();
      if (thread !== null) assertPrivate(thread, name, array, index);
      return onOther(thread, array, index, ...given);
    }
    const { kind, region, length } = view;
    if (!kind.isAtomic)
      throw new TypeError(
        `Atomics.${name} is used on ${kind.name} over "${region.name}": it works on typed arrays of integers.`,
      );
    const at = Math.trunc(Number(index)) || 0;
    if (at >= 0 && at < length) return work(view, elementOf(view, at), ...given);
    throw new RangeError(`There is no element ${index} of "${region.name}", which has ${length}.`);
  };
}

/** Shared memory that a thread did not make itself can be written by others, and the check would not see it. */
function assertPrivate(thread: ThreadWords, name: string, array: unknown, index: unknown): void {
  if (!platform.isView(array) || !types.isSharedArrayBuffer(array.buffer)) return;
  if (thread.owns(array.buffer)) return;
  thread.refuse(
    `T${thread.number} uses Atomics.${name} on element ${String(index)} of ${array.constructor.name} over a SharedArrayBuffer of ${array.buffer.byteLength} bytes that the check does not declare, so other threads may write it unseen: declare it in words, as in words: { memory: new ${array.constructor.name}(${(array as unknown as ArrayLike<unknown>).length}) }, and use the array that the thread is given; memory that is the thread's own is made in its body by new SharedArrayBuffer.`,
  );
}

function arithmetic(access: Arithmetic): ReturnType<typeof on> {
  return on(access, ({ memory }, at, value: Value) => memory.change(access, at, toInteger(value)));
}

/** Only these two kinds can be waited on. */
function assertWaitable({ region, kind }: ArrayView): void {
  const { name } = kind;
  if (name === 'Int32Array' || name === 'BigInt64Array') return;
  throw new TypeError(`"${region.name}" is of ${name}: only Int32Array and BigInt64Array can be waited on.`);
}

/** On memory of a thread's own: no time passes, and nobody can wake it. */
const waitAlone: OnOther = (thread, array, index, expected, timeout = Infinity) => {
  const what = aloneNow();
  if (thread === null && what === null) return own['wait'](array, index, expected, timeout);
  // With no time to sleep, the platform looks at the word and refuses what it always refuses.
  const said = own['wait'](array, index, expected, 0);
  if (thread === null) {
    if (said === 'timed-out' && !(Number(timeout) <= 0)) throw new WaitsForever(what as string);
    return said;
  }
  return said === 'timed-out' && sleepsForEver(Number(timeout)) ? thread.sleepAlone() : said;
};

/**
 * `Atomics` for modelled arrays; on an array that a thread made for itself it does what the platform's own does. While a check runs it is
 * the global one, so code that names `Atomics` need not be changed.
 */
export const atomics: Atomics = {
  add: arithmetic('add'),
  sub: arithmetic('sub'),
  and: arithmetic('and'),
  or: arithmetic('or'),
  xor: arithmetic('xor'),
  load: on('load', ({ memory }, at) => memory.load(at)),
  store: on('store', ({ memory }, at, value: Value) => memory.store(at, toInteger(value))),
  exchange: on('exchange', ({ memory }, at, value: Value) => memory.exchange(at, toInteger(value))),
  compareExchange: on('compareExchange', ({ memory }, at, expected: Value, desired: Value) =>
    memory.compareExchange(at, toInteger(expected), toInteger(desired)),
  ),
  wait: on(
    'wait',
    (view, at, expected: Value, timeout = Infinity) => {
      assertWaitable(view);
      return view.memory.wait(at, toInteger(expected), Number(timeout));
    },
    waitAlone,
  ),
  notify: on('notify', (view, at, count = Infinity) => {
    assertWaitable(view);
    return view.memory.notify(at, Number(count));
  }),
  waitAsync: on(
    'waitAsync',
    (view, at, expected: Value, timeout = Infinity) => {
      assertWaitable(view);
      return view.memory.waitAsync(at, toInteger(expected), Number(timeout));
    },
    (thread, ...given) => {
      if (thread === null) return own['waitAsync'](...given);
      if (thread.loop === null) return thread.refuse(waitsAsync(thread.number));
      return thread.refuse(
        `T${thread.number} uses Atomics.waitAsync on memory of its own, where no other thread can wake it: declare the memory in words.`,
      );
    },
  ),
  isLockFree: (bytes: number): boolean => own['isLockFree'](bytes) as boolean,
  /** A hint to the processor; nothing to explore. */
  pause: (): void => {},
  [Symbol.toStringTag]: 'Atomics',
} as unknown as Atomics;
