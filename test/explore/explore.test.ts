import { afterAll, describe, expect, test } from 'vitest';
import { Judge } from '../../src/judge/damage/judge.ts';
import { ModelEngine } from '../../src/model/engine.ts';
import { showValue } from '../../src/laboratory/program.ts';
import { Steppers } from '../../src/engines/stepped.ts';
import { explore } from '../../src/explore/explore.ts';
import { kernelModel } from '../../src/explore/kernel-model.ts';
import { Recorder } from '../../src/observe/recorder.ts';
import { runSchedule } from '../../src/schedule/run.ts';
import { parseSchedule } from '../../src/schedule/schedule.ts';
import { classesSeeAll, reducedSeesAll } from './every-interleaving.ts';
import { deep } from '../effort.ts';
import { count, kernelCounts } from './kernel-counts.ts';

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
  const judge = new Judge(engine.words, {
    staleReads: card.STALE_READS,
    reclaims: card.RECLAIMS,
    bound: null,
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

  test.runIf(deep)('its findings are seen again on the model and on real threads', async () => {
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
      for (const on of ['model', 'stepped'] as const) {
        const again = await replay(on, '[A] d | d e d', 'naive', 6, schedule);
        expect([on, again.counted]).toEqual([on, schedule]);
        expect([on, ...again.kinds]).toContain(kind);
      }
    }
  });

  test('a tag of one bit comes round', async () => {
    const { findings } = await explore('[A] d | d e d', 'tagged:bits=1', { slots: 6, firstOnly: true });
    expect(findings[0]?.kind).toBe('ABA');
  });
});

/** The larger ones are counted by `npm run prove`; of the others the short form counts every third one. */
describe("the kernel's own counts", () => {
  test.each(kernelCounts.filter((each) => each.in === 'test').filter((_, i) => deep || i % 3 === 0))(
    '$program under $scheme with $slots slots, free list $freeList: $classes classes, $judged with the judgements, $bad bad',
    async (known) => {
      expect(await count(known)).toEqual(known);
    },
  );

  test('only naive reuse has bad ones', () => {
    for (const { scheme, bad } of kernelCounts) if (scheme !== 'naive') expect(bad).toBe(0);
  });
});

describe('held against every interleaving, as far as they can be run', () => {
  test.each([
    ['e | d', 'naive'],
    ['e | d', 'tagged'],
    ['[A] d | i', 'no-reclaim'],
  ])('%s under %s: the same damage and the same histories', async (program, scheme) => {
    expect(await reducedSeesAll(program, scheme)).toBeGreaterThan(50);
  });

  const CLASSES = [
    ['[A] d | d e d', 'naive'],
    ['e e | d d', 'tagged'],
  ] as const;
  test.each(deep ? CLASSES : CLASSES.slice(0, 1))(
    '%s under %s: bounded far beyond what it needs, the search by classes agrees',
    async (program, scheme) => {
      expect(await classesSeeAll(program, scheme)).toBeGreaterThan(100);
    },
  );
});
