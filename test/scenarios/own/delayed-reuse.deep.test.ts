import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { deep } from '../../effort.ts';
import { done, emptyFolder, root } from '../../package/packed.ts';

const folder = emptyFolder('own');
const main = join(root, 'dist/src/cli/main.js');

/** A folder that knows nothing of the package, and in it the file of a scheme. */
function fileOf(example: string, name: string): string {
  copyFileSync(join(root, 'scenarios/own', example), join(folder, name));
  return join(folder, name);
}

const lab = (...args: string[]) => done(process.execPath, [main, ...args], { cwd: folder });

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const languages = [
  ['TypeScript', 'delayed-reuse.ts', 'mine.mts'],
  ['JavaScript', 'delayed-reuse.js', 'mine.mjs'],
] as const;

describe.each(deep ? languages : languages.slice(0, 1))(
  'the example of a scheme in %s',
  (_, example, name) => {
    test('runs from a folder of its own, and its replay line replays', async () => {
      const file = fileOf(example, name);
      const run = await lab(
        'run',
        'aba-dequeue',
        '--scheme',
        `./${name}:delay=1`,
        '--engine',
        'model',
        '--json',
      );
      expect([run.stderr, run.status]).toEqual(['', 0]);
      const { replay } = JSON.parse(run.stdout) as { replay: string };
      expect(replay).toContain(`aba-dequeue/${pathToFileURL(file).href}:delay=1,slots=`);
      const words = replay.replace(/^npx lockfree-lab /, '').split(' ');
      const again = await lab(...words, '--engine', 'model', '--json');
      expect([again.stderr, again.status]).toEqual(['', 0]);
      expect(JSON.parse(again.stdout)).toMatchObject({ replay });
    });
  },
);

test('it breaks no claim under load', async () => {
  const file = fileOf('delayed-reuse.js', 'again.mjs');
  const { stdout, status } = await lab(
    'stress',
    '--scheme',
    `${file}:delay=1`,
    '--ops',
    '20000',
    '--perturb',
    'off',
    '--explain',
    '0',
    '--json',
  );
  expect(status).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ verdict: 'as-claimed' });
});
