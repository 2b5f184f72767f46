import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scenarios } from '../../scenarios/index.ts';
import { model } from '../../src/model/engine.ts';
import { curriculumTable, curriculumText, type Played } from '../../src/report/curriculum.ts';
import { play } from '../../src/scenario/play.ts';

let played: Promise<Played[]> | null = null;

/** Every case of every scenario, played once on the model. */
function playAll(): Promise<Played[]> {
  played ??= Promise.all(
    scenarios.map(async (scenario) => ({
      scenario,
      plays: await Promise.all(scenario.cases.map((each) => play(model, scenario, each, { trials: false }))),
    })),
  );
  return played;
}

export async function curriculum(): Promise<string> {
  return curriculumTable(await playAll());
}

export async function stories(): Promise<string> {
  return curriculumText(await playAll());
}

/** A whole scenario, as an example: the files themselves. */
export async function example(): Promise<string> {
  const folder = join(import.meta.dirname, '../../scenarios/09-forgotten-retire');
  const fence = async (name: string): Promise<string> =>
    `\`scenarios/09-forgotten-retire/${name}\`:\n\n\`\`\`ts\n${await readFile(join(folder, name), 'utf8')}\`\`\``;
  return `${await fence('variant.ts')}\n\n${await fence('scenario.ts')}`;
}
