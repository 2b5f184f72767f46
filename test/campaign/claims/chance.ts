import assert from 'node:assert/strict';
import { explore } from '../../../src/explore/explore.ts';
import { type Batch, type Claim, digits, type Form } from '../claim.ts';

const PROGRAM = '[A] d | d e d';
const RUNS = { full: 200_000, bounded: 10_000 };

/** Depth matters to PCT alone. */
const strategies = [
  { strategy: 'pct', depth: 2 },
  { strategy: 'pct', depth: 3 },
  { strategy: 'pos', depth: 2 },
  { strategy: 'random-walk', depth: 2 },
];

async function rateOf(strategy: string, depth: number, runs: number) {
  const options = { slots: 6, strategy, depth, runs, seed: 1 };
  const { bad, executions, guarantee } = await explore(PROGRAM, 'naive', options);
  assert.equal(executions, runs);
  return { rate: bad / runs, guarantee };
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** How often a run that chance chooses shows damage under naive reuse, beside what PCT promises. */
export function chanceBatches(form: Form): Batch[] {
  const runs = RUNS[form];
  const claims = strategies.map(({ strategy, depth }): Claim => {
    const name = strategy === 'pct' ? `PCT of depth ${depth}` : strategy;
    const promise = strategy === 'pct' ? ', at least as often as it promises' : '';
    return {
      title: `how often ${name} shows damage of naive reuse in ${digits(runs)} runs of ${PROGRAM}${promise}`,
      prove: async () => {
        const { rate, guarantee } = await rateOf(strategy, depth, runs);
        if (!guarantee) return { figures: percent(rate) };
        assert.ok(
          rate >= guarantee.rate,
          `${percent(rate)} of the runs; ${percent(guarantee.rate)} promised`,
        );
        return { figures: `${percent(rate)}; promised ${percent(guarantee.rate)} = ${guarantee.formula}` };
      },
    };
  });
  claims.push({
    title: `a random walk shows it far less often than PCT of depth 2, in ${digits(runs)} runs each`,
    prove: async () => {
      const [walk, pct] = [await rateOf('random-walk', 2, runs), await rateOf('pct', 2, runs)];
      assert.ok(10 * walk.rate < pct.rate, `${percent(walk.rate)} against ${percent(pct.rate)}`);
      return { figures: `${percent(walk.rate)} against ${percent(pct.rate)}` };
    },
  });
  return [{ name: 'chance', seconds: form === 'full' ? 900 : 120, claims }];
}
