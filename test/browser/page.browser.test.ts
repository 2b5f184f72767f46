import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { explore } from '../../src/explore/explore.ts';
import { model } from '../../src/model/engine.ts';
import { pageDocument } from '../../src/report/page/document.ts';
import { blockMarkup } from '../../src/report/page/page-style.ts';
import { runPage } from '../../src/report/page/run-page.ts';
import { runSection } from '../../src/report/page/run-section.ts';
import type { RunView } from '../../src/report/page/run-view.ts';
import { viewOfRun } from '../../src/report/page/view-of-run.ts';
import { verdictOf, verdictText } from '../../src/report/text/run-text.ts';
import { claimedCase, programScenario } from '../../src/scenario/program-scenario.ts';
import { caseFor, runScenario, type ScenarioRun } from '../../src/scenario/scenario-run.ts';
import { BrowserStage, obstacles, type Seen } from './stage.ts';

const PROGRAM = '[A] d | d e d';
const HOSTILE = `</script><script>window.hacked=1</script><img src=x onerror="window.hacked=2">`;

async function played(id: string, scheme: string): Promise<ScenarioRun> {
  const scenario = findScenario(id);
  return runScenario(model, scenario, await caseFor(scenario, scheme));
}

let stage: BrowserStage;
let aba: ScenarioRun;

beforeAll(async () => {
  stage = await BrowserStage.begin();
  aba = await played('aba-dequeue', 'naive');
  const stalled = await played('stalled-reader', 'epochs');
  const program = await runScenario(
    model,
    programScenario(PROGRAM, 6, '1x5,2x27,1x4'),
    await claimedCase('naive'),
  );
  stage.add('aba.html', runPage([aba], 'npx lockfree-lab run aba-dequeue'));
  stage.add(
    'several.html',
    runPage(
      [
        aba,
        await played('aba-dequeue', 'tagged'),
        await played('aba-dequeue', 'interval:threshold=1,period=1'),
      ],
      'npx lockfree-lab run aba-dequeue --scheme all',
    ),
  );
  stage.add('stalled.html', runPage([stalled], 'npx lockfree-lab run stalled-reader'));
  stage.add('program.html', runPage([program], 'npx lockfree-lab replay'));
  stage.add('hostile.html', hostilePage(viewOfRun(aba)));
});

afterAll(() => stage.end());

/** A page whose every text comes from a file that wants to be markup. */
function hostilePage(view: RunView): string {
  const hostile: RunView = {
    ...view,
    heading: HOSTILE,
    title: HOSTILE,
    threads: [`T1  ${HOSTILE}`, `T2  ${HOSTILE}`],
    verdict: HOSTILE,
    foot: [HOSTILE],
    about: [HOSTILE],
    subject: { ...view.subject, id: HOSTILE, scheme: HOSTILE, schemeName: HOSTILE },
    rows: view.rows.map((row) => ({ ...row, text: HOSTILE, notes: [HOSTILE], queue: HOSTILE })),
    words: view.words.map((word) => ({
      name: HOSTILE,
      holds: word.holds.map(([step]) => [step, HOSTILE] as const),
    })),
    operations: view.operations.map((each) => ({ ...each, name: HOSTILE, answer: HOSTILE })),
    start: {
      ...view.start,
      knows: HOSTILE,
      slots: view.start.slots.map((slot) => ({ ...slot, holds: HOSTILE, held: HOSTILE })),
      threads: view.start.threads.map((thread) => ({
        ...thread,
        inside: HOSTILE,
        announces: HOSTILE,
        answers: [HOSTILE],
      })),
    },
  };
  return pageDocument({
    title: HOSTILE,
    command: HOSTILE,
    sections: [blockMarkup(HOSTILE), runSection(hostile, 0)],
    runs: [hostile],
  });
}

const caption = ({ page }: Seen): Promise<string> => page.locator('.caption').innerText();

/** Expects a page to have asked for nothing but itself, and to have complained of nothing. */
function expectQuiet({ asked, complaints }: Seen): void {
  expect(asked.filter((url) => !url.startsWith('blob:'))).toHaveLength(1);
  expect(complaints).toEqual([]);
}

describe.each(['file', 'plain', 'isolated'] as const)('a page from a %s', (mode) => {
  test('opens in a moment, steps, proves a program in a worker, and asks for nothing', async () => {
    const began = performance.now();
    const seen = await stage.open(stage.urlOf('program.html', mode));
    const { page } = seen;
    await page.locator('.bar-controls').waitFor();
    console.log(`opened from a ${mode} in ${Math.round(performance.now() - began)} ms`);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(mode === 'isolated');
    expect(await caption(seen)).toMatch(/^Step 33 of 36: T1 D13 CAS Head 1→2 ✓/);
    await page.getByRole('button', { name: /Prove/ }).click();
    await page.getByRole('button', { name: 'The shortest as a story' }).waitFor();
    expect(await page.locator('.box .report').innerText()).toMatch(
      /executions +327, one of each class.*\n.*bad +28 /s,
    );
    await page.getByRole('button', { name: 'The shortest as a story' }).click();
    await expect.poll(() => caption(seen)).toMatch(/^Step 33 of 36/);
    expectQuiet(seen);
  });
});

