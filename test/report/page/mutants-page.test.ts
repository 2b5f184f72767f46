import { expect, test } from 'vitest';
import { allMutants, findMutant } from '../../../src/mutant/mutant.ts';
import { mutantModule } from '../../../src/report/page/build-mutants.ts';
import { mutantsPage } from '../../../src/report/page/mutants-page.ts';
import { said } from './said.ts';

test('a page has every mutant with a program but those that change more than the methods of a class', () => {
  const left = allMutants().filter(
    (each) => each.witness.program !== undefined && mutantModule(each) === null,
  );
  for (const { id, edits } of left) {
    // Functions and constants of the kernel, and what a class says of itself: nothing can be put in their place.
    const text = edits.flatMap(({ search }) => search).join('\n');
    expect(`${id} ${edits[0].file} ${text}`).toMatch(
      /kernel\/(?:batch|clock|eras|layout|limbo|words|withdraw)\.ts|^import |constructor|\bstatic /m,
    );
  }
  expect(left.length).toBeLessThan(allMutants().length / 8);
});

test('what a page shows as the source of a step is the text of the mutant, where it is another one', () => {
  const { text } = mutantModule(findMutant('boost-59'))!;
  const sources = text.slice(text.indexOf('sources:'));
  expect(sources).toContain('this.memory.store(E3, next, 0);');
  expect(sources).toContain('"labels":{"E3":0}');
});

test('the page of the mutants says the same twice, is small, and reads without its script', async () => {
  const page = await mutantsPage(allMutants(), 'npx lockfree-lab play mutants --html mutants.html');
  expect(await mutantsPage(allMutants(), 'npx lockfree-lab play mutants --html mutants.html')).toBe(page);
  // The table of the mutants is its data.
  const table = page.slice(page.lastIndexOf('<table>'), page.lastIndexOf('</table>'));
  expect(table).toContain('crossbeam-238');
  expect(Buffer.byteLength(page) - Buffer.byteLength(table)).toBeLessThan(300_000);
  const text = said(page);
  for (const { title, witness } of allMutants())
    expect(text.includes(title), title).toBe(witness.program !== undefined);
});
