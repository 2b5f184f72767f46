import { describe, expect, test } from 'vitest';
import { stress } from '../../dist/src/index.js';
import { parseProgram } from '../../src/laboratory/program.ts';
import { Journals } from '../../src/stress/journals.ts';
import { countsOf, KeyLedger } from '../../src/stress/key-ledger.ts';
import { cardOfStructure, structureById } from '../../src/laboratory/structures.ts';
import { loadNamed } from '../../src/laboratory/participant.ts';
import { stressText } from '../../dist/src/report/text/stress-text.js';
import { plainStyle } from '../../dist/src/report/text/style.js';
import { usageOf } from '../engines/usage.ts';
import { deep } from '../effort.ts';

const file = (name: string): string => new URL(`../variants/${name}.mjs`, import.meta.url).href;
const run = (structure: string, variant: string | null, ops: number) =>
  stress({
    structure: file(structure),
    scheme: 'tagged',
    threads: 3,
    ops,
    seconds: 60,
    ...(variant !== null && { variant: file(variant) }),
  });

describe('a free run on a set', () => {
  test('accounts for every key, and holds timed operations against a set', async () => {
    const result = await run('bitmap-set', null, 60_000);
    expect(result).toMatchObject({ verdict: 'as-claimed', findings: [] });
    const { enqueued, delivered, remaining } = result.history;
    expect(enqueued).toBeGreaterThan(1000);
    expect(enqueued - delivered).toBe(remaining);
    const looked = Object.fromEntries(result.looked.map(({ what, times }) => [what, times]));
    expect(looked['an order that the times forbid']).toBeGreaterThan(100);
    expect(looked['false answers of contains']).toBeGreaterThan(20);
    expect(result.looked.find(({ what }) => what === 'false "full"')?.not).toContain('nobody counts them');
    const text = stressText(result, plainStyle());
    expect(text).toContain(' keys in, ');
    expect(text).not.toContain('values in');
  });

  test('looks keys up as often as its mix says, of as many keys as it is asked for', async () => {
    const result = await stress({
      structure: 'michael-list',
      scheme: 'epochs',
      threads: 2,
      mix: 'contains-90',
      keys: 128,
      ops: 40_000,
      seconds: 60,
    });
    expect(result).toMatchObject({ verdict: 'as-claimed', findings: [], keys: 128, mix: 'contains-90' });
    const { enqueued, delivered, remaining } = result.history;
    expect(enqueued - delivered).toBe(remaining);
    // At most one update in ten operations, of which a part finds nothing to change.
    expect(enqueued + delivered).toBeGreaterThan(500);
    expect(enqueued + delivered).toBeLessThan(0.11 * result.operations);
    expect(stressText(result, plainStyle())).toMatch(/contains-90 of\s+128 keys/);
  });

  test('the ledger misses any of 4,096 keys', () => {
    const card = cardOfStructure(structureById('michael-list'));
    const journals = Journals.create(2);
    const ledger = new KeyLedger(journals, card, 4096);
    countsOf(journals.log(1), 4096)[2 * 4095] = 1;
    countsOf(journals.log(2), 4096)[2 * 7] = 1;
    expect(ledger.close([7, 4095], true, [1, 2]).values).toEqual([]);
    for (const thread of [1, 2]) countsOf(journals.log(thread), 4096).fill(0);
    expect(ledger.close([7], true, [1, 2]).values.map(({ kind, note }) => [kind, note])).toEqual([
      [
        'lost value',
        'The key 4095 was inside at the start of the round, was inserted 0 times and removed 0 times, and is not inside at its end.',
      ],
    ]);
  });

  test.runIf(deep)('finds one that two threads are told that they changed', async () => {
    const result = await run('bitmap-set', 'hasty-set', 3_000_000);
    expect(result.verdict).toBe('broken');
    expect(result.findings.map(({ kind }) => kind).join()).toMatch(/lost value|duplicate value|order broken/);
  });
});

describe('a free run on a deque', () => {
  test.runIf(deep)('has one owner, and thieves', async () => {
    const result = await run('deque', null, 60_000);
    expect(result).toMatchObject({ verdict: 'as-claimed', findings: [] });
    expect(result.history.enqueued).toBe(result.history.delivered + result.history.remaining);
    expect(result.history.enqueued).toBeGreaterThan(1000);
  });

  test
    .runIf(deep)
    .each(
      (['atomics', 'wasm'] as const).flatMap((engine) =>
        (['pairs', 'random', 'bursts', 'producers-consumers'] as const).map((mix) => ({ engine, mix })),
      ),
    )('of the lab delivers each value once, on $engine with $mix', async ({ engine, mix }) => {
    const result = await stress({
      structure: 'chase-lev',
      engine,
      mix,
      threads: 3,
      ops: 60_000,
      seconds: 60,
    });
    expect(result).toMatchObject({ verdict: 'as-claimed', scheme: 'tagged', findings: [] });
    expect(result.history.enqueued).toBe(result.history.delivered + result.history.remaining);
    expect(result.history.enqueued).toBeGreaterThan(1000);
  });

  test.runIf(deep)('finds a last value that is taken twice', async () => {
    const result = await run('deque', 'greedy-deque', 3_000_000);
    expect(result.verdict).toBe('broken');
    expect(result.findings.map(({ kind }) => kind)).toContain('duplicate value');
  });
});

test('the first thread of a program is the owner, and no other one', async () => {
  await loadNamed(`${file('deque')}:push`);
  const said = await usageOf(() => parseProgram(`${file('deque')}:push | steal | pop`));
  expect(said).toMatch(
    /^Thread 3 of the program .* calls push or pop, which only the owner may, the first thread: let that one do so\.$/,
  );
});
