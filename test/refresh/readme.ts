import { findScenario } from '../../scenarios/index.ts';
import { commandsFor } from '../../src/cli/commands/all.ts';
import { comparedSpecs, schemes } from '../../src/laboratory/registry.ts';
import { model } from '../../src/model/engine.ts';
import { USUAL_SLOTS } from '../../src/laboratory/shared.ts';
import { Steppers } from '../../src/engines/stepped.ts';
import { choiceTable } from './choice.ts';
import { comparisonTable, type Evidence } from './comparison.ts';
import { definitions } from './glossary.ts';
import { wrap } from '../../src/report/text/columns.ts';
import { runText, verdictOf, verdictText } from '../../src/report/text/run-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { caseUnder } from '../../src/scenario/cases.ts';
import { claimedCase, programScenario } from '../../src/scenario/program-scenario.ts';
import { runScenario } from '../../src/scenario/scenario-run.ts';
import { teachingCase } from '../../src/scenario/scenario.ts';
import { deep } from '../effort.ts';

/**
 * The measurements behind the comparison of the schemes, taken from the scenarios on real threads. The short form of the tests takes them
 * from the model, which makes the same steps.
 */
async function measureSchemes(): Promise<Evidence[]> {
  await using pool = new Steppers();
  const stage = process.env['VITEST'] === undefined || deep ? pool : model;
  const [aba, stalled, dead, idle] = ['aba-dequeue', 'stalled-reader', 'dead-worker', 'idle-thread'].map(
    (name) => findScenario(name),
  );
  const evidence: Evidence[] = [];
  for (const scheme of schemes) {
    for (const key of comparedSpecs(scheme)) {
      const runs = [];
      for (const scenario of [aba, stalled, dead, idle]) {
        runs.push(await runScenario(stage, scenario, caseUnder(scenario.cases, key), { trials: false }));
      }
      evidence.push({ key, aba: runs[0]!, stalled: runs[1]!, dead: runs[2]!, idle: runs[3]! });
    }
  }
  return evidence;
}

let measured: Promise<readonly Evidence[]> | null = null;

/** One set of measurements for all that shows them or looks at them. */
export function schemesMeasured(): Promise<readonly Evidence[]> {
  measured ??= measureSchemes();
  return measured;
}

export async function comparison(): Promise<string> {
  return comparisonTable(await schemesMeasured());
}

/** Which scheme to take, by its claims, what the scenarios measured, and the steps of an enqueue and a dequeue on the model. */
export async function choice(): Promise<string> {
  return choiceTable(
    await Promise.all(
      (await schemesMeasured()).map(async (evidence) => {
        const scenario = programScenario('e d', USUAL_SLOTS, 'T1@end');
        const { trace } = await runScenario(model, scenario, await claimedCase(evidence.key), {
          trials: false,
        });
        return { evidence, steps: trace.events.filter(({ kind }) => kind === 'step').length };
      }),
    ),
  );
}

/** The words that the README needs before its first story. */
export function firstWords(): string {
  return definitions([
    'compare-and-swap',
    'node',
    'Michael-Scott queue',
    'Head',
    'Tail',
    'dummy node',
    'life',
    'LIFO',
    'ABA',
  ]);
}

/** The story that the README opens with. */
export async function abaStory(): Promise<string> {
  await using pool = new Steppers();
  const scenario = findScenario('aba-dequeue');
  const run = await runScenario(pool, scenario, teachingCase(scenario));
  const style = plainStyle();
  const verdict = wrap(verdictText(verdictOf(run)), style.columns);
  return ['```', runText(run, style), ...verdict, '```'].join('\n');
}

export async function commandsTable(): Promise<string> {
  const commands = await commandsFor([]);
  const rows = commands.map(({ name, summary }) => `| \`${name}\` | ${summary} |`);
  return ['| command | does |', '| --- | --- |', ...rows].join('\n');
}
