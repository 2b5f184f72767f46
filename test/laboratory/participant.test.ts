import { describe, expect, test } from 'vitest';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import { joinLaboratory, participate } from '../../src/laboratory/participant.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../../src/laboratory/shared.ts';

describe('threads that come and go', () => {
  test('each gets a record of its own, and the next one a record that was left', async () => {
    const { scheme, ...choice } = await chooseScheme('hazard-pointers');
    const words = attachWords(createBuffer({ slots: 200, threads: 2 }, { scheme, ...choice }));
    const memory = new AtomicsMemory(words);
    const [first, second] = [joinLaboratory(memory, scheme), joinLaboratory(memory, scheme)];
    expect([first.thread, second.thread]).toEqual([1, 2]);
    expect(() => joinLaboratory(memory, scheme)).toThrow('All 2 thread records of this laboratory are taken');
    first.queue.enqueue(7);
    first.scheme.depart();
    const third = joinLaboratory(memory, scheme);
    expect(third.thread).toBe(1);
    expect([third.queue.dequeue(), third.queue.result()]).toEqual([1, 7]);
  });

  test('a thread number without a record is refused', async () => {
    const choice = await chooseScheme('naive');
    const memory = new AtomicsMemory(attachWords(createBuffer({ slots: 8, threads: 2 }, choice)));
    expect(() => participate(memory, 3, choice.scheme)).toThrow('no record for thread 3');
    expect(() => participate(memory, 0, choice.scheme)).toThrow('no record for thread 0');
  });
});
