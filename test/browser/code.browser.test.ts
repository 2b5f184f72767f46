import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { codeExamples, codePage } from '../../src/report/page/code-page.ts';
import { programs } from '../examples/programs.ts';
import { BrowserStage, obstacles, type Seen } from './stage.ts';

let stage: BrowserStage;

beforeAll(async () => {
  stage = await BrowserStage.begin();
  stage.add('code.html', codePage('npm run site'));
});

afterAll(() => stage.end());

/** The page with code that came with a link. */
async function linked(code: string, more = '', mode: 'file' | 'plain' | 'isolated' = 'file'): Promise<Seen> {
  return stage.open(`${stage.urlOf('code.html', mode)}#code=${encodeURIComponent(code)}${more}`);
}

/** Runs what stands in the page to its end, and returns what it says of it. */
async function ran({ page }: Seen): Promise<string> {
  await page.getByRole('button', { name: /^Run/ }).click();
  await expect.poll(() => page.getByRole('button', { name: 'Stop' }).isDisabled()).toBe(true);
  return page.locator('.outcome').innerText();
}

const marked = ({ page }: Seen): Promise<string[]> => page.locator('.numbers .marked').allInnerTexts();

describe('the page for code of its reader', () => {
  test('runs every example of the document, which prints what it promises there, and asks for nothing', async () => {
    const seen = await stage.open(stage.urlOf('code.html'));
    const { page } = seen;
    const examples = codeExamples();
    expect(examples.length).toBeGreaterThan(5);
    for (const { id, code } of examples) {
      await page.getByLabel('Begin with').selectOption(id);
      expect(await page.getByLabel(/^The code/).inputValue()).toBe(code);
      const told = await ran(seen);
      const program = programs().find((each) => each.code === code);
      expect(program, id).toBeDefined();
      for (const line of program!.promised) expect(told.split('\n')).toContain(line);
      expect(told, id).toMatch(/^(?:nothing wrong Proved for this program: |failed )/);
    }
    expect(seen.complaints).toEqual([]);
    expect(seen.asked.filter((url) => !url.startsWith('blob:'))).toHaveLength(1);
  });

  test('tells a failure step by step, marks its line, and leads there', async () => {
    const seen = await stage.open(`${stage.urlOf('code.html')}#example=lost-update`);
    const { page } = seen;
    const told = await ran(seen);
    expect(told).toContain('failed What must hold at the end does not. line 5');
    expect(told).toContain('It overwrites what was written since T1 saw counter at step 1: by T2 at step 3.');
    expect(told).toContain(`replay: '1,2x2,1'`);
    expect(await marked(seen)).toEqual(['5']);
    await page.getByRole('button', { name: 'line 5' }).click();
    const selected = await page.evaluate(() => {
      const area = document.activeElement as HTMLTextAreaElement;
      return area.value.slice(area.selectionStart, area.selectionEnd);
    });
    expect(selected).toBe('  counter.store(before + 1);');
    // Another text: what was said of the former one does not hold any more.
    await page.keyboard.type('  counter.add(1);');
    expect(await marked(seen)).toEqual([]);
    expect(await page.locator('.outcome').innerText()).toBe('');
    await page.keyboard.press('Control+Enter');
    await expect.poll(() => page.locator('.outcome').innerText()).toMatch(/^nothing wrong Proved/);
    // The address is what was typed, a moment later.
    await expect.poll(() => decodeURIComponent(page.url())).toContain('counter.add(1);');
    const again = await stage.open(page.url());
    expect(await again.page.getByLabel(/^The code/).inputValue()).toContain('  counter.add(1);\n');
    expect(seen.complaints).toEqual([]);
  });

  test('works from a server, alone in its process or not', async () => {
    for (const mode of ['plain', 'isolated'] as const) {
      const seen = await stage.open(`${stage.urlOf('code.html', mode)}#example=atomics`);
      expect(await ran(seen)).toMatch(/^nothing wrong Proved for this program: 204 executions/);
    }
  });
});

