import { describe, expect, test } from 'vitest';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import { chooseScheme, compiledSchemes } from '../../src/laboratory/registry.ts';
import { attachWords, createBuffer, leastSlots } from '../../src/laboratory/shared.ts';
import { loadModule } from '../../src/engines/wasm/modules.ts';
import { assembleInWasm, type WasmParticipant } from '../../src/engines/wasm/participant.ts';
import type { StructureClass } from '../../src/laboratory/structure-class.ts';
import { structures, usualStructure } from '../../src/laboratory/structures.ts';
import { S4, TOP } from '../../src/kernel/structures/treiber-stack.ts';
import { createMemory } from '../../src/engines/wasm/shared-memory.ts';
import { HEAD } from '../../src/kernel/structures/michael-scott.ts';
import { EMPTY, FULL, OK, VALUE } from '../../src/kernel/structure.ts';
import { D2 } from '../../src/kernel/structures/michael-scott.ts';

/** As far as both engines have it. */
type Party = Pick<WasmParticipant, 'structure' | 'scheme'>;

async function pair(
  spec: string,
  engine: 'atomics' | 'wasm',
  cache: number,
  structure: StructureClass,
): Promise<[Party, Party]> {
  const choice = await chooseScheme(spec);
  const options = { slots: leastSlots(choice, 2, cache, structure) + 6, threads: 2, cache, structure };
  if (engine === 'wasm') {
    const [memory, module] = [createMemory(options, choice), loadModule(choice, structure)];
    return [assembleInWasm(memory, 1, module), assembleInWasm(memory, 2, module)];
  }
  const memory = new AtomicsMemory(attachWords(createBuffer(options, choice)));
  return [assemble(memory, 1, choice.scheme), assemble(memory, 2, choice.scheme)];
}

/** Puts a value in, or takes one out: of a set the next key, up or down from `key`. */
const puts = ({ structure }: Party, key: number): number => structure.put(key);
const takes = ({ structure }: Party, key: number): number => {
  if (structure.remove === undefined) return structure.take();
  return structure.remove(key) === OK ? VALUE : EMPTY;
};

// Seen in a reference: a producer waits for a slot that only the consumer can free, and the consumer for a value. The real threads of
// test/stress/starvation.deep.test.ts seldom get there; here T2 looks on while T1 retires every slot that there is, and then wants one.
describe.each(
  ['tagged', 'hazard-pointers:threshold=2', 'hazard-pointers', 'epochs:period=1', 'epochs'].flatMap((spec) =>
    (['atomics', 'wasm'] as const).flatMap((engine) =>
      [0, 2].flatMap((cache) =>
        structures
          .filter(({ ROOTS }) => ROOTS > 0)
          .filter(
            (structure) =>
              engine === 'atomics' || compiledSchemes(structure).some(({ ID }) => spec.split(':')[0] === ID),
          )
          .map((structure) => ({ spec, engine, cache, structure, kind: structure.TITLE })),
      ),
    ),
  ),
)('$kind under $spec on $engine with caches of $cache', ({ spec, engine, cache, structure }) => {
  test('who finds it empty frees what was held back, and a producer on a full slab goes on', async () => {
    const [consumer, producer] = await pair(spec, engine, cache, structure);
    let last = 0;
    while (puts(consumer, last) !== FULL) last++;
    producer.scheme.enter();
    if (structure === usualStructure) producer.scheme.protect(D2, 0, HEAD);
    else producer.scheme.protect(S4, 0, TOP);
    for (let key = 0; takes(consumer, key) !== EMPTY; key++);
    producer.scheme.leave();
    // A producer that is refused tries again, and so does a consumer that finds nothing.
    let tries = 0;
    while (puts(producer, 8) === FULL && tries++ < 8) expect(takes(consumer, 8)).toBe(EMPTY);
    expect(tries).toBeLessThan(8);
    expect(puts(producer, 9)).toBe(OK);
  });
});
