import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { kept } from '../mutants/table.ts';
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
    await page.getByRole('link', { name: 'lockfree-lab', exact: true }).click();
    await page.waitForURL(/index\.html$/);
  }
  expect(seen.complaints).toEqual([]);
});

test('what a lecture runs and plays is a link to where the site has it, and a scenario has its exercise', () => {
  const text = readFileSync(join(out, 'lecture.html'), 'utf8');
  const links = [...text.matchAll(/<a href="([^"]+)"><code>([^<]+)/g)].map(
    ([, to, command]) => `${command} ${to}`,
  );
  expect(links).toEqual(
    expect.arrayContaining([
      'run aba-dequeue aba-dequeue.html',
      'play twice levels.html#level=twice',
      'ex-05 tag-wrap.html#exercise',
    ]),
  );
  const page = readFileSync(join(out, 'tag-wrap.html'), 'utf8');
  expect(page).toContain('id="exercise"');
  expect(page).toContain('npx lockfree-lab run ex-05 --answer ANSWER');
});

test('the first page fits a narrow screen, and axe finds nothing serious', async () => {
  const { page } = await stage.open(stage.urlOf('index.html'), { viewport: { width: 320, height: 800 } });
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  expect(await obstacles(page)).toEqual([]);
});

test('a mutant that is chosen is killed by its program as it is on the command line, told as a story, and gone when none is', async () => {
  const seen = await stage.open(stage.urlOf('playground.html'));
  const { page } = seen;
  const choice = page.locator('select[data-key=mutant]');
  const what = page.locator('.form select').first();
  const title = (): Promise<string> => page.locator('.run h2').innerText();
  const figures = async (): Promise<(string | undefined)[]> => {
    await expect.poll(() => page.locator('.box .report').count()).toBe(1);
    const report = await page.locator('.box .report').innerText();
    return [/executions +([\d,]*\d)/, /bad +([\d,]*\d)/].map((figure) => figure.exec(report)?.[1]);
  };
  // Of a structure, of the base of all schemes, of the free list; and one of a stack that changes nothing that could be seen.
  for (const id of ['without-e7', 'first-hazard-only', 'untagged-free-list', 'stack-kept-tag']) {
    await choice.selectOption(id);
    await expect.poll(title).toMatch(new RegExp(`, the mutant ${id}$`));
    const { executions, bad } = kept()[id]!;
    expect(await figures(), id).toEqual([String(executions), bad === 0 ? undefined : String(bad)]);
  }
  await choice.selectOption('cs431-289');
  await expect.poll(title).toMatch(/cs431-289$/);
  expect(await page.locator('pre.edit ins').innerText()).toBe('+     return true;');
  await page
    .getByRole('button', { name: /As a story|The shortest/ })
    .first()
    .click();
  await expect.poll(() => page.locator('.came').innerText()).toContain('replay --mutant cs431-289 ');
  expect(await page.locator('.came').innerText()).toContain('use after free');
  const link = page.url();
  // The same schedule on the lab's own kernel.
  await choice.selectOption('');
  await expect.poll(title).not.toContain('mutant');
  expect(await page.locator('.came').innerText()).not.toContain('use after free');
  await page.getByRole('button', { name: /^Prove/ }).click();
  expect((await figures())[1]).toBeUndefined();
  // On the same page a scenario, and a program of another structure.
  await what.selectOption('tag-wrap');
  await expect.poll(title).toBe('tag-wrap under tagged:bits=2');
  await what.selectOption('');
  await page.getByLabel('Structure').selectOption('treiber-stack');
  await expect.poll(title).toMatch(/^treiber-stack:.* under tagged:bits=2$/);
  const again = await stage.open(link);
  await expect.poll(() => again.page.locator('.came').innerText()).toContain('use after free');
  expect([...seen.complaints, ...again.complaints]).toEqual([]);
});
