import { expect, test } from 'vitest';
import { findScenario } from '../../scenarios/index.ts';
import { audit } from '../../src/judge/audit/audit.ts';
import { model } from '../../src/model/engine.ts';
import { handLines } from '../../src/report/text/hand-text.ts';
import { runText } from '../../src/report/text/run-text.ts';
import { plainStyle } from '../../src/report/text/style.ts';
import { caseFor, runScenario, type ScenarioRun } from '../../src/scenario/scenario-run.ts';
import type { FreeList } from '../../src/laboratory/edge.ts';

const style = plainStyle({ columns: 1000 });

/** A run with what else it takes, told as a whole. */
async function told(
  [id, spec]: readonly [string, string],
  options: { readonly slots: number; readonly schedule: string; readonly freeList?: FreeList },
): Promise<[ScenarioRun, string]> {
  const scenario = findScenario(id);
  const run = await runScenario(model, scenario, await caseFor(scenario, spec), {
    ...options,
    trials: false,
  });
  return [run, runText(run, style, { all: true })];
}

test('a slot that was drawn from a ring has the thread that took its position, whatever their numbers', async () => {
  const draws = { slots: 8, freeList: 'ring', schedule: '2x1,1x1,2x1!,1x2' } as const;
  const [run, text] = await told(['aba-enqueue', 'naive'], draws);
  expect(text).toMatch(/T2 dies with slot 3 in hand\./);
  expect(text).toMatch(/in hand {2}T1 has slot 4 in hand\.\n {2}in hand {2}T2 has slot 3 in hand\./);
  // T1 has named its slot by now. Before that, the words alone do not tell the two apart.
  const [both] = await told(['aba-enqueue', 'naive'], { ...draws, schedule: '2x2,1x2' });
  const { words } = both;
  expect(
    audit(words)
      .slotsInHand()
      .flatMap((hand) => handLines(hand, run.audit, style)),
  ).toEqual(['  in hand  T1 or T2 has slot 3 in hand.', '  in hand  T1 or T2 has slot 4 in hand.']);
  expect(both.audit.slotsInHand().map(({ thread, slot }) => [thread, slot])).toEqual([
    [1, 4],
    [2, 3],
  ]);
});

test('of two threads that name a slot the one that has taken it has it in hand, not the one that means to unlink it', async () => {
  const [, text] = await told(['stalled-reader', 'versions'], { slots: 40, schedule: '1x7,2x40!,1x13' });
  expect(text).toMatch(/T2 dies with slot 1 in hand\./);
  expect(text).not.toMatch(/T1 has slot 1 in hand/);
});

test('two words that are shown alike are told apart where one of them was expected', async () => {
  const [, text] = await told(['dead-worker', 'reference-counting'], {
    slots: 14,
    schedule: '1x20,2x29,1x27,2x1',
  });
  expect(text).toMatch(/C4 fails: 2\.count is 0 \(not retired\), not 0 \(retired\); T1's C4 changed it last/);
});

test('a thread whose next operation has made no step is inside none, though its record says that it has begun', async () => {
  const of = ['forgotten-release', 'reference-counting'] as const;
  const [{ audit: before }] = await told(of, { slots: 8, schedule: '1x65' });
  expect([before.totals.operations, [...before.recorded!.inside]]).toEqual([4, []]);
  const [{ audit: after }] = await told(of, { slots: 8, schedule: '1x66' });
  expect([after.totals.operations, [...after.recorded!.inside]]).toEqual([5, [1]]);
});

test('a slot in the hand of a record is in that of the thread that has taken the record up', async () => {
  const options = { slots: 8, schedule: '1x24,2x12!,3x27!,4x28' } as const;
  const [, text] = await told(['collector', 'hazard-eras'], options);
  expect(text).toMatch(/in hand {2}T3 \(record 2\) has slot 2 in hand\./);
  expect(text).not.toMatch(/T2 has slot 2 in hand/);
});
