import { expect, test } from 'vitest';
import { readMatrix } from '../../scenarios/matrix.ts';
import { chooseScheme, claimsOf, unsafeUnder } from '../../src/laboratory/registry.ts';
import { places, shownAgain } from './compute.ts';

const matrix = readMatrix();

test('every structure is there under every scheme that makes a difference to it', () => {
  const cells = matrix.map(({ structure, scheme }) => ({ structure, scheme }));
  expect(cells).toEqual(places().map(({ structure: { ID }, scheme }) => ({ structure: ID, scheme })));
});

const broken = matrix.filter((cell) => cell.verdict === 'broken');

test.each(broken)('$structure under $scheme shows its $damage again', async (cell) => {
  const { note, steps } = cell;
  expect(await shownAgain(cell)).toEqual({ note, steps });
});

test('a story that does not show the damage is refused', async () => {
  const [cell] = broken;
  await expect(shownAgain({ ...cell!, damage: 'cycle' })).rejects.toThrow(/^no cycle is shown by /);
});

test('a sound cell was explored in full, or with two preemptions at least', () => {
  const weak = matrix.flatMap((cell) =>
    cell.verdict === 'sound' ? cell.programs.filter(({ preemptions }) => (preemptions ?? Infinity) < 2) : [],
  );
  expect(weak).toEqual([]);
});

test('what is broken is what the cards say: under schemes that promise nothing, and where a structure is not safe', async () => {
  const said = [];
  for (const { structure, scheme } of places()) {
    const choice = await chooseScheme(scheme);
    if (structure.ROOTS === 0) continue;
    if (claimsOf(choice.scheme).abaSafe === 'no' || unsafeUnder(structure, choice) !== null)
      said.push([structure.ID, scheme]);
  }
  expect(broken.map(({ structure, scheme }) => [structure, scheme])).toEqual(said);
});
