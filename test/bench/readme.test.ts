import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { anchorOf, missedTable } from '../refresh/targets.ts';

const root = join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');

/** What people wrote of a file: without blocks that a command makes, and without code. */
function byHand(text: string): string {
  return text
    .replaceAll(/<!-- ([\w-]+):begin[^>]*-->.*?<!-- \1:end -->/gs, '')
    .replaceAll(/^ *```.*?^ *```$/gms, '')
    .replaceAll(/`[^`\n]+`/g, '');
}

/** Numbers with a unit of what is measured, fractions, and tables with a column of numbers: what could only be known by measuring, or is a definition. */
function figuresIn(text: string): string[] {
  const figures = [
    ...text.matchAll(/\d[\d.,]*\s(?:ns|µs|ms|s|seconds|minutes|Mops\/s|%|times)(?![\w/])/g),
    ...text.matchAll(/(?<![\w.])\d+\.\d+(?![\w.])/g),
    ...text.matchAll(/^\|.*-:.*\|$/gm),
  ];
  return figures.map(([figure]) => figure);
}

/** What is given and not measured, by what it says. */
const DEFINITIONS: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  'README.md': { 'of Node': ['20.19'] },
  'bench/README.md': {
    'how it is measured': [
      '80 ms',
      '5 %',
      '1.5',
      '220 ns',
      '1 µs',
      '90 %',
      '150 ns',
      '256 times',
      '0.05 ms',
      '0.05',
    ],
    'how long': ['30 seconds', '3 ms'],
    'what the report says of garbage': ['0.50', '0.4', '0.6'],
    'what is asked of one thread': ['0.65', '0.8', '0.85', '0.8', '0.9', '0.9'],
    'what is asked else': ['0.9', '0.95', '1.2', '2.5', '1.5', '2.5', '1.2', '1.5'],
    'when a difference is called real': ['0.01', '95 %', '5 %', '15 %'],
  },
};

describe('every figure is of a recorded run', () => {
  test.each(Object.entries(DEFINITIONS))('%s has none that was written by hand', (file, definitions) => {
    const found = figuresIn(byHand(read(file))).toSorted();
    expect(
      found,
      'let a command record it and make a block of it, or tell it in bench/TRIED.md with its date; a definition is added here',
    ).toEqual(Object.values(definitions).flat().toSorted());
  });

  test.each([
    ['it takes 3.4 ns', ['3.4 ns', '3.4']],
    ['1,000 Mops/s, 5 % and 2 times', ['1,000 Mops/s', '5 %', '2 times']],
    ['0.85 of it; `0.85` of code; 0.85.1 is a version; 3 threads', ['0.85']],
    ['| a | b |\n| --- | --: |\n| x | 1 |', ['| --- | --: |']],
    ['<!-- a:begin (made) -->\n3 ns\n<!-- a:end -->\n```\n3 ns\n```', []],
  ])('%j has %j', (text, figures) => {
    expect(figuresIn(byHand(text))).toEqual(figures);
  });
});

test('what is told of targets that are missed is there, and so is every other place of bench/TRIED.md that is named', () => {
  const headings = [...read('bench/TRIED.md').matchAll(/^## (.*)$/gm)].map(([, heading]) =>
    anchorOf(heading!),
  );
  const named = ['README.md', 'bench/README.md', 'src/search/README.md'].flatMap((file) =>
    [...`${read(file)}${missedTable()}`.matchAll(/TRIED\.md#([\w-]+)/g)].map(([, anchor]) => anchor!),
  );
  expect(named.length).toBeGreaterThan(5);
  expect(named.filter((anchor) => !headings.includes(anchor))).toEqual([]);
});

/** What the bars of a row part, those in code aside: its cells, and what stands before and behind them. */
function cellsIn(row: string): number {
  return row
    .replaceAll(/`[^`\n]*`/g, '')
    .replaceAll(String.raw`\|`, '')
    .split('|').length;
}

/** Rows of tables with another number of cells than the head of theirs: what there is too much is not shown, and what is missing shifts the rest. */
function unevenRows(text: string): string[] {
  const lines = text.replaceAll(/^ *```.*?^ *```$/gms, '').split('\n');
  return lines.filter((row, i) => {
    if (!row.startsWith('|')) return false;
    const head = lines.slice(0, i).findLastIndex((line) => !line.startsWith('|')) + 1;
    return cellsIn(row) !== cellsIn(lines[head]!);
  });
}

test('each row of a table has as many cells as its head', () => {
  expect(unevenRows('| a | b |\n| --- | --- |\n| 1 | 2 | 3 |\n\n| `x | y` |\n| --- |')).toEqual([
    '| 1 | 2 | 3 |',
  ]);
  const files = execFileSync('git', ['ls-files', '*.md'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
  expect(files.length).toBeGreaterThan(10);
  expect(files.flatMap((file) => unevenRows(read(file)).map((row) => `${file}: ${row}`))).toEqual([]);
});
