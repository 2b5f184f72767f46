import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MatrixCell } from '../src/explore/matrix-cell.ts';
import { packageFolder } from '../src/host/package-folder.ts';

export const MATRIX_FILE: string = join(packageFolder, 'scenarios/matrix.json');

/** Every structure under every scheme that makes a difference to it, as `npm run prove` has found it: it computes each cell anew. */
export function readMatrix(): readonly MatrixCell[] {
  return JSON.parse(readFileSync(MATRIX_FILE, 'utf8')) as MatrixCell[];
}
