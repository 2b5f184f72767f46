import { TYPE } from './accesses.ts';
import type { FunctionType } from './module.ts';

const { i32, i64 } = TYPE;

const at = (type: number, ...more: readonly number[]): FunctionType => ({
  parameters: [i32, ...more],
  results: [type],
});
const nothing = (...parameters: readonly number[]): FunctionType => ({ parameters, results: [] });

/** The module that a rewritten module imports these functions from, and its memory. */
export const MODEL = 'lockfree-lab';

type Width = 8 | 16 | 32 | 64;

/** The functions that a rewritten module imports. */
export type ModelFunction =
  | `${'load' | 'store' | 'atomicLoad' | 'atomicStore' | 'change' | 'cas'}${Width}`
  | `wait${32 | 64}`
  | 'notify'
  | 'copy'
  | 'fill'
  | 'init'
  | 'drop'
  | 'size'
  | 'grow'
  | 'outside'
  | 'allocate'
  | 'resize'
  | 'release'
  | 'exhausted';

/**
 * What a rewritten module calls in the place of its own accesses of memory that threads share. Addresses come first; `change` is told which
 * arithmetic by a number (0 `add`, `sub`, `and`, `or`, `xor`, 5 an exchange); a value of less than 32 bits is zero-extended on its way out.
 */
export const MODEL_FUNCTIONS: Readonly<Record<ModelFunction, FunctionType>> = {
  load8: at(i32),
  load16: at(i32),
  load32: at(i32),
  load64: at(i64),
  store8: nothing(i32, i32),
  store16: nothing(i32, i32),
  store32: nothing(i32, i32),
  store64: nothing(i32, i64),
  atomicLoad8: at(i32),
  atomicLoad16: at(i32),
  atomicLoad32: at(i32),
  atomicLoad64: at(i64),
  atomicStore8: nothing(i32, i32),
  atomicStore16: nothing(i32, i32),
  atomicStore32: nothing(i32, i32),
  atomicStore64: nothing(i32, i64),
  change8: at(i32, i32, i32),
  change16: at(i32, i32, i32),
  change32: at(i32, i32, i32),
  change64: at(i64, i32, i64),
  cas8: at(i32, i32, i32),
  cas16: at(i32, i32, i32),
  cas32: at(i32, i32, i32),
  cas64: at(i64, i64, i64),
  /** Expected, and nanoseconds. */
  wait32: at(i32, i32, i64),
  wait64: at(i32, i64, i64),
  notify: at(i32, i32),
  /** To, from, bytes. */
  copy: nothing(i32, i32, i32),
  /** To, value, bytes. */
  fill: nothing(i32, i32, i32),
  /** To, from, bytes, segment. */
  init: nothing(i32, i32, i32, i32),
  drop: nothing(i32),
  size: { parameters: [], results: [i32] },
  grow: at(i32),
  /** An address that ends behind the last one that there can be; the module traps after it. */
  outside: nothing(i32, i32),
  /** Bytes, alignment, and 1 if they are to be cleared; an address. */
  allocate: at(i32, i32, i32),
  /** An address, bytes, alignment; an address. */
  resize: at(i32, i32, i32),
  release: nothing(i32),
  /** Loops went round more often than they may; the module traps after it. */
  exhausted: nothing(),
};

export const MODEL_NAMES: readonly ModelFunction[] = Object.keys(MODEL_FUNCTIONS) as ModelFunction[];
