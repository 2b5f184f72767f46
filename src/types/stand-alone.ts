/** The types of the kernel's language, and what they are in TypeScript's: see `kernel/subset.d.ts`. */
const SUBSET: Readonly<Record<string, string>> = { i32: 'number', bool: 'boolean' };

/**
 * A declaration without the names of the kernel's language, which are global: a user's project would have them, too. Comments stay as
 * they are.
 */
export function standAlone(declaration: string): string {
  return declaration
    .split(/(\/\*.*?\*\/|\/\/[^\n]*\n)/s)
    .map((part, i) => (i % 2 === 1 ? part : part.replace(/\b(?:i32|bool)\b/g, (name) => SUBSET[name])))
    .join('');
}
