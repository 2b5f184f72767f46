import { urlOf } from './parts.ts';

/** What is used of the package. It does not say what the types of its own parts are. */
export interface Guard {
  readonly value: Int32Array;
  dispose(): void;
}

export interface Lock {
  blockingLock(): Guard;
}

export interface ReadWriteLock {
  blockingRead(): Guard;
  blockingWrite(): Guard;
}

export interface Permits {
  blockingAcquire(amount?: number): { dispose(): void };
}

export interface Sync {
  readonly Mutex: new (data: Int32Array) => Lock;
  /** What a lock answers; it is given back by `dispose`, or by `using`. */
  readonly MutexGuard: new () => Guard;
  readonly RwLock: new (data: Int32Array) => ReadWriteLock;
  readonly Semaphore: new (permits: number) => Permits;
  readonly Barrier: new (threads: number) => { blockingWait(): { isLeader: boolean } };
  readonly Condvar: new () => { blockingWait(guard: Guard): void; notifyOne(): void; notifyAll(): void };
  readonly channel: (
    capacity: number,
  ) => [
    { blockingSend(value: unknown): { ok: boolean } },
    { blockingRecv(): { ok: boolean; value?: unknown } },
  ];
}

/** Its entry needs a `navigator`, which Node 20 has not; this module of it does not. */
export const sync = (await import(urlOf('multithreading/src/lib/sync/mod.js').href)) as Sync;

/** A word of memory of its own. */
export const cell = (): Int32Array => new Int32Array(new SharedArrayBuffer(4));
