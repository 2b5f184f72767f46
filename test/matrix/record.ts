import { writeFileSync } from 'node:fs';
import { format, resolveConfig } from 'prettier';
import { MATRIX_FILE, readExplored } from '../../scenarios/matrix.ts';
import { cellAt, type ExploredCell } from '../../src/explore/matrix-cell.ts';
import { places } from './compute.ts';

/** Writes cells into the file, in the order in which they are shown; those that are of no structure or scheme any more go away. */
export async function recordCells(computed: readonly ExploredCell[]): Promise<void> {
  const all = [...computed, ...readExplored()];
  const rows = places().flatMap(({ structure: { ID }, scheme }) => {
    const cell = cellAt(all, ID, scheme);
    return cell ? [cell] : [];
  });
  const config = await resolveConfig(MATRIX_FILE);
  writeFileSync(MATRIX_FILE, await format(JSON.stringify(rows), { ...config, filepath: MATRIX_FILE }));
}
