import { begin } from './page.ts';
import { serve } from './worker.ts';

/** Begins what the script is there for: the page, or in a worker that the page has started with the same text, proofs. */
export function boot(): void {
  if (typeof document === 'undefined') serve();
  else begin();
}
