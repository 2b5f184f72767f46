import { expect, test } from 'vitest';
import { type Explanation, explainDamage } from '../../src/explore/shrink/explain.ts';
import { MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import { TreiberStack } from '../../src/kernel/structures/treiber-stack.ts';
import { OK } from '../../src/kernel/structure.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import { deep } from '../effort.ts';

const UNVALIDATED = new URL('../../dist/scenarios/06-unvalidated-hazard/unvalidated.js', import.meta.url)
  .href;
/** No test is about the time. */
const PATIENT = { maxSeconds: 150 };

test.runIf(deep)('of several kinds of damage that a run showed the first is looked for', async () => {
  const covered: Explanation[] = [];
  const onCovered = (each: Explanation): void => void covered.push(each);
  const { found, programs } = await explainDamage(
    { scheme: 'naive', kinds: ['lost value', 'ABA'] },
    { ...PATIENT, onCovered },
  );
  // An interruption would have been told what was searched until then, and what was found.
  expect(covered[0]).toMatchObject({ programs: 0, found: null, interrupted: { shown: null } });
  const last = { program: 'e | e d', kind: 'lost value' };
  expect(covered.at(-1)).toMatchObject({ programs, found: null, interrupted: { shown: last } });
  expect(found).toMatchObject({
    kind: 'lost value',
    program: 'e | e d',
    preemptions: 1,
    smallest: 'whatever the preemptions',
  });
});

test('a scheme that waits for many retires waits for one, so that a short program comes to it', async () => {
  const { found, scheme } = await explainDamage({ scheme: UNVALIDATED, kinds: ['use after free'] }, PATIENT);
  expect(scheme).toBe(`${UNVALIDATED}:threshold=1`);
  expect(found).toMatchObject({ kind: 'use after free', program: '[A] d | d', preemptions: 1 });
  // A grace period is no such number: that of 2 is what makes epochs safe.
  const { scheme: epochs } = await explainDamage(
    { scheme: 'epochs:grace=3', kinds: ['ABA'] },
    { maxSeconds: 0 },
  );
  expect(epochs).toBe('epochs:grace=3,period=1');
});

test.runIf(deep)("a user's variant is explored, and what no step shows is found too", async () => {
  class Loses<S extends Scheme> extends MichaelScottQueue<S> {
    override enqueue(): number {
      return OK;
    }
  }
  const { found } = await explainDamage(
    { scheme: 'tagged', kinds: ['lost value'], variant: { structure: Loses } },
    PATIENT,
  );
  expect(found).toMatchObject({ kind: 'lost value', program: 'e', steps: 0, schedule: '1x0' });
});

class BlindQueue<S extends Scheme> extends MichaelScottQueue<S> {
  override isEmpty(): boolean {
    return true;
  }
}

class BlindStack<S extends Scheme> extends TreiberStack<S> {
  override isEmpty(): boolean {
    return true;
  }
}

test.each([
  [BlindQueue, '[A] i'],
  [BlindStack, 'treiber-stack:[A] i'],
])('a false answer of isEmpty is found by a program that asks', async (structure, program) => {
  const seen = { scheme: 'tagged', kinds: ['false empty' as const], shapes: { structure: structure.ID } };
  const { found } = await explainDamage({ ...seen, variant: { structure } }, PATIENT);
  expect(found).toMatchObject({ kind: 'false empty', program });
});

test('what was searched is told where nothing is found', async () => {
  const { found, programs, operations } = await explainDamage(
    { scheme: 'tagged', kinds: ['ABA'] },
    { maxSeconds: 0.5 },
  );
  expect(found).toBeNull();
  expect(programs).toBeGreaterThan(0);
  expect(operations).toBeGreaterThanOrEqual(0);
});
