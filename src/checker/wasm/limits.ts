/** What a check of a module cannot see, said with every verdict. */
export const LIMITS: readonly string[] = [
  'All atomic accesses of WebAssembly are sequentially consistent, so errors that only relaxed or acquire and release order allows are not found.',
  'What was checked is what the compiler left: an access that it removed, joined or moved is not seen as it stands in the source.',
];

/** The limits as they stand below a verdict. */
export function limitsText(): string {
  return ['What this cannot see', ...LIMITS.map((line) => `  ${line}`)].join('\n');
}
