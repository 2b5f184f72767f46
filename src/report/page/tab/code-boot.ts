import { beginCode } from './code-box.ts';
import { serveCode } from './code-run.ts';

/** Begins what the script of a page for a user's own code is there for: the page, or in a worker that the page has started the code. */
export function bootCode(): void {
  if (typeof document === 'undefined') serveCode();
  else beginCode();
}
