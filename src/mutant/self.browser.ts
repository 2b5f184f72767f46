import type { Mutant } from './file.ts';

/** The mutant whose kernel this page runs at the moment; null while it runs the lab's own. */
export let self: Mutant | null = null;

/** What recorded files call the lab that has written them; null for the lab itself. */
export let selfName: string | null = null;

/** Notes of which kernel is spoken from now on: `known-mutants.ts` puts it in place. */
export function become(mutant: Mutant | null): void {
  self = mutant;
  selfName = mutant === null ? null : mutant.id;
}
