import { expect, test } from 'vitest';
import { check } from '../../../src/checker/index.ts';
import { failureOf } from '../failure-of.ts';
import { cell, type Guard, type Permits, sync } from './multithreading.ts';

const { Mutex, RwLock, Semaphore, Barrier, channel } = sync;

interface Pool {
  readonly permits: Permits;
  readonly done: Int32Array;
}

/** Has two permits, gives one back, and the other one as soon as the thread that needs one was served. */
const holds = ({ permits, done }: Pool): void => {
  const first = permits.blockingAcquire();
  permits.blockingAcquire().dispose();
  while (Atomics.load(done, 0) === 0) Atomics.wait(done, 0, 0);
  first.dispose();
};

const takesOne = ({ permits, done }: Pool): void => {
  permits.blockingAcquire().dispose();
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
};

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

test('multithreading has a semaphore whose waiter for two permits may take the wake-up of a waiter for one', () => {
  const failure = failureOf(() =>
    check({
      make: () => ({ permits: new Semaphore(2), done: cell() }),
      threads: [holds, takesOne, ({ permits }: Pool) => permits.blockingAcquire(2).dispose()],
      preemptions: 1,
    }),
  );
  expect(failure.kind).toBe('deadlock');
  expect(failure.message).toContain('T2 sleeps in buffer1.int32[0].wait.');
  // A permit is free, and the one that waits for it sleeps.
  expect(failure.message).toMatch(/end {2}buffer1 \{int32\[0\] 1,/);
});

test('multithreading has a channel that hands over objects', () => {
  const { complete } = check({
    make: () => channel(1),
    threads: [
      ([sender]) => sender.blockingSend({ n: 7 }).ok,
      ([, receiver]) => JSON.stringify(receiver.blockingRecv()),
    ],
    finally: (_, [sent, got]) => sent && got === '{"ok":true,"value":{"n":7}}',
  });
  expect(complete).toBe(true);
});
