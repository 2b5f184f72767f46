import { describe, expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import { attachWords, createBuffer } from '../../src/laboratory/shared.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { FREE_TOP, R_HAND, R_LISTS, R_STEP, S_NEXT } from '../../src/kernel/layout.ts';
import { HEAD, TAIL } from '../../src/kernel/structures/michael-scott.ts';
import { noticedDamage, shapeDamage } from '../../src/judge/audit/shape.ts';
import { standsStill } from '../../src/stress/findings.ts';

/** A laboratory of 8 slots with two values in the queue, and one thread. */
async function laboratory(): Promise<{ words: Int32Array; thread: Participant }> {
  const choice = await chooseScheme('tagged:bits=0');
  const words = attachWords(createBuffer({ slots: 8, threads: 1, initial: [10, 20] }, choice));
  return { words, thread: assemble(new AtomicsMemory(words), 1, choice.scheme) };
}

const kinds = (words: Int32Array, resting = [1]): string[] =>
  shapeDamage(audit(words), 0, resting).map(({ kind, note }) => `${kind}: ${note}`);

describe('the shape of the slab', () => {
  test('of a sound one shows nothing', async () => {
    const { words, thread } = await laboratory();
    thread.queue.enqueue(30);
    thread.queue.dequeue();
    expect(kinds(words)).toEqual([]);
    expect(noticedDamage(audit(words))).toEqual([]);
  });

  test('shows slots without an owner, beyond those that are meant to be lost', async () => {
    const { words } = await laboratory();
    words[FREE_TOP] = 6;
    expect(kinds(words)).toEqual(['orphaned slot: 2 of 8 slots have no owner: slots 4 and 5.']);
    expect(shapeDamage(audit(words), 2, [1])).toEqual([]);
  });

  test('shows a slot in the hand of a thread whose operation has ended, and no other', async () => {
    const { words, thread } = await laboratory();
    expect(thread.slab.take()).toBe(4);
    expect(kinds(words)).toEqual([
      'orphaned slot: T1 has ended its operation and left slot 4 without an owner.',
    ]);
    expect(kinds(words, [])).toEqual([]);
  });

  test('shows slots that are in the queue and free', async () => {
    const { words, thread } = await laboratory();
    words[FREE_TOP] = 3;
    words[thread.geometry.slot(3, S_NEXT)] = 4;
    expect(kinds(words)[0]).toMatch(
      /^retire while reachable: Reachable from Head or Tail, and retired or free as well: slots 3, 4/,
    );
  });

  test('shows a cycle with its slots', async () => {
    const { words, thread } = await laboratory();
    words[thread.geometry.slot(3, S_NEXT)] = 2;
    expect(kinds(words)).toEqual([
      'cycle: Following next comes round and never ends: slots 2 and 3 on a cycle.',
    ]);
  });

  test('shows words that name no slot, and slots that only Tail leads to', async () => {
    const { words } = await laboratory();
    words[HEAD] = 15;
    expect(kinds(words).map((text) => text.split(':')[0])).toEqual([
      'wild index',
      'orphaned slot',
      'broken invariant',
    ]);
    words[HEAD] = 0;
    words[TAIL] = 1;
    expect(kinds(words)).toEqual([
      'broken invariant: Following next from Head does not lead to the node that Tail names: what is reachable from Tail alone is stranded, slots 1, 2 and 3.',
    ]);
  });
});

test('what a thread noticed itself is told with the slot', async () => {
  const { words, thread } = await laboratory();
  const slot = thread.slab.take();
  thread.slab.give(slot);
  thread.slab.give(slot);
  thread.scheme.retire(5);
  expect(noticedDamage(audit(words))).toMatchObject([
    {
      kind: 'double free',
      thread: 1,
      slot: 4,
      note: expect.stringMatching(/^T1 freed slot 4, which was free already\. It noticed \d more/),
    },
  ]);
  const other = await laboratory();
  other.thread.scheme.retire(0);
  expect(noticedDamage(audit(other.words))).toMatchObject([{ kind: 'wild index', slot: 0 }]);
});

test('two copies show a standing slab if they agree in all that leads to slots', async () => {
  const { words, thread } = await laboratory();
  const { geometry, record } = thread;
  const changed = (address: number): boolean => {
    const copy = words.slice();
    copy[address] ^= 1;
    return !standsStill(words.slice(), copy, geometry);
  };
  expect([FREE_TOP, record.base + R_LISTS, geometry.slot(8, S_NEXT)].map(changed)).not.toContain(false);
  expect([HEAD, TAIL, record.base + R_STEP, record.base + R_HAND].map(changed)).not.toContain(true);
});
