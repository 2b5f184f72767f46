import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseProgram } from '../../src/laboratory/program.ts';
import { describe, expect, test } from 'vitest';
import { folder, lab } from './lab.ts';
import { deep } from '../effort.ts';

interface Documented {
  readonly schemes: readonly { id: string; title: string; claims: object }[];
  readonly scenarios: readonly { id: string; title: string }[];
  readonly mutants: readonly { id: string; title: string }[];
  readonly programs: readonly { id: string; title: string }[];
  readonly matrix: readonly Readonly<Record<string, unknown>>[];
  readonly verdict: string;
  readonly findings: readonly Readonly<Record<string, unknown>>[];
  readonly audit: Readonly<Record<string, unknown>>;
  readonly seed: number | null;
  readonly same: boolean;
}

/** The one document on stdout. */
function documentOf(args: readonly string[], status = 0): Documented {
  const { status: was, stdout, stderr } = lab([...args, '--json']);
  expect({ was, stderr }).toEqual({ was: status, stderr: '' });
  expect(stdout).toMatch(/^\{\n {2}"schemaVersion": 1,\n/);
  expect(stdout.endsWith('}\n')).toBe(true);
  return JSON.parse(stdout) as Documented;
}

/** What a cell of the matrix has beside its structure, its scheme and its verdict. */
const WITH: Readonly<Record<string, readonly string[]>> = {
  sound: ['complete', 'preemptions', 'programs'],
  unsound: ['finding', 'program', 'slots', 'preemptions', 'replay', 'steps'],
  'not-applicable': ['reason'],
};

describe('--json is one document with its schema version first', () => {
  test('list: schemes with claims, scenarios, mutants and programs', () => {
    const document = documentOf(['list']);
    expect(document.schemes.map(({ id }) => id)).toEqual([
      'naive',
      'no-reclaim',
      'tagged',
      'hazard-pointers',
      'epochs',
      'hazard-eras',
      'qsbr',
      'interval',
      'debra',
      'versions',
      'pass-the-pointer',
      'neutralization',
      'mark-sweep',
      'reference-counting',
      'hyaline',
    ]);
    for (const { title, claims } of document.schemes) {
      expect(title).not.toBe('');
      expect(claims).toHaveProperty('abaSafe');
    }
    const safe = document.schemes.map(({ id, claims }) => [
      id,
      (claims as { readonly abaSafe: string }).abaSafe,
    ]);
    expect(Object.fromEntries(safe)).toMatchObject({
      tagged: 'until the tag wraps',
      versions: 'until the version wraps',
    });
    expect(document.scenarios.map(({ id }) => id)).toContain('aba-dequeue');
    for (const { title } of document.scenarios) expect(title).not.toBe('');
    for (const each of [...document.mutants, ...document.programs]) expect(each.title).not.toBe('');
    expect(document.mutants.map(({ id }) => id)).toContain('boost-59');
    for (const { id } of document.programs) expect(parseProgram(id).threads.length).toBeGreaterThan(1);
    // Every structure under every scheme, and what each verdict has with it.
    const { matrix } = document;
    const of = (key: string): Set<unknown> => new Set(matrix.map((cell) => cell[key]));
    expect(matrix.length).toBe(of('structure').size * of('scheme').size);
    for (const cell of matrix) {
      const said = WITH[String(cell['verdict'])]!;
      expect(Object.keys(cell)).toEqual(['structure', 'scheme', 'verdict', ...said]);
    }
    expect(of('verdict')).toEqual(new Set(Object.keys(WITH)));
  });

  test('run: verdict, findings that can be replayed, audit', () => {
    const document = documentOf(['run', 'aba-dequeue']);
    expect(document).toMatchObject({ verdict: 'as-claimed', seed: null });
    expect(document.audit).toMatchObject({ slots: 6, reachable: 6, free: 6, surplus: 6, conflicts: 6 });
    expect(document.findings[0]).toMatchObject({ kind: 'ABA', thread: 1, label: 'D13' });
    for (const finding of document.findings) {
      for (const name of ['kind', 'step', 'thread', 'label', 'note', 'replay'])
        expect(finding).toHaveProperty(name);
    }
  });

  test.runIf(deep)('replay: the same again, from the line of a finding and from a file', () => {
    const path = join(folder(), 'run.jsonl');
    const { findings } = documentOf(['run', 'aba-dequeue', '--trace', path]);
    const words = String(findings[0]?.['replay']).split(' ').slice(3);
    expect(words[0]).toBe('aba-dequeue/naive:slots=6');
    const again = documentOf(['replay', ...words]);
    expect(again.findings).toEqual(findings);
    expect(documentOf(['replay', path])).toMatchObject({ same: true, verdict: 'as-claimed' });
    expect(JSON.parse(readFileSync(path, 'utf8').split('\n')[0] ?? '')).toMatchObject({
      kind: 'trace',
      v: 3,
    });
  });
});
