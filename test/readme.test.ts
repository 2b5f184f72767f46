import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { choiceTable } from './refresh/choice.ts';
import { claimContradictions } from './refresh/comparison.ts';
import { schemesMeasured } from './refresh/readme.ts';

/** The same with other values for some of its fields. */
function claim<T extends object>(of: T, change: object): T {
  return { ...of, ...change };
}

test('no claim of a scheme is contradicted by what the scenarios measure', async () => {
  expect(claimContradictions(await schemesMeasured())).toEqual([]);
});

test('a contradiction is noticed, in either direction', async () => {
  const [naive, ...others] = await schemesMeasured();
  const safe = claim(naive!, {
    aba: claim(naive!.aba, { claims: claim(naive!.aba.claims, { abaSafe: 'yes' }) }),
  });
  expect(claimContradictions([safe])).toEqual([
    'naive claims ABA-safe "yes", and ABA was found in aba-dequeue.',
  ]);
  const epochs = others.find(({ key }) => key === 'epochs')!;
  const bold = claim(epochs, {
    aba: claim(epochs.aba, { claims: claim(epochs.aba.claims, { survivesStall: true, abaSafe: 'no' }) }),
  });
  expect(claimContradictions([bold])).toEqual([
    'epochs claims no safety from ABA, and none was found.',
    expect.stringMatching(
      /^epochs claims that it survives a stalled thread, and \d+ of 24 slots were unreclaimed\.$/,
    ),
  ]);
});

test('which scheme to take: the one that asks least comes first, and each says what it asks', async () => {
  const evidence = await schemesMeasured();
  const rows = (changed: typeof evidence): string[] =>
    choiceTable(changed.map((each) => ({ evidence: each, steps: 20 })))
      .split('\n')
      .slice(2);
  const table = rows(evidence);
  expect(table.map((row) => /`(.*?)`/.exec(row)![1])).toEqual([
    'hazard-pointers',
    'hazard-pointers:linger=on',
    'hazard-eras',
    'pass-the-pointer',
    'reference-counting:cut=on',
    'interval',
    'hyaline:eras=on',
    'neutralization',
    'epochs',
    'debra',
    'debra:free=one',
    'reference-counting',
    'hyaline',
    'epochs:region=8',
    'qsbr',
    'mark-sweep',
    'tagged',
    'versions',
    'no-reclaim',
    'naive',
  ]);
  expect(table.at(-1)).toContain('| yes | the queue is corrupted | 20 |');
  // A scheme that gave up a claim says so.
  const hazards = evidence.find(({ key }) => key === 'hazard-pointers')!;
  const claims = claim(hazards.aba.claims, { survivesDeath: false, survivesStall: false, staleReads: true });
  expect(rows([claim(hazards, { aba: claim(hazards.aba, { claims }) })])[0]).toContain(
    'garbage that grows while a thread is stalled or a dead thread is not adopted; reads of slots that were freed',
  );
});

test('the plan of each lecture has ninety minutes, one part after the other', () => {
  const text = readFileSync(join(import.meta.dirname, '../scenarios/LECTURE.md'), 'utf8');
  const plans = text.split('| minutes |').slice(1);
  expect(plans).toHaveLength(2);
  for (const plan of plans) {
    const parts = [...plan.matchAll(/^\| (\d+)–(\d+) /gm)].map(([, from, to]) => [Number(from), Number(to)]);
    expect(parts.map(([from]) => from)).toEqual([0, ...parts.slice(0, -1).map(([, to]) => to)]);
    expect(parts.at(-1)?.[1]).toBe(90);
  }
});
