import assert from 'node:assert/strict';
import { golden, goldenWithValues } from '../../explore/golden-table.ts';
import { literature } from '../../explore/literature.ts';
import { client } from '../../explore/michael-scott-client.ts';
import { interleavingsOf, judgedWithValues, reduced } from '../../explore/stand-in.ts';
import { type Batch, type Claim, digits } from '../claim.ts';

const plain = golden.map(({ program, executions, interleavings }): Claim => ({
  title: `golden table: ${program}`,
  prove: () => {
    assert.equal(reduced(client(program)), executions);
    if (interleavings === null) return { figures: `${digits(executions)} executions` };
    assert.equal(interleavingsOf(client(program)), interleavings);
    return { figures: `${digits(executions)} executions stand for ${digits(interleavings)} interleavings` };
  },
}));

const withValues = goldenWithValues.map(({ program, counted, executions, bad }): Claim => ({
  title: `golden table: ${program} with values and ${counted ? 'counted' : 'plain'} pointers`,
  prove: () => {
    const { histories, ...found } = judgedWithValues(program, counted);
    assert.deepEqual(found, { executions, bad });
    return {
      figures: `${digits(executions)} executions, ${digits(bad)} bad, ${digits(histories)} histories`,
    };
  },
}));

const interleavings: Claim = {
  title: 'golden table: the 97 classes of [A] d | d e d stand for 701,657,333 interleavings',
  prove: () => {
    const model = client('[A] d | d e d', { values: true, reuse: true });
    assert.equal(reduced(model), 97);
    const all = interleavingsOf(model);
    assert.equal(all, 701_657_333n);
    return { figures: `97 executions stand for ${digits(all)} interleavings` };
  },
};

const known = literature.map(({ name, model, executions }): Claim => ({
  title: `literature: ${name}`,
  prove: () => {
    assert.equal(reduced(model), executions);
    return { figures: `${digits(executions)} executions` };
  },
}));

/** What other checkers and the literature count, by a stand-in of exactly the client that they were given. */
export function goldenBatches(): Batch[] {
  return [{ name: 'golden', seconds: 60, claims: [...plain, ...withValues, interleavings, ...known] }];
}
