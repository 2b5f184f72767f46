import { expect, test } from 'vitest';
import { model } from '../../src/model/engine.ts';
import { runText } from '../../src/report/text/run-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { programScenario } from '../../src/scenario/program-scenario.ts';
import { runScenario } from '../../src/scenario/scenario-run.ts';

const each = { key: 'naive', spec: 'naive', damage: [], byClaims: true } as const;

test('a thread that the schedule leaves standing is marked by a mark of its own, which the legend tells', async () => {
  const scenario = programScenario('i | d', 4, '1x1,2x2', null);
  const run = await runScenario(model, scenario, each);
  const text = runText(run, plainStyle());
  const [mark] = /(\S) stands before /.exec(text)!.slice(1);
  expect(text).toContain(`   ${mark} stops here   `);
  // Nothing was compared in this run, so no mark says that a comparison failed.
  expect(text).not.toMatch(/✗|fails/);
});
