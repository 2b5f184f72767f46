import { describe, expect, test } from 'vitest';
import { stressText } from '../../dist/src/report/text/stress-text.js';
import { plainStyle } from '../../dist/src/report/text/style.js';
import type { StressOptions } from '../../dist/src/stress/options.js';
import type { StressResult } from '../../dist/src/stress/result.js';
import { stress } from '../../dist/src/stress/stress.js';
import { moduleUrl } from './variants/modules.ts';
import { deep, some } from '../effort.ts';

/** So much time that only the fault can end the run; the tests would fail by their time limit. */
const PLENTY = { seconds: 600 };

function queue(name: string, options: StressOptions = {}): Promise<StressResult> {
  const variant = moduleUrl('broken.mjs', { queue: name });
  return stress({ scheme: 'tagged', threads: 2, ...PLENTY, ...options, variant });
}

const kinds = ({ findings }: StressResult): string[] => [...new Set(findings.map(({ kind }) => kind))];

describe('a broken promise is seen in a free run', () => {
  test('an answer of "empty" while a value is inside', async () => {
    const result = await queue('hasty');
    expect(kinds(result)).toEqual(['false empty']);
    expect(result.findings[0].note).toMatch(/^T\d dequeue#\d+ answered empty, but /);
    expect(result).toMatchObject({ verdict: 'broken', history: { conserved: true } });
  });

  test.each([
    ['blind', 'false empty', /^T\d isEmpty#\d+ answered yes, but /],
    ['sure', 'false non-empty', /^T\d isEmpty#\d+ answered no/],
  ])('a false answer of isEmpty: %s', async (name, kind, note) => {
    const result = await queue(name);
    expect(kinds(result)).toEqual([kind]);
    expect(result.findings[0].note).toMatch(note);
    expect(result).toMatchObject({ verdict: 'broken', history: { conserved: true, ordered: true } });
  });

  test.runIf(deep)('an answer of "full" while slots are free', async () => {
    const result = await queue('lazy');
    expect(kinds(result)).toEqual(['false full']);
    expect(result.findings[0].note).toMatch(
      /^T\d was answered "full", although at least \d+ of 64 slots were on the free list all the time/,
    );
  });

  test.runIf(deep)('the same where the slab gives up', async () => {
    const variant = moduleUrl('broken.mjs', { slab: 'shy' });
    const result = await stress({ scheme: 'tagged', threads: 2, ...PLENTY, variant });
    expect(kinds(result)).toEqual(['false full']);
  });

  test.runIf(deep)(
    'a magazine that is sealed with one slot too many, by the word of slot 0 that is written then',
    async () => {
      const variant = moduleUrl('broken.mjs', { slab: 'overcounting' });
      const result = await stress({
        scheme: 'tagged',
        threads: 2,
        cache: 2,
        mix: 'random',
        ...PLENTY,
        variant,
      });
      expect(kinds(result)).toEqual(['stray write']);
      expect(result.findings[0].note).toBe('Words that belong to nobody were written: 0.stamp.');
      expect(stressText(result, plainStyle())).toMatch(
        /! stray writes 1 {2}0\.stamp \(word \d+, of slot 0, which is null\): it belongs to\s+nobody\./,
      );
    },
  );

  test.runIf(deep)('two values of two producers in the wrong order', async () => {
    const result = await queue('swapping', { threads: 4 });
    expect(kinds(result)).toEqual(['order broken']);
    expect(result).toMatchObject({ verdict: 'broken', history: { ordered: false } });
  });

  test.runIf(deep)('a lock, by the threads that wait for one that stands still', async () => {
    const result = await queue('locked');
    expect(result.findings).toEqual([]);
    expect(result.failures).toEqual([
      expect.stringMatching(
        /^The scheme claims to be lock-free, but while T(\d) had stopped .* no operation of another thread ended for \d+ ms, and T\d made [\d,]+ steps and more in one operation\.$/,
      ),
    ]);
    expect(result.verdict).toBe('broken');
  });

  test('slots that a thread takes along when it leaves', async () => {
    const scheme = moduleUrl('broken.mjs', { scheme: 'forgetful' });
    const result = await stress({ scheme, threads: 2, ...PLENTY });
    expect(kinds(result)).toEqual(['orphaned slot']);
  });

  test.runIf(deep)('a slot that is freed although it is announced, where tags keep ABA away', async () => {
    const scheme = moduleUrl('broken.mjs', { scheme: 'heedless' });
    const result = await stress({ scheme, threads: 2, ...PLENTY });
    expect(result.findings).toEqual([]);
    expect(result.failures).toEqual([expect.stringMatching(/^Slot \d+ was freed although T\d announced it/)]);
  });
});

describe('where tags may wrap, what goes wrong before any does is charged, and named', () => {
  const PARTS = [
    ['queue', 'blind', 'false empty'],
    ['queue', 'dropping', 'lost value'],
    ['queue', 'lazy', 'false full'],
  ] as const;
  test.each(some(PARTS, 1))('a %s that is %s', async (part, name, kind) => {
    const variant = moduleUrl('broken.mjs', { [part]: name });
    const result = await stress({ scheme: 'tagged:bits=11', threads: 2, ...PLENTY, variant });
    expect(result).toMatchObject({ verdict: 'broken', damageAllowed: true });
    expect(result.findings[0]).toMatchObject({ kind, charged: true });
    expect(stressText(result, plainStyle()).replaceAll(/\s+/g, ' ')).toContain(
      `BROKEN: the scheme allows ABA once its tag has wrapped, and what follows from that, which this does not, and broken.mjs?${part}=${name} took the place of a part of the kernel: ${kind}`,
    );
  });
});

test('a sound run tells what it looked for, and how often', async () => {
  const options = { scheme: 'hazard-pointers', threads: 2, mix: 'random', ops: 100_000 } as const;
  const wanted = [
    'slots with no owner or two',
    'lost, duplicate and misplaced values',
    'an order that the times forbid',
    'false "empty"',
    'false answers of isEmpty',
    'slots lost by a departure',
  ];
  const unseen = ({ looked }: StressResult): string[] =>
    looked.filter(({ what, times }) => wanted.includes(what) && times === 0).map(({ what }) => what);
  let sound = await stress(options);
  // The queue of a random mix need not be empty while operations have times.
  for (let more = 0; more < 20 && unseen(sound).length > 0; more++) sound = await stress(options);
  const { looked } = sound;
  expect(unseen(sound)).toEqual([]);
  expect(looked.map(({ what }) => what)).toEqual(expect.arrayContaining(wanted));
  expect(looked.filter(({ not }) => not !== null)).toEqual([]);
  expect(sound.garbage).toMatchObject({ seen: 'bounded', bound: 64, skipped: true });
  expect(stressText(sound, plainStyle()).replaceAll(/\s+/g, ' ')).toMatch(
    /at most, within the bound of 64; while threads left and joined, looked at between rounds alone/,
  );
  const alone = await stress({ scheme: 'tagged', threads: 1, ops: 1000 });
  expect(alone.looked.find(({ what }) => what === 'slots lost by a departure')).toMatchObject({
    times: 0,
    not: 'there is one thread',
  });
  expect(alone.garbage.skipped).toBe(false);
});
