import { describe, expect, test } from 'vitest';
import { plainStyle } from '../../dist/src/report/text/style.js';
import { stressText } from '../../dist/src/report/text/stress-text.js';
import type { StressOptions } from '../../dist/src/stress/options.js';
import type { StressResult } from '../../dist/src/stress/result.js';
import { stress } from '../../dist/src/stress/stress.js';
import { deep, pairs, runs, some } from '../effort.ts';
import { moduleUrl } from './variants/modules.ts';

/** So much time that only the fault can end the run. */
const PLENTY = { seconds: 600, threads: 2, structure: 'treiber-stack' };

function broken(stack: string, options: StressOptions = {}): Promise<StressResult> {
  const variant = moduleUrl('broken-stack.mjs', { stack });
  return stress({ scheme: 'tagged', ...PLENTY, ...options, variant });
}

const textOf = (result: StressResult): string => stressText(result, plainStyle()).replaceAll(/\s+/g, ' ');

// An answer that is wrong in any order is told as that; one that is wrong in this order alone is found by a search.
const FAULTS = [
  ['swapping', 'order broken', /^No order of the \d+ operations is one of a stack: .* T\d pop#\d+/],
  ['losing', 'lost value', /^T\d:\d+ was lost: pushed by T\d push#\d+, .* in the stack at the end\./],
  [
    'sure',
    'false non-empty',
    /^(T\d isEmpty#\d+ answered no, but nothing can have been inside|No order of )/,
  ],
  ['doubling', 'duplicate value', /^T\d:\d+ was delivered twice: T\d pop#\d+/],
  ['hasty', 'false empty', /^(T\d pop#\d+ answered empty, but |No order of )/],
  ['blind', 'false empty', /^(T\d isEmpty#\d+ answered yes, but |No order of )/],
  ['littering', 'orphaned slot', /^\d+ of \d+ slots have no owner/],
] as const;

// In the short form the one that is judged otherwise than in a queue.
test.each(FAULTS.slice(0, deep ? undefined : 1))(
  'a stack that is broken is caught: %s',
  async (name, kind, note) => {
    // Pairs leave no two values for one thread to take, and bursts leave something inside whenever it is asked.
    const result = await broken(name, { mix: name === 'swapping' ? 'bursts' : 'pairs' });
    expect(result.findings.map((finding) => finding.kind)).toEqual([kind]);
    expect(result.findings[0].note).toMatch(note);
    expect(result).toMatchObject({
      verdict: 'broken',
      structure: 'treiber-stack',
      history: {
        conserved: kind !== 'lost value' && kind !== 'duplicate value',
        ordered: kind !== 'order broken',
      },
    });
    expect(result.flight.every(({ operation }) => ['push', 'pop', 'isEmpty'].includes(operation))).toBe(true);
    expect(result.again).toContain(' --structure treiber-stack ');
    expect(textOf(result)).toMatch(/FLIGHT .* (push T\d:\d+|pop ⇒ (T\d:\d+|empty))/);
  },
);

test.runIf(deep)(
  'a pop without identity is caught, with the step that a word deceived, once three threads take part',
  async () => {
    const result = await stress({ scheme: 'naive', ...PLENTY, threads: 4, mix: 'bursts' });
    expect(result.findings.length).toBeGreaterThan(0);
    expect(result).toMatchObject({ verdict: 'as-claimed', damageAllowed: true });
    // That of a push needs no identity.
    expect(result.cameRound.first?.label).toBe('S6');
  },
);

describe.each(
  some(
    pairs(
      ['no-reclaim', 'tagged', 'hazard-pointers', 'epochs', 'hazard-eras', 'interval', 'pass-the-pointer'],
      ['atomics', 'wasm'],
    ),
    2,
  ),
)('under %s, on %s', (scheme, engine) => {
  test('a stack is sound, and the run says what it looked for', async () => {
    const ops = runs(2_000_000, 200);
    const result = await stress({
      scheme,
      engine,
      threads: 2,
      structure: 'treiber-stack',
      ops,
      mix: 'bursts',
    });
    expect(result).toMatchObject({
      verdict: 'as-claimed',
      findings: [],
      failures: [],
      history: { conserved: true, ordered: true },
    });
    const { enqueued, delivered, remaining, full, empty } = result.history;
    if (scheme !== 'no-reclaim') expect(enqueued).toBe(delivered + remaining);
    expect(enqueued + delivered + full + empty).toBe(result.operations);
    const times = new Map(result.looked.map((each) => [each.what, each.times]));
    expect(times.get('lost and duplicate values')).toBe(delivered);
    const judged = times.get('an order that the times forbid') ?? 0;
    expect(judged).toBeGreaterThan(0);
    expect(textOf(result)).toMatch(
      new RegExp(
        `^stress treiber-stack under ${scheme}.* order kept in ${judged.toLocaleString('en')} timed`,
      ),
    );
  });
});

test('a variant of another structure than that of the run is refused', async () => {
  await expect(broken('losing', { structure: 'michael-scott' })).rejects.toThrow(
    /has a class of the structure treiber-stack, and the run is on michael-scott: give --structure treiber-stack/,
  );
  await expect(stress({ structure: 'treiber' })).rejects.toThrow(/There is no structure "treiber"/);
});

test.runIf(deep)(
  "a structure of the user's own runs freely, and what breaks it is told by its own card",
  async () => {
    const structure = new URL('../variants/mailbox.mjs', import.meta.url).href;
    const sound = await stress({ scheme: 'tagged', structure, threads: 4, ops: 200_000 });
    expect(sound).toMatchObject({ verdict: 'as-claimed', findings: [], failures: [], structure });
    // A box is full with one value inside.
    const full = sound.looked.find(({ what }) => what === 'false "full"');
    expect(full).toMatchObject({
      times: 0,
      not: expect.stringContaining('as many values as it can') as string,
    });
    const naive = await stress({ scheme: 'naive', structure, threads: 4, seconds: 60 });
    expect(naive.findings.length).toBeGreaterThan(0);
    expect(naive.cameRound.first?.label).toBe('V6');
    expect(naive.again).toContain(` --structure ${structure} `);
    await expect(stress({ scheme: 'tagged', structure, engine: 'wasm', ops: 10 })).rejects.toThrow(
      'The structure mailbox is not compiled',
    );
  },
);
