import { expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { model } from '../../src/model/engine.ts';
import { matrixText } from '../../src/report/text/matrix.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { runScenario } from '../../src/scenario/scenario-run.ts';

test('a matrix that lacks cases says that the run was interrupted, and draws no moral from those that it has', async () => {
  const scenario = findScenario('aba-dequeue');
  const runs = await Promise.all(
    scenario.cases.slice(0, 2).map((each) => runScenario(model, scenario, each, { trials: false })),
  );
  const style = plainStyle({ columns: 200 });
  expect(matrixText(runs, style)).toContain(scenario.moral);
  const cut = matrixText(runs, style, true);
  expect(cut).toMatch(/^MATRIX aba-dequeue \(interrupted\)\n/);
  expect(cut).not.toContain(scenario.moral);
});
