import { expect, test } from 'vitest';
import type { Context } from '../../dist/src/cli/arguments/command.js';
import { stressEach, type StressRuns } from '../../dist/src/cli/stress-runs.js';
import { planOf } from '../../dist/src/stress/options.js';
import { stress } from '../../dist/src/stress/stress.js';
import { schemes } from '../../dist/src/laboratory/registry.js';
import { some } from '../effort.ts';
import { moduleUrl } from './variants/modules.ts';

const CHAINS = { mix: 'chains', threads: 3 } as const;
const admitting = schemes
  .filter(({ CHAINS: admits, ABA, RECLAIMS }) => admits === true && ABA > 0 && RECLAIMS)
  .map(({ ID }) => ID);

test.each(some(admitting, 1))('values and slots of chains are accounted for under %s', async (scheme) => {
  const result = await stress({ scheme, ...CHAINS, ops: 20_000 });
  expect(result).toMatchObject({
    verdict: 'as-claimed',
    findings: [],
    history: { ordered: true, conserved: true },
  });
  expect(result.history.delivered).toBeGreaterThan(1000);
});

// Right after CH10 it has unlinked a chain, whose values have gone with it, unless another thread was first: then it has nothing in hand.
test.each(some(admitting, 1))('a thread dies with a chain in hand under %s', async (scheme) => {
  const result = await stress({ scheme, ...CHAINS, ops: 20_000, kill: 'T2@CH10+' });
  expect(result).toMatchObject({
    verdict: 'as-claimed',
    findings: [],
    stops: [{ thread: 2, reason: 'killed' }],
  });
  expect(result.history.gone > 0).toBe(result.audit.inHand > 0);
});

test('a thread that nobody disturbs dies with the whole chain', async () => {
  const { history, audit } = await stress({
    scheme: 'tagged',
    ...CHAINS,
    threads: 1,
    ops: 20_000,
    kill: 'T1@CH10+',
  });
  expect(history.gone).toBe(audit.inHand);
  expect(history.gone).toBeGreaterThan(0);
});

test.each(
  some(
    [
      ['reversing', ['order broken']],
      ['cutting', ['lost value']],
    ] as const,
    1,
  ),
)('a queue that is %s chains is found out', async (queue, kinds) => {
  const variant = moduleUrl('broken.mjs', { queue });
  const { findings } = await stress({ scheme: 'tagged', ...CHAINS, seconds: 600, variant });
  expect(findings.map(({ kind }) => kind)).toEqual(expect.arrayContaining([...kinds]));
});

test('of several schemes the one that cannot have the mix is left out, with its sentence', async () => {
  const said: string[] = [];
  const context = {
    signal: new AbortController().signal,
    progress: { show: () => {}, clear: () => {} },
    remark: (text: string) => said.push(text),
  } as unknown as Context;
  const each = (...specs: string[]): Promise<StressRuns> =>
    stressEach(specs, { mix: 'chains', threads: 1, ops: 100 }, context, () => {});
  const { results, leftOut, missing } = await each('reference-counting', 'tagged');
  expect(results.map(({ scheme, verdict }) => [scheme, verdict])).toEqual([['tagged', 'as-claimed']]);
  expect(leftOut).toMatchObject([{ scheme: 'reference-counting' }]);
  expect(said).toEqual([`reference-counting is left out: ${leftOut[0]!.reason}`]);
  expect(missing).toEqual([]);
  await expect(each('reference-counting', 'reference-counting')).rejects.toThrow(leftOut[0]!.reason);
  expect(said).toHaveLength(1);
});

test('chains cannot be had where there are none, which is said with the reason', async () => {
  await expect(planOf({ scheme: 'reference-counting', mix: 'chains' })).rejects.toThrow(
    /^The mix chains cannot be had: reference-counting claims each node by itself, .*; give another mix, such as bursts\.$/,
  );
  await expect(planOf({ scheme: 'tagged', structure: 'treiber-stack', mix: 'chains' })).rejects.toThrow(
    'the Treiber stack has no step that puts many values in, or takes many out',
  );
  expect(await planOf({ scheme: 'debra:period=2', mix: 'chains', threads: 2 })).toMatchObject({ chain: 8 });
});
