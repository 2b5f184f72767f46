import { expect, test } from 'vitest';
import { contradictions } from '../src/report/comparison.ts';
import { measureSchemes } from './refresh/readme.ts';

/** The same with other values for some of its fields. */
function claim<T extends object>(of: T, change: object): T {
  return { ...of, ...change };
}

test('no claim of a scheme is contradicted by what the scenarios measure', async () => {
  expect(contradictions(await measureSchemes())).toEqual([]);
});

test('a contradiction is noticed, in either direction', async () => {
  const [naive, ...others] = await measureSchemes();
  const safe = claim(naive!, {
    aba: claim(naive!.aba, { claims: claim(naive!.aba.claims, { abaSafe: 'yes' }) }),
  });
  expect(contradictions([safe])).toEqual(['naive claims ABA-safe "yes", and ABA was found in aba-dequeue.']);
  const epochs = others.at(-1)!;
  const bold = claim(epochs, {
    aba: claim(epochs.aba, { claims: claim(epochs.aba.claims, { survivesStall: true, abaSafe: 'no' }) }),
  });
  expect(contradictions([bold])).toEqual([
    'epochs claims no safety from ABA, and none was found.',
    expect.stringMatching(
      /^epochs claims that it survives a stalled thread, and \d+ of 24 slots were unreclaimed\.$/,
    ),
  ]);
});
