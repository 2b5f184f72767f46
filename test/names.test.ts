import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync } from 'oxc-parser';
import { expect, test } from 'vitest';

const src = join(import.meta.dirname, '../src');

/** Names that more than one file exports, and why. */
const TWICE: Readonly<Record<string, string>> = {
  ANNOUNCES: 'what the threads announce under each scheme, by which a file of a user is read as well',
  CARD: 'each structure has its card under this name, by which a file of a user is read as well',
  CARDS: 'the cards of steps, of each structure and of each scheme, under this name for the same reason',
};

/** The names that a file declares and exports. What it passes on is declared elsewhere. */
function exportsOf(file: string, text: string): Set<string> {
  const { program } = parseSync(file, text);
  const names = program.body.flatMap((statement) => {
    const declared = statement.type === 'ExportNamedDeclaration' ? statement.declaration : null;
    if (declared === null) return [];
    const all = declared.type === 'VariableDeclaration' ? declared.declarations : [declared];
    return all.flatMap((each) => ('id' in each && each.id?.type === 'Identifier' ? [each.id.name] : []));
  });
  return new Set(names);
}

/** By name, the files that export it, where there are several. */
function exportedTwice(files: readonly (readonly [file: string, text: string])[]): Map<string, string[]> {
  const declared = new Map<string, string[]>();
  for (const [file, text] of files)
    for (const name of exportsOf(file, text)) declared.set(name, [...(declared.get(name) ?? []), file]);
  return new Map([...declared].filter(([, where]) => where.length > 1));
}

/** A file named `*.browser.ts` takes the place of the one without, and has the same names. */
const LEFT_OUT = /\.(?:as|d|browser)\.ts$/;

test('one name means one thing: no two files of src export the same, but where a reason is listed', () => {
  const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !LEFT_OUT.test(file))
    .map((file) => [file, readFileSync(join(src, file), 'utf8')] as const);
  const twice = exportedTwice(files);
  const unlisted = [...twice].filter(([name]) => !(name in TWICE));
  expect(unlisted.map(([name, where]) => `${name} is exported from ${where.join(' and ')}`)).toEqual([]);
  expect(
    Object.keys(TWICE).filter((name) => !twice.has(name)),
    'reasons that are not needed',
  ).toEqual([]);
});

test('a name counts where it is declared and exported, and once for all of its overloads', () => {
  const one = 'export interface A {}\nexport const b = 1, c = 2;\nclass D {}';
  const other =
    'export function b(): void;\nexport function b(): void {}\nexport class D {}\nexport { A } from "./a.ts";';
  expect([
    ...exportedTwice([
      ['one.ts', one],
      ['other.ts', other],
    ]),
  ]).toEqual([['b', ['one.ts', 'other.ts']]]);
});
