import { type Invariant, INVARIANTS } from '../../src/kernel/invariants.ts';

/** The invariants of the queue or of the slab, as they stand in the comment above it. */
export function invariantsComment(of: Invariant['of']): string {
  return INVARIANTS.filter((each) => each.of === of)
    .map(({ says }) => `- ${says}`)
    .join('\n');
}

/** All of them, in Markdown. */
export function invariantsTable(): string {
  const rows = INVARIANTS.map(({ of, name, says }) => [of, name, says]);
  return [['of the', 'name', 'what is so after every step'], ['---', '---', '---'], ...rows]
    .map((row) => `| ${row.join(' | ')} |`)
    .join('\n');
}
