import type { Element } from './element.ts';
import type { ElementKind, Value } from './kinds.ts';
import type { Region } from './declared-memory.ts';
import type { AsyncWaitResult, Port, WaitResult } from './types.ts';

/** Arithmetic of `Atomics`. */
export type Arithmetic = 'add' | 'sub' | 'and' | 'or' | 'xor';

/** Where an access goes. */
export interface AccessTarget {
  readonly region: Region;
  /** The first byte. */
  readonly start: number;
  readonly kind: ElementKind;
  /** The bytes of the view through which it goes. */
  readonly from: number;
  readonly to: number;
  /** What the memory that it belongs to has found there. */
  element: Element | null;
}

/** What views, words and the modelled `Atomics` do with memory. */
export interface MemoryAccess {
  load(at: AccessTarget): Value;
  /** Answers with the value as it was given, as `Atomics.store` does. */
  store(at: AccessTarget, value: Value): Value;
  compareExchange(at: AccessTarget, expected: Value, desired: Value): Value;
  exchange(at: AccessTarget, value: Value): Value;
  /** The former value, as all others answer too. */
  change(access: Arithmetic, at: AccessTarget, value: Value): Value;
  wait(at: AccessTarget, expected: Value, timeout: number): WaitResult;
  waitAsync(at: AccessTarget, expected: Value, timeout: number): AsyncWaitResult;
  notify(at: AccessTarget, count: number): number;
  /** A plain read. */
  read(at: AccessTarget): Value;
  /** A plain write. */
  write(at: AccessTarget, value: Value): void;
  /** Ends the check with a sentence, whatever the code catches. */
  refuse(why: string): never;
}

/** The event loop of a thread, as far as its memory and its ports need it. */
export interface Loop {
  /** A word for one more asynchronous wait. */
  freeSlot(): number;
  /** A promise for the end of a wait that has begun: on which list, of the word of that name. */
  waitIn(slot: number, list: number, word: string, isTimed: boolean): Promise<'ok' | 'timed-out'>;
  /** The thread's end of a declared pair of ports; null if it has none. */
  portNamed(name: string): Port | null;
}
