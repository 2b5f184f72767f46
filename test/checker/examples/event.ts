import { check, type Passed } from '../../../src/checker/index.ts';

/** Somebody sleeps until an event has been set. `Atomics.wait` looks at the word and falls asleep in one step, so nothing is lost. */
function waitFor(event: Int32Array): void {
  while (Atomics.load(event, 0) === 0) Atomics.wait(event, 0, 0);
}

/** The same with a bell apart from the event: between the look and the sleep, the bell may ring in vain. */
function waitForBell(event: Int32Array, bell: Int32Array): void {
  if (Atomics.load(event, 0) === 0) Atomics.wait(bell, 0, 0);
}

export function sound(): Passed {
  return check({
    words: { event: [0] },
    threads: [
      ({ event }) => waitFor(event),
      ({ event }) => waitFor(event),
      ({ event }) => {
        Atomics.store(event, 0, 1);
        Atomics.notify(event, 0);
      },
    ],
  });
}

export function lostWakeUp(replay?: string): Passed {
  return check({
    words: { event: [0], bell: [0] },
    threads: [
      ({ event, bell }) => waitForBell(event, bell),
      ({ event, bell }) => {
        Atomics.store(event, 0, 1);
        Atomics.notify(bell, 0);
      },
    ],
    ...(replay !== undefined && { replay }),
  });
}

/** Two sleep, and only one is woken: the other one sleeps on. */
export function oneTooFew(replay?: string): Passed {
  return check({
    words: { event: [0] },
    threads: [
      ({ event }) => waitFor(event),
      ({ event }) => waitFor(event),
      ({ event }) => {
        Atomics.store(event, 0, 1);
        Atomics.notify(event, 0, 1);
      },
    ],
    ...(replay !== undefined && { replay }),
  });
}
