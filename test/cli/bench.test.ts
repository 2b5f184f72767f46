import { once } from 'node:events';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { BENCH_ENGINES } from '../../dist/src/bench/scheme-contender.js';
import { doneOf } from '../../dist/src/bench/suite.js';
import { parseBench, printBench } from '../../dist/src/bench/result-file.js';
import type { TagWrap } from '../../src/bench/tag-wrap.ts';
import { parseTargets } from '../../bench/targets/measure.ts';
import { folder, lab, start } from './lab.ts';
import { deep } from '../effort.ts';
import { result } from '../bench/results.ts';

const EMPTY = result([]);

/** Two blocks, each small. */
const SMALL = [
  'bench',
  '--quick',
  '--scheme',
  'tagged',
  '--engine',
  'atomics',
  '--workload',
  'pairs',
  '--no-peers',
  '--no-memory',
];
const LONG = [
  'bench',
  '--quick',
  '--scheme',
  'tagged',
  '--engine',
  'atomics',
  '--threads',
  '1',
  '--no-peers',
  '--no-memory',
  '--think',
  'both',
];

describe('bench', () => {
  test('prints a table, keeps the result and the CSV; the same line again measures nothing more', () => {
    const place = folder();
    const [out, csv] = [join(place, 'result.json'), join(place, 'result.csv')];
    const line = [...SMALL, '--out', out, '--csv', csv];
    const first = lab(line);
    expect({ status: first.status, stderr: first.stderr }).toEqual({ status: 0, stderr: '' });
    expect(first.stdout).toMatch(/^pairs, 1 thread\n/);
    const kept = parseBench(readFileSync(out, 'utf8'), out);
    expect(kept).toMatchObject({ complete: true, cells: [{ threads: 1 }, { threads: 2 }] });
    expect(readFileSync(csv, 'utf8').split('\r\n')).toHaveLength(4);
    const second = lab([...line, '--json']);
    const document = JSON.parse(second.stdout) as { tagWrap: TagWrap[] };
    expect(document).toMatchObject({ schemaVersion: 1, kind: 'bench', cells: kept.cells });
    expect(document.tagWrap.map(({ engine }) => engine)).toContain('atomics');
    for (const { mops, widths } of document.tagWrap) {
      expect(widths.map(({ bits }) => bits)).toEqual([8, 12, 16, 20, 24, 30]);
      expect(widths[2]!.wrapsInNs * mops).toBeCloseTo(65_536_000);
    }
    const itself = lab(['bench', out, out]);
    expect(itself.status).toBe(0);
    expect(itself.stdout).toContain('0 of 2 differences are real');
    const several = lab(['bench', out, out, out, '--json']);
    const { comparisons, origins } = JSON.parse(several.stdout) as Record<string, object[]>;
    const { begun, machine, effort, seed, command } = kept;
    expect(origins).toEqual([1, 2, 3].map(() => ({ name: out, begun, machine, effort, seed, command })));
    expect(comparisons).toMatchObject([
      { name: out, machines: [] },
      { differences: [{ ratio: 1 }, { ratio: 1 }] },
    ]);
    const [long, markdown] = [join(place, 'long.csv'), join(place, 'result.md')];
    expect(lab(['bench', out, '--long-csv', long, '--markdown', markdown]).status).toBe(0);
    const rates = readFileSync(long, 'utf8')
      .split('\r\n')
      .filter((row) => row.includes(',rate,'));
    expect(rates).toHaveLength(kept.cells.reduce((sum, { samples }) => sum + samples.length, 0));
    expect(readFileSync(long, 'utf8')).toMatch(/,latency,0,\d+,\d+,operations,\r\n/);
    expect(readFileSync(markdown, 'utf8')).toContain('### pairs, 1 thread');
    const page = join(place, 'page.html');
    const shown = lab(['bench', out, out, out, '--ascii', '--html', page, '--plots', join(place, 'plots')]);
    expect({ status: shown.status, stderr: shown.stderr }).toEqual({ status: 0, stderr: '' });
    expect(readFileSync(page, 'utf8')).toContain('Which differences are real');
    expect(readdirSync(join(place, 'plots'))).toContain('plots.csv');
    if (!deep) return;
    // A run that was ended after its first cell goes on with the second, as test/bench/suite.deep.test.ts shows too.
    writeFileSync(out, printBench({ ...kept, complete: false, cells: kept.cells.slice(0, 1) }));
    expect(lab(line).status).toBe(0);
    const whole = parseBench(readFileSync(out, 'utf8'), out);
    expect(whole).toMatchObject({ complete: true, cells: [kept.cells[0], { threads: 2 }] });
    expect(whole.cells[1]).not.toEqual(kept.cells[1]);
  });

  test.runIf(deep)('interrupted, it leaves a readable file with what was finished', async () => {
    const place = folder();
    const out = join(place, 'result.json');
    const child = start([...LONG, '--out', out]);
    const stdout = text(child.stdout);
    while (!existsSync(out)) await new Promise((resolve) => setTimeout(resolve, 50));
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    const kept = parseBench(readFileSync(out, 'utf8'), out);
    expect(kept.complete).toBe(false);
    expect(kept.cells.length).toBeGreaterThan(0);
    expect(readdirSync(place)).toEqual(['result.json']);
    const printed = (await stdout).replaceAll(/\n +/g, ' ');
    expect(printed).toContain('tagged');
    const [, done] =
      /^Interrupted: (\d+) of \d+ cells and experiments were finished; the same line/m.exec(printed) ?? [];
    expect(Number(done)).toBe(doneOf(kept));
  });

  test.runIf(deep)('whose time is over, it names what it left out, and the same line continues', () => {
    const out = join(folder(), 'result.json');
    const line = ['bench', '--quick', '--no-peers', '--engine', 'atomics', '--workload', 'pairs'];
    const small = [...line, '--threads', '1', '--out', out, '--max-seconds'];
    const first = lab([...small, '2']);
    expect(first.status).toBe(0);
    const printed = first.stdout.replaceAll(/\n +/g, ' ');
    const [, done, all] = /The 2 s of --max-seconds were over: (\d+) of (\d+) cells/.exec(printed) ?? [];
    expect(printed).toMatch(/left out: stalls: all \d+$/m);
    // On a very busy machine there may be nothing yet.
    const kept = existsSync(out) ? parseBench(readFileSync(out, 'utf8'), out) : null;
    expect(doneOf(kept ?? EMPTY)).toBe(Number(done));
    expect(printed).toContain(
      kept === null ? `there is no file ${out} yet` : `the same line continues from ${out}`,
    );
    const second = lab([...small, '3', '--json']);
    const document = JSON.parse(second.stdout) as typeof EMPTY & { leftOut: { missing: unknown[] }[] };
    expect(document.cells.slice(0, kept?.cells.length ?? 0)).toEqual(kept?.cells ?? []);
    expect(document).toMatchObject({ complete: false, verdict: 'undecided', effort: { seconds: 3 } });
    const missing = document.leftOut.reduce((sum, each) => sum + each.missing.length, doneOf(document));
    expect(missing).toBe(Number(all));
  });

  test('interrupted while its rivals are compiled, it ends the compiler, and with it all that this has started', async () => {
    const place = folder();
    const [begun, ended] = [join(place, 'begun'), join(place, 'ended')];
    writeFileSync(
      join(place, 'g++'),
      `#!/bin/sh
if [ "$1" = --version ]; then echo 'g++ 0'; exit; fi
trap 'echo > ${ended}; exit 1' TERM
sleep 3600 &
echo $! > ${begun}.part
mv ${begun}.part ${begun}
wait`,
      { mode: 0o755 },
    );
    const line = 'bench --targets --quick --scheme tagged --workload pairs --threads 1';
    const child = start(line.split(' '), { PATH: `${place}:${process.env['PATH']}` });
    const said = Promise.all([text(child.stdout), text(child.stderr)]);
    while (!existsSync(begun)) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGINT');
    expect(await once(child, 'close')).toEqual([130, null]);
    expect(await said).toEqual(['', '']);
    expect(existsSync(ended)).toBe(true);
    // Of a process that has ended, what is left if anything is what its parent has not fetched yet.
    const status = `/proc/${readFileSync(begun, 'utf8').trim()}/status`;
    if (existsSync(status)) expect(readFileSync(status, 'utf8')).toMatch(/^State:\tZ/m);
  });

  test.each([
    [
      '--workload producers-consumers --no-memory',
      'producers-consumers is left out with 1 thread: it needs at least 2.',
    ],
    ['--workload ping-pong --targets', 'ping-pong is left out with 1 thread: it needs at least 2.'],
    [
      '--workload fifty-fifty --scheme tagged --engine wasm-batched --no-peers',
      'tagged is left out where it cannot be used: ',
    ],
  ])('--threads 1 %s leaves nothing to measure, and says why', (line, why) => {
    const { status, stdout, stderr } = lab(['bench', '--quick', '--threads', '1', ...line.split(' ')]);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(/Nothing is left to measure: .*\n$/);
    expect(stderr).toContain(why);
  });

  test.runIf(deep)('measures both engines, and the batches of one where there can be any', () => {
    const line = [
      'bench',
      '--quick',
      '--scheme',
      'tagged',
      '--threads',
      '1',
      '--no-peers',
      '--no-memory',
      '--json',
    ];
    const enginesOf = (...more: string[]): string[] => {
      const { status, stdout } = lab([...line, ...more]);
      expect(status).toBe(0);
      const { cells } = JSON.parse(stdout) as { cells: { engine: string; mopsMedian: number }[] };
      expect(cells.every(({ mopsMedian }) => mopsMedian > 0)).toBe(true);
      return cells.map(({ engine }) => engine);
    };
    expect(enginesOf('--workload', 'pairs')).toEqual(['atomics', 'wasm']);
    expect(enginesOf('--workload', 'bursts', '--engine', 'all')).toEqual([...BENCH_ENGINES]);
    expect(enginesOf('--workload', 'fifty-fifty', '--engine', 'all')).toEqual(['atomics', 'wasm']);
  });

  test.runIf(deep)('holds itself against its targets', () => {
    const line = [
      'bench',
      '--targets',
      '--quick',
      '--scheme',
      'tagged',
      '--workload',
      'pairs',
      '--threads',
      '1',
    ];
    const out = join(folder(), 'targets.json');
    const { status, stdout } = lab([...line, '--json', '--seed', '7', '--out', out]);
    // All of it is there: nothing is measured again.
    const told = lab([...line, '--out', out]);
    expect(told.status).toBe(0);
    expect(status).toBe(0);
    const { kind, seed, targets, notes } = parseTargets(JSON.parse(stdout), 'stdout');
    expect({ kind, seed }).toEqual({ kind: 'targets', seed: 7 });
    const asked =
      /^tagged \(atomics\) is not asked to be ahead of mutex-queue in pairs with 1 thread: it makes \d/;
    expect(notes.filter((note) => asked.test(note))).toHaveLength(1);
    // Said once, for both engines.
    const { stderr } = lab([...line.with(4, 'epochs'), '--max-seconds', '1']);
    expect(stderr.match(/^epochs .* is not asked .*$/gm)).toEqual([
      expect.stringMatching(/^epochs \(wasm and atomics\) is not asked to be ahead of mutex-queue in pairs/),
    ]);
    // Two of them hold chains against batches, and need no native program.
    expect(targets.length).toBe(notes.length > 1 ? 3 : 5);
    const again = lab([...line, '--out', out]);
    expect({ status: again.status, stdout: again.stdout }).toEqual({ status: 0, stdout: told.stdout });
    for (const { ratio, mops, rivalMops, interval, least, isMet, ahead } of targets) {
      expect(ratio).toBeCloseTo(mops / rivalMops);
      expect(interval[0]).toBeLessThanOrEqual(interval[1]);
      expect(isMet).toBe(ahead ? ratio > least : ratio >= least);
    }
  });

  test.each([
    [['--engine', 'wasn'], 'There is no engine "wasn" (did you mean "wasm"?)'],
    [['--targets', '--engine', 'wasm'], '--targets says itself what is measured'],
    [['--workload', 'pears'], 'Did you mean "pairs"'],
    [['--threads', '65'], '--threads cannot be "65"'],
    [['--scheme', 'epoch'], 'There is no scheme "epoch"'],
    [['one.json'], 'There is no file one.json: give a result of bench --out, or several to compare them.'],
    [['one.json', '--quick'], '--quick is for a measurement'],
    [['one.json', '--max-seconds', '9'], '--max-seconds is for a measurement'],
    [['--max-seconds', '0'], '--max-seconds cannot be "0": give a number from 1 to '],
    [['one.json', 'two.json'], 'There is no file one.json'],
    [
      ['one.json', 'two.json', '--out', 'three.json'],
      '--out is for a measurement, and files are only shown or compared',
    ],
    [['src', 'test'], 'The result src cannot be read (EISDIR): give a file that bench --out has written.'],
    [['--out', '/nowhere/result.json'], 'cannot be written'],
    [['--roles', '0:2'], '--roles cannot be "0:2": give producers and consumers, as in 1:3.'],
    [
      ['--roles', '1:3', '--workload', 'pairs'],
      '--roles 1:3 is of the workload producers-consumers, which is not measured here: leave one of them out',
    ],
    [
      [
        '--scheme',
        'tagged',
        '--roles',
        '3:1',
        '--workload',
        'producers-consumers',
        '--threads',
        '3',
        '--threads',
        '2',
      ],
      'producers-consumers 3:1 is left out with 3, 2 threads: all of them would put in, and it needs at least 4.\nNothing is left to measure',
    ],
    [
      ['--structure', 'michael-list', '--payload', '64'],
      '--payload 64 comes with a value, and a set has keys alone: leave --payload out',
    ],
    [
      ['--stall-step', 'D3', '--no-memory'],
      '--stall-step D3 asks for threads that stop for good, and there is no such experiment with --no-memory, with several structures, or on one that takes no slots: leave one of them out.',
    ],
    [['--payload', '6'], '--payload cannot be "6": give a multiple of 4'],
    [['--prefill', '4097'], '--prefill cannot be "4097": give a whole number from 0 to 4096.'],
    [['--markdown', '/nowhere/result.md'], 'cannot be written'],
  ])('%s is bad usage', (args, sentence) => {
    const { status, stderr } = lab(['bench', ...args]);
    expect(status).toBe(2);
    expect(stderr.toLowerCase()).toContain(sentence.toLowerCase());
  });

  test.runIf(deep)('a result of other efforts is not gone on with', () => {
    const out = join(folder(), 'result.json');
    expect(lab([...SMALL, '--threads', '1', '--out', out]).status).toBe(0);
    const other = lab([...SMALL.filter((word) => word !== '--quick'), '--threads', '1', '--out', out]);
    expect(other.status).toBe(2);
    expect(other.stderr).toContain('its roundMs was 25 and is 80 now');
    writeFileSync(out, 'no JSON');
    expect(lab([...SMALL, '--out', out]).stderr).toContain('it is no JSON');
  });
});
