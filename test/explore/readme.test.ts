import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'src/explore/README.md'), 'utf8');

/** The code blocks of a language, in order. */
function fences(language: string): string[] {
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, each]) => each === language)
    .map(([, , code]) => code!);
}

/** What a program prints that uses the package as its users do, from the compiled files. */
function printedBy(name: string, code: string): string {
  const folder = join(root, 'out/readme');
  mkdirSync(folder, { recursive: true });
  const file = join(folder, name);
  writeFileSync(file, code);
  return execFileSync(process.execPath, [file], { encoding: 'utf8', timeout: 60_000 });
}

describe('the programs of the page', () => {
  const [first, failing, ...rest] = fences('js');

  test.each([first!, ...rest].map((code, i) => [i + 1, code] as const))(
    '%i prints what its comments say',
    (i, code) => {
      const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, comment]) => comment!);
      expect(promised.length).toBeGreaterThan(0);
      expect(printedBy(`explore-${i}.mjs`, code).trim().split('\n')).toEqual(promised);
    },
  );

  test('that fails prints the failure that is shown', () => {
    expect(printedBy('lost-update.mjs', failing!)).toBe(fences('text')[0]);
  });
});

test('the types of the package stand alone: none of the kernel’s comes with them', () => {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, specifier] of readFileSync(file, 'utf8').matchAll(
      /(?:from|import\() ?['"](\.[^'"]*)\.[jt]s['"]/g,
    ))
      visit(join(file, '..', `${specifier}.d.ts`));
  };
  visit(join(root, 'dist/src/explore/index.d.ts'));
  expect([...seen].map((file) => file.slice(root.length + 1)).toSorted()).toEqual([
    'dist/src/errors.d.ts',
    'dist/src/explore/index.d.ts',
    'dist/src/explore/user/atomics.d.ts',
    'dist/src/explore/user/check-failure.d.ts',
    'dist/src/explore/user/check.d.ts',
    'dist/src/explore/user/types.d.ts',
  ]);
});
