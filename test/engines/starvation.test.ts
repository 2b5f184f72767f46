import { describe, expect, test } from 'vitest';
import { AtomicsMemory } from '../../src/engines/atomics.ts';
import { assemble } from '../../src/engines/participant.ts';
import { chooseScheme } from '../../src/engines/registry.ts';
import { attachWords, createBuffer, leastSlots } from '../../src/engines/shared.ts';
import { loadModule } from '../../src/engines/wasm/modules.ts';
import { assembleInWasm, type WasmParticipant } from '../../src/engines/wasm/participant.ts';
import { createMemory } from '../../src/engines/wasm/shared-memory.ts';
import { HEAD } from '../../src/kernel/structures/michael-scott.ts';
import { EMPTY, FULL, OK } from '../../src/kernel/structure.ts';
import { D2 } from '../../src/kernel/structures/michael-scott.ts';

/** As far as both engines have it. */
type Party = Pick<WasmParticipant, 'queue' | 'scheme'>;

async function pair(spec: string, engine: 'atomics' | 'wasm', cache: number): Promise<[Party, Party]> {
  const choice = await chooseScheme(spec);
  const options = { slots: leastSlots(choice, 2, cache) + 6, threads: 2, cache };
  if (engine === 'wasm') {
    const [memory, module] = [createMemory(options, choice), loadModule(choice)];
    return [assembleInWasm(memory, 1, module), assembleInWasm(memory, 2, module)];
  }
  const memory = new AtomicsMemory(attachWords(createBuffer(options, choice)));
  return [assemble(memory, 1, choice.scheme), assemble(memory, 2, choice.scheme)];
}

// Seen in a reference: a producer waits for a slot that only the consumer can free, and the consumer for a value. The real threads of
// test/stress/starvation.test.ts seldom get there; here T2 looks on while T1 retires every slot that there is, and then wants one.
describe.each(
  ['tagged', 'hazard-pointers:threshold=2', 'hazard-pointers', 'epochs:period=1', 'epochs'].flatMap((spec) =>
    (['atomics', 'wasm'] as const).flatMap((engine) => [0, 2].map((cache) => ({ spec, engine, cache }))),
  ),
)('under $spec on $engine with caches of $cache', ({ spec, engine, cache }) => {
  test('who finds the queue empty frees what was held back, and a producer on a full slab goes on', async () => {
    const [consumer, producer] = await pair(spec, engine, cache);
    while (consumer.queue.enqueue(7) !== FULL);
    producer.scheme.enter();
    producer.scheme.protect(D2, 0, HEAD);
    while (consumer.queue.dequeue() !== EMPTY);
    producer.scheme.leave();
    // A producer that is refused tries again, and so does a consumer that finds nothing.
    let tries = 0;
    while (producer.queue.enqueue(8) === FULL && tries++ < 8) expect(consumer.queue.dequeue()).toBe(EMPTY);
    expect(tries).toBeLessThan(8);
    expect(producer.queue.enqueue(9)).toBe(OK);
  });
});
