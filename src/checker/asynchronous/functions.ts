import { runningThread } from '../running.ts';
import { EventLoop } from './event-loop.ts';
import { nodeModule } from '../node-module.ts';
import { channelOf, isPort, ModelPort, receiveOn } from './ports.ts';
import { beyond, needsAsync } from './refusals.ts';
import type { Timer } from './timers.ts';

type Callback = (...given: unknown[]) => unknown;

const real = globalThis as typeof globalThis & Record<string, unknown>;
const workerThreads = nodeModule('worker_threads');

/**
 * The event loop of the thread whose code asks; null where the platform's own is meant: outside a thread, and while objects are made. A thread
 * of `check` has none, and is refused.
 */
function loopFor(what: string): EventLoop | null {
  const thread = runningThread();
  if (thread === null || thread.isMaking) return null;
  return thread.loop instanceof EventLoop ? thread.loop : thread.refuse(needsAsync(thread.number, what));
}

function assertCallback(callback: unknown): asserts callback is Callback {
  if (typeof callback !== 'function')
    throw new TypeError(`The "callback" argument must be of type function. Received ${typeof callback}`);
}

/** Milliseconds as Node takes them. */
function delayOf(given: unknown): number {
  const milliseconds = Number(given);
  return milliseconds >= 1 && milliseconds < 2 ** 31 ? Math.trunc(milliseconds) : 1;
}

/** What `setTimeout` and `setInterval` return. */
class ModelTimeout implements Timer {
  readonly delay: number;
  readonly repeat: number | null;
  readonly run: () => void;
  holds = true;
  isCleared = false;
  readonly #loop: EventLoop;
  readonly #number: number;

  constructor(loop: EventLoop, callback: Callback, delay: number, repeats: boolean, given: unknown[]) {
    this.#loop = loop;
    this.delay = delay;
    this.repeat = repeats ? delay : null;
    this.run = () => void callback.apply(this, given);
    this.#number = loop.numberOfTimer(this);
    loop.timers.set(this);
  }

  ref(): this {
    this.holds = true;
    return this;
  }

  unref(): this {
    this.holds = false;
    return this;
  }

  hasRef(): boolean {
    return this.holds;
  }

  refresh(): this {
    if (!this.isCleared) this.#loop.timers.set(this);
    return this;
  }

  close(): this {
    this.isCleared = true;
    this.#loop.timers.clear(this);
    return this;
  }

  [Symbol.toPrimitive](): number {
    return this.#number;
  }
}

/** What `setImmediate` returns. */
class ModelImmediate {
  readonly #loop: EventLoop;

  constructor(loop: EventLoop, callback: Callback, given: unknown[]) {
    this.#loop = loop;
    loop.soon('an immediate', () => callback(...given), this);
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  close(): void {
    this.#loop.notSoon(this);
  }
}

/** A function in the place of the platform's, where code of a thread calls it; with all that the platform's function has beside it. */
function inLoop<F>(
  name: string,
  by: (loop: EventLoop, ...given: never[]) => unknown,
  own: unknown = real[name],
): F {
  const modelled = (...given: unknown[]): unknown => {
    const loop = loopFor(name);
    return loop === null
      ? Reflect.apply(own as Callback, globalThis, given)
      : (by as (loop: EventLoop, ...rest: unknown[]) => unknown)(loop, ...given);
  };
  return Object.defineProperty(modelled, 'name', { value: name }) as unknown as F;
}

const PROMISIFIED: unique symbol = Symbol.for('nodejs.util.promisify.custom') as never;

const setTimeoutIn = (
  loop: EventLoop,
  callback: unknown,
  delay?: unknown,
  ...given: unknown[]
): ModelTimeout => {
  assertCallback(callback);
  return new ModelTimeout(loop, callback, delayOf(delay), false, given);
};
const setIntervalIn = (
  loop: EventLoop,
  callback: unknown,
  delay?: unknown,
  ...given: unknown[]
): ModelTimeout => {
  assertCallback(callback);
  return new ModelTimeout(loop, callback, delayOf(delay), true, given);
};
const setImmediateIn = (loop: EventLoop, callback: unknown, ...given: unknown[]): ModelImmediate => {
  assertCallback(callback);
  return new ModelImmediate(loop, callback, given);
};
const clearTimer = (loop: EventLoop, timer: unknown): void => {
  const known = timer instanceof ModelTimeout ? timer : loop.timerNumbered(timer);
  if (known !== undefined) loop.clearTimer(known);
};

interface Waiting {
  readonly signal?: AbortSignal;
  readonly ref?: boolean;
}

/** A promise that a timer or an immediate fulfils, and an abort rejects. */
function promised<T>(
  value: T,
  { signal, ref = true }: Waiting = {},
  begin: (resolve: () => void) => { close(): unknown; unref(): unknown },
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(aborted(signal));
      return;
    }
    const abort = (): void => {
      timer.close();
      reject(aborted(signal as AbortSignal));
    };
    const timer = begin(() => {
      signal?.removeEventListener('abort', abort);
      resolve(value);
    });
    if (!ref) timer.unref();
    signal?.addEventListener('abort', abort, { once: true });
  });
}

function aborted({ reason }: AbortSignal): Error {
  const error = new Error('The operation was aborted', { cause: reason });
  return Object.assign(error, { name: 'AbortError', code: 'ABORT_ERR' });
}

const sleep = <T>(loop: EventLoop, delay?: number, value?: T, options?: Waiting): Promise<T> =>
  promised(value as T, options, (resolve) => setTimeoutIn(loop, resolve, delay));
const immediate = <T>(loop: EventLoop, value?: T, options?: Waiting): Promise<T> =>
  promised(value as T, options, (resolve) => setImmediateIn(loop, resolve));

