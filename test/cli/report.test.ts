import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createBuffer, attachWords } from '../../src/laboratory/shared.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { writeSnapshot } from '../../src/observe/snapshot.ts';
import { newResult, printBench, thisMachine } from '../../src/bench/result-file.ts';
import { folder, lab } from './lab.ts';

/** The text of a page without its markup and its script. */
function said(page: string): string {
  const [body] = page.split('<script');
  return body.replaceAll(/<[^>]*>/g, ' ').replaceAll(/\s+/g, ' ');
}

describe('report', () => {
  test('a trace, a snapshot, a benchmark and a document stand on one page, each with what came of it', async () => {
    const place = folder();
    const at = (name: string): string => join(place, name);
    lab(['run', 'aba-dequeue', '--engine', 'model', '--trace', at('aba.jsonl')]);
    const choice = await chooseScheme('epochs:period=1');
    writeSnapshot(at('slab.snapshot'), attachWords(createBuffer({ slots: 8, threads: 2 }, choice)));
    writeFileSync(
      at('bench.json'),
      printBench(
        newResult({
          command: 'bench',
          seed: 1,
          machine: { ...thisMachine(), cpu: 'a <b>bold</b> one' },
          effort: { roundMs: 10, warmUps: 0, leastRepetitions: 1, mostRepetitions: 1, variation: 1 },
        }),
      ),
    );
    const document = {
      schemaVersion: 1,
      verdict: 'broken',
      scheme: '<i>mine</i>',
      findings: [{ kind: 'ABA', step: 7, note: 'A note.' }],
    };
    writeFileSync(at('found.json'), JSON.stringify(document));
    const names = ['aba.jsonl', 'slab.snapshot', 'bench.json', 'found.json'];
    const { stdout, stderr, status } = lab(['report', ...names.map(at), '--html', at('page.html')]);
    expect(stderr).toBe('');
    expect(status).toBe(1);
    expect(stdout).toContain('All 56 events came out as recorded.');
    expect(stdout).toContain('As claimed: every slot has one owner.');
    expect(stdout).toContain(`4 records on the page ${at('page.html')}`);
    const page = readFileSync(at('page.html'), 'utf8');
    for (const part of [
      'a trace of aba-dequeue under naive',
      'ABA. T1',
      'a snapshot of 8 slots',
      'a benchmark of 0 cells on a &lt;b&gt;bold',
      'ABA at step 7 A note.',
      '&lt;i&gt;mine',
    ])
      expect(said(page)).toContain(part);
    expect(lab(['report', ...names.map(at), '--html', at('again.html')]).status).toBe(1);
    expect(readFileSync(at('again.html'), 'utf8')).toBe(page);
  });

  test.each([
    ['nothing.json', '', 'cannot be used'],
    ['own.json', '{"name":"a package"}', 'is no record of the lab'],
    ['bare.json', '{"schemaVersion":VERSION,"verdict":"as-claimed"}', 'findings is missing or wrong'],
    [
      'altered.json',
      '{"schemaVersion":VERSION,"verdict":"as-claimed","findings":[{"x":1}]}',
      'findings.0.kind is missing or wrong',
    ],
    ['cut.jsonl', '{"kind":"trace","v":2}\n', 'cut.jsonl'],
  ])('%s is refused in one sentence', (name, text, sentence) => {
    const path = join(folder(), name);
    writeFileSync(path, text.replace('VERSION', '1'));
    const { status, stderr } = lab(['report', path, '--html', join(folder(), 'page.html')]);
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect(status).toBe(2);
  });
});
