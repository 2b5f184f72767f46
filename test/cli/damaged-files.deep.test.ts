import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { printBench } from '../../dist/src/bench/result-file.js';
import { readSnapshot, writeSnapshot } from '../../dist/src/observe/snapshot.js';
import { cell, result, sample } from '../bench/results.ts';
import { runs } from '../effort.ts';
import { inside } from './inside.ts';
import { type Outcome } from './lab.ts';
import { slabWords } from './slab.ts';
import { change, changed, forgedDocument, forgedLines, spoiling, spoilt } from './mutations.ts';

const ROUNDS = runs(500, 12);

/** Refused in one sentence, or answered; and nothing that a terminal would obey. */
function expectSense({ status, stdout, stderr }: Outcome): void {
  expect([0, 1, 2], stderr).toContain(status);
  if (status === 2) expect(stderr).toMatch(/^[^\n]+\.\n$/);
  // oxlint-disable-next-line no-control-regex -- what must not be there
  expect(stdout + stderr).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/);
}

let place = '';
const at = (name: string): string => join(place, name);
const good: Record<string, Buffer> = {};

/** What each kind of file is read by. */
const readers: Readonly<Record<string, (path: string) => readonly (readonly string[])[]>> = {
  trace: (path) => [
    ['audit', path, '--json'],
    ['audit', path, '--all', '--step', '20'],
    ['replay', path, '--engine', 'model'],
  ],
  snapshot: (path) => [['audit', path, '--all', '--svg', at('x.svg'), '--dot', at('x.dot')]],
  result: (path) => [
    ['bench', path, at('result')],
    ['bench', at('result'), path],
  ],
  checkpoint: (path) => [
    ['explore', '--merge', path, '--shrink', '0'],
    ['explore', '--program', 'e | d', '--units', '4', '--resume', path, '--shrink', '0', '--jobs', '1'],
  ],
};

beforeAll(async () => {
  place = mkdtempSync(join(tmpdir(), 'lockfree-lab-test-'));
  expect((await inside(['run', 'aba-dequeue', '--engine', 'model', '--trace', at('trace')])).status).toBe(0);
  const search = ['explore', '--program', 'e | d', '--units', '4', '--jobs', '1'];
  expect((await inside([...search, '--checkpoint', at('checkpoint')])).status).toBe(0);
  const cells = [cell([1, 2, 3].map((mops) => sample(mops))), cell([sample(4)], { threads: 1 })];
  writeFileSync(at('result'), printBench(result(cells, { peers: cells })));
  for (const name of ['trace', 'checkpoint', 'result']) good[name] = readFileSync(at(name));
  writeSnapshot(at('snapshot'), await slabWords());
  good['snapshot'] = readFileSync(at('snapshot'));
});

afterAll(() => rmSync(place, { recursive: true, force: true }));

describe.each(Object.keys(readers))('a %s', (kind) => {
  test('as it was written is read', async () => {
    for (const args of readers[kind]!(at(kind))) {
      expect((await inside(args)).stderr).toBe('');
    }
  });

  test('with any byte changed, lost or added is refused, or read as what it still says', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(spoiling, { minLength: 1, maxLength: 3 }), fc.nat(), async (steps, which) => {
        let bytes: Uint8Array = good[kind]!;
        for (const step of steps) bytes = spoilt(bytes, step);
        writeFileSync(at('spoilt'), bytes);
        const lines = readers[kind]!(at('spoilt'));
        const outcome = await inside(lines[which % lines.length]!);
        expectSense(outcome);
        if (kind === 'trace' || kind === 'snapshot') {
          expect(outcome.status === 2 || Buffer.compare(bytes, good[kind]!) === 0).toBe(true);
        }
      }),
      { numRuns: ROUNDS },
    );
  });

  test('that bears a right hash and says odd things is refused, or read', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), fc.nat(), async (steps, which) => {
        const alter = (document: unknown): unknown => {
          let altered = document;
          for (const step of steps) altered = changed(altered, step);
          return altered;
        };
        const path = at('forged');
        if (kind === 'snapshot') {
          const words = [...readSnapshot(at('snapshot'))];
          const altered = (alter(words) as unknown[]).map((word) => (typeof word === 'number' ? word : 0));
          writeSnapshot(path, Int32Array.from(altered));
        } else {
          const forge = kind === 'trace' ? forgedLines : forgedDocument;
          writeFileSync(path, forge(good[kind]!.toString(), alter));
        }
        const lines = readers[kind]!(path);
        expectSense(await inside(lines[which % lines.length]!));
      }),
      { numRuns: ROUNDS },
    );
  });
});
