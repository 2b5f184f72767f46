import type { BodyOf } from '../../../src/checker/index.ts';

/**
 * The language of random programs: statements over one buffer of bytes, which is seen as arrays of all types. What it means is said twice:
 * here as JavaScript, which is checked, and in `interpreter.ts`.
 */

export const ARRAYS = {
  Int8: Int8Array,
  Uint8: Uint8Array,
  Int16: Int16Array,
  Uint16: Uint16Array,
  Int32: Int32Array,
  Uint32: Uint32Array,
  Float32: Float32Array,
  Float64: Float64Array,
  BigInt64: BigInt64Array,
  BigUint64: BigUint64Array,
};
export type Type = keyof typeof ARRAYS;
export type Value = number | bigint;

/** An element: its type, and its first byte. */
export interface Place {
  readonly type: Type;
  readonly at: number;
}

/** What a statement answers is kept in its register, unless it is quiet. */
interface Answering {
  readonly isQuiet?: true;
}

export const ATOMIC = [
  'load',
  'store',
  'add',
  'sub',
  'and',
  'or',
  'xor',
  'exchange',
  'compareExchange',
] as const;

/** An access to an element. */
export type Access = Place &
  Answering &
  (
    | { readonly does: (typeof ATOMIC)[number]; readonly value: Value; readonly other: Value }
    | { readonly does: 'read' | 'write'; readonly value: Value }
    /** By a DataView, at any byte. */
    | { readonly does: 'get' | 'set'; readonly value: Value; readonly isLittle: boolean }
  );

export type Statement =
  | Access
  | (Place & Answering & { readonly does: 'wait'; readonly value: Value; readonly timeout: number })
  | (Place & Answering & { readonly does: 'notify'; readonly count: number })
  /** Goes on elsewhere if the element is, or is not, of this value. */
  | (Place & { readonly does: 'if' | 'unless'; readonly value: Value; readonly to: number })
  /** Makes the value another one, or goes on elsewhere if it was not the value. */
  | (Place & { readonly does: 'swap'; readonly value: Value; readonly other: Value; readonly to: number })
  /** Keeps 0 or 1, which chance decides, and goes on elsewhere if it is 0. */
  | { readonly does: 'draw'; readonly to: number }
  | { readonly does: 'jump'; readonly to: number }
  /** Goes on elsewhere this many times, as the thread counts by itself, and then not. */
  | { readonly does: 'repeat'; readonly to: number; readonly times: number };

/** The statements of a thread. One that jumps behind the last ends. */
export type Thread = readonly Statement[];

export interface Program {
  /** Of the buffer, in bytes. */
  readonly size: number;
  readonly threads: readonly Thread[];
}

/** What a thread returns: what is in its registers, one for each statement. */
export function resultOf(registers: readonly unknown[]): string {
  return registers.map((each) => (each === undefined ? '-' : String(each))).join(' ');
}

/** What has come of an execution: the bytes, and what each thread returned. One that has not ended returned nothing. */
export function outcomeOf(bytes: Iterable<number>, results: readonly (string | undefined)[]): string {
  return `${[...bytes].join(' ')} | ${results.map((each) => each ?? 'asleep').join(' | ')}`;
}

/** A thread as the body of a check: a line for each statement, so that each has a place of its own in the code. */
export function bodyOf(thread: Thread): BodyOf<{ readonly memory: SharedArrayBuffer }> {
  const lines = thread.map((statement, i) => `case ${i}: ${textOf(statement, i)}; break;`);
  const text = [
    `const kept = Array.from({ length: ${thread.length} });`,
    `const rounds = Array.from({ length: ${thread.length} }, () => 0);`,
    'let next = 0;',
    'for (;;) switch (next) {',
    ...lines,
    'default: return resultOf(kept); }',
  ];
  const made = new Function('resultOf', `return ({ memory }, thread) => {\n${text.join('\n')}\n}`) as (
    of: typeof resultOf,
  ) => BodyOf<{ readonly memory: SharedArrayBuffer }>;
  return made(resultOf);
}

function textOf(statement: Statement, i: number): string {
  const next = `next = ${i + 1}`;
  if (statement.does === 'jump') return `next = ${statement.to}`;
  if (statement.does === 'repeat')
    return `if (rounds[${i}] < ${statement.times}) { rounds[${i}]++; next = ${statement.to}; } else { rounds[${i}] = 0; ${next}; }`;
  if (statement.does === 'draw')
    return `kept[${i}] = thread.choose(2); next = kept[${i}] === 0 ? ${statement.to} : ${i + 1}`;
  const array = `new ${statement.type}Array(memory, ${statement.at}, 1)`;
  const isQuiet = 'isQuiet' in statement;
  const keeps = (text: string): string => `${isQuiet ? '' : `kept[${i}] = `}${text}; ${next}`;
  switch (statement.does) {
    case 'if':
    case 'unless':
      return `next = (Atomics.load(${array}, 0) === ${literal(statement.value)}) === ${statement.does === 'if'} ? ${statement.to} : ${i + 1}`;
    case 'swap':
      return `next = Atomics.compareExchange(${array}, 0, ${literal(statement.value)}, ${literal(statement.other)}) === ${literal(statement.value)} ? ${i + 1} : ${statement.to}`;
    case 'wait':
      return keeps(`Atomics.wait(${array}, 0, ${literal(statement.value)}, ${statement.timeout})`);
    case 'notify':
      return keeps(`Atomics.notify(${array}, 0, ${statement.count})`);
    case 'read':
      return keeps(`${array}[0]`);
    case 'write':
      return `${array}[0] = ${literal(statement.value)}; ${next}`;
    case 'get':
      return keeps(`new DataView(memory).get${statement.type}(${statement.at}, ${statement.isLittle})`);
    case 'set':
      return `new DataView(memory).set${statement.type}(${statement.at}, ${literal(statement.value)}, ${statement.isLittle}); ${next}`;
    case 'compareExchange':
      return keeps(
        `Atomics.compareExchange(${array}, 0, ${literal(statement.value)}, ${literal(statement.other)})`,
      );
    case 'load':
      return keeps(`Atomics.load(${array}, 0)`);
    default:
      return keeps(`Atomics.${statement.does}(${array}, 0, ${literal(statement.value)})`);
  }
}

function literal(value: Value): string {
  return typeof value === 'bigint' ? `${value}n` : String(value);
}
