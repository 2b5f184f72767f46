import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { folder, lab } from './lab.ts';

const root = join(import.meta.dirname, '../..');
const { bin, scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  bin: Record<string, string>;
  scripts: Record<string, string>;
};
const entry = bin['lockfree-lab']!;

test('npx, npm start and npm run lab begin with the same file, which git has', () => {
  expect(scripts['start']).toBe(`node ${entry} tour`);
  expect(scripts['lab']).toBe(`node ${entry}`);
  expect(entry).not.toMatch(/^dist/);
});

test('without a build one sentence names the command that builds', () => {
  const clone = folder();
  mkdirSync(join(clone, 'src/cli'), { recursive: true });
  cpSync(join(root, entry), join(clone, entry));
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(clone, entry), 'tour'], {
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr).toMatch(/^[^\n]*run "npm run build" first\.\n$/);
});

test('with half a build it says what is missing, and names the commands', () => {
  const clone = folder();
  for (const path of ['src/cli', 'dist/src/cli']) mkdirSync(join(clone, path), { recursive: true });
  cpSync(join(root, entry), join(clone, entry));
  cpSync(join(root, 'dist/src/cli/main.js'), join(clone, 'dist/src/cli/main.js'));
  const { status, stderr } = spawnSync(process.execPath, [join(clone, entry), 'tour'], { encoding: 'utf8' });
  expect(status).toBe(2);
  expect(stderr).toMatch(/^[^\n]*supervisor\.js'?: run "npm ci" and "npm run build" again\.\n$/);
});

test('with a build it is the command line', () => {
  const { status, stdout } = spawnSync(process.execPath, [join(root, entry), '--version'], {
    encoding: 'utf8',
  });
  expect({ status, stdout }).toEqual({ status: 0, stdout: lab(['--version']).stdout });
});

test('npx in a clone runs what is built and does not build it again, as all other installs do', () => {
  const [, look] = /^(node -e ".+") \|\| \(npm run clean && npm run build\)$/.exec(scripts['prepare']!)!;
  const outcome = (command: string): number | null =>
    spawnSync(look!, { shell: true, cwd: root, env: { ...process.env, npm_command: command } }).status;
  expect(['exec', 'ci', 'pack'].map(outcome)).toEqual([0, 1, 1]);
});
