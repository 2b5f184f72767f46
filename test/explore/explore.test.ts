import { afterAll, describe, expect, test } from 'vitest';
import { Judge } from '../../src/check/judge.ts';
import { ModelEngine } from '../../src/engines/model.ts';
import { labelOf } from '../../src/engines/labels.ts';
import { showValue } from '../../src/engines/program.ts';
import { attachWords } from '../../src/engines/shared.ts';
import { Steppers } from '../../src/engines/stepped.ts';
import { memoryDependence } from '../../src/explore/dependence.ts';
import { Dpor } from '../../src/explore/dpor.ts';
import { explore } from '../../src/explore/explore.ts';
import { canonicalHistory } from '../../src/explore/histories.ts';
import { judgedDependence, kernelModel } from '../../src/explore/kernel-model.ts';
import { LeafJudge } from '../../src/explore/leaf-judge.ts';
import { BoundedSearch } from '../../src/explore/bounded.ts';
import { everyInterleaving } from '../../src/explore/exhaustive.ts';
import type { Machine } from '../../src/explore/machine.ts';
import { Recorder } from '../../src/observe/recorder.ts';
import { runSchedule } from '../../src/schedule/run.ts';
import { parseSchedule } from '../../src/schedule/schedule.ts';

const pool = new Steppers();
afterAll(() => pool.end());

/** The damage that the lab's judge sees when a schedule is run on another engine. */
async function replay(
  on: 'model' | 'stepped',
  program: string,
  scheme: string,
  slots: number,
  schedule: string,
) {
  const model = await kernelModel(program, scheme, { slots });
  const run = {
    buffer: model.makeBuffer(),
    scheme: model.choice.spec,
    variant: null,
    programs: model.program.threads,
  };
  const engine = on === 'model' ? await ModelEngine.begin(run) : await pool.begin(run);
  const card = model.choice.scheme;
  const judge = new Judge(attachWords(run.buffer), {
    staleReads: card.STALE_READS,
    reclaims: card.RECLAIMS,
    validates: card.VALIDATES === 0 ? null : labelOf(card.VALIDATES),
    initial: model.program.initial,
    show: showValue,
  });
  const recorder = new Recorder(engine, [judge]);
  const { counted } = runSchedule(recorder, parseSchedule(schedule));
  await engine.release();
  return { counted, kinds: judge.findings.map(({ kind }) => kind), events: recorder.events };
}

describe('the kernel without a scheme that deserves the name', () => {
  test.each([4, 5, 6])('with %i slots shows ABA within a hundred executions', async (slots) => {
    const { findings, executions } = await explore('[A] d | d e d', 'naive', {
      slots,
      firstOnly: true,
    });
    expect(findings[0]).toMatchObject({ kind: 'ABA', label: 'D13' });
    expect(executions).toBeLessThan(100);
  });

  test('shows it with one preemption, and with none it is clean', async () => {
    const { findings, preemptions } = await explore('[A] d | d e d', 'naive', {
      slots: 6,
      preemptions: 3,
      firstOnly: true,
    });
    expect(preemptions).toBe(1);
    expect(findings[0]).toMatchObject({ kind: 'ABA', preemptions: 1 });
    const none = await explore('[A] d | d e d', 'naive', { slots: 6, preemptions: 0 });
    expect(none).toMatchObject({ complete: true, findings: [] });
  });

  test.each(['model', 'stepped'] as const)('its findings are seen again on the %s engine', async (on) => {
    const { findings, executions, bad } = await explore('[A] d | d e d', 'naive', { slots: 6 });
    expect({ executions, bad }).toEqual({ executions: 327, bad: 28 });
    expect(findings.map(({ kind }) => kind).toSorted()).toEqual([
      'ABA',
      'duplicate value',
      'retire while reachable',
      'value from nowhere',
      'wild index',
    ]);
    for (const { kind, schedule } of findings) {
      const again = await replay(on, '[A] d | d e d', 'naive', 6, schedule);
      expect(again.counted).toBe(schedule);
      expect(again.kinds).toContain(kind);
    }
  });

  test('a tag of one bit comes round', async () => {
    const { findings } = await explore('[A] d | d e d', 'tagged:bits=1', { slots: 6, firstOnly: true });
    expect(findings[0]?.kind).toBe('ABA');
  });
});

/** The kernel's own counts, with the dependence of memory and with that of the judgements. */
describe('schemes that keep their promise', () => {
  test.each([
    ['e d | d e d', 'no-reclaim', 8, 1_565, 4_523],
    ['e e | d d', 'no-reclaim', 8, 24, 158],
    ['e e | d d', 'tagged', 8, 69, 216],
    ['e e | d d', 'hazard-pointers:threshold=1', 8, 436, 1_112],
    ['e e | d d', 'epochs:period=1', 8, 330, 1_027],
    ['[A B] d | d | e', 'no-reclaim', 8, 26, 166],
    ['[A B] d | d | e', 'tagged', 8, 660, 2_372],
    ['e | e | d', 'no-reclaim', 8, 1_128, 3_044],
    ['e | e | d', 'tagged', 8, 1_360, 3_340],
  ])(
    '%s under %s with %i slots: %i classes, %i with the judgements, all clean',
    async (program, scheme, slots, memory, judged) => {
      const model = await kernelModel(program, scheme, { slots });
      const plain = new Dpor(model, memoryDependence(model.words.length), () => false).run();
      expect(plain).toMatchObject({ executions: memory, complete: true, cut: 0 });
      const result = await explore(program, scheme, { slots });
      expect(result).toMatchObject({ executions: judged, complete: true, cut: 0, bad: 0, findings: [] });
    },
  );
});

/** All kinds of damage, and all histories, of the executions of a search. */
async function seen(program: string, scheme: string, run: (visit: (machine: Machine) => void) => unknown) {
  const judge = new LeafJudge(await kernelModel(program, scheme, { slots: 5 }), 1000);
  const damage = new Set<string>();
  const histories = new Set<string>();
  run((machine) => {
    histories.add(canonicalHistory(machine));
    damage.add(
      judge
        .findings(machine, null)
        .map(({ kind }) => kind)
        .join(),
    );
  });
  return { damage: [...damage].toSorted(), histories: [...histories].toSorted() };
}

describe('held against every interleaving, as far as they can be run', () => {
  test.each([
    ['e | d', 'naive'],
    ['e | d', 'tagged'],
    ['[A] d | i', 'no-reclaim'],
  ])('%s under %s: the same damage and the same histories', async (program, scheme) => {
    const model = await kernelModel(program, scheme, { slots: 5 });
    const dependence = judgedDependence(model);
    const all = await seen(program, scheme, (visit) => {
      const { complete } = everyInterleaving(model, visit, { maxExecutions: 100_000 });
      expect(complete).toBe(true);
    });
    expect(await seen(program, scheme, (visit) => new Dpor(model, dependence, visit).run())).toEqual(all);
  });

  test.each([
    ['[A] d | d e d', 'naive'],
    ['e e | d d', 'tagged'],
  ])(
    '%s under %s: bounded far beyond what it needs, the search by classes agrees',
    async (program, scheme) => {
      const model = await kernelModel(program, scheme, { slots: 5 });
      const dependence = judgedDependence(model);
      const reduced = await seen(program, scheme, (visit) => new Dpor(model, dependence, visit).run());
      const classes = await seen(program, scheme, (visit) => {
        const search = new BoundedSearch(model, visit, { classes: dependence });
        expect(search.run().complete).toBe(true);
      });
      expect(classes).toEqual(reduced);
    },
  );
});
