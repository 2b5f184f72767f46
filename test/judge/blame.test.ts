import { describe, expect, test } from 'vitest';
import { audit, equation } from '../../src/judge/audit/audit.ts';
import { blame, blameSnapshot } from '../../src/judge/audit/blame.ts';
import { HELD, LIST_TOP, R_LISTS, S_LIMBO, S_NEXT, S_STATE, FREE_TOP } from '../../src/kernel/layout.ts';
import { MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import type { Scheme } from '../../src/kernel/scheme.ts';
import type { StepRecord } from '../../src/observe/trace.ts';
import { sixSlots } from './handmade.ts';
import { abaDequeue, phantomWrite, RecordedLab } from './recorded.ts';
import { deep } from '../effort.ts';

/** A bug to plant: the dequeued slot is handed to nobody. */
class NeverRetires<S extends Scheme> extends MichaelScottQueue<S> {
  protected override retire(_slot: number): void {
    this.record.release();
  }
}

describe('a leaked slot', () => {
  test('cut off by D13 and never retired: its retire should have taken it', async () => {
    const lab = await RecordedLab.make(
      'tagged',
      { slots: 6, threads: 2, initial: [1, 2] },
      { structure: NeverRetires },
    );
    lab.dequeue(2);
    lab.enqueue(1, 3);
    const { leaked } = blame(lab.trace());
    expect(leaked).toHaveLength(1);
    expect(leaked[0]).toMatchObject({ slot: 1, state: 'linked', life: 1, together: [1], untilOther: null });
    expect(leaked[0].cut).toMatchObject({
      kind: 'root',
      word: 'Head',
      from: 1,
      to: 2,
      thread: 2,
      label: 'D13',
      plain: false,
    });
    expect(leaked[0].letGo).toMatchObject({ thread: 2, label: 'D13' });
    expect(leaked[0].note).toBe(
      `Slot 1 is leaked: T2's retire (D19) should have taken it; T2's D13 (step ${leaked[0].cut?.step}, dequeue#1) changed Head from slot 1 to slot 2; from then on no word named it.`,
    );
  });

  test('retired under the scheme that keeps nothing', async () => {
    const lab = await RecordedLab.make('no-reclaim', { slots: 6, threads: 1, initial: [1, 2] });
    lab.dequeue(1);
    lab.dequeue(1);
    const { leaked } = blame(lab.trace());
    expect(leaked.map(({ slot, state, together }) => [slot, state, together])).toEqual([
      [1, 'retired', [1]],
      [2, 'retired', [2]],
    ]);
    expect(leaked[1].cut).toMatchObject({ from: 2, to: 3, op: 2 });
    expect(leaked[1].expected).toBe("T1's retire (D19) took it and put it on no list");
  });

  test('taken by A3 and never linked', async () => {
    const lab = await RecordedLab.make('naive', { slots: 6, threads: 1 });
    lab.act(1, ({ slab, record }) => {
      slab.take();
      record.release();
    });
    const { leaked } = blame(lab.trace());
    expect(leaked).toHaveLength(1);
    expect(leaked[0]).toMatchObject({
      slot: 2,
      state: 'held',
      cut: { kind: 'top', label: 'A3', from: 2, to: 3 },
    });
    expect(leaked[0].expected).toBe("the enqueue's link (E9), or a free (F3), should have taken it");
  });

  test('as long as the hand holds it, it is not leaked', async () => {
    const lab = await RecordedLab.make('naive', { slots: 6, threads: 1 });
    lab.act(1, ({ slab }) => slab.take());
    expect(blame(lab.trace()).leaked).toEqual([]);
  });

  test('the phantom write: the slots behind the cut are lost, and the step is named', async () => {
    const lab = await phantomWrite();
    const now = audit(lab.words);
    expect(equation(now)).toBe('reachable 3 · in hand 0 · retired 0 · free 4 · leaked 1  = 8 slots');
    expect(now.slotsOf('stranded')).toEqual([1]);
    const [loss, ...others] = blame(lab.trace()).leaked;
    expect(others).toEqual([]);
    expect(loss).toMatchObject({
      slot: 2,
      together: [2],
      cut: { kind: 'next', word: '3.next', thread: 1, from: 2, to: 0 },
    });
    expect(loss.note).toBe(
      `Slot 2 is leaked: a stale write cut the list, and every slot behind it is lost; T1's step 200 (step ${loss.cut?.step}) changed 3.next from slot 2 to null.`,
    );
  });

  test('once Tail moves on, what it stranded counts as lost by the same cut', async () => {
    const lab = await phantomWrite();
    const cutAt = lab.events.length;
    lab.enqueue(2, 7);
    lab.enqueue(2, 8);
    const { leaked } = blame(lab.trace());
    // Slots 2 and 1 were in the queue when 3.next was cut; slot 5 was enqueued behind them.
    expect(leaked.map(({ slot }) => slot)).toEqual([1, 2, 5]);
    for (const loss of leaked) {
      expect(loss.together).toEqual([1, 2, 5]);
      expect(loss.cut).toMatchObject({ word: '3.next', thread: 1 });
    }
    expect(leaked[1].untilOther).toBeNull();
    expect(leaked[0].untilOther).toMatchObject({ label: 'E17', thread: 2 });
    expect(leaked[2].untilOther!.step).toBeGreaterThan(leaked[0].untilOther!.step);
    expect(leaked[1].note).toContain('; slots 1 and 5 could be reached only through it and went with it.');
    expect(leaked[0].note).toContain(
      `and only slot 2 led on to it; Tail led to it until step ${leaked[0].untilOther?.step}`,
    );
    expect(
      blame(lab.trace(), lab.events.slice(0, cutAt).findLast(({ kind }) => kind === 'step')!.step).leaked,
    ).toHaveLength(1);
  });

  test('a retired list that is dropped as a whole', async () => {
    const lab = await RecordedLab.make('hazard-pointers:threshold=4', {
      slots: 16,
      threads: 1,
      initial: [1, 2, 3],
    });
    for (let i = 0; i < 3; i++) lab.dequeue(1);
    lab.act(1, ({ memory, record }) => memory.poke(record.base + R_LISTS + LIST_TOP, 0));
    const { leaked } = blame(lab.trace());
    expect(leaked.map(({ slot, cut }) => [slot, cut?.from, cut?.plain])).toEqual([
      [1, 3, true],
      [2, 3, true],
      [3, 3, true],
    ]);
    expect(leaked[0].together).toEqual([1, 2, 3]);
    expect(leaked[0].expected).toMatch(/the list was dropped/);
    expect(leaked[0].note).toMatch(
      /^Slot 1 is leaked: the list was dropped: .*; a plain write after T1's H3 .* changed T1's list 0 from slot 3 to null/,
    );
  });

  test('popped from a list and not freed', async () => {
    const lab = await RecordedLab.make('hazard-pointers:threshold=4', {
      slots: 16,
      threads: 1,
      initial: [1, 2],
    });
    lab.dequeue(1);
    lab.act(1, ({ memory, record }) => {
      record.hold(1);
      memory.poke(record.base + R_LISTS + LIST_TOP, 0);
      record.release();
    });
    expect(blame(lab.trace()).leaked[0]).toMatchObject({
      slot: 1,
      expected: 'the free (F3) should have taken it',
    });
  });

  test('a limbo word that is overwritten cuts its list', async () => {
    const lab = await RecordedLab.make('hazard-pointers:threshold=4', {
      slots: 16,
      threads: 1,
      initial: [1, 2, 3],
    });
    for (let i = 0; i < 3; i++) lab.dequeue(1);
    lab.act(1, ({ memory, geometry }) => memory.poke(geometry.slot(3, S_LIMBO), 0));
    const { leaked } = blame(lab.trace());
    expect(leaked.map(({ slot }) => slot)).toEqual([1, 2]);
    expect(leaked[0].cut).toMatchObject({ kind: 'limbo', word: '3.limbo', from: 2 });
  });

  test('a take that puts a stale slot on top loses what lay between', async () => {
    const lab = await RecordedLab.make('naive', { slots: 6, threads: 1 });
    lab.act(1, ({ memory, record, geometry }) => {
      record.hold(2);
      // The index of slot 4, where slot 3 should follow.
      memory.cas(3, FREE_TOP, memory.peek(FREE_TOP), geometry.top.pack(4, 1));
    });
    const { leaked } = blame(lab.trace());
    expect(leaked).toHaveLength(1);
    expect(leaked[0]).toMatchObject({
      slot: 3,
      expected: 'nothing: the take of slot 2 put slot 4 on top and left out what lay between',
    });
  });

  test('a push that forgets what was below it', async () => {
    const lab = await RecordedLab.make('naive', { slots: 5, threads: 1, initial: [1] });
    lab.act(1, ({ slab, memory, geometry, record }) => {
      const slot = slab.take();
      memory.store(5, geometry.slot(slot, S_NEXT), 0);
      memory.cas(6, FREE_TOP, memory.peek(FREE_TOP), geometry.top.keep(memory.peek(FREE_TOP), slot));
      record.release();
    });
    const { leaked } = blame(lab.trace());
    expect(leaked.map(({ slot, expected }) => [slot, expected])).toEqual([
      [4, 'the next word of slot 3 (F2) should have led on to it'],
      [5, 'the next word of slot 3 (F2) should have led on to it'],
    ]);
  });

  test('one that was lost before the recording began tells what it can', async () => {
    const lab = await RecordedLab.make('naive', { slots: 6, threads: 1 });
    lab.initial[FREE_TOP] = lab.words[FREE_TOP] = 3;
    lab.dequeue(1);
    const [loss] = blame(lab.trace()).leaked;
    expect(loss).toMatchObject({ slot: 2, cut: null, together: [2] });
    expect(loss.note).toMatch(/^Slot 2 is leaked since before the recording began: its free was begun/);
  });

  test('no leak, no blame', async () => {
    expect(blame((await abaDequeue('tagged')).trace())).toMatchObject({ leaked: [], retired: [] });
  });
});

const noteOf = (words: Int32Array): string => blameSnapshot(audit(words))[0].note;

test('without a recording the slot itself tells what it can', async () => {
  const held = (await sixSlots()).root(FREE_TOP, 5).slot(4, S_STATE, HELD);
  expect(noteOf(held.words)).toBe(
    "Slot 4 is leaked in life 0, and its state says held: it was taken (A3), and neither the enqueue's link (E9) nor a free (F3) took it on.",
  );
  const lab = await RecordedLab.make(
    'tagged',
    { slots: 6, threads: 1, initial: [1] },
    { structure: NeverRetires },
  );
  lab.dequeue(1);
  expect(noteOf(lab.words)).toMatch(
    /its next still names slot 2 of the queue, so Head has passed it, and a retire \(D19\)/,
  );
  const leaky = await RecordedLab.make('no-reclaim', { slots: 6, threads: 1, initial: [1] });
  leaky.dequeue(1);
  expect(noteOf(leaky.words)).toMatch(
    /its state says retired: it was retired \(stamp 0\), and no list keeps it/,
  );
  expect(noteOf((await sixSlots()).root(FREE_TOP, 5).slot(4, S_STATE, 9).words)).toMatch(/says unknown/);
});

describe('a retired slot', () => {
  test.each([
    ['hazard-pointers:threshold=4', 'H1'],
    ['epochs:period=1', 'P2'],
  ])('%s: held back since the step that announced it', async (scheme, label) => {
    const lab = await RecordedLab.make(scheme, { slots: 16, threads: 2, initial: [1, 2, 3, 4, 5] });
    let at = 0;
    lab.pause('T2@D13', () => {
      for (let i = 0; i < 3; i++) lab.dequeue(1);
      at = lab.events.findLast(({ kind }) => kind === 'step')!.step;
    });
    lab.dequeue(2);
    const trace = lab.trace();
    const { retired } = blame(trace, at);
    const first = retired.find(({ slot }) => slot === 1)!;
    const announced = trace.events.find(
      (event) => event.kind === 'step' && event.label === label && event.thread === 2,
    )!;
    expect(first.holders).toMatchObject([{ thread: 2, since: announced.step }]);
    const unlinked = trace.events.find(
      (event) => event.kind === 'step' && event.label === 'D13' && event.thread === 1,
    )!;
    expect(first.retiredAt).toBeGreaterThanOrEqual(unlinked.step);
    expect(first.note).toContain(`has been there since step ${announced.step}`);
  });

  test.runIf(deep)(
    'a slot that its scheme moved to another list, since the step that retired it',
    async () => {
      const own = new URL('../../scenarios/own/delayed-reuse.ts', import.meta.url).href;
      const lab = await RecordedLab.make(`${own}:delay=2`, { slots: 8, threads: 1, initial: [1, 2, 3, 4] });
      for (let i = 0; i < 3; i++) lab.dequeue(1);
      const trace = lab.trace();
      const [first, second] = trace.events.filter(
        (event) => event.kind === 'step' && event.label === 'D13',
      ) as StepRecord[];
      const { retired } = blame(trace, trace.events.filter(({ kind }) => kind === 'step').length);
      const notes = retired.filter(({ list }) => list === 1).map(({ note }) => note);
      expect(notes.toSorted()).toEqual(
        [first!, second!].map(
          ({ step }, i) =>
            `Slot ${i + 1} is on T1's retired list: no announcement holds it back, and its scheme decides when it is freed; retired at step ${step}.`,
        ),
      );
    },
  );
});
