import { describe, expect, test } from 'vitest';
import { model as modelEngine } from '../../src/model/engine.ts';
import { Dpor } from '../../src/search/dpor.ts';
import { explore } from '../../src/explore/explore.ts';
import { judgedDependence, kernelModel } from '../../src/explore/kernel-model.ts';
import type { Machine } from '../../src/model/machine.ts';
import { scheduleOf } from '../../src/search/machine-engine.ts';
import { StateSearch } from '../../src/search/states.ts';
import { R_OWN } from '../../src/kernel/layout.ts';
import { MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import { claimedCase, programScenario } from '../../src/scenario/program-scenario.ts';
import { runScenario } from '../../src/scenario/scenario-run.ts';
import { deep } from '../effort.ts';
import { lab } from '../cli/lab.ts';

/** Before which of its steps a thread died: how many it had made; null if it came to its end. */
function deathOf(machine: Machine, thread: number): number | null {
  const move = scheduleOf(machine).findLast((each) => each.thread === thread + 1 && each.kill);
  return move ? machine.happened.filter((each) => each.thread === thread).length : null;
}

describe('a thread that may die', () => {
  const programs: readonly (readonly [string, string, number])[] = [
    ['[A] d die | e', 'naive', 6],
    ['e die | d', 'tagged', 6],
    ...(deep
      ? ([
          ['[A] d die | d', 'hazard-pointers:threshold=1', 14],
          ['[A] d die | adopt', 'epochs:period=1', 20],
          ['e die | e die', 'naive', 6],
          ['[A] d die | d die | e', 'naive', 6],
        ] as const)
      : []),
  ];

  test.each(programs)(
    '%s under %s comes to every end that the search over states sees',
    async (text, scheme, slots) => {
      const reduced = await kernelModel(text, scheme, { slots });
      const seen = new Set<string>();
      new Dpor(reduced, judgedDependence(reduced), (machine) => void seen.add(machine.words.join())).run();
      const all = new Set<string>();
      new StateSearch(
        await kernelModel(text, scheme, { slots }),
        (machine) => void all.add(machine.words.join()),
      ).run();
      expect(seen).toEqual(all);
      expect(all.size).toBeGreaterThan(5);
    },
  );

  test('dies before each of its steps, in one class of executions at least', async () => {
    const model = await kernelModel('[A] d die', 'naive', { slots: 4 });
    const deaths = new Set<number | null>();
    let most = 0;
    new Dpor(model, judgedDependence(model), (machine) => {
      deaths.add(deathOf(machine, 0));
      most = Math.max(most, machine.happened.filter(({ thread }) => thread === 0).length);
    }).run();
    // The last step is its own: it says that it dies.
    expect([...deaths]).toHaveLength(most + 1);
    expect(deaths.has(null)).toBe(true);
    for (let steps = 0; steps < most; steps++) expect(deaths.has(steps)).toBe(true);
  });

  test('leaves the lock of a queue with a lock taken, and the others waiting: a queue without one goes on', async () => {
    class Locked<S extends Scheme> extends MichaelScottQueue<S> {
      override dequeue(): number {
        const lock = this.geometry.record(1) + R_OWN;
        while (!this.memory.cas(192, lock, 0, 1));
        const answer = super.dequeue();
        this.memory.store(193, lock, 0);
        return answer;
      }
    }
    const options = { slots: 6, variant: { structure: Locked } };
    const killed = await explore('[A B] d die | d', 'tagged', options);
    expect(killed.findings.map(({ kind }) => kind)).toContain('livelock');
    const alive = await explore('[A B] d | d', 'tagged', options);
    expect(alive).toMatchObject({ complete: true, bad: 0 });
    const lockFree = await explore('[A] d die | e', 'tagged', { slots: 6 });
    expect(lockFree).toMatchObject({ complete: true, bad: 0, deadlocks: 0, cut: 0 });
  });
});

test.runIf(deep)(
  'a failure with a death in it is replayed, with the thread killed where it was',
  async () => {
    const { findings } = await explore('[A] d d | d e d die', 'naive', { slots: 6, firstOnly: true });
    const [{ kind, schedule }] = findings;
    const scenario = programScenario('[A] d d | d e d die', 6, schedule);
    const played = await runScenario(modelEngine, scenario, await claimedCase('naive'), { trials: false });
    expect(played.findings.map((each) => each.kind)).toContain(kind);
  },
);

test('a death is written as a kill, and told', () => {
  const line = ['replay', '[A] d die | d/tagged:slots=6', '1x4!,2x9'];
  const { stdout, status } = lab(line);
  expect(stdout).toContain('terminated before');
  expect(status).toBe(0);
});

test.each([
  [['explore', '--program', 'd die d | e'], 'goes on after it has died or left'],
  [
    ['explore', '--program', 'd | e', '--strategy', 'replay', '--schedule', '1x2!'],
    'kills a thread that does not end with die',
  ],
])('%j is refused', (args, sentence) => {
  const { status, stderr } = lab(args);
  expect({ status, stderr }).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(sentence) as string,
  });
});
