import { describe, expect, test } from 'vitest';
import { benchCsv } from '../../dist/src/report/text/bench-csv.js';
import { bar, duration, sparkline } from '../../dist/src/report/text/bench-figures.js';
import { benchText } from '../../dist/src/report/text/bench-table.js';
import { plainStyle } from '../../dist/src/report/text/style.js';
import { cell, fields, full, result, sample, steady } from '../bench/results.ts';
import { tooWide, WIDTHS } from '../cli/width.ts';

describe('the report of a benchmark', () => {
  const text = benchText(full, plainStyle());

  test('has a row for each cell, with a bar, the spread, latencies and the garbage', () => {
    expect(text).toMatch(/^pairs, 2 threads$/m);
    expect(text).toMatch(
      /^tagged +10\.00 +█{10} +9\.90 +20\.00 +1\.00 +100ns +200ns +3\.0us +4\.0ms +0 of 0 \[1 out\]$/m,
    );
    expect(text).toMatch(/^no-reclaim .* 900, leaks \[~\]$/m);
    expect(text).toContain('tagged: of 1,000 operations failed A3 1.5');
    expect(text).toContain('25 % of all attempts found it full or empty');
  });

  test('puts the bound beside the measured garbage, and the share of the parameter', () => {
    expect(text).toMatch(/^hazard-pointers:threshold=32 +32 +0\.50 of threshold +60 +62 +64 /m);
    expect(text).toContain('hazard-pointers: the bound is threads x max(threshold, 2 x threads - 1)');
    expect(text).toMatch(/with threshold 32 your\s+average is half the threshold\./);
  });

  test('does not call it half when it is not', () => {
    const [swept] = full.sweep;
    const unreclaimed = { ...swept!.unreclaimed!, mean: 50 };
    expect(benchText({ ...full, sweep: [{ ...swept!, unreclaimed }] }, plainStyle())).not.toContain(
      'your average',
    );
  });

  test('says of each contender how often its clock moved, what a call freed, restarts, and how long it collected', () => {
    const frees = { mean: 0.5, max: 1600, calls: 2000, restarts: 7, scans: 62, advances: 125, tail: [] };
    const collections = { p50: 60_000, p99: 80_000, max: 90_000, times: 3, operations: 4000 };
    const one = cell(steady, { clockMovesPerThousand: 31.25 });
    const told = benchText(
      result([
        { ...one, unreclaimed: { ...one.unreclaimed!, frees, collections } },
        cell(steady, { scheme: 'naive' }),
      ]),
      plainStyle(),
    ).replaceAll(/\n +/g, ' ');
    expect(told).toContain(
      'tagged: the clock moved 31 times in 1,000 operations; a call freed 0.5 slots on average and 1,600 at most; 3.5 restarts in 1,000 calls; 31 scans in 1,000 calls; 63 tries to move the clock on in 1,000 calls; ' +
        '3 times in 4,000 operations a thread found nothing free and had the scheme collect, for 60us at p50 and 90us at most',
    );
    expect(told).not.toContain('naive: the clock');
    const [heads, row] = benchCsv(
      result([{ ...one, unreclaimed: { ...one.unreclaimed!, frees, collections } }]),
    ).split('\r\n');
    const at = heads!.split(',').indexOf('restartsPerThousand');
    expect(row!.split(',').slice(at - 3, at + 6)).toEqual([
      '31.25',
      '0.5',
      '1600',
      '3.5',
      '31',
      '62.5',
      '3',
      '60000',
      '90000',
    ]);
  });

  test('puts what a stalled thread holds back beside the number of values that were inside', () => {
    const [stalled] = full.stalls;
    const stalls = [16, 1024].map((prefill) => ({ ...stalled!, prefill, peak: 3 * prefill }));
    expect(benchText({ ...full, stalls }, plainStyle())).toMatch(
      /^held back, by values inside +at +16 +1,024\nepochs +D12 +48 +3,072$/m,
    );
  });

  test('has the age of slots as it was measured, beside what follows from the counts', () => {
    expect(text).toMatch(/^hazard-pointers:threshold=32 +2\.9us +7\.0us +1\.0ms +5,000 +3\.2us$/m);
  });

  test('shows what is never freed as leaking, not as nothing', () => {
    expect(text).toMatch(/^no-reclaim +450 +leaks +890 +900 +none /m);
    expect(text).toMatch(/^no-reclaim +never$/m);
    expect(text).toMatch(/no-reclaim: unbounded: every slot retired; it frees nothing/);
  });

  test('holds a stall against the claim', () => {
    expect(text).toMatch(/^epochs, 1 of 2 +D12 +500\.0 .* unbounded +bounded +BROKEN$/m);
  });

  test('has naive for what it is: corrupted, with the words of the auditor, and without a rate', () => {
    const audit = {
      slots: 16,
      reachable: 1,
      inHand: 0,
      retired: 0,
      free: 16,
      cached: 0,
      leaked: 0,
      surplus: 1,
    };
    const conditions = {
      workload: 'pairs',
      threads: 2,
      operations: 1822,
      seconds: 0.034,
      again: '',
    } as const;
    const corrupted = benchText(
      {
        ...full,
        corruptions: [
          {
            ...conditions,
            engine: 'atomics',
            scheme: 'naive',
            verdict: 'corrupted',
            kind: 'double free',
            note: 'T2 freed slot 3.',
            audit,
          },
          {
            ...conditions,
            engine: 'wasm',
            scheme: 'naive',
            verdict: 'no damage seen',
            kind: null,
            note: null,
            audit,
          },
        ],
      },
      plainStyle(),
    ).replaceAll(/\s+/g, ' ');
    expect(corrupted).toContain(
      'naive CORRUPTED within 1,822 operations in 34ms, double free: T2 freed slot 3. reachable 1 ·',
    );
    expect(corrupted).toContain('counted twice −1 (1 slot has two owners) = 16 slots');
    expect(corrupted).toContain(
      'naive (wasm) no damage seen in 1,822 operations in 34ms, which proves nothing',
    );
    expect(corrupted).toContain('naive, 2 threads CORRUPTED no claim as claimed');
    expect(corrupted).toContain('do not stop for good: T2 freed slot 3. reachable 1 ·');
  });

  test('says how soon a tag comes round at the measured rate, beside a time slice', () => {
    const fast = cell([sample(100), sample(100), sample(100)]);
    const tags = benchText({ ...full, cells: [...full.cells, fast] }, plainStyle());
    expect(tags).toMatch(/^bits +changes +atomics, 100\.00 Mops\/s/m);
    expect(tags).toMatch(/^ +16 +65,536 +655us +within a slice$/m);
    expect(tags).toMatch(/^ +20 +1,048,576 +10ms +3\.5 slices$/m);
    expect(tags).toMatch(/^ +30 +1,073,741,824 +11s +3,579 slices$/m);
    expect(tags).toMatch(/longest operation\s+of tagged in\s+this run took 4\.0ms \(atomics\)/);
    const none = full.cells.filter(({ scheme }) => scheme !== 'tagged');
    expect(benchText({ ...full, cells: none }, plainStyle())).not.toContain('Tags:');
  });

  test('says where it comes from, and what was disturbed', () => {
    for (const fact of ['a processor', 'Node 20.19.0', 'seed 1', 'npx lockfree-lab bench', '1 of 5 cells'])
      expect(text).toContain(fact);
  });

  test('keeps to the width, and to ASCII if asked to', () => {
    const plain = benchText(full, plainStyle({ ascii: true }));
    // oxlint-disable-next-line no-control-regex -- every character of ASCII
    expect(plain).toMatch(/^[\u0000-\u007f]*$/);
    for (const columns of WIDTHS) {
      const narrow = benchText(full, plainStyle({ columns: Math.min(columns, 100) }));
      expect(tooWide(narrow, columns)).toEqual([]);
      // Nothing is dropped with the width but bars and rarer columns.
      for (const { scheme, mopsMedian } of [...full.cells, ...full.peers])
        expect(narrow.replaceAll(/\s+/g, ' ')).toMatch(
          new RegExp(`${scheme} .{0,12}${mopsMedian.toFixed(2).replace('.', '\\.')}`),
        );
    }
  });
});

