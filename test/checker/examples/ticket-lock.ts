import { check, type Passed } from '../../../src/checker/index.ts';

const [NEXT, SERVING] = [0, 1];

/** A lock that serves in the order of arrival. This text could ship: it works on any Int32Array over shared memory. */
function makeTicketLock(memory: Int32Array): { lock(): number; unlock(ticket: number): void } {
  return {
    lock: () => {
      const ticket = Atomics.add(memory, NEXT, 1);
      while (Atomics.load(memory, SERVING) !== ticket);
      return ticket;
    },
    unlock: (ticket) => void Atomics.store(memory, SERVING, ticket + 1),
  };
}

/** The same, but a ticket is read and written in two steps. */
function makeHastyLock(memory: Int32Array): ReturnType<typeof makeTicketLock> {
  const { unlock } = makeTicketLock(memory);
  return {
    lock: () => {
      const ticket = Atomics.load(memory, NEXT);
      Atomics.store(memory, NEXT, ticket + 1);
      while (Atomics.load(memory, SERVING) !== ticket);
      return ticket;
    },
    unlock,
  };
}

function excludes(
  threads: number,
  makeLock: typeof makeTicketLock,
  more: { readonly replay?: string; readonly symmetry?: boolean } = {},
): Passed {
  const body = ({ memory, counter }: { memory: Int32Array; counter: { value: number } }): void => {
    const lock = makeLock(memory);
    const ticket = lock.lock();
    counter.value++; // plain: the lock is to see to it that nobody else is here
    lock.unlock(ticket);
  };
  return check({
    words: { memory: [0, 0], counter: 0 },
    threads: Array.from({ length: threads }, () => body),
    finally: ({ counter }) => counter === threads,
    ...more,
  });
}

export const sound = (symmetry = true): Passed => excludes(3, makeTicketLock, { symmetry });
export const hasty = (replay?: string): Passed =>
  excludes(2, makeHastyLock, replay === undefined ? {} : { replay });
