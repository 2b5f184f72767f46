import type { Element } from './element.ts';
import type { Kind, Value } from './kinds.ts';
import type { Region } from './layout.ts';
import type { WaitResult } from './types.ts';

/** Arithmetic of `Atomics`. */
export type Arithmetic = 'add' | 'sub' | 'and' | 'or' | 'xor';

/** Where an access goes. */
export interface At {
  readonly region: Region;
  /** The first byte. */
  readonly start: number;
  readonly kind: Kind;
  /** The bytes of the view through which it goes. */
  readonly from: number;
  readonly to: number;
  /** What the memory that it belongs to has found there. */
  element: Element | null;
}

/** What views, words and the modelled `Atomics` do with memory. */
export interface MemoryAccess {
  load(at: At): Value;
  /** Answers with the value as it was given, as `Atomics.store` does. */
  store(at: At, value: Value): Value;
  compareExchange(at: At, expected: Value, desired: Value): Value;
  exchange(at: At, value: Value): Value;
  /** The former value, as all others answer too. */
  change(access: Arithmetic, at: At, value: Value): Value;
  wait(at: At, expected: Value, timeout: number): WaitResult;
  notify(at: At, count: number): number;
  /** A plain read. */
  read(at: At): Value;
  /** A plain write. */
  write(at: At, value: Value): void;
  /** Ends the check with a sentence, whatever the code catches. */
  refuse(why: string): never;
}
