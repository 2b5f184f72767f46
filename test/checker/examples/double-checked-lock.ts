import { check, type Passed, type Shared } from '../../../src/checker/index.ts';

const words = { ready: 0, lock: 0, value: 0, made: 0 };
type Words = Shared<typeof words>;

/** A value that is made once, by whoever asks first. Everybody else takes the lock only as long as it is not ready. */
function get({ ready, lock, value, made }: Words, isReadyFirst: boolean): number {
  if (ready.load() === 0) {
    while (lock.compareExchange(0, 1) === 1);
    if (ready.load() === 0) {
      if (isReadyFirst) ready.store(1);
      value.value = 42;
      made.value++;
      if (!isReadyFirst) ready.store(1);
    }
    lock.store(0);
  }
  return value.value;
}

function explore(isReadyFirst: boolean, replay?: string): Passed {
  const body = (shared: Words): number => get(shared, isReadyFirst);
  return check({
    words,
    threads: [body, body, body],
    finally: ({ made }, results) => made === 1 && results.every((value) => value === 42),
    ...(replay !== undefined && { replay }),
  });
}

export const sound = (): Passed => explore(false);
/** Says that it is ready before it is. */
export const broken = (replay?: string): Passed => explore(true, replay);
