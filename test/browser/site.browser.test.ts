import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { writeSite } from './site.ts';
import { BrowserStage, obstacles } from './stage.ts';

const out = mkdtempSync(join(tmpdir(), 'lockfree-lab-site-'));
let stage: BrowserStage;
let count = 0;

beforeAll(async () => {
  stage = await BrowserStage.begin();
  count = await writeSite(out, [findScenario('aba-stack'), findScenario('tag-wrap')]);
  for (const name of readdirSync(out)) stage.add(name, readFileSync(join(out, name), 'utf8'));
});

afterAll(async () => {
  await stage.end();
  rmSync(out, { recursive: true });
});

test('every link of the site leads to a page and a place that are there, and back', async () => {
  const seen = await stage.open(stage.urlOf('index.html', 'plain'));
  const { page } = seen;
  const links = await page
    .locator('a')
    .evaluateAll((all) => all.map((each) => each.getAttribute('href') ?? ''));
  const pages = new Set(links.map((link) => link.replace(/#.*/, '')));
  expect(pages.size + 1).toBe(count);
  for (const name of pages) expect(existsSync(join(out, name)), name).toBe(true);
  // The matrix: each run of each scenario.
  const runs = links.filter((link) => link.includes('#run-'));
  expect(runs.length).toBe(findScenario('aba-stack').cases.length + findScenario('tag-wrap').cases.length);
  for (const link of runs) {
    const [name, id] = link.split('#');
    expect(readFileSync(join(out, name!), 'utf8')).toContain(`id="${id}"`);
  }
  for (const name of pages) {
    await page.goto(stage.urlOf(name, 'plain'));
    await page.waitForFunction(() => document.documentElement.classList.contains('scripted'));
    await page.getByRole('link', { name: 'lockfree-lab' }).click();
    await page.waitForURL(/index\.html$/);
  }
  expect(seen.complaints).toEqual([]);
});

test('the first page fits a narrow screen, and axe finds nothing serious', async () => {
  const { page } = await stage.open(stage.urlOf('index.html'), { viewport: { width: 320, height: 800 } });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  expect(await obstacles(page)).toEqual([]);
});
