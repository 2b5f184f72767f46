/**
 * The word after a step, from the step and the word before: of the kernel's accesses, and of what else `Atomics` offers to other code. Any
 * other access writes nothing.
 */
export function wordAfterAccess(
  { access, first, second }: { readonly access: string; readonly first: number; readonly second: number },
  before: number,
): number {
  switch (access) {
    // Most are.
    case 'load':
      return before;
    case 'store':
    case 'exchange':
    case 'write':
      return first;
    case 'cas':
      return before === first ? second : before;
    case 'add':
      return (before + first) | 0;
    case 'sub':
      return (before - first) | 0;
    case 'and':
      return before & first;
    case 'or':
      return before | first;
    case 'xor':
      return before ^ first;
    default:
      return before;
  }
}
