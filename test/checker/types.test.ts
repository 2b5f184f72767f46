import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
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
  visit(join(root, 'dist/src/checker/index.d.ts'));
  expect([...seen].map((file) => file.slice(root.length + 1)).toSorted()).toEqual([
    'dist/src/checker/atomics.d.ts',
    'dist/src/checker/canary.d.ts',
    'dist/src/checker/check-async.d.ts',
    'dist/src/checker/check-failure.d.ts',
    'dist/src/checker/check-module.d.ts',
    'dist/src/checker/check-object.d.ts',
    'dist/src/checker/check.d.ts',
    'dist/src/checker/failure-record.d.ts',
    'dist/src/checker/globals.d.ts',
    'dist/src/checker/index.d.ts',
    'dist/src/checker/observe-types.d.ts',
    'dist/src/checker/observe.d.ts',
    'dist/src/checker/types.d.ts',
    'dist/src/errors.d.ts',
  ]);
});
