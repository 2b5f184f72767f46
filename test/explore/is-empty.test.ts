import { expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { loadVariant } from '../../src/laboratory/participant.ts';
import type { Variant } from '../../src/laboratory/variant.ts';
import { explore } from '../../src/explore/explore.ts';
import { MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import { R_HAND, S_NEXT } from '../../src/kernel/layout.ts';
import { HEAD } from '../../src/kernel/structures/michael-scott.ts';
import { Q1, Q2 } from '../../src/kernel/structures/michael-scott.ts';
import { explorationText } from '../../src/report/text/exploration-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';

/** Answers from one look at Head, which may be past. */
class WithoutQ3<S extends Scheme> extends MichaelScottQueue<S> {
  override isEmpty(): boolean {
    const head = this.memory.load(Q1, HEAD);
    const next = this.memory.load(Q2, this.geometry.slot(this.geometry.link.index(head), S_NEXT));
    return this.geometry.link.index(next) === 0;
  }
}

const PROGRAM = '[A B] i | d e';

async function kinds(queue?: Variant['structure']): Promise<string[]> {
  const variant = queue === undefined ? {} : { variant: { structure: queue } };
  const { findings, complete, notJudged } = await explore(PROGRAM, 'tagged', { slots: 4, ...variant });
  expect([complete, notJudged]).toEqual([true, []]);
  return findings.map(({ kind }) => kind);
}

test('isEmpty is judged like every other answer', async () => {
  expect(await kinds()).toEqual([]);
  expect(await kinds(WithoutQ3)).toEqual(['false empty']);
});

test('an operation that answers and is not judged is named', async () => {
  const peek = { peek: ({ memory, record }: never) => ({ outcome: 'value', value: look(memory, record) }) };
  const of = await explore('[A] peek collect | d', 'tagged', {
    slots: 4,
    variant: { operations: peek as never },
  });
  expect(of.notJudged).toEqual(['peek']);
  expect(explorationText(of, plainStyle())).toContain('not judged  the answers of peek');
});

function look(memory: { peek(address: number): number }, { base }: { base: number }): number {
  return memory.peek(base + R_HAND);
}

test.each([
  ['naive', ['false answer']],
  ['tagged', []],
])('a visit that looks again is judged like every other answer: under %s', async (scheme, wrong) => {
  const variant = await loadVariant(findScenario('retained-slice').variant!);
  const of = await explore('[A B] visit | d d e d e e d d e e', scheme, {
    slots: 7,
    preemptions: 1,
    variant,
  });
  expect([of.complete, of.notJudged, of.findings.map(({ kind }) => kind)]).toEqual([true, [], wrong]);
});
