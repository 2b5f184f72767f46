import { AtomicsMemory } from '../../dist/src/laboratory/atomics.js';
import { participate } from '../../dist/src/laboratory/participant.js';
import { chooseScheme } from '../../dist/src/laboratory/registry.js';
import { attachWords, createBuffer } from '../../dist/src/laboratory/shared.js';

/** The words of a slab of hazard pointers after twenty enqueues and ten dequeues. */
export async function slabWords(): Promise<Int32Array> {
  const choice = await chooseScheme('hazard-pointers');
  const words = attachWords(createBuffer({ slots: 64, threads: 2, initial: [7, 8] }, choice));
  const memory = new AtomicsMemory(words);
  const [one, two] = [1, 2].map((thread) => participate(memory, thread, choice.scheme));
  for (let i = 1; i <= 20; i++) {
    one!.queue.enqueue(100 + i);
    if (i % 2 === 0) two!.queue.dequeue();
  }
  return words;
}
