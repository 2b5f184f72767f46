import { describe, expect, test } from 'vitest';
import { explore } from '../src/explore/explore.ts';
import { shrink } from '../src/explore/shrink/shrink.ts';
import { audit, auditJson, equation } from '../src/judge/audit/audit.ts';
import { loadNamed } from '../src/laboratory/participant.ts';
import { parseProgram, showOperation } from '../src/laboratory/program.ts';
import { chooseScheme } from '../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../src/laboratory/shared.ts';
import { structureById } from '../src/laboratory/structures.ts';
import type { StructureClass } from '../src/laboratory/structure-class.ts';
import { model } from '../src/model/engine.ts';
import { wordName } from '../src/observe/names.ts';
import { runText } from '../src/report/text/run-text.ts';
import { plainStyle } from '../src/report/text/style.ts';
import { claimedCase, programScenario } from '../src/scenario/program-scenario.ts';
import { runScenario, type ScenarioRun } from '../src/scenario/scenario-run.ts';
import { variantUrl } from './engines/staged.ts';
import { usageOf } from './engines/usage.ts';

const [set, deque] = ['bitmap-set.mjs', 'deque.mjs'].map((file) => variantUrl(import.meta.url, file)) as [
  string,
  string,
];
type Module = Readonly<Record<string, StructureClass>>;
const [sets, deques] = (await Promise.all([set, deque].map((url) => import(url)))) as [Module, Module];

async function made(program: string, schedule: string): Promise<ScenarioRun> {
  return runScenario(model, programScenario(program, 6, schedule, null), await claimedCase('naive'));
}

function explored(program: string, structure?: StructureClass) {
  return explore(program, 'naive', { slots: 6, ...(structure && { variant: { structure } }) });
}

describe('a set', () => {
  test('has operations on keys, and keys at the start', async () => {
    await loadNamed(`${set}:+1`);
    const { initial, threads } = parseProgram(`${set}:[3 1] +2 -1 | ?3 insert(70)`);
    expect(initial).toEqual([1, 3]);
    expect(threads.map((thread) => thread.map(showOperation))).toEqual([
      ['insert(2)', 'remove(1)'],
      ['contains(3)', 'insert(70)'],
    ]);
  });

  test.each([
    ['+', '"+" in thread 1'],
    ['insert', '"insert" in thread 1 of the program "SET:insert" has no key: write +3.'],
    ['[A] +1', '"A" in the brackets of the program "SET:[A] +1" is no key, or there twice'],
    ['[2 2] +1', '"2" in the brackets of the program "SET:[2 2] +1" is no key, or there twice'],
    ['+2147483648', 'The number in "+2147483648" in thread 1 of the program'],
    ['e', '"e" in thread 1 of the program "SET:e" is no operation; write +3, -3, ?3, collect'],
  ])('%s is refused', async (words, why) => {
    await loadNamed(`${set}:+1`);
    const said = await usageOf(async () => parseProgram(`${set}:${words}`));
    expect(said.replaceAll(set, 'SET')).toContain(why);
  });

  test('is judged key by key: every interleaving is one of a set', async () => {
    for (const program of ['[1] +2 -1 | ?1 +1 -2', '+1 -1 | +1 | ?1 ?1']) {
      const found = await explored(`${set}:${program}`);
      expect(found).toMatchObject({ complete: true, cut: 0, findings: [], notJudged: [] });
      expect(found.executions).toBeGreaterThan(5);
    }
  });

  test('two threads that put in the same key and are both told that they did are found, and the program is made smaller', async () => {
    const hasty = await explored(`${set}:[5] ?5 +1 | +1 -5`, sets['Hasty']);
    expect(hasty.findings.map(({ kind }) => kind).toSorted()).toEqual(['lost value', 'order broken']);
    const first = hasty.findings.find(({ kind }) => kind === 'order broken')!;
    const { program, scheme, slots } = hasty;
    const variant = { structure: sets['Hasty'] as StructureClass };
    const small = await shrink({ program, scheme, slots, variant, ...first }, { maxSeconds: 150 });
    expect(small.program).toBe('bitmap-set:+1 | +1');
  });

  test('the cells are counted beside the slots, and every word has a name', async () => {
    const { audit: of } = await made(`${set}:[1 4] +2 | -1`, '1x1,2x1');
    expect(of.cells).toEqual({ cells: 8, holding: 2, claimed: 0, empty: 6 });
    expect(of.values()).toEqual([2, 4]);
    expect(equation(of)).toMatch(
      /free 6 · leaked 0 {2}= 6 slots; holding 2 · claimed 0 · empty 6 {2}= 8 cells$/,
    );
    expect(auditJson(of).cells).toEqual(of.cells);
    expect(wordName(of.geometry, of.geometry.cell(4))).toBe('key 4');
  });
});

describe('a deque', () => {
  const clean = { complete: true, cut: 0, deadlocks: 0, findings: [], notJudged: [] };
  test.each(['[A B] push pop | steal', '[A] pop push | steal', '[A] pop | steal | i'])(
    '%s',
    async (program) => {
      expect(await explored(`${deque}:${program}`)).toMatchObject(clean);
    },
  );

  test.each([
    ['Greedy', '[A] pop | steal', 'duplicate value'],
    ['Glancing', '[A] pop | steal i | steal', 'false non-empty'],
  ])('%s: %s shows a %s', async (name, program, kind) => {
    const found = await explored(`${deque}:${program}`, deques[name]);
    expect(found.findings.map((each) => each.kind)).toContain(kind);
  });

  test('a thief that was too late gives up, which no history holds against it', async () => {
    const run = await made(`${deque}:[A] pop | steal`, 'T2@CL14; T1@end; T2@end');
    expect(run.history.operations.map(({ kind, outcome }) => `${kind} ${outcome}`)).toEqual([
      'pop value',
      'steal abort',
    ]);
    expect(run.history.linearizability.linearizable).toBe(true);
  });

  test('a story shows the values in the cells, by their names', async () => {
    const text = runText(await made(`${deque}:[A B] push pop | steal`, '1x6,2x4,1x2'), plainStyle(), {
      all: true,
    });
    expect(text).toMatch(/^start  A → B$/m);
    expect(text).toMatch(/CL3 +cell 2 ← C /);
    expect(text).toMatch(/CL14 CAS Top 0→1 ✓ ⇒ A +B$/m);
    expect(text).not.toContain('slot 2 with A');
  });

  test('holds as many values at the start as it has cells', async () => {
    await loadNamed(`${deque}:push`);
    const choice = await chooseScheme('naive');
    const size = { slots: 2, threads: 1, structure: structureById(deque) };
    const full = createBuffer({ ...size, initial: [65, 66, 67, 68] }, choice);
    expect(audit(attachWords(full)).values()).toEqual([65, 66, 67, 68]);
    expect(await usageOf(async () => createBuffer({ ...size, initial: [1, 2, 3, 4, 5] }, choice))).toBe(
      '5 values do not fit into the 4 cells of the deque of one owner: give at most 4.',
    );
  });
});
