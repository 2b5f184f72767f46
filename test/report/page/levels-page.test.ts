import { expect, test } from 'vitest';
import { levels } from '../../../scenarios/levels.ts';
import { levelsPage } from '../../../src/report/page/levels-page.ts';
import { said } from './said.ts';

test('the page of the levels says the same twice, is small, and reads without its script', async () => {
  const page = await levelsPage(levels, levels[0]!, 'npx lockfree-lab play --html levels.html');
  expect(await levelsPage(levels, levels[0]!, 'npx lockfree-lab play --html levels.html')).toBe(page);
  expect(Buffer.byteLength(page)).toBeLessThan(300_000);
  for (const { task, par } of levels) {
    expect(said(page)).toContain(task);
    expect(said(page)).toContain(`Par: ${par} preemption`);
  }
});
