import { platform } from './platform.ts';
import { runningThread } from './running.ts';
import type { ThreadWords } from './thread-words.ts';

/** The thread whose code asks; null where the platform's own is meant: outside a thread, and while objects are made. */
export function asking(): ThreadWords | null {
  const thread = runningThread();
  return thread === null || thread.isMaking ? null : thread;
}

export const random = (): number => asking()?.random('Math.random') ?? platform.random();

/** What `Date.now` says when a modelled clock begins: the year 2025. */
const BEGINNING = Date.UTC(2025, 0, 1);

function now(): number | null {
  const thread = asking();
  return thread === null ? null : BEGINNING + thread.lookAtClock('Date.now');
}

export const dateNow = (): number => now() ?? platform.dateNow();

export const performanceNow = (): number =>
  asking()?.lookAtClock('performance.now') ?? platform.performanceNow();

/** `Date`, of which `new Date()` and `Date()` look at the clock as well. */
export const date: DateConstructor = new Proxy(platform.Date, {
  construct: (target, given: unknown[], newTarget) => {
    const time = given.length === 0 ? now() : null;
    return Reflect.construct(target, time === null ? given : [time], newTarget) as object;
  },
  apply: (target) => {
    const time = now();
    return time === null ? target() : new target(time).toString();
  },
});
