import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { packageFolder } from '../../src/host/package-folder.ts';

const file = (name: string): string => join(import.meta.dirname, 'variants', `${name}.json`);

interface Told {
  readonly verdict: string;
  readonly findings: readonly { readonly kind: string }[];
}

/** Free runs of compiled mutants, with so much time that only the fault can end them. */
async function stressed(mutant: string, scheme: string, more: readonly string[]): Promise<Told> {
  const main = join(packageFolder, 'dist/src/cli/main.js');
  const args = [
    'stress',
    '--engine',
    'wasm',
    '--threads',
    '2',
    '--seconds',
    '600',
    '--json',
    '--explain',
    '0',
    ...more,
  ];
  const told = promisify(execFile)(process.execPath, [main, ...args, '--scheme', scheme, '--mutant', mutant]);
  // Its exit status is 1, which is an error here.
  const { stdout } = await told.catch((error: unknown) => error as { stdout: string });
  return JSON.parse(stdout) as Told;
}

test.each([
  ['an answer of "empty" while a value is inside', file('hasty-empty'), 'tagged', 'false empty'],
  ['an answer of "full" while slots are free', file('shy-slab'), 'tagged', 'false full'],
  [
    'slots that a thread takes along when it leaves',
    'folly-dropped-list',
    'hazard-pointers',
    'orphaned slot',
  ],
  [
    'a magazine that is sealed with one slot too many',
    'seal-high',
    'tagged',
    'stray write',
    ['--cache', '2', '--mix', 'random'],
  ],
])(
  'compiled threads are seen to break it: %s',
  async (_, mutant, scheme, kind, more = []) => {
    const { verdict, findings } = await stressed(mutant, scheme, more);
    expect(verdict).toBe('broken');
    expect(findings[0].kind).toBe(kind);
  },
  900_000,
);
