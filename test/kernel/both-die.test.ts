import { expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import { schemes } from '../../src/laboratory/registry.ts';
import type { SchemeClass } from '../../src/laboratory/scheme-class.ts';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import { createBuffer, leastSlots } from '../../src/laboratory/shared.ts';
import { usualStructure } from '../../src/laboratory/structures.ts';
import { DEAD, R_STATUS } from '../../src/kernel/layout.ts';
import { ABA_POSSIBLE, type Scheme } from '../../src/kernel/scheme.ts';
import type { MichaelScottQueue } from '../../src/kernel/structures/michael-scott.ts';
import { some, stride } from '../effort.ts';
import { accounted, inherit } from './kills.ts';
import { dies, eager, LimitedMemory, MortalMemory } from './laboratory.ts';

/** `d` and `d*3`, `e` and `e*3`: single operations, and chains of so many. */
function make(queue: MichaelScottQueue<Scheme>, operation: string): void {
  const count = Number(operation.slice(2) || 0);
  const values = new AtomicsMemory(Int32Array.from({ length: 4 }, (_, i) => 70 + i));
  if (operation === 'e') queue.enqueue(90);
  else if (operation === 'd') queue.dequeue();
  else if (operation.startsWith('e')) queue.enqueueChain(values, 0, count);
  else queue.dequeueChain(values, 0, count);
}

/** A thread makes operations, and dies before one of its accesses. True if it came to it. */
function killed(words: Int32Array, scheme: SchemeClass, thread: number, work: string, left: number): boolean {
  const memory = new MortalMemory(words, Infinity);
  const { structure, record } = assemble(memory, thread, scheme);
  memory.left = left;
  const died = dies(() => {
    for (const each of work.split(' ')) make(structure as unknown as MichaelScottQueue<Scheme>, each);
  });
  if (died) words[record.base + R_STATUS] = DEAD;
  return died;
}

function copyOf(words: Int32Array): Int32Array {
  const copy = new Int32Array(new SharedArrayBuffer(words.byteLength));
  copy.set(words);
  return copy;
}

/** What two threads do that both die, the second one after the first: their hands name slots that the other's name as well. */
const PAIRS = [
  ['d*1', 'd*3'],
  ['d*2', 'd*3'],
  ['d*3', 'd*2'],
  ['d', 'd*3'],
  ['d*3', 'd d*2'],
  ['d*1', 'd*1 e*3'],
  ['e*3', 'd*3 d*3'],
] as const;

const chained = schemes.filter(
  ({ ABA, CHAINS, RECLAIMS }) => CHAINS === true && RECLAIMS && ABA !== ABA_POSSIBLE,
);
const ways = chained.flatMap((scheme) =>
  PAIRS.flatMap(([first, second]) =>
    [false, true].flatMap((backwards) =>
      [[1, 2] as const, [2, 1] as const].map((order) => ({ scheme, first, second, backwards, order })),
    ),
  ),
);

test.each(some(ways, 2))(
  'slots come back once that the hands of two dead threads name: $scheme.ID, $first and then $second, $order, backwards: $backwards',
  ({ scheme, first, second, backwards, order }) => {
    const choice = eager(scheme);
    const slots = leastSlots(choice, 4, 0, usualStructure, 3) + 8;
    const words = new Int32Array(createBuffer({ slots, threads: 4, initial: [1, 2, 3], chain: 3 }, choice));
    let pairs = 0;
    for (let i = 0, died = true; died; i += stride(1)) {
      const one = copyOf(words);
      died = killed(one, scheme, order[0], first, i);
      for (let j = 0, both = true; both; j += stride(1)) {
        const two = copyOf(one);
        both = killed(two, scheme, order[1], second, j);
        accounted(two, scheme);
        const heir = assemble(new LimitedMemory(two), 3, scheme);
        inherit(heir, two, backwards);
        for (let n = 0; n < 3; n++) heir.scheme.collect();
        accounted(two, scheme);
        expect(audit(two).inHand).toBe(0);
        pairs++;
      }
    }
    expect(pairs).toBeGreaterThan(20);
  },
);
