import type { Custom, Request } from '../model/request.ts';
import type { Interned } from './interned.ts';

/** Threads that sleep on a word, by the words that say so, in the order in which they fell asleep. */
export type Sleepers = readonly number[];

/** The lists of waiters, as the numbers that stand for them, and the word in which that of another word is. */
interface WaitLists {
  readonly lists: Interned<Sleepers>;
  listOf(address: number): number;
}

/** The steps of `Atomics.wait` and `Atomics.notify`: each is made at once, as under the lock that guards the list of a word's waiters. */
export interface Waiting {
  /** On a word: if it is as expected (`first`), the thread goes to the end of the list and sleeps. `second` is the thread's own word. */
  readonly fallAsleep: Custom;
  /** On a list: wakes the first ones, `first` of them at most. */
  readonly notify: Custom;
  /** On the thread's own word: goes on, woken or not. `second` is the list. */
  readonly wakeOrTimeOut: Custom;
}

export function makeWaiting(layout: WaitLists): Waiting {
  const { lists } = layout;
  const woken = ({ first }: Request, before: number): Sleepers => lists.valueOf(before).slice(0, first);
  return {
    fallAsleep: {
      wide: null,
      after: (_request, before) => before,
      writes: () => false,
      alsoWrites: (request, before) =>
        before === request.first ? [layout.listOf(request.address), request.second] : [],
      // Whether it goes on the list is decided by another word.
      mayWrite: ({ address, second }) => [layout.listOf(address), second],
      writeOthers: ({ address, first, second }, before, words, write) => {
        if (before !== first) return;
        const list = layout.listOf(address);
        write(list, lists.numberOf([...lists.valueOf(words[list]), second]));
        write(second, 1);
      },
    },
    notify: {
      wide: null,
      after: (request, before) => lists.numberOf(lists.valueOf(before).slice(woken(request, before).length)),
      writes: (request, before) => woken(request, before).length > 0,
      alsoWrites: woken,
      // Every other thread that could be on the list has written it, to come there or to leave it.
      mayWrite: woken,
      writeOthers: (request, before, _words, write) => {
        for (const sleeper of woken(request, before)) write(sleeper, 0);
      },
    },
    wakeOrTimeOut: {
      wide: null,
      after: () => 0,
      writes: (_request, before) => before === 1,
      alsoWrites: ({ second }, before) => (before === 1 ? [second] : []),
      // The thread that woke it has written the list as well.
      mayWrite: ({ second }, before) => (before === 1 ? [second] : []),
      writeOthers: ({ address, second }, before, words, write) => {
        if (before !== 1) return;
        write(second, lists.numberOf(lists.valueOf(words[second]).filter((sleeper) => sleeper !== address)));
      },
    },
  };
}
