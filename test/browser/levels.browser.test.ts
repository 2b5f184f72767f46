import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { levels } from '../../scenarios/levels.ts';
import { levelGame, positionAfter, wayFrom } from '../../src/play/game.ts';
import type { Level } from '../../src/play/level.ts';
import { levelsPage } from '../../src/report/page/levels-page.ts';
import { BrowserStage, obstacles, type Seen } from './stage.ts';

let stage: BrowserStage;

beforeAll(async () => {
  stage = await BrowserStage.begin();
  stage.add('levels.html', await levelsPage(levels, levels[0], 'npx lockfree-lab play --html levels.html'));
});

afterAll(() => stage.end());

/** Who moves at each step of the par solution, as keys. */
async function parOf(level: Level): Promise<string[]> {
  const game = await levelGame(level);
  const found = await wayFrom(game, await positionAfter(game, ''), { preemptions: level.par, seconds: 60 });
  if (typeof found === 'string' || found.way === null) throw new Error(`${level.id} cannot be solved.`);
  return found.way.path.map((thread) => String(thread + 1));
}

const caption = ({ page }: Seen): Promise<string> => page.locator('.caption').innerText();

describe('the page of the levels', () => {
  test('each level is solved by its par solution with the keyboard alone, and undone step by step', async () => {
    const seen = await stage.open(stage.urlOf('levels.html'));
    const { page } = seen;
    for (const level of levels) {
      await page.getByRole('button', { name: `Level ${level.number}, ${level.title}`, exact: true }).click();
      await expect.poll(() => caption(seen)).toBe('The start: no step was made yet.');
      const keys = await parOf(level);
      await page.locator('h1').click();
      for (const key of keys.slice(0, -1)) await page.keyboard.press(key);
      await expect.poll(() => caption(seen)).toMatch(new RegExp(`^Step ${keys.length - 1} of`));
      expect(await page.locator('.reached').count(), level.id).toBe(0);
      await page.keyboard.press(keys[keys.length - 1]);
      await expect
        .poll(() => page.locator('.reached').innerText())
        .toMatch(new RegExp(`reached with ${level.par} preemptions?: that is par\\.`));
      expect(await page.locator('.reached').innerText()).toContain(level.moral);
      // All the way back in the first one; further on it is the same.
      const back = level.number === 1 ? keys.length : 2;
      for (let i = 0; i < back; i++) await page.keyboard.press('u');
      const left = keys.length - back;
      await expect
        .poll(() => caption(seen))
        .toMatch(left === 0 ? /no step was made yet/ : new RegExp(`^Step ${left} of ${left}`));
      expect(await page.locator('.reached').count()).toBe(0);
    }
    // Solved levels stay solved in this browser.
    await page.reload();
    await expect.poll(() => page.locator('.star').allInnerTexts()).toEqual(levels.map(() => '★'));
    expect(seen.complaints).toEqual([]);
    expect(new Set(seen.asked.filter((url) => !url.startsWith('blob:'))).size).toBe(1);
  });

  test('a link leads to what was played; buttons move threads; a hint comes from a worker; a question comes before a compare-and-swap', async () => {
    const seen = await stage.open(`${stage.urlOf('levels.html')}#level=twice&schedule=1x4`);
    const { page } = seen;
    await expect.poll(() => caption(seen)).toMatch(/^Step 4 of 4: T1 D5/);
    await page.getByRole('button', { name: /^T1/ }).click();
    await expect.poll(() => caption(seen)).toMatch(/^Step 5 of 5: T1 D12/);
    expect(page.url()).toContain('level=twice&schedule=1x5');
    await page.getByRole('button', { name: 'Hint' }).click();
    await expect
      .poll(() => page.locator('.told').innerText())
      .toBe('Move T2 (D2): its next 27 steps. From here it takes 31 steps and 1 preemption.');
    await page.getByLabel('ask me before each compare-and-swap').check();
    // Also where the box was ticked a moment ago, a key moves a thread.
    await page.keyboard.press('1');
    await page.locator('.question').waitFor();
    expect(await page.locator('.question').innerText()).toContain(
      "T1's next step is D13, a compare-and-swap",
    );
    expect(await caption(seen)).toMatch(/^Step 5 /);
    await page.getByRole('button', { name: 'No', exact: true }).click();
    await expect
      .poll(() => page.locator('.told').innerText())
      .toBe('Wrong: D13 succeeds. 0 of 1 answered right.');
    expect(await caption(seen)).toMatch(/^Step 6 of 6: T1 D13 CAS Head 1→2 ✓/);
    expect(seen.complaints).toEqual([]);
  });

  test('it fits a narrow screen, reads without a script, and axe finds nothing serious, light and dark', async () => {
    for (const width of [320, 1280]) {
      const { page } = await stage.open(stage.urlOf('levels.html'), { viewport: { width, height: 800 } });
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    }
    for (const colorScheme of ['light', 'dark'] as const) {
      const link = `${stage.urlOf('levels.html')}#level=twice&schedule=1x5,2x27,1x4`;
      const { page } = await stage.open(link, { colorScheme });
      await page.locator('.reached').waitFor();
      expect(await obstacles(page)).toEqual([]);
    }
    const { page } = await stage.open(stage.urlOf('levels.html'), { javaScriptEnabled: false });
    for (const { task } of levels) expect(await page.locator('ol.levels').innerText()).toContain(task);
  });
});

test('a word is explained where the pointer rests on it, and all words of the page in a list', async () => {
  const seen = await stage.open(stage.urlOf('levels.html'));
  const { page } = seen;
  await page.locator('.task', { hasText: 'compare-and-swap' }).waitFor();
  const box = await page.locator('.task').boundingBox();
  // Somewhere in "compare-and-swap", which is in the middle of the sentence.
  await page.mouse.move(box!.x + 290, box!.y + box!.height / 2);
  await expect
    .poll(() => page.locator('.explained').innerText())
    .toMatch(/^compare-and-swap One atomic step: if a word holds what is expected/);
  await page.keyboard.press('Escape');
  expect(await page.locator('.explained').isVisible()).toBe(false);
  await page.getByText('Words on this page').focus();
  await page.keyboard.press('Enter');
  await expect
    .poll(() => page.locator('.words dt').allInnerTexts())
    .toEqual(expect.arrayContaining(['compare-and-swap', 'dequeue', 'Head', 'preemption', 'slab']));
  await page.keyboard.press('?');
  expect(await page.getByText('the read that it goes back to').isVisible()).toBe(true);
  expect(await obstacles(page)).toEqual([]);
  await page.keyboard.press('?');
  expect(await page.getByText('the read that it goes back to').isVisible()).toBe(false);
  expect(seen.complaints).toEqual([]);
});
