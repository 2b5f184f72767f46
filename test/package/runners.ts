// Installs the package beside each test runner and uses the checker there: npm run test:package. With -- --only jest,vitest those alone. A
// test runner that cannot be installed is a failure.
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { emptyFolder, install, pack, root } from './packed.ts';
import { type Tool, TOOLS, useTool } from './tools.ts';

async function tried(
  { name, package: from, ...tool }: Tool,
  archive: string,
  folder: string,
): Promise<boolean> {
  const began = performance.now();
  mkdirSync(folder);
  const wrong: string[] = [];
  try {
    await install(folder, from === null ? [archive] : [archive, from]);
    wrong.push(...(await useTool({ name, package: from, ...tool }, folder)));
  } catch (error) {
    wrong.push(`it cannot be had: ${(error as Error).message}`);
  }
  const seconds = ((performance.now() - began) / 1000).toFixed(1);
  console.log(`${name.padEnd(12)} ${wrong.length === 0 ? 'ok' : 'FAILED'}, ${seconds} s`);
  for (const each of wrong) console.log(`  ${each.replaceAll('\n', '\n  ')}`);
  return wrong.length === 0;
}

const { values } = parseArgs({ options: { only: { type: 'string' } } });
const only = values.only?.split(',');
const chosen = TOOLS.filter(({ name }) => only === undefined || only.includes(name));
if (chosen.length === 0 || !existsSync(join(root, 'dist/src/checker/index.js'))) {
  console.error(
    chosen.length === 0
      ? `There is no such test runner; they are ${TOOLS.map(({ name }) => name).join(', ')}.`
      : 'There is nothing to pack yet: run "npm run build".',
  );
  process.exit(2);
}
const folder = emptyFolder('runners');
try {
  const archive = await pack(folder);
  for (const [i, tool] of chosen.entries())
    if (!(await tried(tool, archive, join(folder, String(i))))) process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
