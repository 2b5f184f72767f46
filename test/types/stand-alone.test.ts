import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { standAlone } from '../../src/types/stand-alone.ts';

const dist = join(import.meta.dirname, '../../dist');

test('the names of the kernel become those of TypeScript, but not in comments', () => {
  expect(standAlone('/** An `i32`. */\nlink(old: i32, i32x: bool): i32; // a bool\n')).toBe(
    '/** An `i32`. */\nlink(old: number, i32x: boolean): number; // a bool\n',
  );
});

test('no declaration of the package names a global type of the kernel', () => {
  const declarations = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.d.ts'),
  );
  expect(declarations.length).toBeGreaterThan(100);
  for (const name of declarations) {
    const text = readFileSync(join(dist, name), 'utf8');
    expect(standAlone(text), name).toBe(text);
    expect(text, name).not.toContain('<reference');
  }
});
