import { describe, expect, test } from 'vitest';
import { explore } from '../../src/explore/explore.ts';
import { audit } from '../../src/judge/audit/audit.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import {
  COLLECTOR_BITS,
  DEAD,
  GLOBAL,
  RETIRED,
  R_ANNOUNCE,
  R_STATUS,
  S_STATE,
  VACANT,
} from '../../src/kernel/layout.ts';
import { FULL, OK, VALUE } from '../../src/kernel/structure.ts';
import { M8, MarkSweep } from '../../src/kernel/schemes/mark-sweep.ts';
import { counting, upTo } from './counted-steps.ts';
import { accounted } from './kills.ts';
import {
  choiceOf,
  dies,
  field,
  garbage,
  laboratory,
  lookAtHead,
  looksAway,
  MortalMemory,
} from './laboratory.ts';

// What a collector waits for, what it finds, and what becomes of a collection whose thread dies.

const patient = (looks: number) => choiceOf(MarkSweep, looks);
const safepoint = ({ memory }: ReturnType<typeof laboratory>) => ({
  collector: memory.peek(GLOBAL) & ((1 << COLLECTOR_BITS) - 1),
  collections: memory.peek(GLOBAL) >>> COLLECTOR_BITS,
});

describe('mark-sweep', () => {
  test('nothing is freed until nothing is free, and everything is then', () => {
    const lab = laboratory(patient(1), 10, 2, [1]);
    const [first, second] = lab.threads as [Participant, Participant];
    for (const n of upTo(8)) {
      expect([first.queue.enqueue(n), second.queue.dequeue(), garbage(lab)]).toEqual([OK, VALUE, n]);
      expect(safepoint(lab).collections).toBe(0);
    }
    expect([first.queue.enqueue(9), garbage(lab), safepoint(lab).collections]).toEqual([OK, 0, 1]);
    expect(audit(lab.memory.words)).toMatchObject({ free: 7, reachable: 3, leaked: 0 });
  });

  test.each([1, 3])(
    'a collector looks %i times at a thread inside of an operation, and gives up',
    (looks) => {
      const lab = counting(patient(looks), 3, 0);
      const [reader, idle, collector] = lab.threads as Participant[];
      lookAtHead(reader!);
      for (const n of upTo(4))
        expect([collector!.queue.enqueue(n), collector!.queue.dequeue()]).toEqual([OK, VALUE]);
      lab.memory.since(M8);
      collector!.scheme.collect();
      expect([lab.memory.since(M8), garbage(lab)]).toEqual([looks, 4]);
      expect(audit(lab.memory.words).heldBack()[0]!.note).toMatch(
        /^Slot \d+ is on T3's retired list: it waits for a collection, which T1 holds back until it passes a safepoint\.$/,
      );
      looksAway(reader!);
      idle!.scheme.collect();
      expect([lab.memory.since(M8), garbage(lab)]).toEqual([2, 0]);
    },
  );

  test('a thread inside of another operation of its own collects nothing', () => {
    const lab = laboratory(patient(1), 4, 1, [1, 2]);
    const [own] = lab.threads as [Participant];
    expect(own.queue.dequeue()).toBe(VALUE);
    lookAtHead(own);
    expect([own.queue.enqueue(3), own.queue.enqueue(4), garbage(lab)]).toEqual([OK, FULL, 1]);
    looksAway(own);
    expect([own.queue.enqueue(4), garbage(lab)]).toEqual([OK, 0]);
  });

  test('what is reached is kept although it was retired, and what is lost is found, with what a dead thread had in hand', () => {
    const lab = laboratory(patient(1), 8, 3, [1, 2]);
    const [first, dead, collector] = lab.threads as [Participant, Participant, Participant];
    const { memory, geometry } = lab;
    // A slot that nobody has, one that a dead thread has, and one in the queue that is on a retired list.
    const lost = dead.slab.take();
    const held = dead.slab.take();
    expect(lost).not.toBe(held);
    dead.scheme.start();
    memory.poke(geometry.record(2) + R_STATUS, DEAD);
    first.scheme.push(first.scheme.list(0), 3, 0);
    first.record.unreclaimed(1);
    expect(audit(memory.words)).toMatchObject({ leaked: 1, inHand: 1, conflicts: 1 });
    collector.scheme.collect();
    expect(audit(memory.words)).toMatchObject({ leaked: 0, inHand: 0, conflicts: 0, reachable: 3, free: 5 });
    expect([field(lab, 2, R_STATUS), field(lab, 2, R_ANNOUNCE)]).toEqual([VACANT, 0]);
    expect(memory.peek(geometry.slot(3, S_STATE))).not.toBe(RETIRED);
  });

  test('a collector may die at any access: the next thread ends its collection, and the next collection is complete', () => {
    let deaths = 0;
    for (let died = true; died; deaths++) {
      const lab = laboratory(patient(1), 9, 3, [1, 2, 3, 4]);
      const { words } = lab.memory;
      const [, worker, heir] = lab.threads as [Participant, Participant, Participant];
      for (const _ of upTo(3)) expect(worker.queue.dequeue()).toBe(VALUE);
      died = dies(() => assemble(new MortalMemory(words, deaths), 1, MarkSweep).scheme.collect());
      if (died) lab.memory.poke(lab.geometry.record(1) + R_STATUS, DEAD);
      expect([deaths, accounted(words, MarkSweep).conflicts]).toEqual([deaths, 0]);
      // The next operation does not wait for it.
      expect([heir.queue.dequeue(), safepoint(lab).collector]).toEqual([VALUE, 0]);
      heir.scheme.collect();
      expect([deaths, garbage(lab)]).toEqual([deaths, 0]);
      expect([deaths, audit(words).free, audit(words).reachable]).toEqual([deaths, 8, 1]);
    }
    expect(deaths).toBeGreaterThan(80);
  });

  // While one thread collects, the others may not begin an operation: but each may die, or leave, and its status says so then.
  test.each(['die | collect', 'i die | collect', 'i leave | collect'])(
    'a collector looks at the status of others, which they write meanwhile, by steps alone: %s',
    async (program) => {
      const { complete, executions, findings } = await explore(program, 'mark-sweep:patience=1', {
        slots: 4,
      });
      expect({ complete, findings }).toEqual({ complete: true, findings: [] });
      expect(executions).toBeGreaterThan(10);
    },
  );

  test('collections go on as their number comes round', () => {
    const lab = laboratory(patient(1), 4, 1, [1]);
    const [own] = lab.threads as [Participant];
    own.scheme.collect();
    lab.memory.poke(GLOBAL, (2 ** 24 - 2) << 8);
    for (const n of upTo(12)) expect([own.queue.enqueue(n), own.queue.dequeue()]).toEqual([OK, VALUE]);
    expect(safepoint(lab).collections).toBeLessThan(9);
  });
});
