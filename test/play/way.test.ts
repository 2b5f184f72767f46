import { describe, expect, test } from 'vitest';
import { kernelModel } from '../../src/explore/kernel-model.ts';
import { watched } from '../../src/explore/watched-run.ts';
import { memoryDependence } from '../../src/model/dependence.ts';
import { Machine } from '../../src/model/machine.ts';
import { type Goal, isReached } from '../../src/play/goal.ts';
import { shortestWay } from '../../src/play/way.ts';
import { recordStep } from '../../src/search/machine-engine.ts';
import { some } from '../effort.ts';

type Model = Awaited<ReturnType<typeof kernelModel>>;

/** The fewest preemptions and then the fewest steps to a goal, by trying every execution with so many preemptions; null if there is none. */
function byTryingAll(
  model: Model,
  goal: Goal,
  from: readonly number[],
  most: number,
): [number, number] | null {
  for (let bound = 0; bound <= most; bound++) {
    let best = Infinity;
    const machine = new Machine(model, memoryDependence(model.words.length));
    const { recorder, judge } = watched(model, machine, false);
    const isThere = (): boolean =>
      isReached(goal, {
        events: recorder.events,
        findings: judge.findings,
        words: machine.words,
        initial: model.program.initial,
      });
    const walk = (last: number, left: number): void => {
      if (isThere()) {
        best = Math.min(best, machine.happened.length - from.length);
        return;
      }
      const enabled = machine.enabled();
      const goesOn = last >= 0 && ((enabled >> last) & 1) === 1;
      for (let thread = 0; thread < machine.threads; thread++) {
        if (((enabled >> thread) & 1) === 0) continue;
        const cost = goesOn && thread !== last ? 1 : 0;
        if (cost > left) continue;
        const [depth, savedRun, savedJudge] = [machine.happened.length, recorder.save(), judge.save()];
        recordStep(recorder, machine, thread);
        walk(thread, left - cost);
        while (machine.happened.length > depth) machine.back();
        recorder.rewind(savedRun);
        judge.restore(savedJudge);
      }
    };
    for (const thread of from) recordStep(recorder, machine, thread);
    walk(from.at(-1) ?? -1, bound);
    if (best < Infinity) return [bound, best];
  }
  return null;
}

/** Programs with a goal each, and who has moved already. */
const CASES: readonly (readonly [
  program: string,
  scheme: string,
  slots: number,
  goal: Goal,
  from: string,
])[] = [
  ['[A B] d | d', 'no-reclaim', 6, { kind: 'step', label: 'D13', ok: false }, ''],
  ['[A] d | d e d', 'naive', 6, { kind: 'damage', damage: 'ABA' }, '11'],
  ['e | e', 'no-reclaim', 6, { kind: 'step', label: 'E13', ok: true }, '12'],
  ['[A] d | d e d', 'naive', 6, { kind: 'damage', damage: 'duplicate value' }, ''],
  ['[A] d | d e d', 'naive', 6, { kind: 'damage', damage: 'duplicate value' }, '22222221'],
  ['[A] d | d e d', 'naive', 6, { kind: 'damage', damage: 'ABA' }, '1111122222222222222222'],
  ['e | d', 'naive', 4, { kind: 'answer', name: 'dequeue', outcome: 'empty' }, '1111'],
  ['[A B] d | d', 'hazard-pointers:threshold=1', 6, { kind: 'unreclaimed', slots: 2 }, ''],
  ['treiber-stack:[A B] pop | pop push pop', 'naive', 5, { kind: 'damage', damage: 'ABA' }, '1'],
  ['e | e d', 'naive', 4, { kind: 'damage', damage: 'lost value' }, ''],
];

describe('the shortest way to a goal', () => {
  test.each(some(CASES, 5))(
    'in %j under %s with %d slots to %j after "%s" is as short as any',
    async (program, scheme, slots, goal, from) => {
      const model = await kernelModel(program, scheme, { slots });
      const path = [...from].map((thread) => Number(thread) - 1);
      const most = 2;
      const { way, complete, preemptions } = shortestWay(model, goal, path, {
        preemptions: most,
        seconds: 150,
      });
      const best = byTryingAll(model, goal, path, most);
      expect(way === null ? null : [way.preemptions, way.path.length]).toEqual(best);
      if (way === null) expect({ complete, preemptions }).toEqual({ complete, preemptions: most });
      else expect(complete).toBe(true);
    },
  );

  test('is not looked for longer than it may take, and says how far it came', async () => {
    const model = await kernelModel('[A B] d e d | d e d | d e d', 'epochs:period=1', { slots: 9 });
    const goal: Goal = { kind: 'damage', damage: 'ABA' };
    const found = shortestWay(model, goal, [], { preemptions: 9, seconds: 0.05 });
    expect(found.way).toBeNull();
    expect(found.complete).toBe(false);
    expect(found.preemptions).toBeLessThan(9);
  });
});
