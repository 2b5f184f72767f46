import { describe, expect, test } from 'vitest';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import { WitnessedMemory } from '../../src/threads/watched-memory.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../../src/laboratory/shared.ts';
import { Geometry } from '../../src/kernel/layout.ts';
import { HEAD, TAIL } from '../../src/kernel/structures/michael-scott.ts';
import { D13, D2, D5, E5, E7 } from '../../src/kernel/structures/michael-scott.ts';
import { CameRoundWitness } from '../../src/stress/came-round-witness.ts';
import {
  Journals,
  J_CAME_ROUND,
  J_CAME_ROUND_AT,
  J_CAME_ROUND_TIME,
  J_PASSED,
  TIME,
} from '../../src/stress/journals.ts';

/** Two threads on one slab, both witnessed: the steps of T1 are made by hand, T2 makes whole operations. */
async function two(spec: string) {
  const choice = await chooseScheme(spec);
  const words = attachWords(createBuffer({ slots: 4, threads: 2, initial: [10] }, choice));
  const geometry = new Geometry(new AtomicsMemory(words));
  const journals = Journals.create(2);
  const changes = new Int32Array(new SharedArrayBuffer(4 * words.length));
  const memoryOf = (thread: number): WitnessedMemory =>
    new WitnessedMemory(
      words,
      geometry.record(thread),
      null,
      new CameRoundWitness(words, geometry, changes, { journals, thread }),
    );
  const { queue } = assemble(memoryOf(2), 2, choice.scheme);
  /** T2 takes a value out and puts one in until Head has these bits again, or has moved so often that it does not come back. */
  const untilHeadIs = (bits: number): void => {
    for (let i = 0; i < 5000; i++) {
      queue.dequeue();
      queue.enqueue(20 + i);
      if (words[HEAD] === bits) return;
    }
    throw new Error('Head does not come back.');
  };
  const seen = (): unknown => ({
    slot: journals.read(1, J_CAME_ROUND),
    at: journals.read(1, J_CAME_ROUND_AT),
    passed: journals.read(1, J_PASSED),
    time: journals.read(1, J_CAME_ROUND_TIME),
  });
  return { memory: memoryOf(1), words, geometry, queue, journals, untilHeadIs, seen };
}

const NOTHING = { slot: 0, at: 0, passed: 0, time: 0 };

describe.each(['naive', 'tagged:bits=0', 'tagged:bits=1', 'tagged:bits=4', 'tagged:bits=7'])(
  'under %s',
  (spec) => {
    test('a compare-and-swap that finds what it expects in another life is seen, with the time before it', async () => {
      const { memory, geometry, journals, untilHeadIs, seen } = await two(spec);
      const head = memory.load(D2, HEAD);
      untilHeadIs(head);
      journals.words[TIME] = 7;
      expect(memory.cas(D13, HEAD, head, head)).toBe(true);
      expect(seen()).toEqual({ slot: geometry.link.index(head), at: D13, passed: 0, time: 8 });
    });

    test('a read that looks again and finds the same bits is seen as that, and what was known before stays', async () => {
      const { memory, untilHeadIs, seen } = await two(spec);
      const head = memory.load(D2, HEAD);
      untilHeadIs(head);
      memory.load(D5, HEAD);
      expect(seen()).toEqual({ ...NOTHING, passed: 1, time: 1 });
      expect(memory.cas(D13, HEAD, head, head)).toBe(true);
      expect(seen()).toMatchObject({ at: D13, passed: 1 });
    });

    test('a word that was read anew is not, nor one that stood still, nor one that has changed', async () => {
      const { memory, words, queue, untilHeadIs, seen } = await two(spec);
      const head = memory.load(D2, HEAD);
      memory.load(D5, HEAD);
      expect(memory.cas(D13, HEAD, head, head)).toBe(true);
      untilHeadIs(head);
      expect(memory.load(D2, HEAD)).toBe(head);
      memory.load(D5, HEAD);
      expect(memory.cas(D13, HEAD, head, head)).toBe(true);
      const tail = memory.load(E5, TAIL);
      queue.enqueue(9);
      if (words[TAIL] !== tail) expect(memory.load(E7, TAIL)).not.toBe(tail);
      expect(seen()).toEqual(NOTHING);
    });
  },
);

test('bits that are the same although a tag cannot have come round are not seen: some code has broken the tag', async () => {
  const { memory, words, queue, seen } = await two('tagged:bits=7');
  const head = memory.load(D2, HEAD);
  queue.dequeue();
  queue.enqueue(20);
  queue.dequeue();
  queue.enqueue(21);
  words[HEAD] = head;
  expect(memory.cas(D13, HEAD, head, head)).toBe(true);
  expect(seen()).toEqual(NOTHING);
});
