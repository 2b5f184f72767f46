import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { printBench } from '../../src/bench/result-file.ts';
import { cell, result, sample } from '../bench/results.ts';
import { lab } from '../cli/lab.ts';
import { BrowserStage, obstacles } from './stage.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockfree-lab-commands-'));
const at = (name: string): string => join(folder, name);
const TRACE = at('aba.jsonl');
const RESULT = at('bench.json');
let stage: BrowserStage;

beforeAll(async () => {
  stage = await BrowserStage.begin();
  lab(['run', 'aba-dequeue', '--engine', 'model', '--trace', TRACE]);
  const cells = [1, 2].flatMap((threads) =>
    ['tagged', 'epochs'].map((scheme) => cell([sample(threads), sample(threads + 1)], { scheme, threads })),
  );
  writeFileSync(RESULT, printBench({ ...result(cells), complete: true }));
});

afterAll(async () => {
  await stage.end();
  rmSync(folder, { recursive: true });
});

describe('the page that is written by', () => {
  test.each([
    ['run', ['run', 'aba-stack', '--engine', 'model'], /Plots of the run/],
    ['replay', ['replay', TRACE, '--engine', 'model'], /ABA at Head/],
    ['explore', ['explore', '--program', '[A] d | d e d', '--shrink', '0'], /executions +327/],
    ['stress', ['stress', '--scheme', 'hazard-pointers', '--seconds', '0.2'], /Plots/],
    ['audit', ['audit', TRACE], /The graph of the slots|conflict 6/],
    ['bench', ['bench', RESULT], /Throughput, pairs/],
    ['report', ['report', TRACE, RESULT], /2 records/],
    ['play', ['play', '[A] d | d e d', '--script', '1x5,2x27,1x4'], /DUPLICATE VALUE/],
  ] as const)('%s loads nothing, fits a narrow screen, and can be printed', async (_, args, says) => {
    const name = `${args[0]}-${args.length}.html`;
    const { stderr } = lab([...args, '--html', at(name)]);
    expect(stderr).toBe('');
    stage.add(name, readFileSync(at(name), 'utf8'));
    const seen = await stage.open(stage.urlOf(name), {
      viewport: { width: 320, height: 800 },
      colorScheme: 'dark',
    });
    const { page } = seen;
    expect(await page.locator('body').innerText()).toMatch(says);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
    // To look through a run takes long, and other tests do that.
    if ((await page.locator('.run').count()) === 0) expect(await obstacles(page)).toEqual([]);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('h1').isVisible()).toBe(true);
    // What is on paper cannot be stepped through: it has the key moments of each run in the place of panes.
    const runs = await page.locator('.run').count();
    expect(await page.locator('.moments:visible').count()).toBe(runs);
    expect(await page.locator('button:visible, input:visible').count()).toBe(0);
    expect(seen.asked).toHaveLength(1);
    expect(seen.complaints).toEqual([]);
  });
});

test('nothing moves by itself where the reader wants less motion', async () => {
  const name = 'still.html';
  lab(['run', 'aba-dequeue', '--engine', 'model', '--html', at(name)]);
  stage.add(name, readFileSync(at(name), 'utf8'));
  const moving = async (reducedMotion: 'reduce' | 'no-preference'): Promise<number> => {
    const { page } = await stage.open(stage.urlOf(name), { reducedMotion });
    return page.evaluate(
      () =>
        [...document.querySelectorAll('*')].filter((each) => {
          const { transitionDuration, animationName } = getComputedStyle(each);
          return Number.parseFloat(transitionDuration) > 0 || animationName !== 'none';
        }).length,
    );
  };
  expect(await moving('reduce')).toBe(0);
  expect(await moving('no-preference')).toBeGreaterThan(0);
});