async function* everyFew<T>(
  loop: EventLoop,
  delay?: number,
  value?: T,
  options: Waiting = {},
): AsyncGenerator<T> {
  while (true) yield await sleep(loop, delay, value as T, options);
}

const { process: realProcess } = globalThis as { process?: NodeJS.Process };

/** Runs a callback among the promise jobs or ticks: what it throws ends the thread. */
const queueMicrotaskIn = (loop: EventLoop, callback: unknown): void => {
  assertCallback(callback);
  ownQueueMicrotask(() => loop.guarded(callback));
};
const ownQueueMicrotask = globalThis.queueMicrotask;
const ownNextTick = realProcess?.nextTick;
const nextTickIn = (loop: EventLoop, callback: unknown, ...given: unknown[]): void => {
  assertCallback(callback);
  Reflect.apply(ownNextTick as Callback, realProcess, [() => loop.guarded(() => callback(...given))]);
};

const timersPromises = nodeModule('timers/promises');
const setTimeoutModelled = Object.assign(inLoop<typeof setTimeout>('setTimeout', setTimeoutIn as never), {
  [PROMISIFIED]: inLoop('setTimeout', sleep as never, timersPromises?.setTimeout),
});
const setImmediateModelled = Object.assign(
  inLoop<typeof setImmediate>('setImmediate', setImmediateIn as never),
  {
    [PROMISIFIED]: inLoop('setImmediate', immediate as never, timersPromises?.setImmediate),
  },
);

/** The global functions of event loops, by name. */
export const loopFunctions: Readonly<Record<string, unknown>> = {
  setTimeout: setTimeoutModelled,
  setInterval: inLoop('setInterval', setIntervalIn as never),
  setImmediate: setImmediateModelled,
  clearTimeout: inLoop('clearTimeout', clearTimer as never),
  clearInterval: inLoop('clearInterval', clearTimer as never),
  clearImmediate: inLoop('clearImmediate', ((loop: EventLoop, handle: unknown) =>
    loop.notSoon(handle)) as never),
  queueMicrotask: inLoop('queueMicrotask', queueMicrotaskIn as never),
};

export const nextTick: unknown = inLoop(
  'process.nextTick',
  nextTickIn as never,
  ownNextTick?.bind(realProcess),
);

/** Those of `node:timers/promises`. */
export const promiseTimers: Readonly<Record<string, unknown>> = {
  setTimeout: inLoop('setTimeout', sleep as never, timersPromises?.setTimeout),
  setImmediate: inLoop('setImmediate', immediate as never, timersPromises?.setImmediate),
  setInterval: inLoop('setInterval', everyFew as never, timersPromises?.setInterval),
};

export const messageChannel: unknown =
  real.MessageChannel &&
  new Proxy(real.MessageChannel, {
    construct: (target, given, newTarget) => {
      const loop = loopFor('MessageChannel');
      return loop === null ? (Reflect.construct(target, given, newTarget) as object) : channelOf(loop);
    },
  });

/** So that modelled ports are what code asks for by `instanceof`. */
if (real.MessagePort) Object.setPrototypeOf(ModelPort.prototype, real.MessagePort.prototype as object);

export const receiveMessageOnPort = (port: unknown): unknown =>
  isPort(port) ? receiveOn(port) : workerThreads?.receiveMessageOnPort(port as never);

const ownAbortTimeout = (real.AbortSignal as { timeout?: unknown } | undefined)?.timeout;

/** `AbortSignal.timeout`, by a timer of the thread that does not hold it. */
export const abortTimeout: unknown = inLoop(
  'AbortSignal.timeout',
  ((loop: EventLoop, delay: unknown) => {
    const controller = new AbortController();
    const why = new DOMException('The operation was aborted due to timeout', 'TimeoutError');
    setTimeoutIn(loop, () => controller.abort(why), delay).unref();
    return controller.signal;
  }) as never,
  typeof ownAbortTimeout === 'function' ? ownAbortTimeout.bind(real.AbortSignal) : undefined,
);

/** What a thread is refused, by its global name, and what to do in its place. */
const REFUSED: Readonly<Record<string, string>> = {
  fetch: 'let thread.choose say which answer comes, or let another thread send it by a port',
  Worker: 'let it be another thread of the check',
  BroadcastChannel: 'declare ports between the threads, as in ports: { news: [1, 2] }',
  WebSocket: 'declare ports between the threads, as in ports: { news: [1, 2] }',
  EventSource: 'declare ports between the threads, as in ports: { news: [1, 2] }',
};

/** A function or class that no thread may use. What it is is asked for when it is used: a getter may load what nobody needs. */
function refused(name: string, own: () => object, wayOut: string): object {
  const ownFor = (): object => {
    const thread = runningThread();
    if (thread !== null && !thread.isMaking) thread.refuse(beyond(thread.number, name, wayOut));
    return own();
  };
  return new Proxy(function () {}, {
    apply: (_, self, given) => Reflect.apply(ownFor() as Callback, self, given) as unknown,
    construct: (_, given) => Reflect.construct(ownFor() as never, given) as object,
    get: (_, property) => Reflect.get(own(), property) as unknown,
  });
}

/** What stands in the place of what no thread may use, by name: of an object that has some of it. */
export function refusedIn(owner: object): [name: string, by: object][] {
  return Object.entries(REFUSED).flatMap(([name, wayOut]): [string, object][] => {
    const own = Object.getOwnPropertyDescriptor(owner, name);
    if (own === undefined) return [];
    return [[name, refused(name, () => (own.get?.call(owner) ?? own.value) as object, wayOut)]];
  });
}
