import type { Pending } from './controlled.ts';

/** The word after a step, from the step and the word before. */
export function wordAfter(
  { access, first, second }: Pick<Pending, 'access' | 'first' | 'second'>,
  before: number,
): number {
  switch (access) {
    case 'store':
    case 'exchange':
      return first;
    case 'add':
      return (before + first) | 0;
    case 'cas':
      return before === first ? second : before;
    default:
      return before;
  }
}
