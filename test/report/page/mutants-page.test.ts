import { expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { knownSteps } from '../../../src/laboratory/labels.ts';
import { allMutants, edited, findMutant } from '../../../src/mutant/mutant.ts';
import { mutantModule } from '../../../src/report/page/build-mutants.ts';
import { mutantsPage } from '../../../src/report/page/mutants-page.ts';
import { methodIn } from '../../../src/scenario/source.ts';
import { editedMethod, type MethodTable } from '../../../src/scenario/source.browser.ts';
import { said } from './said.ts';

const read = (file: string): string => readFileSync(file, 'utf8');

test('a page has every mutant with a program but those that change more than the methods of a class', () => {
  const left = allMutants().filter(
    // A page explores no program on a free list that is a ring.
    ({ witness, ...each }) =>
      witness.program !== undefined &&
      witness.freeList === undefined &&
      // Nor is a mutant there that changes two classes.
      new Set(each.edits.map(({ file }) => file)).size === 1 &&
      mutantModule({ witness, ...each }) === null,
  );
  for (const { id, edits } of left) {
    // Functions and constants of the kernel, and what a class says of itself: nothing can be put in their place.
    const text = edits.flatMap(({ search }) => search).join('\n');
    expect(`${id} ${edits[0].file} ${text}`).toMatch(
      /kernel\/(?:batch|clock|eras|layout|limbo|lost|words|withdraw)\.ts|^import |constructor|\bstatic /m,
    );
  }
  expect(left.length).toBeLessThan(allMutants().length / 8);
});

test.each([
  ['boost-59', 0],
  ['untagged-ends', 0],
  ['counts-cut-to-null', 1],
])(
  'what a page shows as the source of a step is the text of the mutant %s, of which it carries %i methods',
  (id, methods) => {
    const mutant = findMutant(id);
    const { text } = mutantModule(mutant)!;
    const carried = JSON.parse(/sources: (.*) \}$/.exec(text)![1]!) as MethodTable;
    const [[file, changed]] = [...edited(mutant, read)] as [[string, string]];
    const steps = knownSteps().filter((step) => step.file === file && methodIn(changed, step.label) !== null);
    const shown = steps.map(({ label }) => {
      const own = editedMethod({ ...methodIn(read(file), label)!, file }, mutant.edits);
      return (carried.methods[carried.labels[label] ?? -1] ?? own).lines;
    });
    expect(carried.methods).toHaveLength(methods);
    expect(shown).toEqual(steps.map(({ label }) => methodIn(changed, label)!.lines));
    expect(shown).not.toEqual(steps.map(({ label }) => methodIn(read(file), label)!.lines));
  },
);

test('the page of the mutants says the same twice, is small, and reads without its script', async () => {
  const page = await mutantsPage(allMutants(), 'npx lockfree-lab play mutants --html mutants.html');
  expect(await mutantsPage(allMutants(), 'npx lockfree-lab play mutants --html mutants.html')).toBe(page);
  // The table of the mutants is its data.
  const table = page.slice(page.lastIndexOf('<table>'), page.lastIndexOf('</table>'));
  expect(table).toContain('crossbeam-238');
  expect(Buffer.byteLength(page) - Buffer.byteLength(table)).toBeLessThan(340_000);
  const text = said(page);
  for (const { title, witness } of allMutants())
    expect(text.includes(title), title).toBe(witness.program !== undefined);
});
