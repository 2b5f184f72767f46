import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { checkDistinct, scenarios } from '../../scenarios/index.ts';
import { mostInUse, showValue } from '../../src/laboratory/program.ts';
import { boundOf } from '../../src/laboratory/registry.ts';
import { model } from '../../src/model/engine.ts';
import { Steppers } from '../../src/engines/stepped.ts';
import { wordsAt } from '../../src/observe/replay-words.ts';
import { runPage } from '../../src/report/page/run-page.ts';
import { matrixText } from '../../src/report/text/matrix.ts';
import { runText } from '../../src/report/text/run-text.ts';
import { remarksOf } from '../../src/report/remarks/remarks.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { caseName } from '../../src/scenario/scenario.ts';
import { caseFor, runScenario, type ScenarioRun } from '../../src/scenario/scenario-run.ts';
import { bounded, deep, some } from '../effort.ts';
import { said } from '../report/page/said.ts';

/** `REFRESH=1 npx vitest run test/scenarios` writes the golden files anew; read the change as a diff. */
const refresh = process.env['REFRESH'] === '1';
const pool = new Steppers();
const style = plainStyle();
afterAll(() => pool.end());

function expectGolden(folder: string, name: string, text: string): void {
  const file = join(import.meta.dirname, '../../scenarios', folder, 'expected', `${name}.txt`);
  if (refresh) {
    mkdirSync(join(file, '..'), { recursive: true });
    writeFileSync(file, `${text}\n`);
  }
  expect(existsSync(file), `${file} is missing: run REFRESH=1 npx vitest run test/scenarios`).toBe(true);
  expect(`${text}\n`).toBe(readFileSync(file, 'utf8'));
}

test('two scenarios with one number, or with one id, are refused', () => {
  const [first, second] = [
    { id: 'one', number: 3 },
    { id: 'two', number: 4 },
  ];
  expect(() => checkDistinct([first, second])).not.toThrow();
  expect(() => checkDistinct([first, second, { id: 'three', number: 3 }])).toThrow(
    'The scenarios 3-one and 3-three both have the number 3: give each its own.',
  );
  expect(() => checkDistinct([first, second, { id: 'two', number: 5 }])).toThrow('both have the id two');
});

// In the short form some of them.
const told = some(scenarios, refresh ? Infinity : 4);

describe.each(told.map((scenario) => [scenario.id, scenario] as const))('scenario %s', (_, scenario) => {
  const folder = `${String(scenario.number).padStart(2, '0')}-${scenario.id}`;
  const runs = new Map<string, ScenarioRun>();
  // In the short form the stories of some: each damaged case is also tried under all other schemes.
  const stories = new Set(refresh ? scenario.cases : some(scenario.cases, 5));

  test.each(scenario.cases.map((each) => [each.key, each] as const))(
    '%s does what is expected of it, and the same on real threads',
    async (key, each) => {
      const isTold = stories.has(each) || key === scenario.teaches;
      const run = await runScenario(model, scenario, each, { trials: isTold });
      runs.set(key, run);
      // In the short form one case in nine is on real threads, and in another scenario another one.
      if ((deep && !bounded) || (runs.size + scenario.number) % 9 === 0) {
        const real = await runScenario(pool, scenario, each, { trials: false });
        expect(real.trace).toEqual(run.trace);
        expect(real.words).toEqual(run.words);
      }
      expect(run.findings.map(({ kind, note }) => `${kind}: ${note}`).join('\n')).toSatisfy(
        () => run.verdict === 'as-claimed',
      );
      expect(await caseFor(scenario, caseName(scenario, each, run.choice))).toBe(each);
      if (each.leaked !== undefined) expect(run.audit.leaked).toBe(each.leaked);
      const { reachable, inHand, retired, parked, free, leaked, surplus, slots } = run.audit;
      expect(reachable + inHand + retired + parked + free + leaked - surplus).toBe(slots);
      expect(wordsAt(run.trace, Infinity)).toEqual(run.words);
      const bound = boundOf(run.choice, run.audit.geometry.threads, run.structure, mostInUse(run.program));
      if (run.findings.length === 0) expect(run.peaks.unreclaimed).toBeLessThanOrEqual(bound ?? Infinity);
      if (!isTold) return;
      const text = runText(run, style);
      expect(text.split('\n').length).toBeLessThan(68);
      expect(Math.max(...text.split('\n').map((line) => [...line].length))).toBeLessThanOrEqual(100);
      expectGolden(folder, key, text);
    },
  );

  test('the matrix compares all of them', () => {
    expect([...runs.keys()]).toEqual(scenario.cases.map(({ key }) => key));
    expectGolden(folder, 'matrix', matrixText([...runs.values()], style));
  });

  test('its page says the same twice, and is read without a script', () => {
    const shown = runs.get(scenario.teaches);
    const page = (): string => runPage(shown ? [shown] : [], `npx lockfree-lab run ${scenario.id}`);
    const first = page();
    if (deep || scenario.number % 5 === 0) expect(page()).toBe(first);
    // The numbers of plots have tests of their own.
    const numbers = /<details><summary>Numbers<\/summary>.*?<\/details>/gs;
    expectGolden(folder, 'page', said(first.replaceAll(numbers, '')));
  });

  test('every note is shown under some scheme', () => {
    const shown = new Set(
      [...runs.values()].flatMap((each) => [
        ...remarksOf(each, { geometry: each.audit.geometry, style, show: showValue }).shown,
      ]),
    );
    expect(scenario.notes.filter((note) => !shown.has(note))).toEqual([]);
  });
});
