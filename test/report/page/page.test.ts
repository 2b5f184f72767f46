import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findScenario, scenarios } from '../../../scenarios/index.ts';
import { levels } from '../../../scenarios/levels.ts';
import { levelsPage } from '../../../src/report/page/levels-page.ts';
import { claimedCase, programScenario } from '../../../src/scenario/program-scenario.ts';
import { model } from '../../../src/model/engine.ts';
import { pageDocument } from '../../../src/report/page/document.ts';
import { escaped, jsonMarkup, markup } from '../../../src/markup.ts';
import { packed, unpacked } from '../../../src/report/page/packed.ts';
import { blockMarkup, pageStyle } from '../../../src/report/page/page-style.ts';
import { storyTable } from '../../../src/report/page/story-table.ts';
import { structurePicture } from '../../../src/report/page/structure-picture.ts';
import { Moments } from '../../../src/report/page/run-view.ts';
import { fromLetters, toLetters } from '../../../src/report/page/letters.ts';
import { programOf } from '../../../src/report/page/tab/engine.ts';
import { addScenario } from '../../../src/report/page/tab/known-scenarios.ts';
import { runPage } from '../../../src/report/page/run-page.ts';
import { viewOfRun } from '../../../src/report/page/view-of-run.ts';
import { remarksOf } from '../../../src/report/remarks/remarks.ts';
import { equationPicture } from '../../../src/report/page/equation-picture.ts';
import { runText, verdictOf, verdictText } from '../../../src/report/text/run-text.ts';
import { namesOfValues } from '../../../src/laboratory/program.ts';
import { caseFor, runScenario } from '../../../src/scenario/scenario-run.ts';
import { said } from './said.ts';

const HOSTILE = `</script><script>alert("x")</script><img src=x onerror='alert(1)'>&amp;\u2028`;

async function played(id: string, scheme: string): ReturnType<typeof runScenario> {
  const scenario = findScenario(id);
  return runScenario(model, scenario, await caseFor(scenario, scheme), { trials: false });
}

describe('markup', () => {
  test('a text in a hole stays text, in an element and in an attribute', () => {
    const { text } = markup`<p title="${HOSTILE}">${[HOSTILE, markup`<b>${'<'}</b>`, null, 3]}</p>`;
    expect(text.match(/</g)).toHaveLength(4);
    expect(text).toContain('<b>&lt;</b>3</p>');
    expect(text).not.toContain(`'alert`);
  });

  test('data end no script element, and are what they were', () => {
    fc.assert(
      fc.property(fc.string(), fc.constantFrom(HOSTILE, '<!--', ']]>'), (other, text) => {
        const data = [other, { [text]: text }];
        const { text: written } = jsonMarkup(data);
        expect(written).not.toMatch(/[<\u2028\u2029]/);
        expect(JSON.parse(written)).toEqual(data);
      }),
      { numRuns: 20 },
    );
  });

  test('a report with colours becomes one with classes, and nothing else of it becomes markup', () => {
    const style = pageStyle();
    expect(blockMarkup(`a ${style.damage('<b>')} ${HOSTILE}`).text).toContain(
      `a <span class="damage">&lt;b&gt;</span> ${escaped(HOSTILE)}</pre>`,
    );
    expect(blockMarkup(style.ok('one\ntwo')).text).toContain('<span class="ok">one\ntwo</span>');
  });
});

test('bytes become letters that end no script and need no escape, and come out as they were', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
      const letters = toLetters(bytes);
      expect(letters).toMatch(/^[!#-;=-[\]-~]*$/);
      expect([...fromLetters(letters)]).toEqual([...bytes]);
    }),
    { numRuns: 100 },
  );
});

