import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scenarios } from '../../scenarios/index.ts';
import { curriculumTable, curriculumText } from '../../src/report/curriculum.ts';

export function curriculum(): string {
  return curriculumTable(scenarios);
}

export function stories(): string {
  return curriculumText(scenarios);
}

/** A whole scenario, as an example: the files themselves. */
export async function example(): Promise<string> {
  const folder = join(import.meta.dirname, '../../scenarios/09-forgotten-retire');
  const fence = async (name: string): Promise<string> =>
    `\`scenarios/09-forgotten-retire/${name}\`:\n\n\`\`\`ts\n${await readFile(join(folder, name), 'utf8')}\`\`\``;
  return `${await fence('variant.ts')}\n\n${await fence('scenario.ts')}`;
}
