import { UsageError } from '../errors.ts';
import type { ModuleExports } from './own-module.ts';
import { variantIn } from './lab-modules.browser.ts';

/**
 * The counterpart of own-module.ts in a browser: a page loads no module from anywhere, and runs the variants that were bundled with it.
 */

/** None: a page has no modules of the user's own. */
export function ownModules(): readonly string[] {
  return [];
}

/** None is ever being loaded. */
export function loadingModule(): string | null {
  return null;
}

/** A module as people name it. */
export function pathOf(url: string): string {
  return url;
}

/** True if a module is a part of this package. */
export function isOfTheLab(url: string): boolean {
  return url.startsWith('lab:');
}

/** The module of a URL of the lab's. Throws a UsageError for any other one. */
export async function importOwn(
  url: string,
  what: 'scheme' | 'structure' | 'variant',
): Promise<ModuleExports> {
  const known = variantIn(url);
  if (known !== undefined) return known;
  throw new UsageError(
    `The ${what} ${url} cannot be loaded in a page: run it with lockfree-lab on the command line.`,
  );
}

/** The URL of a module that a path or URL names. */
export function urlOf(pathOrUrl: string): string {
  return pathOrUrl;
}
