import type { Port } from './port-types.ts';

/** The event loop of a thread, as far as its memory and its ports need it. */
export interface Loop {
  /** A word for one more asynchronous wait. */
  freeSlot(): number;
  /** A promise for the end of a wait that has begun: on which list, of the word of that name. */
  waitIn(slot: number, list: number, word: string, isTimed: boolean): Promise<'ok' | 'timed-out'>;
  /** The thread's end of a declared pair of ports; null if it has none. */
  portNamed(name: string): Port | null;
}
