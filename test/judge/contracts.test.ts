import { describe, expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { model } from '../../src/model/engine.ts';
import { runScenario } from '../../src/scenario/scenario-run.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { staged, variantUrl } from '../engines/staged.ts';

const answering = variantUrl(import.meta.url, 'answering.mjs');
/** A thread dies right after it has unlinked slot 1, and another one is its heir. */
const DIES = { program: '[A B] d d | adopt recover(1)', schedule: 'T1@D13+!; T2@end' };

/** The module of a scenario’s variant. */
function variantOf(id: string): string {
  return findScenario(id).variant!;
}

/** What is found of false answers. */
async function found(by: Pick<Scenario, 'program' | 'schedule' | 'variant'>): Promise<string[]> {
  const scenario = staged(by);
  const { findings } = await runScenario(model, scenario, scenario.cases[0]!, { trials: false });
  return findings.flatMap(({ kind, note }) => (kind === 'false answer' ? [note] : []));
}

describe('the answer of an operation that is not the structure’s', () => {
  test.each([
    [
      'denies',
      'T2 recover answered no, but T1 had slot 1 in hand before, and nothing else had a claim on it.',
    ],
    ['misnames', 'T2 recover answered 9, but T1 had slot 1 alone in hand before.'],
    ['leaves', 'T2 recover answered 1, but T1 still has slot 1 in hand.'],
  ])('is held against the words before and after it: an heir that %s', async (fault, note) => {
    expect(await found({ ...DIES, variant: `${answering}?fault=${fault}` })).toEqual([note]);
    expect(await found({ ...DIES, variant: variantOf('dead-worker') })).toEqual([]);
  });

  test('is held against what was inside at an instant of it', async () => {
    const look = { program: '[A B] look e look', schedule: 'T1@end' };
    expect(await found({ ...look, variant: `${answering}?fault=counts` })).toEqual([
      'T1 look#1 answered 2, which is so in no order of the operations that is one of a FIFO queue.',
    ]);
    expect(await found({ ...look, variant: variantOf('finalizer') })).toEqual([]);
  });

  test('is that it is done, where there is nothing else to say', async () => {
    const exit = { program: 'exit', schedule: 'T1@end' };
    expect(await found({ ...exit, variant: `${answering}?fault=ends` })).toEqual([
      'T1 exit answered yes, but it has nothing to answer but that it is done.',
    ]);
    expect(await found({ ...exit, variant: variantOf('exit-frees-all') })).toEqual([]);
  });
});
