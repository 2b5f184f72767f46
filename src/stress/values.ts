/**
 * The values of a stress run, which say where they are from.
 */

/** A value is the thread that put it in, less 1, in the high 6 bits, and its sequence number, modulo 2^26, in the low ones. */
const SEQUENCE_BITS = 26;
export const SEQUENCE_MASK: number = (1 << SEQUENCE_BITS) - 1;

export function valueOf(thread: number, sequence: number): number {
  return ((thread - 1) << SEQUENCE_BITS) | (sequence & SEQUENCE_MASK);
}

/** The thread that put a value in. */
export function producerOf(value: number): number {
  return (value >>> SEQUENCE_BITS) + 1;
}

/** How far a sequence number is ahead of another one, modulo 2^26 and signed. */
export function ahead(sequence: number, of: number): number {
  const shift = 32 - SEQUENCE_BITS;
  return ((sequence - of) << shift) >> shift;
}

/** The name of a value in text: the 17th that thread 2 put in is `T2:17`. */
export function showProduced(value: number): string {
  return `T${producerOf(value)}:${value & SEQUENCE_MASK}`;
}