describe('the CSV of a benchmark', () => {
  const lines = benchCsv(full).split('\r\n');
  test('has a head and a row for each cell, all of one length', () => {
    expect(lines).toHaveLength(1 + 5 + 1);
    expect(lines.at(-1)).toBe('');
    expect(new Set(lines.slice(0, -1).map((line) => fields(line).length)).size).toBe(1);
  });

  test('has every figure in its column, and what was not measured is empty', () => {
    const [head, ...rows] = lines.map((line) => fields(line));
    const at = (row: number, name: string): string => rows[row]![head!.indexOf(name)]!;
    expect([at(0, 'list'), at(2, 'list'), at(3, 'list')]).toEqual(['cells', 'peers', 'sweep']);
    expect([at(0, 'mopsMedian'), at(0, 'mopsMin'), at(0, 'latencyP999Ns')]).toEqual(['10', '9.9', '3000']);
    expect(at(0, 'failuresA3PerThousand')).toBe('1.5');
    expect(at(2, 'scheme')).toBe('a "queue", locked');
    expect([at(2, 'latencyP50Ns'), at(2, 'unreclaimedPeak')]).toEqual(['', '']);
    expect(at(1, 'coefficientOfVariation')).toBe('');
  });

  test('says in each row where it comes from', () => {
    const [head, ...rows] = lines.slice(0, -1).map((line) => fields(line));
    const { machine, seed, command, begun } = full;
    const { cpu, cores, system, node, v8 } = machine;
    for (const row of rows) {
      const origin = Object.fromEntries(head!.map((name, i) => [name, row[i]]));
      expect(origin).toMatchObject({
        cpu,
        cores: String(cores),
        system,
        node,
        v8,
        begun,
        seed: String(seed),
        command,
      });
    }
  });
});

describe('small drawings', () => {
  test('a bar is as long as its share', () => {
    expect(bar(1, 4, plainStyle())).toBe('████');
    expect(bar(0.5, 4, plainStyle({ ascii: true }))).toBe('##');
    expect(bar(7 / 32, 4, plainStyle())).toBe('▉');
    expect(bar(0, 4, plainStyle())).toBe('');
  });

  test('a sparkline goes from 0 to the largest', () => {
    expect(sparkline([0, 50, 100], 10, plainStyle())).toBe('▁▅█');
    expect(sparkline([0, 0], 10, plainStyle({ ascii: true }))).toBe('__');
    expect(
      sparkline(
        Array.from({ length: 100 }, (_, i) => i),
        4,
        plainStyle(),
      ),
    ).toHaveLength(4);
  });

  test('a duration has a unit', () => {
    expect([5, 1500, 34_000_000, 2e9].map((ns) => duration(ns))).toEqual(['5ns', '1.5us', '34ms', '2.0s']);
  });
});