describe('code that came with a link', () => {
  test('is not run before the reader says so, and then without a network', async () => {
    const target = stage.urlOf('code.html', 'plain');
    const code = `console.log('it runs');\nawait fetch(${JSON.stringify(target)}).then(() => console.log('it asks'));`;
    const seen = await linked(code, '', 'plain');
    const { page } = seen;
    await page.waitForTimeout(300);
    expect(page.workers()).toEqual([]);
    expect(await page.locator('.question').innerText()).toMatch(/came with the link.*nothing of it was run/);
    expect(await page.locator('.outcome').innerText()).toBe('');
    const told = await ran(seen);
    expect(told).toContain('it runs');
    expect(told).not.toContain('it asks');
    expect(told).toMatch(/In the code: TypeError: .*fetch/);
    // The page itself, and nothing by its worker.
    expect(seen.asked.filter((url) => !url.startsWith('blob:'))).toEqual([target]);
    expect(await page.locator('.question').count()).toBe(0);
  });

  test('stays text', async () => {
    const seen = await linked('</textarea></script><img src=x onerror="window.hacked=1">');
    const { page } = seen;
    expect(await page.locator('img').count()).toBe(0);
    expect(await ran(seen)).toMatch(/^In the code: SyntaxError: /);
    expect(await page.locator('img').count()).toBe(0);
    expect(seen.complaints).toEqual([]);
  });
});

describe('what is wrong with the code is told as its own, with its line:', () => {
  let one: Seen | null = null;
  const body = '({ counter }) => counter.add(1)';
  const first = `import { check } from 'lockfree-lab/explore';`;
  test.each([
    [
      'a bracket too many',
      `${first}\nconst a = 1;\ncheck({ words: { counter: 0 } }));`,
      /SyntaxError: .*line 3/,
      ['3'],
    ],
    ['a bracket that is missing', `${first}\ncheck({ words: {`, /ends before it is whole.*line 2/, ['2']],
    [
      'an error that is thrown',
      `${first}\n\nconst wrong = () => {\n  throw new RangeError('too far');\n};\nwrong();`,
      /RangeError: too far line 4/,
      ['4'],
    ],
    [
      'an error in a thread',
      `${first}\nconst body = () => {\n  null.x;\n};\ncheck({ words: { a: 0 }, threads: [body] });`,
      /failed A thread throws\. line 3.*T1 throws TypeError/s,
      ['3'],
    ],
    [
      'another module',
      `${first}\nimport { join } from 'node:path';`,
      /imports "node:path".*no other module.*line 2/,
      ['2'],
    ],
    [
      'a name that is not there',
      `import {\n  chek,\n} from 'lockfree-lab/explore';`,
      /exports no chek \(did you mean "check"\?\).*line 1/,
      ['1'],
    ],
    [
      'what the checker refuses',
      `${first}\n\ncheck({ words: { counter: 0 }, threads: [${body}], preemptions: -1 });`,
      /In the code: .*preemptions.*-1.*line 3/,
      ['3'],
    ],
    ['no check at all', 'const a = 1;', /nothing checked/, []],
    [
      'a loop that does not end',
      `${first}\nfor (;;);`,
      /did not come to its end within 1 second, and was ended/,
      [],
    ],
    [
      'a check that is too large for its time',
      `${first}\nconst body = ({ a, b, c }) => { a.add(1); b.add(1); c.add(1); a.add(1); b.add(1); };\ncheck({ words: { a: 0, b: 0, c: 0 }, threads: [body, body, body, body, body, body] });`,
      /^not proved Not proved: .* executions were explored/,
      [],
    ],
  ])('%s', async (_, code, says, lines) => {
    const seen = (one ??= await linked(''));
    // A worker takes a while to start where the machine is busy.
    const seconds = code.includes('for (;;)') ? 1 : 5;
    const link = `#code=${encodeURIComponent(code)}&seconds=${seconds}`;
    await seen.page.evaluate((hash) => (location.hash = hash), link);
    await expect.poll(() => seen.page.getByLabel(/^The code/).inputValue()).toBe(code);
    expect(await ran(seen)).toMatch(says);
    expect(await marked(seen)).toEqual(lines);
    expect(seen.complaints).toEqual([]);
  });
});

test('it fits a narrow screen and a wide one, reads without a script, and axe finds nothing serious', async () => {
  for (const [width, colorScheme] of [
    [320, 'dark'],
    [1280, 'light'],
  ] as const) {
    const url = `${stage.urlOf('code.html')}#example=object`;
    const seen = await stage.open(url, { viewport: { width, height: 800 }, colorScheme });
    expect(await ran(seen)).toMatch(/^failed/);
    expect(await seen.page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
    expect(await obstacles(seen.page)).toEqual([]);
  }
  const { page } = await stage.open(stage.urlOf('code.html'), { javaScriptEnabled: false });
  for (const { code } of codeExamples())
    expect(await page.locator('main').innerText()).toContain(code.trim());
});
