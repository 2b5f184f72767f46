import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { everyCell, type ExploredCell, type MatrixCell } from '../src/explore/matrix-cell.ts';
import { packageFolder } from '../src/host/package-folder.ts';
import { splitProgram } from '../src/laboratory/program.ts';
import { usualStructure } from '../src/laboratory/structures.ts';
import { withoutLateness } from '../src/scenario/cases.ts';
import type { Case } from '../src/scenario/scenario.ts';
import { scenarios } from './index.ts';

export const MATRIX_FILE: string = join(packageFolder, 'scenarios/matrix.json');

/** Every structure under every scheme: the cells that can be explored are as `npm run prove` has found them, which computes each anew. */
export function readMatrix(): readonly MatrixCell[] {
  return everyCell(readExplored());
}

/** The cells that were explored. */
export function readExplored(): readonly ExploredCell[] {
  return JSON.parse(readFileSync(MATRIX_FILE, 'utf8')) as ExploredCell[];
}

/** A case of a scenario that shows what is said of a cell. */
export interface ToldCell {
  /** The scenario's id, and the number of the case among its cases, from 0. */
  readonly scenario: string;
  readonly index: number;
  readonly command: string;
}

/**
 * The first scenario that runs the structure itself, no variant of it, under the scheme of a cell, and comes to what is found there: to its
 * damage, or to none. Null if there is none.
 */
export function scenarioOf(cell: MatrixCell): ToldCell | null {
  if (cell.verdict !== 'sound' && cell.verdict !== 'unsound') return null;
  const isFoundIn = ({ damage, byClaims = false }: Case): boolean =>
    !byClaims && (cell.verdict === 'sound' ? damage.length === 0 : damage.includes(cell.finding.kind));
  for (const scenario of scenarios)
    for (const [index, each] of scenario.cases.entries()) {
      const { structure } = splitProgram(each.program ?? scenario.program);
      const isVaried = (each.variant ?? scenario.variant) !== undefined;
      if (isVaried || (structure ?? usualStructure.ID) !== cell.structure) continue;
      if (withoutLateness(each.spec) !== cell.scheme || !isFoundIn(each)) continue;
      const command = `npx lockfree-lab run ${scenario.id} --scheme ${each.key}`;
      return { scenario: scenario.id, index, command };
    }
  return null;
}
