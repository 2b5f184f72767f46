/** A part of the script that only some pages have: it is given what it shares with the rest, and adds what it has to that. */
type Part = (shared: readonly unknown[]) => void;

/** Under this name the parts of a page wait for the script that runs them; `build-parts.ts` writes it. */
const WAITING = 'labParts';

/** Runs the parts that this page came with. */
export function runPageParts(shared: readonly unknown[]): void {
  const waiting = (globalThis as unknown as Record<string, readonly Part[] | undefined>)[WAITING];
  for (const part of waiting ?? []) part(shared);
}
