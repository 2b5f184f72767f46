import { OP } from './opcodes.ts';

export const TYPE = { i32: 0x7f, i64: 0x7e, f32: 0x7d, f64: 0x7c, v128: 0x7b } as const;

/** What is done with the bytes at an address. */
export type Does = 'load' | 'store' | 'add' | 'sub' | 'and' | 'or' | 'xor' | 'exchange' | 'cas';

/** An instruction that reads or writes memory at one place, vectors apart. */
export interface ModuleAccess {
  readonly does: Does;
  readonly isAtomic: boolean;
  /** Of the value on the stack. */
  readonly type: number;
  /** Bytes in memory. */
  readonly bytes: 1 | 2 | 4 | 8;
  /** True if a narrow value is widened with its sign. */
  readonly isSigned: boolean;
}

const { i32, i64, f32, f64 } = TYPE;

const LOADS: readonly (readonly [type: number, bytes: 1 | 2 | 4 | 8, isSigned: boolean])[] = [
  [i32, 4, false],
  [i64, 8, false],
  [f32, 4, false],
  [f64, 8, false],
  [i32, 1, true],
  [i32, 1, false],
  [i32, 2, true],
  [i32, 2, false],
  [i64, 1, true],
  [i64, 1, false],
  [i64, 2, true],
  [i64, 2, false],
  [i64, 4, true],
  [i64, 4, false],
];

const STORES: readonly (readonly [type: number, bytes: 1 | 2 | 4 | 8])[] = [
  [i32, 4],
  [i64, 8],
  [f32, 4],
  [f64, 8],
  [i32, 1],
  [i32, 2],
  [i64, 1],
  [i64, 2],
  [i64, 4],
];

/** Each atomic operation comes in these widths, in this order. */
const WIDTHS: readonly (readonly [type: number, bytes: 1 | 2 | 4 | 8])[] = [
  [i32, 4],
  [i64, 8],
  [i32, 1],
  [i32, 2],
  [i64, 1],
  [i64, 2],
  [i64, 4],
];

const ATOMICS: readonly Does[] = ['load', 'store', 'add', 'sub', 'and', 'or', 'xor', 'exchange', 'cas'];

/** What an instruction does with memory; null if it does not touch memory. */
export function accessOf(op: number): ModuleAccess | null {
  if (op >= OP.i32Load && op < OP.i32Store) {
    const [type, bytes, isSigned] = LOADS[op - OP.i32Load];
    return { does: 'load', isAtomic: false, type, bytes, isSigned };
  }
  if (op >= OP.i32Store && op <= OP.i64Store32) {
    const [type, bytes] = STORES[op - OP.i32Store];
    return { does: 'store', isAtomic: false, type, bytes, isSigned: false };
  }
  if (op < OP.atomicLoad || op > OP.atomicLast) return null;
  const number = op - OP.atomicLoad;
  const [type, bytes] = WIDTHS[number % WIDTHS.length];
  return { does: ATOMICS[Math.floor(number / WIDTHS.length)], isAtomic: true, type, bytes, isSigned: false };
}

/** True for an access of memory by vectors, of a whole one or of a lane. */
export function isVectorAccess(op: number): boolean {
  return (op >= OP.v128Load && op <= OP.v128Store) || (op >= OP.v128Load8Lane && op <= OP.v128Load64Zero);
}
