import { expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { readMatrix } from '../../scenarios/matrix.ts';
import { model } from '../../src/model/engine.ts';
import { matrixPage } from '../../src/report/page/matrix-page.ts';
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

/** The matrix of one case of a scenario. */
async function matrixOf(id: string, key: string): Promise<string> {
  const scenario = findScenario(id);
  const of = scenario.cases.find((each) => each.key === key)!;
  return matrixText(
    [await runScenario(model, scenario, of, { trials: false })],
    plainStyle({ columns: 200 }),
  );
}

test('of a compare-and-swap that succeeded the word is told as it was made, of one that failed as it was found', async () => {
  expect(await matrixOf('cycle', 'reference-counting')).toMatch(/^reference-counting +\d+ +✓ Head 2→3 /m);
  expect(await matrixOf('aba-dequeue', 'tagged')).toMatch(/^tagged +\d+ +✗ Head is 1#3, not 1#0 /m);
});

test('the page of structures and schemes says where sound cells lead to, if any is a link', async () => {
  const [first, second] = readMatrix().filter(({ verdict }) => verdict === 'sound');
  const pageWith = (href?: string): Promise<string> =>
    matrixPage([first!, second!], '', (cell) =>
      cell === first ? { command: 'run', ...(href !== undefined && { href }) } : null,
    );
  const said = 'A sound cell that is a link leads to a scenario';
  const linked = await pageWith('aba.html');
  expect(linked).toContain(said);
  expect(linked.match(/<td class="ok"[^>]*><a href="aba.html">sound</g)).toHaveLength(1);
  expect(await pageWith()).not.toContain(said);
});
