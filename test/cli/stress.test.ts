import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { schemes } from '../../src/laboratory/registry.ts';
import { moduleUrl } from '../stress/variants/modules.ts';
import { folder, lab } from './lab.ts';
import { shellWords } from '../../dist/src/visible.js';
import { deep } from '../effort.ts';

interface Stressed {
  readonly schemaVersion: number;
  readonly verdict: string;
  readonly findings: readonly { kind: string; replay: string }[];
  readonly audit: Readonly<Record<string, unknown>>;
  readonly operations: number;
  readonly seconds: number;
  readonly seed: number;
  readonly runs: readonly Stressed[];
  readonly explanation: Readonly<Record<'kind' | 'program' | 'replay', string>> | null;
  readonly scheme: string;
}

describe('stress', () => {
  test.each([
    [['--threads', '0'], '--threads cannot be "0": give a whole number from 1 to 64.'],
    [['--threads', '65'], '--threads cannot be "65": give a whole number from 1 to 64.'],
    [['--slots', '1'], '--slots cannot be "1": give a whole number from 2 to 1048575.'],
    [['--scheme', 'epoch'], 'There is no scheme "epoch" (did you mean "epochs"?)'],
    [['--scheme', 'epochs:grace=9'], 'grace'],
    [['--scheme', 'hazard-pointers', '--slots', '4'], '4 slots are too few for hazard-pointers'],
    [['--scheme', './nowhere.js'], 'cannot be loaded'],
    [['--mix', 'pair'], '--mix cannot be "pair" (did you mean "pairs"?): give pairs or '],
    [['--stride', '9'], 'A slot of 9 words cannot be had: give 8, 16, 32.'],
    [
      ['--stride', '10', '--structure', 'segments'],
      'A slot of the segment queue of 10 words cannot be had: give a whole number from 11 to 1024.',
    ],
    [['--engine', 'wsm'], '--engine cannot be "wsm" (did you mean "wasm"?): give atomics or wasm or mixed.'],
    [
      ['--engine', 'wasm', '--stall', 'T2@D12'],
      'T2 cannot be stopped at T2@D12: compiled steps have no labels',
    ],
    [['--engine', 'wasm', '--kill', 'T1@D12'], 'take the engine atomics, or mixed'],
    [['--seconds', '0'], '--seconds cannot be "0": give a number from 0.01 to 86400.'],
    [['--stall', 'T2'], '"T2" is no point of a thread'],
    [['--stall', 'T2@D99'], 'There is no step "D99"'],
    [['--threads', '2', '--kill', 'T3@D13'], 'There is no T3'],
    [['--variant', './nowhere.js'], 'There is no file ./nowhere.js for --variant'],
    [['--snapshot', '/nowhere/slab'], 'The file /nowhere/slab cannot be written (its folder does not exist)'],
    [['--snapshot', '/tmp/slab', '--scheme', 'all'], '--snapshot writes one slab'],
  ])('%j is refused in one sentence', (args, sentence) => {
    const { status, stdout, stderr } = lab(['stress', ...args]);
    expect(stderr).toContain(sentence);
    expect(stderr).toMatch(/^[^\n]+\n$/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  });

  test('a safe scheme: as claimed, with its equation, its seed and exit status 0', () => {
    const path = join(folder(), 'slab.snapshot');
    const line = ['stress', '--scheme', 'tagged', '--seconds', '0.3', '--seed', '5', '--snapshot', path];
    const { status, stdout, stderr } = lab(line);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/leaked 0 {2}= \d+ slots/);
    expect(stdout).toMatch(/seed 5\b/);
    expect(existsSync(path)).toBe(true);
    expect(lab(['audit', path]).status).toBe(0);
  });

  test('naive reuse is caught, which is as claimed; what it found can be run again', () => {
    // In the short form no program is looked for: the next test looks for one.
    const more = deep ? [] : ['--explain', '0'];
    const { status, stdout } = lab(['stress', '--scheme', 'naive', '--seconds', '20', '--json', ...more]);
    const document = JSON.parse(stdout) as Stressed;
    expect(document.schemaVersion).toBe(1);
    expect(document.verdict).toBe('as-claimed');
    expect(document.findings.length).toBeGreaterThan(0);
    expect(document.findings[0]?.replay).toContain(`--seed ${document.seed}`);
    expect(document.operations).toBeGreaterThan(0);
    expect(document.seconds).toBeGreaterThan(0);
    expect(document.audit).toHaveProperty('slots', 16);
    expect(status).toBe(0);
    // Whatever the threads showed, a short program does the like, on the model and on real threads.
    if (!deep) return;
    const { kind, replay } = document.explanation!;
    const words = replay.replaceAll('"', '').split(/ (?=\d+x)/);
    for (const engine of ['model', 'stepped']) {
      const line = [words[0]!.replace(/^.*replay /, ''), words[1]!, '--engine', engine, '--json'];
      const again = JSON.parse(lab(['replay', ...line]).stdout) as Stressed;
      expect(again.findings.map((finding) => finding.kind)).toContain(kind);
    }
  });

  test.runIf(deep)(
    'what a variant did is explained: by the program, its story, and a line that replays it',
    () => {
      const variant = moduleUrl('../../judge/variants/faulty.mjs', { queue: 'storesLate' });
      const { status, stdout } = lab([
        'stress',
        '--scheme',
        'tagged',
        '--variant',
        variant,
        '--seconds',
        '60',
        '--explain',
        '100',
      ]);
      expect(stdout).toMatch(/^explorer [a-z ]+ in "e \| d": 2 operations on 2 threads, 1 preemption, /m);
      expect(stdout.replaceAll(/\n +/g, ' ')).toContain('; no smaller program shows it. It tried ');
      expect(stdout).toMatch(/^program {2}e \| d {10}/m);
      expect(stdout).toContain('FIRST DAMAGE   value from nowhere at step 22');
      const [, line] = /^replay +npx lockfree-lab replay ([^]*?)\n\n/m.exec(stdout)!;
      // Where the line is broken depends on the length of the path.
      const words = shellWords(line!.replaceAll('\\\n', ''));
      expect(words).toEqual([
        '--variant',
        variant,
        expect.stringContaining('e | d/tagged:'),
        expect.any(String),
      ]);
      const again = lab(['replay', ...words]);
      expect(again.stdout).toContain('FIRST DAMAGE   value from nowhere at step 22');
      expect([status, again.status]).toEqual([1, 1]);
    },
  );

  test.runIf(deep)('where a thread was stopped for good nothing is explained, and that is said', () => {
    const { stdout } = lab(['stress', '--scheme', 'naive', '--kill', 'T2@D13', '--ops', '100000']);
    if (stdout.includes('FIRST DAMAGE'))
      expect(stdout).toContain('explorer was not asked: in the programs that it runs');
    else expect(stdout).not.toContain('explorer');
  });

  test.runIf(deep)('--scheme all ends with a table of all, and --json has a run for each', () => {
    const { status, stdout } = lab(['stress', '--scheme', 'all', '--seconds', '0.2', '--explain', '0']);
    const table = stdout.slice(stdout.lastIndexOf('scheme  '));
    for (const { ID: id } of schemes) expect(table).toMatch(new RegExp(`^${id} +[\\d,]+ `, 'm'));
    expect(status).toBe(0);
    const json = lab(['stress', '--scheme', 'all', '--seconds', '0.2', '--explain', '0', '--json']).stdout;
    const document = JSON.parse(json) as Stressed;
    expect(document.runs.map(({ scheme }) => scheme)).toEqual(schemes.map(({ ID }) => ID));
    expect(document.operations).toBe(document.runs.reduce((sum, { operations }) => sum + operations, 0));
  });
});
