import { expect, test } from 'vitest';
import { check } from '../../../src/explore/index.ts';
import { cell, type Guard, sync } from './multithreading.ts';

const { Mutex, RwLock, Barrier } = sync;

const changes = (guard: Guard): number => {
  guard.value[0]!++;
  guard.value[0]!++;
  const seen = guard.value[0]!;
  guard.dispose();
  return seen;
};

const writes = (lock: InstanceType<typeof RwLock>): number => changes(lock.blockingWrite());

test('multithreading has a mutex that excludes three threads', () => {
  const { complete } = check({
    make: () => new Mutex(cell()),
    threads: Array.from(
      { length: 3 },
      () => (lock: InstanceType<typeof Mutex>) => changes(lock.blockingLock()),
    ),
    finally: (_, results) => results.toSorted().join() === '2,4,6',
  });
  expect(complete).toBe(true);
});

test('multithreading has a read-write lock for two writers and a reader', () => {
  const { complete } = check({
    make: () => new RwLock(cell()),
    threads: [
      writes,
      writes,
      (lock) => {
        const guard = lock.blockingRead();
        const seen = guard.value[0]!;
        guard.dispose();
        return seen;
      },
    ],
    finally: (_, results) => results.slice(0, 2).toSorted().join() === '2,4' && results[2]! % 2 === 0,
  });
  expect(complete).toBe(true);
});

test('multithreading has a barrier that can be used again', () => {
  const { complete } = check({
    make: () => new Barrier(2),
    threads: [0, 1].map(() => (barrier: InstanceType<typeof Barrier>) => [
      barrier.blockingWait().isLeader,
      barrier.blockingWait().isLeader,
    ]),
    finally: (_, [one, other]) => one!.every((isLeader, i) => isLeader !== other![i]),
  });
  expect(complete).toBe(true);
});