test('what is packed comes out as it was, and what is alike stands once', () => {
  fc.assert(
    fc.property(fc.json(), (json) => {
      const value = JSON.parse(json) as unknown;
      expect(unpacked(JSON.parse(JSON.stringify(packed(value))) as ReturnType<typeof packed>)).toEqual(value);
    }),
    // An object without members, and one whose only member has no name.
    { numRuns: 100, examples: [['[{},{"":0}]']] },
  );
  const three = ['1ᵃ', '1ᵃ', '1ᵃ'].map((life) => ({ owner: 'free', life }));
  expect(packed(three).values).toHaveLength(4);
});

describe('the view of a run', () => {
  test.each([
    ['aba-dequeue', 'naive'],
    ['reload', 'epochs'],
    ['aba-stack', 'hazard-pointers'],
  ])('of %s under %s has every remark of the text, its rows, its end and its verdict', async (id, scheme) => {
    const run = await played(id, scheme);
    const view = viewOfRun(run);
    const style = pageStyle();
    const { steps, stops } = remarksOf(run, {
      geometry: run.audit.geometry,
      style,
      show: namesOfValues(run.audit.geometry),
    });
    const told = [...steps.values(), ...stops.values()].flatMap((each) => each.map(({ text }) => text));
    const notes = view.rows.flatMap((row) => row.notes);
    expect(told.filter((text) => !notes.includes(text))).toEqual([]);
    const text = runText(run, style, { all: true });
    expect(view.rows.filter((row) => !text.includes(row.text.slice(0, 18)))).toEqual([]);
    expect(text.endsWith(view.foot.join('\n'))).toBe(true);
    expect(view.verdict).toBe(verdictText(verdictOf(run)));
    const shown = new Set(
      runText(run, style)
        .split('\n')
        .map((line) => line.trim()),
    );
    const chosen = view.rows.filter((row) => row.chosen).flatMap((row) => row.text.trim());
    expect(chosen.filter((row) => [...shown].every((line) => !line.includes(row)))).toEqual([]);
  });

  test('stands at every step as the audit of that step, and at the end as the whole', async () => {
    const run = await played('aba-dequeue', 'naive');
    const view = viewOfRun(run);
    const moments = new Moments(view);
    expect(moments.last).toBe(view.steps.length);
    const { counts, inside, free } = moments.at(moments.last);
    const { reachable, inHand, retired, parked, leaked, surplus, conflicts, slots } = run.audit;
    expect(counts).toEqual({
      reachable,
      inHand,
      retired,
      parked,
      free: run.audit.free,
      leaked,
      surplus,
      conflicts,
      slots,
    });
    expect(inside).toEqual(run.audit.inside());
    expect(free).toEqual(run.audit.freeList());
    // A later moment and back again: the way there does not matter.
    expect(moments.at(3)).toEqual(new Moments(view).at(3));
    for (let step = 0; step <= moments.last; step++) {
      const { counts: at } = moments.at(step);
      expect(at.reachable + at.inHand + at.retired + at.parked + at.free + at.leaked - at.surplus).toBe(
        at.slots,
      );
    }
  });

  test('knows what the thread believed and when it went stale', async () => {
    const view = viewOfRun(await played('aba-dequeue', 'naive'));
    const moments = new Moments(view);
    const head = (step: number) =>
      moments.at(step).threads[0].beliefs.find(({ text }) => text === 'head = 1ᵃ')?.now;
    expect([5, 14, 17, 41].map(head)).toEqual(['so', 'freed', 'another life', 'another life']);
    expect(moments.at(5).threads[0]).toMatchObject({ inside: 'dequeue()', next: 'D13' });
    const [first] = view.words;
    expect(first.name).toBe('Head');
    expect(first.holds.map(([, text]) => text)).toEqual(['1ᵃ', '2ᵃ', '3ᵃ', '1ᵇ', '2ᵃ']);
    expect(view.steps[41]).toMatchObject({ label: 'D13', ok: true, from: 1 });
  });
});

/** What a page has for its script. */
function dataOf(page: string): string {
  return /<script type="application\/json" id="data">(.*?)<\/script>/s.exec(page)?.[1] ?? '';
}

