// `npm run screenshot`: the picture of a page that stands in the README.
import { join } from 'node:path';
import { findScenario } from '../../scenarios/index.ts';
import { model } from '../../src/model/engine.ts';
import { runPage } from '../../src/report/page/run-page.ts';
import { runScenario } from '../../src/scenario/scenario-run.ts';
import { teachingCase } from '../../src/scenario/scenario.ts';
import { BrowserStage } from './stage.ts';

const scenario = findScenario('aba-dequeue');
const stage = await BrowserStage.begin();
try {
  stage.add(
    'page.html',
    runPage([await runScenario(model, scenario, teachingCase(scenario))], 'npx lockfree-lab run aba-dequeue'),
  );
  const { page } = await stage.open(`${stage.urlOf('page.html')}#step=38`, {
    viewport: { width: 1200, height: 800 },
  });
  await page.locator('.bar-controls').scrollIntoViewIfNeeded();
  await page.evaluate(() => document.querySelector('.bar-controls')?.scrollIntoView());
  await page.screenshot({ path: join(import.meta.dirname, '../../.github/page.png') });
} finally {
  await stage.end();
}
