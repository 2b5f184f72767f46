import { replaceIn } from './globals.ts';

/**
 * Loads code that takes functions or classes out of the global objects when it is loaded: `await loaded(() => import('words'))`. Those that
 * it takes are seen by a check, and do what the platform's do wherever no check runs.
 *
 * @param load what loads it, for the first time in this process
 * @returns what that comes to
 */
export async function loaded<T>(load: () => Promise<T>): Promise<T> {
  const restore = replaceIn(new Set([globalThis]));
  try {
    return await load();
  } finally {
    restore();
  }
}
