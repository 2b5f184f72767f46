import { execFileSync, spawnSync } from 'node:child_process';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import { blame } from '../../src/judge/audit/blame.ts';
import { FREE_TOP, S_VALUE } from '../../src/kernel/layout.ts';
import { leakGraph, type LeakGraph, type LeakGraphOptions } from '../../src/report/plots/leak-graph.ts';
import { leakGraphDot } from '../../src/report/plots/leak-graph-dot.ts';
import { leakGraphSvg } from '../../src/report/plots/leak-graph-svg.ts';
import { sixSlots } from '../judge/handmade.ts';
import { abaDequeue, phantomWrite, RecordedLab } from '../judge/recorded.ts';
import { deep } from '../effort.ts';

function graphOf(lab: RecordedLab, options: LeakGraphOptions = {}): LeakGraph {
  return leakGraph(audit(lab.words), { losses: blame(lab.trace()).leaked, ...options });
}

async function phantom(): Promise<RecordedLab> {
  const lab = await phantomWrite();
  lab.enqueue(2, 7);
  lab.enqueue(2, 8);
  return lab;
}

const has = (graph: LeakGraph, from: string, to: string): string | undefined =>
  graph.edges.find((edge) => edge.from === from && edge.to === to)?.kind;

describe('the graph as data', () => {
  test('live slots show their path from a root', async () => {
    const graph = leakGraph(audit((await sixSlots()).words));
    expect(graph.rows).toEqual([
      { name: 'queue', roots: ['head', 'tail'], slots: ['slot1', 'slot2', 'slot3'] },
      { name: 'free list', roots: ['free'], slots: ['slot4', 'slot5', 'slot6'] },
    ]);
    expect(graph.nodes.find(({ id }) => id === 'slot3')).toMatchObject({
      ownerClass: 'reachable',
      lines: ['3', '20'],
      title: 'Slot 3: reachable; Head → 1 → 2 → 3.',
    });
    expect(has(graph, 'head', 'slot1')).toBe('root');
    expect(has(graph, 'tail', 'slot3')).toBe('root');
    expect(has(graph, 'slot1', 'slot2')).toBe('next');
  });

  test('a leaked slot shows the edge that was cut, and by whom', async () => {
    const graph = graphOf(await phantom());
    const row = graph.rows.find(({ name }) => name === 'leaked');
    expect(row).toEqual({ name: 'leaked', roots: ['cut1'], slots: ['slot2', 'slot1', 'slot5'] });
    const cut = graph.edges.find(({ kind }) => kind === 'cut');
    expect(cut).toMatchObject({ from: 'cut1', to: 'slot2' });
    expect(graph.nodes.find(({ id }) => id === 'cut1')).toMatchObject({
      kind: 'cut',
      lines: ['3.next', cut?.text],
      title: expect.stringMatching(/^3\.next named slot 2 until T1 changed it by step 200 in step \d+\.$/),
    });
    expect(has(graph, 'slot2', 'slot1')).toBe('next');
    expect(graph.notes).toHaveLength(3);
  });

  test('every slot is drawn once, and a second claim is an edge into the first row', async () => {
    const graph = graphOf(await abaDequeue('naive'));
    expect(graph.rows.flatMap(({ slots }) => slots).toSorted()).toEqual([
      'slot1',
      'slot2',
      'slot3',
      'slot4',
      'slot5',
      'slot6',
    ]);
    expect(
      graph.nodes.filter(({ kind }) => kind === 'slot').every(({ ownerClass }) => ownerClass === 'conflict'),
    ).toBe(true);
    expect(has(graph, 'free', 'slot1')).toBe('root');
    expect(graph.rows.map(({ name }) => name)).toEqual(['queue', 'stranded', 'free list']);
  });

  test('hands, lists and those who hold back', async () => {
    const lab = await RecordedLab.make('hazard-pointers:threshold=4', {
      slots: 24,
      threads: 3,
      initial: [1, 2, 3, 4],
    });
    let graph: LeakGraph | null = null;
    lab.pause('T2@D13', () => {
      for (let i = 0; i < 3; i++) lab.dequeue(1);
      lab.act(3, ({ slab }) => slab.take());
      graph = graphOf(lab);
    });
    lab.dequeue(2);
    const found = graph as unknown as LeakGraph;
    expect(found.rows.slice(2).map(({ name, slots }) => [name, slots])).toEqual([
      ['retired, T1', ['slot3', 'slot2', 'slot1']],
      ['intent, T2', []],
      ['in hand, T3', ['slot6']],
    ]);
    expect(has(found, 'slot3', 'slot2')).toBe('limbo');
    expect(has(found, 't2hand', 'slot1')).toBe('root');
    expect(found.notes.at(-1)).toMatch(/T2's hazard 0 holds it back\.$/);
  });

  test('long rows are cut off, and edges lead to the dots', async () => {
    const lab = await RecordedLab.make('naive', {
      slots: 1000,
      threads: 1,
      initial: Array.from({ length: 99 }, (_, i) => i),
    });
    const graph = graphOf(lab, { limit: 10 });
    const dots = graph.nodes.filter(({ kind }) => kind === 'more');
    expect(dots.map(({ lines }) => lines[1])).toEqual(['90 more', '890 more']);
    expect(has(graph, 'slot10', dots[0].id)).toBe('next');
    expect(has(graph, 'tail', dots[0].id)).toBe('root');
    expect(leakGraphSvg(graph).length).toBeLessThan(20_000);
  });

  test('leaked slots without a recording stand in a row without a cut', async () => {
    const graph = leakGraph(audit((await sixSlots()).root(FREE_TOP, 5).words));
    expect(graph.rows.at(-1)).toEqual({ name: 'leaked', roots: [], slots: ['slot4'] });
    expect(graph.edges.filter(({ kind }) => kind === 'cut')).toEqual([]);
  });
});

const oddName = (value: number): string => (value === 1 ? `<b>&"'\\\u0000\n` : String(value));

describe('the picture', () => {
  test('is the same for the same run', async () => {
    const [one, two] = [graphOf(await phantom()), graphOf(await phantom())];
    expect(leakGraphSvg(one)).toBe(leakGraphSvg(two));
    expect(leakGraphDot(one)).toBe(leakGraphDot(two));
  });

  test('says with letters and shapes what the colours say', async () => {
    const svg = leakGraphSvg(graphOf(await phantom()));
    const uncoloured = svg.replaceAll(/#[0-9A-F]{6}/g, '');
    expect([...uncoloured.matchAll(/class="letter">([A-Z!]+)</g)].map(([, letter]) => letter)).toEqual([
      'R',
      'R',
      'R',
      'F',
      'F',
      'X',
      'X',
      'X',
    ]);
    expect(uncoloured).toContain('✂ T1 step 200, step');
    expect(svg).not.toMatch(/<script|href=|url\((?!#tip)/);
    expect(leakGraphSvg(graphOf(await abaDequeue('naive')))).toContain('class="letter">!RF<');
  });

  test('what a value is called cannot break it', async () => {
    const made = (await sixSlots()).slot(2, S_VALUE, 1);
    const graph = leakGraph(audit(made.words), { show: oddName, title: '</svg><script>"\\' });
    const svg = leakGraphSvg(graph);
    expect(svg).not.toContain('<script>');
    expect(svg).toContain('&lt;b&gt;&amp;&quot;&#39;\\');
    expect(svg).not.toContain('\u0000');
    expect(leakGraphDot(graph)).toContain('</svg><script>\\"\\\\');
  });

  const graphviz = 'dot';
  const isInstalled = spawnSync(graphviz, ['-V']).error === undefined;
  test.skipIf(!isInstalled)('is understood by Graphviz, where that is installed', async () => {
    const made = (await sixSlots()).slot(2, S_VALUE, 1);
    const odd = leakGraph(audit(made.words), { show: () => `"\\n{|}<b>\\`, title: 'a "title" \\' });
    for (const graph of [odd, graphOf(await phantom()), graphOf(await abaDequeue('naive'))]) {
      const plain = execFileSync(graphviz, ['-Tplain'], { input: leakGraphDot(graph), encoding: 'utf8' });
      expect(plain.match(/^node /gm)).toHaveLength(graph.nodes.length);
      expect(plain.match(/^edge /gm)).toHaveLength(graph.edges.length);
    }
  });

  test.runIf(deep)('can be drawn of any words', async () => {
    const { words } = await sixSlots();
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: -1, max: 8 }), {
          minLength: words.length,
          maxLength: words.length,
          size: 'max',
        }),
        async (noise) => {
          const made = await sixSlots();
          made.words.set(noise.slice(32), 32);
          const graph = leakGraph(audit(made.words));
          const drawn = graph.rows.flatMap(({ slots }) => slots);
          expect(new Set(drawn).size).toBe(6);
          expect(drawn).toHaveLength(6);
          expect(leakGraphSvg(graph)).not.toMatch(/NaN|undefined/);
          leakGraphDot(graph);
        },
      ),
      { numRuns: 300 },
    );
  });
});
