import assert from 'node:assert/strict';
import { readExplored } from '../../../scenarios/matrix.ts';
import { counted } from '../../../src/counted.ts';
import { cellAt, type ExploredCell, type SoundCell } from '../../../src/explore/matrix-cell.ts';
import { structures } from '../../../src/laboratory/structures.ts';
import { computeCell, type Place, places, shownAgain } from '../../matrix/compute.ts';
import { type Batch, type Claim, digits, type Form, type Proof, RECORDING } from '../claim.ts';

/** Executions that were made for a cell. */
function executionsOf({ programs }: SoundCell): number {
  return programs.reduce((sum, { executions }) => sum + executions, 0);
}

function proofOf(cell: ExploredCell): Proof {
  const figures =
    cell.verdict === 'unsound'
      ? `${cell.finding.kind} with ${counted(cell.preemptions, 'preemption')}, ${cell.replay}`
      : `${counted(cell.programs.length, 'program')}, ${digits(executionsOf(cell))} executions, none bad`;
  return { figures, cell };
}

const knownAt = (matrix: readonly ExploredCell[], { structure, scheme }: Place): ExploredCell | undefined =>
  cellAt(matrix, structure.ID, scheme);

/** A cell is computed anew, and is what is recorded. */
function computed(place: Place, known: ExploredCell | undefined): Claim {
  return {
    title: `matrix: ${place.structure.ID} under ${place.scheme} is ${known?.verdict ?? 'not known'}`,
    prove: async () => {
      const cell = await computeCell(place);
      if (!RECORDING) assert.deepEqual(cell, known);
      return proofOf(cell);
    },
  };
}

/**
 * The matrix of structures and schemes, every cell of it in the full form. In the bounded one the damage of each unsound cell is shown again,
 * and of each structure the sound cell is computed that takes the fewest executions.
 */
export function matrixBatches(form: Form): Batch[] {
  const matrix = readExplored();
  return structures.map((structure) => {
    const own = places().filter((place) => place.structure === structure);
    const least = own
      .map((place) => knownAt(matrix, place))
      .filter((cell) => cell?.verdict === 'sound')
      .toSorted((a, b) => executionsOf(a) - executionsOf(b))[0];
    const claims = own.flatMap((place): Claim[] => {
      const known = knownAt(matrix, place);
      if (form === 'full' || known === least) return [computed(place, known)];
      if (known?.verdict !== 'unsound') return [];
      const title = `matrix: ${structure.ID} under ${place.scheme} is unsound (the shortest story is searched in the full campaign)`;
      return [{ title, prove: async () => (await shownAgain(known), proofOf(known)) }];
    });
    return { name: `matrix: ${structure.ID}`, seconds: 1200, megabytes: 2000, claims };
  });
}
