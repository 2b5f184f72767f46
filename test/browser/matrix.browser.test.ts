import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMatrix, scenarioOf } from '../../scenarios/matrix.ts';
import { cellsByScheme, type UnsoundCell } from '../../src/explore/matrix-cell.ts';
import { matrixPage } from '../../src/report/page/matrix-page.ts';
import { BrowserStage, obstacles } from './stage.ts';

let stage: BrowserStage;
const cells = readMatrix();
const unsound = cells.filter((cell) => cell.verdict === 'unsound');
const sound = cells.filter((cell) => cell.verdict === 'sound');

beforeAll(async () => {
  stage = await BrowserStage.begin();
  stage.add('matrix.html', await matrixPage(cells, 'npx lockfree-lab list --html matrix.html', scenarioOf));
});

afterAll(() => stage.end());

test('each cell is said, and one that is unsound leads to its story', async () => {
  const seen = await stage.open(stage.urlOf('matrix.html'));
  const { page } = seen;
  const table = page.getByRole('region', { name: 'The matrix' });
  expect(await table.getByText('sound', { exact: true }).count()).toBe(sound.length);
  expect(await table.getByText('not applicable', { exact: true }).count()).toBe(
    cells.length - sound.length - unsound.length,
  );
  // A name and the cells beside it are seen to be one row: on one line of text, with one line below them.
  const name = table.getByRole('rowheader').first();
  const cell = name.locator('xpath=following-sibling::td[1]');
  const styled = (of: typeof name): Promise<string[]> =>
    of.evaluate((each) => {
      const { borderBottom, verticalAlign } = getComputedStyle(each);
      return [borderBottom, verticalAlign];
    });
  expect(await styled(cell)).toEqual(await styled(name));
  expect((await styled(cell))[0]).toMatch(/^1px solid/);
  const links = table.getByRole('link');
  expect(await links.allInnerTexts()).toEqual(inRows().map(({ finding }) => finding.kind));
  const last = inRows().at(-1)!;
  await links.last().click();
  const story = page.locator(`[id="${last.structure}-under-${last.scheme.replaceAll(/\W+/g, '-')}"]`);
  await expect.poll(() => story.locator('.caption').isVisible()).toBe(true);
  expect(await story.innerText()).toContain(last.finding.note);
  expect(await obstacles(page)).toEqual([]);
  expect(seen.complaints).toEqual([]);
});

/** The unsound cells as the table has them, scheme by scheme. */
function inRows(): UnsoundCell[] {
  return cellsByScheme(cells).flatMap(({ cells: row }) => row.filter((cell) => cell.verdict === 'unsound'));
}
