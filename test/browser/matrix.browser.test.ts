import { afterAll, beforeAll, expect, test } from 'vitest';
import { readMatrix } from '../../scenarios/matrix.ts';
import { axesOf } from '../../src/explore/matrix-cell.ts';
import { matrixPage } from '../../src/report/page/matrix-page.ts';
import { BrowserStage, obstacles } from './stage.ts';

let stage: BrowserStage;
const cells = readMatrix();
const broken = cells.filter((cell) => cell.verdict === 'broken');

beforeAll(async () => {
  stage = await BrowserStage.begin();
  stage.add('matrix.html', await matrixPage(cells, 'npx lockfree-lab list --html matrix.html'));
});

afterAll(() => stage.end());

test('each cell is said, and one that is broken leads to its story', async () => {
  const seen = await stage.open(stage.urlOf('matrix.html'));
  const { page } = seen;
  const table = page.getByRole('region', { name: 'The matrix' });
  expect(await table.getByText('sound', { exact: true }).count()).toBe(cells.length - broken.length);
  const links = table.getByRole('link');
  expect(await links.allInnerTexts()).toEqual(inRows().map(({ damage }) => damage));
  const last = inRows().at(-1)!;
  await links.last().click();
  const story = page.locator(`[id="${last.structure}-under-${last.scheme.replaceAll(/\W+/g, '-')}"]`);
  await expect.poll(() => story.locator('.caption').isVisible()).toBe(true);
  expect(await story.innerText()).toContain(last.note);
  expect(await obstacles(page)).toEqual([]);
  expect(seen.complaints).toEqual([]);
});

/** The broken cells as the table has them, scheme by scheme. */
function inRows(): typeof broken {
  return axesOf(cells).schemes.flatMap((scheme) => broken.filter((cell) => cell.scheme === scheme));
}
