import { describe, expect, test } from 'vitest';
import { check } from '../../../src/checker/index.ts';
import { cell, type Guard, type Lock, type Permits, type ReadWriteLock, sync } from './multithreading.ts';

const { Mutex, MutexGuard, RwLock, Semaphore, Barrier, Condvar } = sync;

/** Its mutex and its condition, each call of which is one step. */
const atOnce = [
  [Mutex, 'blockingLock'],
  [MutexGuard, 'dispose'],
  [Condvar, 'blockingWait', 'notifyOne', 'notifyAll'],
] as const;

const counts = (lock: Lock): void => {
  const guard = lock.blockingLock();
  guard.value[0]!++;
  guard.dispose();
};

const writes = (lock: ReadWriteLock): void => {
  const guard = lock.blockingWrite();
  guard.value[0]!++;
  guard.value[0]!++;
  guard.dispose();
};

const reads = (lock: ReadWriteLock): number => {
  const guard = lock.blockingRead();
  const seen = guard.value[0]!;
  guard.dispose();
  return seen;
};

const until = (condition: InstanceType<typeof Condvar>, guard: Guard): void => {
  while (guard.value[0] === 0) condition.blockingWait(guard);
};

interface Pool {
  readonly permits: Permits;
  readonly done: Int32Array;
}

const enters = ({ permits, done }: Pool): number => {
  const permit = permits.blockingAcquire();
  const inside = Atomics.add(done, 0, 1) + 1;
  Atomics.sub(done, 0, 1);
  permit.dispose();
  return inside;
};

const makeQueue = () => ({
  lock: new Mutex(new Int32Array(new SharedArrayBuffer(8))),
  room: new Condvar(),
  item: new Condvar(),
});
type Queue = ReturnType<typeof makeQueue>;

const put = ({ lock, room, item }: Queue, value: number): void => {
  const guard = lock.blockingLock();
  while (guard.value[0] === 1) room.blockingWait(guard);
  guard.value[0] = 1;
  guard.value[1] = value;
  item.notifyOne();
  guard.dispose();
};

const take = ({ lock, room, item }: Queue): number => {
  const guard = lock.blockingLock();
  while (guard.value[0] === 0) item.blockingWait(guard);
  guard.value[0] = 0;
  const value = guard.value[1]!;
  room.notifyOne();
  guard.dispose();
  return value;
};

describe('multithreading, as it is installed', () => {
  test('has a mutex that excludes', () => {
    const { complete } = check({
      make: () => new Mutex(cell()),
      threads: [counts, counts],
      finally: (lock) => lock.blockingLock().value[0] === 2,
    });
    expect(complete).toBe(true);
  });

  test('has a read-write lock under which nothing half done is seen', () => {
    const { complete } = check({
      make: () => new RwLock(cell()),
      threads: [writes, reads],
      finally: (lock, [, seen]) => (seen === 0 || seen === 2) && lock.blockingRead().value[0] === 2,
    });
    expect(complete).toBe(true);
  });

  test('has a semaphore that lets in as many as it has permits', () => {
    const { complete } = check({
      make: () => ({ permits: new Semaphore(1), done: cell() }),
      threads: [enters, enters],
      finally: (_, inside) => Math.max(...inside) === 1,
    });
    expect(complete).toBe(true);
  });

  test('has a barrier with one leader each time', () => {
    const { complete } = check({
      make: () => new Barrier(2),
      threads: [0, 1].map(() => (barrier: InstanceType<typeof Barrier>) => barrier.blockingWait().isLeader),
      finally: (_, [one, other]) => one !== other,
    });
    expect(complete).toBe(true);
  });

  test('has a condition on which no wake-up is lost', () => {
    const { complete } = check({
      make: () => ({ lock: new Mutex(cell()), condition: new Condvar() }),
      threads: [
        ({ lock, condition }) => {
          const guard = lock.blockingLock();
          until(condition, guard);
          guard.dispose();
        },
        ({ lock, condition }) => {
          counts(lock);
          condition.notifyOne();
        },
      ],
    });
    expect(complete).toBe(true);
  });

  test('guards a queue of one place, which is decided with its locks at once', () => {
    const { complete, executions } = check({
      make: makeQueue,
      atOnce,
      threads: [
        (queue) => {
          put(queue, 1);
          put(queue, 2);
        },
        (queue) => [take(queue), take(queue)],
      ],
      finally: (_, [, got]) => got.join() === '1,2',
    });
    expect({ complete, executions }).toEqual({ complete: true, executions: 8 });
  });
});
