import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contradictions } from '../src/report/comparison.ts';
import { measureSchemes } from './refresh/readme.ts';

const root = join(import.meta.dirname, '..');
const main = join(root, 'dist/src/cli/main.js');
const documents = ['README.md', 'src/README.md', 'scenarios/README.md', '.github/CONTRIBUTING.md'];

/** The same with other values for some of its fields. */
function claim<T extends object>(of: T, change: object): T {
  return { ...of, ...change };
}

/** The code blocks of a language, in order. */
function fences(document: string, language: string): string[] {
  const text = readFileSync(join(root, document), 'utf8');
  return [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter(([, each]) => each === language)
    .map(([, , code]) => code!);
}

describe('the documents', () => {
  const lines = documents.flatMap((document) =>
    fences(document, 'sh')
      .flatMap((code) => code.split('\n'))
      .filter((line) => line.startsWith('npx lockfree-lab '))
      .map((line) => [line, document] as const),
  );

  test('show commands', () => {
    expect(lines.length).toBeGreaterThanOrEqual(5);
  });

  test.each(lines)('%s (%s) does what it should', (line) => {
    const words = [
      ...line
        .replace(/^npx lockfree-lab /, '')
        .replace(/ #.*/, '')
        .matchAll(/"([^"]*)"|(\S+)/g),
    ];
    const done = spawnSync(process.execPath, [main, ...words.map(([, quoted, bare]) => quoted ?? bare!)], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(done.stderr).toBe('');
    expect(done.status).toBe(0);
    expect(done.stdout.length).toBeGreaterThan(100);
  });

  const programs = fences('README.md', 'js').map((code, i) => [i + 1, code] as const);

  test.each(programs)('program %i of the README prints what its comments say', (number, code) => {
    const folder = join(root, 'out/readme');
    mkdirSync(folder, { recursive: true });
    const file = join(folder, `program-${number}.mjs`);
    writeFileSync(file, code);
    const printed = execFileSync(process.execPath, [file], { encoding: 'utf8', timeout: 60_000 });
    const promised = [...code.matchAll(/console\.log\(.*\); \/\/ (.*)$/gm)].map(([, comment]) => comment!);
    expect(promised.length).toBeGreaterThan(0);
    for (const each of promised) expect(printed.split('\n')).toContain(each);
  });
});

test('no claim of a scheme is contradicted by what the scenarios measure', async () => {
  expect(contradictions(await measureSchemes())).toEqual([]);
});

test('a contradiction is noticed, in either direction', async () => {
  const [naive, ...others] = await measureSchemes();
  const safe = claim(naive!, {
    aba: claim(naive!.aba, { claims: claim(naive!.aba.claims, { abaSafe: 'yes' }) }),
  });
  expect(contradictions([safe])).toEqual(['naive claims ABA-safe "yes", and ABA was found in aba-dequeue.']);
  const epochs = others.at(-1)!;
  const bold = claim(epochs, {
    aba: claim(epochs.aba, { claims: claim(epochs.aba.claims, { survivesStall: true, abaSafe: 'no' }) }),
  });
  expect(contradictions([bold])).toEqual([
    'epochs claims no safety from ABA, and none was found.',
    expect.stringMatching(
      /^epochs claims that it survives a stalled thread, and \d+ of 24 slots were unreclaimed\.$/,
    ),
  ]);
});
