import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { UsageError } from '../errors.ts';

/** The URL of the module that an option names. */
export function moduleOf(path: string): string {
  if (path.startsWith('file:')) return path;
  if (!existsSync(path)) {
    throw new UsageError(`There is no file ${path} for --variant: give the path of a JavaScript module.`);
  }
  return pathToFileURL(resolve(path)).href;
}