test('with the keyboard alone everything is reached: the slider, the buttons, the slots, the schemes', async () => {
  const seen = await stage.open(stage.urlOf('aba.html'));
  const { page } = seen;
  const press = (key: string): Promise<void> => page.keyboard.press(key);
  await press('Home');
  expect(await caption(seen)).toMatch(/^The start/);
  await press('ArrowRight');
  expect(await caption(seen)).toMatch(/^Step 1 of 45: T1 D2 head ← Head = 1/);
  await press('d');
  expect(await caption(seen)).toMatch(/^Step 42 /);
  await press('c');
  expect(await caption(seen)).toMatch(/^Step 1 /);
  await press('End');
  expect(await caption(seen)).toMatch(/^Step 45 /);
  const reached = new Set<string>();
  for (let i = 0; i < 100; i++) {
    await press('Tab');
    reached.add(
      await page.evaluate(() => {
        const at = document.activeElement;
        return `${at?.tagName} ${at?.getAttribute('aria-label') ?? at?.textContent?.trim().replaceAll(/\s+/g, ' ').slice(0, 20)}`;
      }),
    );
  }
  for (const name of [
    /^INPUT Step$/,
    /^BUTTON Step back/,
    /^LI Slot 3/,
    /^LI Head is 1ᵇ$|^LI Head is 2ᵃ$/,
    /^SELECT/,
    /^BUTTON Prove/,
    /^DIV Story/,
    /^BUTTON T2/,
  ])
    expect(
      [...reached].filter((each) => name.test(each)),
      String(name),
    ).not.toEqual([]);
  await page.locator('.live [data-slot="1"]').focus();
  expect(await page.locator('.biography').innerText()).toMatch(/Slot 1, life 1ᵇ.*step 11 1ᵃ in hand of T2/);
  await page.locator('.live [data-word="0"]').first().focus();
  expect(await page.locator('.biography').innerText()).toMatch(
    /^Head = 2ᵃ since step 42, written by T1 \(D13\)/,
  );
  await page.locator('input[type=range][aria-label=Step]').focus();
  await press('ArrowLeft');
  expect(await page.locator('input[type=range][aria-label=Step]').getAttribute('aria-valuetext')).toMatch(
    /^Step 44 of 45/,
  );
  await page.locator('h1').click();
  await press('3');
  await expect.poll(() => page.locator('.run h2').innerText()).toBe('aba-dequeue under no-reclaim');
  await press('u');
  await expect.poll(() => page.locator('.run h2').innerText()).toBe('aba-dequeue under naive');
  expectQuiet(seen);
});

test('a link by its hash leads to the step, and to a run that the page did not come with', async () => {
  const first = await stage.open(`${stage.urlOf('aba.html')}#step=17`);
  expect(await caption(first)).toMatch(/^Step 17 of 45: T2 A3 take slot 1/);
  await first.page.keyboard.press('3');
  await expect.poll(() => first.page.url()).toContain('scheme=no-reclaim');
  const link = first.page.url();
  const text = await caption(first);
  const second = await stage.open(link);
  await expect.poll(() => caption(second)).toBe(text);
  expect(await second.page.locator('.run h2').innerText()).toBe('aba-dequeue under no-reclaim');
  const several = await stage.open(`${stage.urlOf('several.html')}#run=1&step=3`);
  const shown = several.page.locator('.caption:visible');
  expect(await shown.allInnerTexts()).toEqual([expect.stringMatching(/^Step 3 of/)]);
  expect(await several.page.locator('nav [aria-current]').allInnerTexts()).toEqual(['tagged']);
  await several.page.getByRole('link', { name: '! naive' }).click();
  await expect.poll(() => shown.allInnerTexts()).toEqual([expect.stringMatching(/^Step 42 of 45/)]);
  await several.page.keyboard.press('Home');
  expect(await shown.allInnerTexts()).toEqual([expect.stringMatching(/^The start/)]);
  await several.page.goBack();
  await expect.poll(() => shown.allInnerTexts()).toEqual([expect.stringMatching(/^Step 3 of/)]);
  for (const seen of [first, second, several]) expectQuiet(seen);
});

test('a thread is moved from any step, a handle changes the schedule, and all is taken back', async () => {
  const seen = await stage.open(`${stage.urlOf('program.html')}#step=2`);
  const { page } = seen;
  await page.getByRole('button', { name: /^T2/ }).click();
  await expect.poll(() => caption(seen)).toMatch(/^Step 3 of 3: T2 D2/);
  await page.getByRole('button', { name: /^T1/ }).click();
  await expect.poll(() => caption(seen)).toMatch(/^Step 4 of 4: T1 D4/);
  expect(await page.locator('.facts .long').innerText()).toBe('1x2,2,1');
  await page.getByText('Handles').click();
  await page.getByLabel('Steps of turn 2, thread 2').fill('5');
  await page.getByLabel('Steps of turn 2, thread 2').dispatchEvent('change');
  await expect.poll(() => page.locator('.facts .long').innerText()).toBe('1x2,2x5,1');
  for (const schedule of ['1x2,2,1', '1x2,2', '1x5,2x27,1x4']) {
    await page.getByRole('button', { name: 'Undo' }).click();
    await expect.poll(() => page.locator('.facts .long').innerText()).toBe(schedule);
  }
  await page.getByRole('textbox', { name: 'Program' }).fill('e | d');
  await page.getByRole('textbox', { name: 'Program' }).press('Enter');
  await expect.poll(() => page.locator('.run h2').innerText()).toBe('e | d under naive');
  await page.getByRole('textbox', { name: 'Program' }).fill('e | x');
  await page.getByRole('textbox', { name: 'Program' }).press('Enter');
  expect(await page.getByRole('alert').innerText()).toContain('"x"');
  expectQuiet(seen);
});

