import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { benchLongCsv } from '../../dist/src/report/text/bench-csv.js';
import { benchMarkdown, structuresMarkdown } from '../../dist/src/report/text/bench-markdown.js';
import type { BenchResult } from '../../src/bench/result-file.ts';
import { cell, fields, full, result, sample } from '../bench/results.ts';

function numbers(found: readonly Readonly<Record<string, string>>[]): number[][] {
  return found.map(({ at, value }) => [Number(at), Number(value)]);
}

function columns(line: string): number {
  return line.replaceAll('\\|', '').split('|').length;
}

describe('the long form of the CSV', () => {
  const [one, ...others] = full.cells;
  const latencyNs = {
    ...one!.latencyNs!,
    buckets: [
      [50, 7],
      [127, 3],
    ] as const,
  };
  const frees = {
    mean: 1,
    max: 2,
    calls: 5,
    tail: [[0, 0.4]] as const,
    buckets: [
      [0, 3],
      [2, 2],
    ] as const,
  };
  const age = { p50: 1, p99: 2, max: 3, slots: 4, tail: [[1, 0.5]] as const };
  const whole: BenchResult = {
    ...full,
    cells: [{ ...one!, latencyNs, unreclaimed: { ...one!.unreclaimed!, frees, age } }, ...others],
  };
  const [heads, ...rows] = benchLongCsv(whole)
    .trimEnd()
    .split('\r\n')
    .map((line) => fields(line));
  const read = rows.map((row) => Object.fromEntries(heads!.map((head, i) => [head, row[i]!])));
  const of = (figure: string, scheme = 'tagged', list = 'cells'): Record<string, string>[] =>
    read.filter((row) => row['figure'] === figure && row['scheme'] === scheme && row['list'] === list);

  test('has every sample of every cell, with what it was measured under', () => {
    for (const [list, cells] of Object.entries({
      cells: whole.cells,
      peers: whole.peers,
      sweep: whole.sweep,
    })) {
      for (const { scheme, samples } of cells) {
        const rates = of('rate', scheme, list);
        expect(rates.map(({ value, kind }) => [Number(value), kind])).toEqual(
          samples.map(({ mops, kind }) => [mops, kind]),
        );
        expect(
          of('thread-rate', scheme, list).map(({ index, at, value }) => [+index!, +at!, +value!]),
        ).toEqual(
          samples.flatMap(({ perThread }, i) => perThread.map((each, thread) => [i + 1, thread + 1, each])),
        );
        expect(rates[0]).toMatchObject({ begun: full.begun, workload: 'pairs', threads: '2', prefill: '0' });
      }
    }
  });

  test('has every bucket of a histogram, and the curve where an older file has no buckets', () => {
    expect(numbers(of('latency'))).toEqual(latencyNs.buckets);
    expect(numbers(of('frees'))).toEqual(frees.buckets);
    expect(numbers(of('age-tail'))).toEqual(age.tail);
    expect([numbers(of('latency-tail')), numbers(of('frees-tail')), numbers(of('age'))]).toEqual([
      [],
      [],
      [],
    ]);
  });

  test('has the points of stalls, the looks at what is unreclaimed, and the wraps of tags', () => {
    expect(numbers(of('stall', 'epochs', 'stalls'))).toEqual(full.stalls[0]!.points);
    expect(of('unreclaimed', 'no-reclaim').map(({ value }) => Number(value))).toEqual([0, 450, 900]);
    const wraps = of('tag-wrap', 'tagged', 'wraps');
    expect(wraps.map(({ at }) => Number(at))).toEqual([8, 12, 16, 20, 24, 30]);
    expect(Number(wraps[2]!['value']) * one!.mopsMedian).toBeCloseTo(65_536_000);
  });

  test('says of each figure what bench/README.md says it is', () => {
    const documented = readFileSync(join(import.meta.dirname, '../../bench/README.md'), 'utf8');
    for (const name of [...heads!, ...new Set(read.map(({ figure }) => figure!))])
      expect(documented).toContain(`\`${name}\``);
  });
});

describe('the Markdown of a benchmark', () => {
  const markdown = benchMarkdown(full);

  test('has the machine, how it was measured, and a row for each cell, with its spread', () => {
    for (const fact of [
      '- a processor, 2 cores; Linux 6; Node 20.19.0',
      '5 repetitions of 10 ms',
      '`npx lockfree-lab bench`',
    ])
      expect(markdown).toContain(fact);
    expect(markdown).toMatch(/^### pairs, 2 threads\n\n\| contender \| Mops\/s \| least \|/m);
    expect(markdown).toMatch(
      /^\| tagged \| 10\.00 \| 9\.90 \| 20\.00 \| \d+\.\d % \| 1\.00 \| 100ns \|.*\| 5, 1 out \|$/m,
    );
    expect(markdown).toMatch(/^\| no-reclaim \| .* \| 900, leaks \| 1 ~ \|$/m);
    expect(markdown).toMatch(/^\| hazard-pointers:threshold=32 \| .* \| 64 \| 2\.9us \| 7\.0us \|$/m);
    expect(markdown).toContain(
      '| epochs | 1 of 2 at D12 | 0 | 500.0 | 500 | unbounded | bounded | **BROKEN** |',
    );
  });

  test('has as many columns in each row as its head', () => {
    for (const block of markdown.split('\n\n').filter((each) => each.startsWith('|')))
      expect(new Set(block.split('\n').map(columns)).size).toBe(1);
  });

  test('takes nothing in a result for markup', () => {
    const evil = '<img src=x>|`**[a](b)\n# c';
    const hostile = benchMarkdown({ ...full, command: evil, peers: [{ ...full.peers[0]!, scheme: evil }] });
    expect(hostile).not.toMatch(/^# c/m);
    expect(hostile).not.toContain('| <img');
    expect(hostile).toContain(String.raw`\<img src=x\>\|\`\*\*\[a\](b)`);
  });
});

describe('structures side by side', () => {
  const rates = [2, 2, 2].map((each) => sample(each));
  const [twice, half] = [2, 0.5].map((times) => rates.map(({ mops }) => sample(times * mops)));
  const disturbed = [8, 8, 8].map((each) => sample(each, 'disturbed'));
  const pools = result(
    [
      cell(rates, { structure: 'michael-scott' }),
      cell(twice!, { structure: 'treiber-stack' }),
      cell(rates, { structure: 'michael-scott', roles: '1:3' }),
      cell(half!, { structure: 'treiber-stack', roles: '1:3' }),
    ],
    {
      structures: ['michael-scott', 'treiber-stack'],
      peers: [cell(disturbed, { engine: 'peer', scheme: 'mutex-queue' })],
    },
  );
  const rows = structuresMarkdown(pools)
    .split('\n')
    .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
    .map((line) => line.split('|').map((part) => part.trim()));

  test('are told as shares of the first one, under the conditions of both, and so are peers', () => {
    expect(rows).toEqual([
      ['', '', 'treiber-stack', ''],
      ['', 'pairs, 2 threads · tagged', '2.00 (2.00 to 2.00)', ''],
      ['', 'pairs 1:3, 2 threads · tagged', '0.50 (0.50 to 0.50)', ''],
      ['', '', 'mutex-queue', ''],
      ['', 'pairs, 2 threads', '4.00 (4.00 to 4.00) ~', ''],
    ]);
  });

  test('are refused of a result of one structure', () => {
    expect(() => structuresMarkdown(result([cell(rates)]))).toThrow(
      'There is one structure in this result: measure several.',
    );
  });
});
