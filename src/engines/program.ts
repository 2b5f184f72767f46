import { UsageError } from '../errors.ts';
import { closest } from '../suggest.ts';
import { operations, type Operation } from './operations.ts';

/** A program: what the queue holds at the start, and the operations of each thread. */
export interface Program {
  readonly text: string;
  readonly initial: readonly number[];
  readonly threads: readonly (readonly Operation[])[];
}

const SHORT: Readonly<Record<string, string>> = { e: 'enqueue', d: 'dequeue', i: 'isEmpty' };
const FIRST_VALUE = 65;

/** A value as people name it: A to Z, then A1 to Z1, and so on; other numbers as they are. */
export function showValue(value: number): string {
  const rank = value - FIRST_VALUE;
  if (rank < 0 || rank >= 26 * 1000) return String(value);
  const round = Math.floor(rank / 26);
  return `${String.fromCodePoint(FIRST_VALUE + (rank % 26))}${round === 0 ? '' : round}`;
}

/**
 * Reads a program: `[A B] e d | d e d`. The items in the queue at the start stand in brackets and may be left out; then each thread's
 * operations: `e` enqueue (values are named in order, after those at the start), `d` dequeue, `i` isEmpty, or an operation by its
 * name, with a number if it takes one: `adopt`, a variant's `recover(1)`. A thread that
 * ends with `die` is killed there at the latest, and by the explorer before any of its steps. `(e d)x10` stands for ten times `e d`. Throws a UsageError
 * that shows where it cannot be read.
 *
 * @param more operations of a variant, by name
 */
export function parseProgram(text: string, more: readonly string[] = []): Program {
  const match = /^\s*(?:\[([^\]]*)\])?([^[\]]*)$/.exec(text);
  if (!match)
    throw new UsageError(
      `The program "${text}" cannot be read: brackets go around the first items only, as in "[A B] e d | d".`,
    );
  const count = (match[1] ?? '').split(/[\s,]+/).filter((item) => item !== '').length;
  let next = FIRST_VALUE;
  const value = (): number => next++;
  const initial = Array.from({ length: count }, value);
  const known = [...Object.keys(operations), ...more];
  const threads = match[2].split('|').map((part, i) =>
    unfold(part, text).map((word): Operation => {
      const [, name, argument] = /^(\w+)(?:\((\d+)\))?$/.exec(word) ?? [];
      const full = SHORT[name] ?? name;
      if (name === undefined || !known.includes(full)) {
        throw new UsageError(
          `"${word}" in thread ${i + 1} of the program "${text}" is no operation${closest(full ?? word, known)}; write e, d, i, ${known.slice(3).join(', ')}.`,
        );
      }
      if (full === 'enqueue') return { name: full, argument: value() };
      return { name: full, argument: argument === undefined ? null : Number(argument) };
    }),
  );
  for (const [i, thread] of threads.entries()) {
    const names = thread.map(({ name }) => name);
    if (names.slice(0, -1).includes('die') || (names.includes('die') && names.includes('leave'))) {
      throw new UsageError(
        `Thread ${i + 1} of the program "${text}" goes on after it has died or left: die is the last word of a thread, and not beside leave.`,
      );
    }
  }
  if (threads.some((thread) => thread.length === 0)) {
    throw new UsageError(`A thread of the program "${text}" has no operations; write for example "e d | d".`);
  }
  return { text, initial, threads };
}

/** A repetition with no other inside; an operation's number in brackets is no repetition. */
const INNERMOST = /(?<!\w)\(((?:[^()]|\(\d+\))*)\)x(\d+)/;

/** Words, with every `( … )xN` written out. */
function unfold(part: string, text: string): string[] {
  let flat = part;
  for (let inner = INNERMOST.exec(flat); inner; inner = INNERMOST.exec(flat)) {
    const times = Number(inner[2]);
    if (times > 10_000)
      throw new UsageError(`${times} repetitions in the program "${text}" are too many: give at most 10000.`);
    flat = flat.replace(inner[0], ` ${Array.from({ length: times }, () => inner[1]).join(' ')} `);
  }
  return flat.split(/\s+/).filter((word) => word !== '');
}

/** An operation as people write it: `enqueue(C)`, `dequeue()`. */
export function showOperation({ name, argument }: Operation): string {
  if (argument === null) return `${name}()`;
  return `${name}(${name === 'enqueue' ? showValue(argument) : argument})`;
}