test('without a script it reads: the story, the key moments, the audit, the verdict', async () => {
  const { page } = await stage.open(stage.urlOf('aba.html'), { javaScriptEnabled: false });
  const text = (await page.locator('body').innerText()).replaceAll(/\s+/g, ' ');
  for (const part of [
    verdictText(verdictOf(aba)),
    'Key moments',
    'ABA. T1',
    'AUDIT at step 45',
    'replay npx lockfree-lab',
  ])
    expect(text).toContain(part.replaceAll(/\s+/g, ' '));
  expect(await page.locator('.moment svg.structure').count()).toBe(4);
  // Of several runs all are there to be read.
  const several = await stage.open(stage.urlOf('several.html'), { javaScriptEnabled: false });
  expect(await several.page.locator('.run:visible').count()).toBe(3);
});

test.each([
  ['aba.html', ['light', 'dark']],
  // The page of several takes long to look through, and has the colours of the others.
  ['several.html', ['light']],
  ['stalled.html', ['dark']],
  ['program.html', []],
] as const)(
  '%s fits a narrow screen and a wide one, axe finds nothing serious, and it can be printed',
  async (name, schemes) => {
    const { page } = await stage.open(stage.urlOf(name));
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await page.evaluate(() => document.documentElement.scrollWidth), `at ${width}`).toBe(width);
    }
    for (const colorScheme of schemes) {
      await page.emulateMedia({ colorScheme });
      expect(await obstacles(page), colorScheme).toEqual([]);
    }
    // What is printed has its key moments.
    await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
    // Paper is white, whatever a screen is.
    expect(await page.evaluate(() => getComputedStyle(document.body).color)).toBe('rgb(29, 32, 37)');
    expect(await page.locator('.moments:visible').count()).toBe(await page.locator('.run').count());
    expect(await page.locator('.bar-controls').first().isVisible()).toBe(false);
  },
);

test('whatever a file calls things, it stays text', async () => {
  const seen = await stage.open(stage.urlOf('hostile.html'));
  const { page } = seen;
  await page.locator('.bar-controls').waitFor();
  for (const key of ['Home', 'ArrowRight', 'd', 'End']) await page.keyboard.press(key);
  await page.locator('.live [data-slot="1"]').hover();
  expect(await page.locator('img').count()).toBe(0);
  expect(await page.evaluate(() => (globalThis as unknown as { hacked?: number }).hacked ?? null)).toBeNull();
  expect((await page.locator('body').innerText()).split('onerror').length).toBeGreaterThan(10);
  expectQuiet(seen);
});

test('a step takes a part of a frame, and a proof in the tab no more than twice what Node takes', async () => {
  const { page } = await stage.open(stage.urlOf('stalled.html'));
  await page.locator('.bar-controls').waitFor();
  const medians: number[] = [];
  for (let round = 0; round < 3; round++) {
    medians.push(
      await page.evaluate(() => {
        const times = Array.from({ length: 41 }, () => {
          const began = performance.now();
          document.body.dispatchEvent(new KeyboardEvent('keydown', { key: 'ArrowLeft', bubbles: true }));
          return performance.now() - began;
        });
        return times.toSorted((a, b) => a - b)[20];
      }),
    );
  }
  const inNode: number[] = [];
  for (let round = 0; round < 3; round++)
    inNode.push((await explore(PROGRAM, 'naive', { slots: 6, facts: true })).seconds);
  const other = await stage.open(stage.urlOf('program.html'));
  const inTab: number[] = [];
  for (let round = 0; round < 3; round++) {
    await other.page.getByRole('button', { name: /Prove/ }).click();
    await other.page.getByRole('button', { name: 'The shortest as a story' }).waitFor();
    const report = await other.page.locator('.box .report').innerText();
    inTab.push(Number(/([\d.]+) s\b/.exec(report)?.[1]));
    await expect.poll(() => other.page.getByRole('button', { name: 'Stop' }).count()).toBe(0);
  }
  const [step, node, tab] = [medians, inNode, inTab].map((times) => Math.min(...times));
  console.log(
    `a step ${step.toFixed(1)} ms; a proof ${tab.toFixed(2)} s in the tab and ${node.toFixed(2)} s in Node`,
  );
  // Of a machine three times as slow.
  expect(step).toBeLessThan(3 * 16);
  expect(tab).toBeLessThan(2 * node + 0.3);
});
