import { expect, test } from 'vitest';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { leastSlots } from '../../src/laboratory/shared.ts';
import { structureById } from '../../src/laboratory/structures.ts';
import { stress } from '../../src/stress/stress.ts';
import { pairs } from '../effort.ts';

const OPS = 40_000;

// A producer that finds the slab full goes on as soon as another thread can free a slot, wherever free slots and garbage may lie: in
// the caches of others, on their lists, on the free list.
test.each(
  pairs(
    ['tagged', 'hazard-pointers', 'epochs'],
    [
      { threads: 2, engine: 'atomics', cache: 0 },
      { threads: 4, engine: 'wasm', cache: 3 },
      { threads: 4, engine: 'mixed', cache: 6 },
      { threads: 3, engine: 'wasm', cache: 2, structure: 'treiber-stack' },
    ],
  ).map(([scheme, on]) => ({ structure: 'michael-scott', scheme, ...on })),
)(
  'on the smallest slab of $structure under $scheme nobody starves: $threads threads on $engine, caches of $cache',
  async ({ structure, scheme, threads, engine, cache }) => {
    const slots = leastSlots(await chooseScheme(scheme), threads, cache, structureById(structure));
    const result = await stress({
      structure,
      scheme,
      threads,
      engine,
      cache,
      slots,
      mix: 'producers-consumers',
      ops: OPS,
    });
    expect(result).toMatchObject({ verdict: 'as-claimed', findings: [], failures: [], slots, cache });
    // Producers or consumers were refused at times, and went on.
    expect(result.history.full + result.history.empty).toBeGreaterThan(0);
    // More came through than could ever have been there at once.
    expect(result.history.delivered).toBeGreaterThan(slots);
  },
);
