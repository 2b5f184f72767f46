import { expect, test } from 'vitest';
import { chooseScheme } from '../../src/engines/registry.ts';
import { leastSlots } from '../../src/engines/shared.ts';
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
    ],
  ).map(([scheme, on]) => ({ scheme, ...on })),
)(
  'on the smallest slab of $scheme nobody starves: $threads threads on $engine, caches of $cache',
  async ({ scheme, threads, engine, cache }) => {
    const slots = leastSlots(await chooseScheme(scheme), threads, cache);
    const result = await stress({
      scheme,
      threads,
      engine,
      cache,
      slots,
      mix: 'producers-consumers',
      ops: OPS,
    });
    expect(result).toMatchObject({ verdict: 'as-claimed', findings: [], failures: [], slots, cache });
    // Both sides of the queue were refused at times, and went on.
    expect(result.history.full + result.history.empty).toBeGreaterThan(0);
    // More came through than could ever have been there at once.
    expect(result.history.delivered).toBeGreaterThan(slots);
  },
);