/** How many bytes a page has without its data; its plots are the numbers of the run as well. */
function besideData(page: string): number {
  const plots = /<section><h2>Plots of .*?<\/section>/s.exec(page)?.[0] ?? '';
  const [whole, ...parts] = [page, dataOf(page), plots].map((part) => Buffer.byteLength(part));
  return parts.reduce((left, part) => left - part, whole);
}

/** What stands in the scripts of a page. */
function scriptsIn(page: string): string {
  const all = [...page.matchAll(/<script type="text\/plain" class="packed">(.*?)<\/script>/gs)];
  return all.map(([, script]) => gunzipSync(fromLetters(script)).toString()).join('\n');
}

describe('a page', () => {
  test('has the scenarios in its script that it shows, and one of a program has them all to choose from', async () => {
    const titles = (page: string): string[] => {
      const scripts = scriptsIn(page);
      return scenarios
        .filter(({ about }) => scripts.includes(JSON.stringify(about).slice(1, 60)))
        .map(({ id }) => id);
    };
    const [aba, stack] = [await played('aba-dequeue', 'naive'), await played('aba-stack', 'tagged')];
    expect(titles(runPage([aba], ''))).toEqual(['aba-dequeue']);
    expect(titles(runPage([aba, stack, aba], ''))).toEqual(['aba-dequeue', 'aba-stack']);
    const program = await runScenario(model, programScenario('e | d', 6, '1x0'), await claimedCase('naive'));
    expect(titles(runPage([program], ''))).toEqual(scenarios.map(({ id }) => id));
    const levelled = await levelsPage(levels, levels[0], '');
    expect(titles(levelled)).toEqual([]);
    expect(scriptsIn(levelled)).toContain(levels[9].moral);
    expect(scriptsIn(runPage([program], ''))).not.toContain(levels[9].moral);
  });

  test('has the same bytes twice, loads nothing, lets nothing run but its own script, and is small beside its data', async () => {
    const run = await played('aba-dequeue', 'naive');
    const page = runPage([run], 'npx lockfree-lab run aba-dequeue');
    expect(runPage([await played('aba-dequeue', 'naive')], 'npx lockfree-lab run aba-dequeue')).toBe(page);
    const data = dataOf(page);
    expect(besideData(page)).toBeLessThan(300_000);
    // One of many steps, with variants of its own.
    expect(besideData(runPage([await played('nested-pins', 'flat-epochs')], ''))).toBeLessThan(300_000);
    expect(page).toContain(`content="default-src &#39;none&#39;; script-src &#39;sha256-`);
    const shell = page.replace(data, '');
    expect(shell).not.toMatch(/\b(?:src|href)="(?!#|data:)/);
    expect(shell).not.toMatch(/ style="| on\w+="/);
    expect(said(page)).toContain(verdictText(verdictOf(run)).replace(/ +/g, ' '));
  });

  test('shows what a file says as text', () => {
    const page = pageDocument({ title: HOSTILE, command: HOSTILE, sections: [blockMarkup(HOSTILE)] });
    expect(page).not.toContain('<img');
    expect(page).not.toContain('<script>alert');
    expect(said(page).split('alert(1)')).toHaveLength(4);
  });

  test('draws an equation whose parts add up to the same length', async () => {
    const moments = new Moments(viewOfRun(await played('aba-dequeue', 'naive')));
    const lengths = [0, 20, 42, 45].map((step) => {
      const widths = [...equationPicture(moments.at(step)).text.matchAll(/ width="([\d.]+)"/g)];
      return widths.reduce((sum, [, width]) => sum + Number(width), 0);
    });
    for (const length of lengths) expect(Math.abs(length - 1000)).toBeLessThan(1);
  });
});

test('of several runs a tab shows first the one that the scenario teaches by', async () => {
  const runs = await Promise.all(['naive', 'tagged'].map((scheme) => played('phantom-write', scheme)));
  expect(runPage(runs, '')).toContain('<nav class="choice" aria-label="Runs" data-first="1">');
  expect(runPage(runs.toReversed(), '')).toContain('data-first="0">');
});

test('what a tab proves of a case of a scenario is its program under its scheme with the parameters of the case', () => {
  addScenario(findScenario('tag-wrap'));
  const run = { id: 'tag-wrap', scheme: 'tagged-2-bits', slots: null, cache: 0, schedule: null, mutant: '' };
  expect(programOf(run)).toMatchObject({ program: '[A] d | d e d e d e d', scheme: 'tagged:bits=2' });
  expect(programOf({ ...run, id: 'e | d', scheme: '' })).toMatchObject({ program: 'e | d', scheme: 'naive' });
});

test('the cells of a deque are drawn with their values, and the words that count beside them', async () => {
  const view = viewOfRun(await played('stolen-twice', 'tagged'));
  const [start, end] = [0, view.steps.length].map((step) => new Moments(view).at(step));
  expect(start!.cells).toMatchObject({ indices: 'Top 0 · Bottom 1' });
  expect(start!.cells!.cells.map(({ is, holds }) => `${is} ${holds}`.trim())).toEqual([
    'holding A',
    ...Array.from({ length: 7 }, () => 'empty'),
  ]);
  expect(end!.cells!.cells.some(({ is }) => is === 'holding')).toBe(false);
  const drawn = structurePicture(view, start!).text;
  expect(drawn).toContain('aria-label="The deque holds A."');
  expect(drawn.match(/class="o-free"/g)!.length).toBeGreaterThanOrEqual(7);
  expect(structurePicture(view, end!).text).toContain('The deque holds nothing.');
});

test('a structure that keeps all in its array is drawn without the slab, and its words are followed', async () => {
  const view = viewOfRun(await played('full-ring', 'tagged'));
  const { start, rows, words } = view;
  expect(structurePicture(view, start).text).not.toMatch(/>(?:free|others)</);
  expect(storyTable(view, rows, '').text).toContain('<th scope="col">ring</th></tr>');
  expect(words.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['Emptied.Tail', 'Filled[0]', 'value 1']),
  );
  // Entries are shown by their index and cycle, and values by their names.
  const heldBy = (name: string): string[] =>
    words.find((word) => word.name === name)!.holds.map(([, held]) => held);
  expect(heldBy('Filled[0]')).toEqual(expect.arrayContaining([expect.stringMatching(/^\w+@\d/)]));
  expect(heldBy('value 1')).toContain('B');
  // Of a free list that is a ring, as well.
  const { size, words: followed } = viewOfRun(await played('fifo-reuse', 'naive'));
  expect(size).toBe('3 slots (free list: ring), 2 threads');
  expect(followed.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['Free.Head', 'Free.Tail', 'Free[1]']),
  );
});

test('of many buckets those are drawn, and followed, that lead to something', async () => {
  const scenario = programScenario('hash-set:[1 9] +3 | ?9', 64, 'T1@end; T2@end');
  const view = viewOfRun(await runScenario(model, scenario, await claimedCase('naive')));
  const drawn = (step: number): string[] =>
    [...structurePicture(view, new Moments(view).at(step)).text.matchAll(/class="name"[^>]*>(\w+)</g)].map(
      ([, name]) => name!,
    );
  expect([0, view.steps.length].map(drawn)).toEqual([
    ['Bucket1', 'Bucket9', 'free', 'others'],
    ['Bucket1', 'Bucket3', 'Bucket9', 'free', 'others'],
  ]);
  expect(view.words.map(({ name }) => name).filter((name) => name.startsWith('Bucket'))).toEqual([
    'Bucket1',
    'Bucket3',
    'Bucket9',
  ]);
  expect(storyTable(view, view.rows, '').text).toContain('what it does</th><th scope="col">set</th>');
});
