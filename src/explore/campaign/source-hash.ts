import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** All that decides what a search visits and finds. */
export const FOLDERS: readonly string[] = [
  'kernel',
  'host',
  'laboratory',
  'engines',
  'observe',
  'judge',
  'schedule',
  'model',
  'search',
  'explore',
];

/**
 * A short hash of the lab's own code, as it runs, and of a scheme and a structure of the user's own: what two of the same hash have
 * searched can be added up.
 *
 * @param scheme the URL of a scheme's file, with or without parameters; anything else is one of the lab's
 * @param structure the URL of a structure's file; null for one of the lab's
 */
export function sourceHash(scheme: string, structure: string | null): string {
  const hash = createHash('sha256');
  const extension = extname(import.meta.url);
  for (const folder of FOLDERS) {
    const path = fileURLToPath(new URL(`../../${folder}`, import.meta.url));
    const files = readdirSync(path, { recursive: true, encoding: 'utf8' });
    for (const file of files
      .filter((name) => name.endsWith(extension) && !name.endsWith('.d.ts'))
      .toSorted()) {
      hash.update(`${folder}/${file.replaceAll('\\', '/')}\n`).update(readFileSync(join(path, file)));
    }
  }
  const [own] = /^file:[^?]*?\.[cm]?[jt]s/.exec(scheme) ?? [];
  if (own !== undefined) hash.update(readFileSync(new URL(own)));
  if (structure !== null) hash.update(readFileSync(new URL(structure)));
  return hash.digest('hex').slice(0, 12);
}
