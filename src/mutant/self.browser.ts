import type { Mutant } from './file.ts';

/** A page has the lab's own kernel. */
export const self: Mutant | null = null;

/** What recorded files call the lab that has written them: nothing. */
export const selfName: string | null = null;
