import assert from 'node:assert/strict';
import { allMutants } from '../../../src/mutant/mutant.ts';
import { judgeMutant, told } from '../../mutants/run.ts';
import { kept } from '../../mutants/table.ts';
import type { Batch, Form } from '../claim.ts';

/** So many mutants are a batch, so that every job has some. */
const TOGETHER = 10;

/**
 * The kill matrix: every mutant as it is kept, and the lab itself clean on the same witnesses. In the bounded form every second one;
 * `npm run mutants` has them all.
 */
export function mutantBatches(form: Form): Batch[] {
  const asked = allMutants().filter((_, i) => form === 'full' || i % 2 === 0);
  const claims = asked.map((mutant) => ({
    title: `mutant ${mutant.id}: ${mutant.equivalent === undefined ? 'killed' : 'clean'}, and the lab clean`,
    prove: async () => {
      const { outcome, wrong } = await judgeMutant(mutant);
      assert.deepEqual(wrong, []);
      assert.deepEqual(outcome, kept()[mutant.id]);
      return { figures: told(outcome) };
    },
  }));
  return Array.from({ length: Math.ceil(claims.length / TOGETHER) }, (_, i) => ({
    name: `mutants ${i + 1}`,
    seconds: 200,
    claims: claims.slice(i * TOGETHER, (i + 1) * TOGETHER),
  }));
}
