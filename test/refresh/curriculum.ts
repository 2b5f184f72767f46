import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { chapters, scenarios } from '../../scenarios/index.ts';
import { model } from '../../src/model/engine.ts';
import { curriculumTable, curriculumText, type RunsOfScenario } from './curriculum-tables.ts';
import { runScenario } from '../../src/scenario/scenario-run.ts';

let run: Promise<RunsOfScenario[]> | null = null;

/** Every case of every scenario, run once on the model. */
function runAll(): Promise<RunsOfScenario[]> {
  run ??= Promise.all(
    scenarios.map(async (scenario) => ({
      scenario,
      runs: await Promise.all(
        scenario.cases.map((each) => runScenario(model, scenario, each, { trials: false })),
      ),
    })),
  );
  return run;
}

export async function curriculum(): Promise<string> {
  return curriculumTable(await runAll(), chapters);
}

export async function stories(): Promise<string> {
  return curriculumText(await runAll());
}

/** A whole scenario, as an example: the files themselves. */
export async function example(): Promise<string> {
  const folder = join(import.meta.dirname, '../../scenarios/09-forgotten-retire');
  const fence = async (name: string): Promise<string> =>
    `\`scenarios/09-forgotten-retire/${name}\`:\n\n\`\`\`ts\n${await readFile(join(folder, name), 'utf8')}\`\`\``;
  return `${await fence('variant.ts')}\n\n${await fence('scenario.ts')}`;
}
