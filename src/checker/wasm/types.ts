import type { Extent, SequentialModel } from '../types.ts';

/** An argument of a function: a number, a bigint, or `'&name'` for the address of a variable, as in `'&nodes[2]'`. */
export type WasmArgument = number | bigint | string;

/** A call of an exported function: its name and its arguments. */
export type WasmCall = readonly [name: string, ...args: WasmArgument[]];

/** What a thread runs: a call, or several one after the other; and what is to be said of it, as for `check`. */
export type WasmThread =
  | WasmCall
  | readonly WasmCall[]
  | {
      readonly code: WasmCall | readonly WasmCall[];
      /** True if it need not end. */
      readonly serves?: boolean;
      /** True if it begins when another thread calls `start` with its number: see `imports`. */
      readonly waitsForStart?: boolean;
    };

/**
 * Where a variable lies, and what it is: an address or the name of an exported symbol, and a type such as `i32`, `u8[16]`, `f64` or `i64[2][3]`
 * (`i` is a signed integer, `u` an unsigned one, `f` a float, `bool` a byte that is true or false).
 */
export type WasmVariable = readonly [address: number | string, type: string];

/** Variables by name as they are in memory: numbers, bigints where they have 64 bits, arrays, objects with a field for each member. */
// oxlint-disable-next-line typescript/no-explicit-any -- what lies in a module's memory has types that only the module knows
export type WasmValues = Readonly<Record<string, any>>;

/** What a module imports, by module and name. */
export type WasmImports = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** What to check of a module, and how far to go. */
export interface CheckWasm<S = unknown> extends Omit<Extent, 'atOnce' | 'random' | 'clock' | 'jobs'> {
  /** Up to 31 threads. */
  readonly threads: readonly WasmThread[];
  /** Calls that are made before the threads begin, once, when the module's own start and constructors have run. */
  readonly setup?: readonly WasmCall[];
  /** Every history of the calls must be linearizable with respect to this model. An argument alone is given as it is, several as an array. */
  readonly model?: SequentialModel<S, unknown>;
  /**
   * What must hold at the end of every execution: throws, or returns false, if it does not. Results are what the calls returned, an array for a
   * thread of several calls. `memory` is all memory, by the module's own addresses.
   */
  readonly finally?: (values: WasmValues, results: readonly unknown[], memory: DataView) => unknown;
  /** What must hold at the start and after every step. */
  readonly always?: (values: WasmValues, memory: DataView) => unknown;
  /** Variables that the module's own debug information or symbols do not tell of, or tell of in another way. */
  readonly variables?: Readonly<Record<string, WasmVariable>>;
  /**
   * Functions and constants that the module imports, by module and name; or a function that gives them by the number of a thread, from 1, and
   * 0 while the module is set up. What they do must be deterministic.
   */
  readonly imports?: WasmImports | ((thread: number) => WasmImports);
  /** Bytes of stack that each thread has. Default 65536. */
  readonly stackBytes?: number;
  /**
   * `modelled`: what `malloc`, `free` and their like do, of C, C++ and Rust, the check does itself, and tells what is wrong with the use of
   * blocks. `own`: they are code as any other, and all their accesses are explored. Default `modelled`.
   */
  readonly allocator?: 'modelled' | 'own';
  /** Bytes that each thread may allocate, and all calls of `setup` together four times as much. Default 16384. */
  readonly heapBytes?: number;
  /** `forbid`: where an execution ends, something must lead to each allocated block. Default `forbid`. */
  readonly leaks?: 'forbid' | 'allow';
  /** How often all loops of a thread may go round in an execution before it counts as one that never ends. Default 10,000,000. */
  readonly loopLimit?: number;
}
