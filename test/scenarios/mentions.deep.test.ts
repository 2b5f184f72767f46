import { describe, expect, test } from 'vitest';
import { scenarios } from '../../scenarios/index.ts';
import { model } from '../../src/model/engine.ts';
import { runText } from '../../src/report/text/run-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { runScenario } from '../../src/scenario/scenario-run.ts';
import { some } from '../effort.ts';

/** The numbers of the steps that a text names: `step 17`, `at steps 46, 58`. */
function named(text: string): number[] {
  return [...text.matchAll(/\bsteps? +(\d+(?:(?:, | and )\d+)*)/g)].flatMap(([, list]) =>
    list!.split(/\D+/).map(Number),
  );
}

describe('a step that a story names is among its rows', () => {
  test.each(some(scenarios, 13).map((scenario) => [scenario.id, scenario] as const))(
    'in %s',
    async (_, scenario) => {
      for (const each of scenario.cases) {
        const text = runText(await runScenario(model, scenario, each), plainStyle());
        const rows = [...text.matchAll(/^[!* ][▸ ] *(\d+) {2}/gm)].map(([, step]) => Number(step));
        const steps = named(text.replace(/^OVER TIME.*$/m, '')).filter((step) => step > 0);
        expect({ case: each.key, hidden: steps.filter((step) => !rows.includes(step)) }).toEqual({
          case: each.key,
          hidden: [],
        });
      }
    },
  );
});
