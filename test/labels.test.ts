import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { knownSteps } from '../src/laboratory/labels.ts';

const root = join(import.meta.dirname, '..');

/** The labels of the lab, and the lines of the source that its cards name beside them. */
const labels = new Set(
  knownSteps()
    .filter(({ file }) => file.startsWith('src/kernel/'))
    .flatMap(({ label, card }) => [label, card?.moves?.owes ?? label]),
);

/** Folders that judge, watch and tell: not even a sentence may name a label there, but by its card. The glossary explains the paper. */
const STRICT = [
  'src/judge/',
  'src/observe/',
  'src/search/',
  'src/explore/',
  'src/checker/',
  'src/bench/',
  'src/report/',
];
const GLOSSARY = 'src/report/glossary.ts';

/** `file:line text` for each text in a file that is a label, or that names one in a folder where none may be named. */
function labelsIn(file: string, text: string): string[] {
  const { program } = parseSync(file, text);
  const found: string[] = [];
  const isStrict = STRICT.some((folder) => file.startsWith(folder)) && file !== GLOSSARY;
  const look = (value: unknown, start: number): void => {
    if (typeof value !== 'string') return;
    const named = isStrict ? (value.match(/(?<![#\w])[A-Z]{1,2}\d+(?!\w)/g) ?? []) : [value.trim()];
    if (named.some((each) => labels.has(each)))
      found.push(`${file}:${text.slice(0, start).split('\n').length} ${value}`);
  };
  new Visitor({
    Literal: (node) => look(node.value, node.start),
    TemplateElement: (node) => look(node.value.raw, node.start),
    Property: (node) => {
      if (!node.computed && node.key.type === 'Identifier') look(node.key.name, node.start);
    },
  }).visit(program);
  return found;
}

function sources(): string[] {
  return ['src', 'workers', 'bench'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true })
      .map((name) => [folder, ...String(name).split(sep)].join('/'))
      .filter((name) => /\.m?ts$/.test(name) && !name.endsWith('.as.ts') && !name.startsWith('src/kernel/')),
  );
}

describe('what is known of a step stands on its card, and nowhere else', () => {
  test('no file outside the kernel has a label in it', () => {
    expect(labels.size).toBeGreaterThan(40);
    expect(sources().length).toBeGreaterThan(200);
    expect(sources().flatMap((file) => labelsIn(file, readFileSync(join(root, file), 'utf8')))).toEqual([]);
  });

  test.each([
    ['src/cli/commands/bench.ts', `const step = 'D12';`],
    ['src/laboratory/labels.ts', `const table = { D13: 'D2' };`],
    ['src/explore/campaign/unit-search.ts', `new Set(['A1', 'F1']);`],
    ['src/report/words.ts', `if (label === 'F3') return;`],
    ['src/judge/audit/blame.ts', 'note(`the link (E9) should have taken ${slot}`);'],
  ])('%s may not say %s', (file, text) => {
    expect(labelsIn(file, text)[0]).toMatch(new RegExp(`^${file}:1 `));
  });

  test.each([
    ['src/cli/commands/stress.ts', `const help = 'Stops a thread for good: T2@D12.';`],
    ['src/judge/audit/audit.ts', `const text = 'T2 D120 and H';`],
    [GLOSSARY, `const link = 'it links a new node (E9)';`],
  ])('%s may say %s', (file, text) => {
    expect(labelsIn(file, text)).toEqual([]);
  });
});
