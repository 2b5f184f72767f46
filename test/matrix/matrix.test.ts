import { expect, test } from 'vitest';
import { readExplored, readMatrix } from '../../scenarios/matrix.ts';
import {
  chooseScheme,
  claimsOf,
  schemes,
  specsOf,
  takesNoSlots,
  unsafeUnder,
} from '../../src/laboratory/registry.ts';
import { everyCell } from '../../src/explore/matrix-cell.ts';
import { structures } from '../../src/laboratory/structures.ts';
import { places, shownAgain } from './compute.ts';

const explored = readExplored();

test('every structure was explored under every scheme that makes a difference to it', () => {
  const cells = explored.map(({ structure, scheme }) => ({ structure, scheme }));
  expect(cells).toEqual(places().map(({ structure: { ID }, scheme }) => ({ structure: ID, scheme })));
});

test('the matrix has every structure under every scheme, and says where none makes a difference', () => {
  const matrix = readMatrix();
  expect(matrix.map(({ structure, scheme }) => `${structure} ${scheme}`)).toEqual(
    structures.flatMap(({ ID }) => schemes.flatMap(specsOf).map((spec) => `${ID} ${spec}`)),
  );
  const out = matrix.filter(({ verdict }) => verdict === 'not-applicable');
  const slotless = structures.filter(takesNoSlots).map(({ ID }) => ID);
  expect([...new Set(out.map(({ structure }) => structure))]).toEqual(slotless);
  expect(matrix.length - out.length).toBe(explored.length);
  expect(out[0]).toMatchObject({ reason: expect.stringMatching(/^\S+ takes no slots .*\.$/) });
});

test('a pair that could be explored and was not is unproved', () => {
  const [first, ...others] = explored;
  expect(everyCell(others)[0]).toEqual({
    structure: first!.structure,
    scheme: first!.scheme,
    verdict: 'unproved',
  });
});

const unsound = explored.filter((cell) => cell.verdict === 'unsound');

test.each(unsound)('$structure under $scheme shows its $finding.kind again', async (cell) => {
  const { finding, steps } = cell;
  expect(await shownAgain(cell)).toEqual({ note: finding.note, steps });
});

test('a story that does not show the damage is refused', async () => {
  const [cell] = unsound;
  await expect(shownAgain({ ...cell!, finding: { kind: 'cycle' } })).rejects.toThrow(
    /^no cycle is shown by /,
  );
});

test('a sound cell was explored in full, or with two preemptions at least', () => {
  const sound = explored.filter(({ verdict }) => verdict === 'sound');
  expect(sound.filter(({ preemptions }) => (preemptions ?? Infinity) < 2)).toEqual([]);
});

test('what is unsound is what the cards say: under schemes that promise nothing, and where a structure is not safe', async () => {
  const said = [];
  for (const { structure, scheme } of places()) {
    const choice = await chooseScheme(scheme);
    if (structure.ROOTS === 0) continue;
    if (claimsOf(choice.scheme).abaSafe === 'no' || unsafeUnder(structure, choice) !== null)
      said.push([structure.ID, scheme]);
  }
  expect(unsound.map(({ structure, scheme }) => [structure, scheme])).toEqual(said);
});
