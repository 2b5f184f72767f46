import { describe, expect, test } from 'vitest';
import { check } from '../../../src/checker/index.ts';
import { cell, type Guard, type Lock, type Permits, type ReadWriteLock, sync } from './multithreading.ts';

const { Mutex, RwLock, Semaphore, Barrier, Condvar } = sync;

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
});
