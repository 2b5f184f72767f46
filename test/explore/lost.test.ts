import { expect, test } from 'vitest';
import { explore } from '../../src/explore/explore.ts';
import { kernelModel } from '../../src/explore/kernel-model.ts';
import { lostResult } from '../../src/explore/campaign/lost.ts';
import { MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import { keepWhereabouts, Lookout, whereaboutsBuffer } from '../../src/model/whereabouts.ts';

test('code that runs is seen from outside: its thread, its last step, and who moved up to there', async () => {
  const buffer = whereaboutsBuffer();
  const lookout = new Lookout(buffer);
  keepWhereabouts(buffer);
  const seen: unknown[] = [];
  class Watched<S extends Scheme> extends MichaelScottQueue<S> {
    // Called where a D13 has failed, and nothing else was done since.
    protected override outrun(dummy: number): void {
      lookout.cameOn();
      if (seen.length === 0) seen.push(lookout.cameOn(), lookout.lost());
      super.outrun(dummy);
    }
  }
  const options = { slots: 6, variant: { structure: Watched } };
  await explore('[A B] d die | d', 'tagged', options);
  keepWhereabouts(whereaboutsBuffer());
  const [cameOn, lost] = seen as [boolean, ReturnType<Lookout['lost']>];
  expect(cameOn).toBe(false);
  expect(lookout.cameOn()).toBe(true);
  const { partial, endedBy } = lostResult(lost, await kernelModel('[A B] d die | d', 'tagged', options));
  const [{ kind, thread, label, schedule, note }] = partial.findings;
  expect({ kind, label, endedBy }).toEqual({ kind: 'livelock', label: 'D13', endedBy: 'lost' });
  expect(note).toBe(
    `T${thread} does not come back after D13, its step ${lost.made}: it is in a loop that touches no word of the slab, so nothing ends it.`,
  );
  // The schedule leads to the very step at which it was lost.
  const replayed = await explore('[A B] d die | d', 'tagged', { ...options, strategy: 'replay', schedule });
  expect(replayed.executions).toBe(1);
  expect(lost.path.at(-1)).toBe(thread! - 1);
});
