import { cardOfStructure, nodeInvariants, structures } from '../../src/laboratory/structures.ts';
import type { StructureClass } from '../../src/laboratory/structure-class.ts';
import {
  COUNT_INVARIANTS,
  type Invariant,
  SLAB_INVARIANTS,
  STRUCTURE_INVARIANTS,
} from '../../src/kernel/invariants.ts';
import { FREE_LIST } from '../../src/kernel/structures/ring-card.ts';
import { markdownTable } from './table.ts';

function lines(of: readonly Invariant[]): string {
  return of.map(({ says }) => `- ${says}`).join('\n');
}

/** The invariants of a structure, or of the slab, as they stand in the comment above it. */
export function invariantsComment(of: StructureClass | 'slab'): string {
  if (of === 'slab') return lines(SLAB_INVARIANTS);
  return lines([...cardOfStructure(of).invariants, ...nodeInvariants(of)]);
}

/** Words of slots, and the top of the free list, as invariants name them. */
export const SLAB_WORDS: readonly string[] = ['Free', 'next', 'value', 'state', 'limbo', 'stamp'];

/** The invariants that are about a word, as they stand in the comment above its address. */
export function invariantsAbout(word: string, of: StructureClass | 'slab'): string {
  if (of === 'slab')
    return lines([...STRUCTURE_INVARIANTS, ...SLAB_INVARIANTS].filter(({ about }) => about.includes(word)));
  const { invariants, roots } = cardOfStructure(of);
  const names = word === roots[0]?.name ? [word, 'first root'] : [word];
  return lines(invariants.filter(({ about }) => about.some((each) => names.includes(each))));
}

/** What a structure is, in a word; its title where there are several of the kind. */
function nameOf({ KIND, TITLE }: StructureClass): string {
  return structures.filter((each) => each.KIND === KIND).length > 1 ? TITLE : KIND;
}

/** All of them, in Markdown. */
export function invariantsTable(): string {
  const parts: readonly (readonly [string, readonly Invariant[]])[] = [
    ...structures.map((each) => [nameOf(each), cardOfStructure(each).invariants] as const),
    ['any structure of nodes', STRUCTURE_INVARIANTS],
    ['slab', SLAB_INVARIANTS],
    ['free list that is a ring', FREE_LIST.invariants],
    ['reference counts', COUNT_INVARIANTS],
  ];
  const rows = parts.flatMap(([of, invariants]) => invariants.map(({ name, says }) => [of, name, says]));
  return markdownTable(['of the', 'name', 'what is so after every step'], rows);
}
