import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { audit, auditJson, equation } from '../src/judge/audit/audit.ts';
import { counted, listed, plural, withCommas } from '../src/counted.ts';
import { chooseScheme } from '../src/laboratory/registry.ts';
import { createBuffer } from '../src/laboratory/shared.ts';
import { root } from './examples/blocks.ts';

test('a count has commas, and what is counted its number', () => {
  expect(withCommas(65_535)).toBe('65,535');
  expect([0, 1, 2000].map((count) => counted(count, 'slot'))).toEqual(['0 slots', '1 slot', '2,000 slots']);
  expect([1, 2].map((count) => plural(count, 'is', 'are'))).toEqual(['is', 'are']);
});

test('long lists of names are cut short', () => {
  expect(listed([])).toBe('');
  expect(listed(['A', 'B', 'C'])).toBe('A, B and C');
  expect(listed(['A', 'B', 'C', 'D', 'E'], 3)).toBe('A, B and 3 others');
});

test('no other file makes plurals or commas of its own', () => {
  const own = /=== 1 \? (?:'(\w+)' : '\1s'|''\s*: 's')|'' : 's'|> \d \? 's'|toLocaleString\('en|\\d\{3\}\)\+/;
  const files = ['src', 'bench', 'scenarios', 'workers'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .map((name) => join(folder, String(name)))
      .filter((name) => name.endsWith('.ts')),
  );
  expect(files.length).toBeGreaterThan(300);
  const found = files.filter((file) => own.test(readFileSync(join(root, file), 'utf8')));
  expect(found).toEqual(['src/counted.ts']);
});

test('large counts have commas in text, and none in JSON', async () => {
  const buffer = createBuffer({ slots: 65_535, threads: 1 }, await chooseScheme('tagged'));
  const now = audit(new Int32Array(buffer));
  const text = 'reachable 1 · in hand 0 · retired 0 · free 65,534 · leaked 0  = 65,535 slots';
  expect(equation(now)).toBe(text);
  expect(auditJson(now).equation).toBe(text.replaceAll(',', ''));
});
