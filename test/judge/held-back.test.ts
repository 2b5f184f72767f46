import { describe, expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import type { HeldBack } from '../../src/judge/audit/holder.ts';
import { unendedClaims } from '../../src/judge/audit/held-by-counts.ts';
import { mark } from '../../src/judge/audit/mark.ts';
import { holdBack } from '../../src/kernel/announcement.ts';
import type { Memory } from '../../src/kernel/memory.ts';
import * as layout from '../../src/kernel/layout.ts';
import { list, sixSlots } from './handmade.ts';
import { RecordedLab } from './recorded.ts';

const { ACTIVE, FREE_TOP, R_STATUS, VACANT } = layout;

describe('who holds a retired slot back', () => {
  test('three that hold a slot back are a list, and what a dead one of them announces is ended by an heir alone', async () => {
    expect(holdBack(['a', 'b', 'c', 'a'])).toBe('a, b and c hold it back');
    const made = await sixSlots('hazard-pointers:threshold=1');
    made.root(FREE_TOP, 5).record(1, list(0), 4);
    made.record(2, R_STATUS, layout.DEAD).record(2, layout.R_ANNOUNCE, 4);
    expect(audit(made.words).heldBack()[0].note).toMatch(
      /T2's hazard 0 holds it back; T2 is dead, and only an heir can end that\.$/,
    );
  });

  test('two words that announce the same era are told once', async () => {
    const made = await RecordedLab.make('hazard-eras:threshold=4', {
      slots: 16,
      threads: 2,
      initial: [1, 2, 3, 4],
    });
    made.pause('T2@D13', () => made.dequeue(1));
    let note = '';
    made.pause('T2@D13', () => {
      made.dequeue(1);
      note = audit(made.words).heldBack()[0]!.note;
    });
    made.dequeue(2);
    expect(note).toContain("T2's announcement of era 0 holds it back");
    expect(note.match(/of era 0/g)).toHaveLength(1);
  });

  test('a hazard, and since how many retires', async () => {
    const lab = await RecordedLab.make('hazard-pointers:threshold=4', {
      slots: 16,
      threads: 2,
      initial: [1, 2, 3, 4, 5],
    });
    let held: HeldBack[] = [];
    lab.pause('T2@D13', () => {
      for (let i = 0; i < 3; i++) lab.dequeue(1);
      held = audit(lab.words).heldBack();
    });
    lab.dequeue(2);
    // T2's hazards name slots 1 and 2.
    const bySlot = Object.fromEntries(held.map((each) => [each.slot, each]));
    expect(Object.keys(bySlot)).toEqual(['1', '2', '3']);
    expect(bySlot[1]).toMatchObject({
      thread: 1,
      age: 2,
      unit: 'retires',
      holders: [{ thread: 2, hazard: 0, epoch: null }],
    });
    expect(bySlot[2]).toMatchObject({ age: 1, holders: [{ thread: 2, hazard: 1 }] });
    expect(bySlot[3]).toMatchObject({ age: 0, holders: [] });
    expect(bySlot[1].note).toBe(
      "Slot 1 is on T1's retired list, and T1 has retired 2 since: T2's hazard 0 holds it back.",
    );
    expect(bySlot[3].note).toMatch(
      /T1 has retired none since: no thread holds it back, and it waits for T1's next scan\.$/,
    );
  });

  test('a hazard that lingers, of a thread that is idle, even the one that retired the slot', async () => {
    const lab = await RecordedLab.make('hazard-pointers:threshold=4,linger=on', {
      slots: 18,
      threads: 2,
      initial: [1, 2, 3, 4, 5],
    });
    lab.dequeue(2);
    const noteOf = (slot: number): string | undefined =>
      audit(lab.words)
        .heldBack()
        .find((each) => each.slot === slot)?.note;
    expect(noteOf(1)).toMatch(/^Slot 1 is on T2's .*: T2's lingering hazard 0 holds it back\.$/);
    lab.dequeue(1);
    expect(noteOf(2)).toMatch(/: T1's lingering hazard 0 and T2's lingering hazard 1 hold it back\.$/);
    // Within an operation the same word may protect the slot.
    lab.pause('T2@D2', () =>
      expect(noteOf(2)).toMatch(/: T1's lingering hazard 0 and T2's hazard 1 hold it back\.$/),
    );
    expect(lab.dequeue(2)).not.toBeNull();
    expect(lab.pauses.size).toBe(0);
  });

  test('a pin, for as long as the epoch cannot pass the grace period', async () => {
    const lab = await RecordedLab.make('epochs:period=1', {
      slots: 16,
      threads: 2,
      initial: [1, 2, 3, 4, 5],
    });
    let held: HeldBack[] = [];
    lab.pause('T2@D13', () => {
      for (let i = 0; i < 4; i++) lab.dequeue(1);
      held = audit(lab.words).heldBack();
    });
    lab.dequeue(2);
    expect(held).toHaveLength(4);
    for (const each of held) {
      expect(each).toMatchObject({
        thread: 1,
        unit: 'epochs',
        holders: [{ thread: 2, hazard: null, epoch: 0 }],
      });
    }
    // Retired in epoch 0 and freed from 2 on; the pin of 0 lets the epoch reach 1.
    const first = held.find(({ slot }) => slot === 1)!;
    expect(first).toMatchObject({ stamp: 0, age: 1 });
    expect(first.note).toBe(
      "Slot 1 is on T1's retired list with the stamp of epoch 0 (1 epoch ago), and may be freed from epoch 2 on: T2's pin of epoch 0 holds it back, since the epoch cannot pass 1 until T2's pin ends.",
    );
  });

  test('a pin that came two epochs later holds nothing, and nobody is named', async () => {
    const made = await sixSlots('epochs:period=1');
    made.root(FREE_TOP, 5).record(1, list(0), 4).slot(4, layout.S_STAMP, 7).root(layout.GLOBAL, 8);
    made.record(2, R_STATUS, ACTIVE).record(2, layout.R_ANNOUNCE, (8 << 1) | 1);
    expect(audit(made.words).heldBack()[0]).toMatchObject({ holders: [], age: 1 });
    made.record(2, layout.R_ANNOUNCE, (7 << 1) | 1);
    expect(audit(made.words).heldBack()[0]).toMatchObject({ holders: [{ thread: 2, epoch: 7 }] });
    // A dead thread ends nothing itself, also while an heir is at work on its record.
    for (const status of [layout.DEAD, layout.inheritedBy(1)]) {
      made.record(2, R_STATUS, status);
      expect(audit(made.words).heldBack()[0].note).toMatch(
        /cannot pass 8 until an heir ends what T2 \(dead\) announced\.$/,
      );
    }
    made.record(2, R_STATUS, VACANT);
    expect(audit(made.words).heldBack()[0].note).toMatch(/waits for the epoch to advance\.$/);
    made.root(layout.GLOBAL, 9);
    expect(audit(made.words).heldBack()[0].note).toMatch(/waits for T1 to look at its lists\.$/);
  });

  test('epochs are compared where they wrap', async () => {
    const made = await sixSlots('epochs:period=1');
    made
      .root(FREE_TOP, 5)
      .record(1, list(0), 4)
      .slot(4, layout.S_STAMP, 2 ** 30 - 1)
      .root(layout.GLOBAL, 0);
    made.record(2, R_STATUS, ACTIVE).record(2, layout.R_ANNOUNCE, 1);
    expect(audit(made.words).heldBack()[0]).toMatchObject({ age: 1, holders: [] });
    made.record(2, layout.R_ANNOUNCE, ((2 ** 30 - 1) << 1) | 1);
    expect(audit(made.words).heldBack()[0].holders).toHaveLength(1);
    // T1's pin of epoch 0 comes after T2's of the last one before the wrap, which stops the epoch first.
    made
      .slot(4, layout.S_STAMP, 2 ** 30 - 1)
      .record(1, R_STATUS, ACTIVE)
      .record(1, layout.R_ANNOUNCE, 1);
    made.root(layout.H_PARAM_0, 3);
    const [{ holders, note }] = audit(made.words).heldBack();
    expect(holders.map(({ epoch }) => epoch)).toEqual([0, 2 ** 30 - 1]);
    expect(note).toContain("the epoch cannot pass 0 until T2's pin ends, nor 1 until T1's pin ends.");
    // Only those are named together that stop it at the same one.
    made.record(1, layout.R_ANNOUNCE, ((2 ** 30 - 1) << 1) | 1);
    expect(audit(made.words).heldBack()[0].note).toContain(
      "the epoch cannot pass 0 until T1's pin and T2's pin end.",
    );
  });

  test('a pin, as long as bags cannot rotate often enough: each is told with the epoch that it stops', async () => {
    const made = await sixSlots('debra:period=1', 2, 9);
    const bag = list(0);
    // T1's current bag, of the present epoch: three more rotations, each in a new epoch.
    made.root(FREE_TOP, 5).record(1, bag, 4).root(layout.GLOBAL, 9);
    made.record(1, layout.BAG_WORD, 0).record(1, layout.R_LISTS + layout.LIST_STAMP, 9);
    made.record(1, R_STATUS, ACTIVE).record(1, layout.R_ANNOUNCE, (9 << 1) | 1);
    made.record(2, R_STATUS, ACTIVE).record(2, layout.R_ANNOUNCE, (8 << 1) | 1);
    const note = (): string => audit(made.words).heldBack()[0]!.note;
    expect(note()).toBe(
      "Slot 4 is in T1's current bag, and can be freed after 3 more rotations: T1's pin of epoch 9 and T2's pin of epoch 8 hold it back, since the epoch cannot pass 9 until T2's pin ends, nor 10 until T1's pin ends.",
    );
    made.record(2, layout.R_ANNOUNCE, (9 << 1) | 1);
    expect(note()).toMatch(/since the epoch cannot pass 10 until T1's pin and T2's pin end\.$/);
  });

  test.each([0, 2 ** 30 - 2])('an era, every slot that lived in it, from era %i on', async (era) => {
    const made = await sixSlots('hazard-eras:threshold=1');
    const at = (more: number): number => (era + more) % 2 ** 30;
    made
      .root(FREE_TOP, 5)
      .record(1, list(0), 4)
      .slot(4, layout.S_BIRTH, at(1))
      .slot(4, layout.S_DEATH, at(3));
    made.record(2, R_STATUS, ACTIVE);
    const holdersAt = (n: number, more: number): HeldBack['holders'] => {
      made.record(2, layout.R_ANNOUNCE + n, (at(more) << 1) | 1);
      return audit(made.words).heldBack()[0].holders;
    };
    for (const more of [0, 4]) expect(holdersAt(0, more)).toEqual([]);
    for (const more of [1, 2, 3])
      expect(holdersAt(1, more)).toMatchObject([{ thread: 2, eras: [at(more), at(more)] }]);
    expect(audit(made.words).heldBack()[0].note).toBe(
      `Slot 4 lived from era ${at(1)} to ${at(3)} and is on T1's retired list, and T1 has retired none since: T2's announcement of era ${at(3)} holds it back.`,
    );
  });

  test.each([0, 2 ** 30 - 2])('an interval, every slot whose life meets it, from era %i on', async (era) => {
    const made = await sixSlots('interval:threshold=1,period=1');
    const at = (more: number): number => (era + more) % 2 ** 30;
    made
      .root(FREE_TOP, 5)
      .record(1, list(0), 4)
      .slot(4, layout.S_BIRTH, at(2))
      .slot(4, layout.S_DEATH, at(4));
    made.record(2, R_STATUS, ACTIVE);
    const isHeld = (first: number, last: number): boolean => {
      made
        .record(2, layout.R_ANNOUNCE, (at(first) << 1) | 1)
        .record(2, layout.R_ANNOUNCE + 1, (at(last) << 1) | 1);
      return audit(made.words).heldBack()[0].holders.length === 1;
    };
    for (let first = 0; first < 7; first++)
      for (let last = first; last < 7; last++)
        expect([first, last, isHeld(first, last)]).toEqual([first, last, first <= 4 && last >= 2]);
    isHeld(1, 3);
    expect(audit(made.words).heldBack()[0].note).toBe(
      `Slot 4 lived from era ${at(2)} to ${at(4)} and is on T1's retired list, and T1 has retired none since: T2's announcement of the eras ${at(1)} to ${at(3)} holds it back.`,
    );
    // One that has announced the first era alone is entering, and holds nothing back yet.
    made.record(2, layout.R_ANNOUNCE + 1, 0);
    expect(audit(made.words).heldBack()[0].note).toMatch(
      /no thread holds it back, and it waits for T1's next scan\.$/,
    );
  });

  test('stamps are unsigned: a thread that retired more than 2^31 slots', async () => {
    const made = await sixSlots('hazard-pointers:threshold=1');
    made.root(FREE_TOP, 5).record(1, list(0), 4).slot(4, layout.S_STAMP, -2);
    made.counter(1, layout.C_RETIRED, 3, 1);
    expect(audit(made.words).heldBack()[0]).toMatchObject({ stamp: 2 ** 32 - 2, age: 5 });
  });
});

test('a claim that no record speaks of may be that of a thread inside, and of no other', async () => {
  const lab = await RecordedLab.make('reference-counting', { slots: 6, threads: 2, initial: [1] });
  lab.dequeue(1);
  // Slot 1 was freed: it is retired again here, with a claim that nothing accounts for.
  const geometry = new layout.Geometry({ peek: (at: number) => lab.words[at] } as Memory);
  lab.words[geometry.slot(1, layout.S_STATE)] = layout.RETIRED;
  lab.words[geometry.slot(1, layout.COUNT_WORD)] = 2;
  lab.words[geometry.slot(1, layout.S_NEXT)] = 0;
  const told = (): string => unendedClaims(lab.words, geometry, mark(lab.words, geometry), 1)!;
  const has =
    "it was retired with 1 claim left, which is accounted for by no word and by no thread's record: ";
  expect(told()).toBe(`${has}what had it should have given it up`);
  lab.words[geometry.record(2) + layout.R_OPERATION] = layout.OP_TAKE;
  const only = 'only a thread inside an operation can still have it and give it up, and ';
  expect(told()).toBe(`${has}${only}T2 has begun one`);
  lab.words[geometry.record(1) + layout.R_OPERATION] = layout.OP_TAKE;
  expect(told()).toBe(`${has}${only}T1 and T2 have begun one`);
});
