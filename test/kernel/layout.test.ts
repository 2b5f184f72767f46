import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import * as layout from '../../src/kernel/layout.ts';
import { STRIDES } from '../../src/laboratory/edge.ts';
import { createBuffer } from '../../src/laboratory/shared.ts';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import { Tagged } from '../../src/kernel/schemes/tagged.ts';
import { choiceOf } from './laboratory.ts';
import { named, regions, shared } from './regions.ts';

const { LINE } = layout;

const sizes = fc.record({
  slots: fc.integer({ min: 2, max: 200 }),
  stride: fc.constantFrom(...STRIDES),
  threads: fc.integer({ min: 1, max: 64 }),
});

/** The address of the line that a word is on. */
function lineOf(address: number): number {
  return Math.floor(address / LINE);
}

/** The first and the last line of a region of a record. */
function ends(name: string): number[] {
  return named('R_', 64)
    .filter((region) => region.name === name)
    .flatMap(({ start, length }) => [lineOf(start), lineOf(start + length - 1)]);
}

describe('the layout', () => {
  test('no two regions overlap, and all are inside the buffer', () => {
    fc.assert(
      fc.property(sizes, ({ slots, stride, threads }) => {
        const all = regions(slots, stride, threads).toSorted((a, b) => a.start - b.start);
        for (const [i, { name, start, length }] of all.entries()) {
          const next = all[i + 1];
          if (next && start + length > next.start) expect(`${name} overlaps ${next.name}`).toBe('');
          if (length <= 0) expect(`${name} is empty`).toBe('');
        }
        expect(all[0]!.start).toBe(0);
        const last = all.at(-1)!;
        expect(last.start + last.length).toBeLessThanOrEqual(layout.totalWords(slots, stride, threads, 2, 0));
      }),
    );
  });

  test('a line has 128 bytes, and Head, Tail, the top and the global words have each a line of their own', () => {
    expect(LINE * 4).toBe(128);
    const hot = [
      ...named('H_').slice(0, 1),
      ...shared(),
      { name: 'the records', start: layout.recordsBase(2, 0) },
    ];
    for (const { name, start } of hot) expect([name, start % LINE]).toEqual([name, 0]);
    expect(new Set(hot.map(({ start }) => lineOf(start))).size).toBe(hot.length);
  });

  test('no two threads write to the same line of their records, and slots begin on a line', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 64 }), (threads) => {
        expect(layout.recordWords(threads) % LINE).toBe(0);
        expect(layout.slotsBase(threads, 2, 0) % LINE).toBe(0);
        expect(layout.recordWords(threads)).toBeGreaterThanOrEqual(
          layout.R_SCRATCH + layout.SCRATCH * threads,
        );
        expect(layout.slotsBase(threads, 2, 0)).toBe(
          layout.recordsBase(2, 0) + threads * layout.recordWords(threads),
        );
      }),
    );
  });

  test('what other threads read of a record is on no line that its owner writes for itself', () => {
    const announced = ends('R_ANNOUNCE');
    for (const { name } of named('R_', 64)) {
      if (name === 'R_ANNOUNCE') continue;
      expect({ name, shares: ends(name).some((line) => announced.includes(line)) }).toEqual({
        name,
        shares: false,
      });
    }
  });

  test('a slot fits into the smallest stride, and every stride is whole within a line', () => {
    const last = named('S_').at(-1)!;
    expect(last.start + last.length).toBeLessThanOrEqual(layout.MIN_STRIDE);
    expect(Math.min(...STRIDES)).toBe(layout.MIN_STRIDE);
    for (const stride of STRIDES) expect(LINE % stride).toBe(0);
  });

  test('a Geometry finds every place where the functions say it is', () => {
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), ({ slots, stride, threads }, a, b) => {
        const words = new Int32Array(
          createBuffer({ slots: slots + threads, stride, threads }, choiceOf(Tagged, 0, 0, 3)),
        );
        const geometry = new layout.Geometry(new AtomicsMemory(words));
        const [slot, thread] = [a % (geometry.slots + 1), 1 + (b % threads)];
        expect(geometry.slot(slot, layout.S_VALUE)).toBe(
          layout.slotsBase(threads, 2, 0) + slot * stride + layout.S_VALUE,
        );
        expect(geometry.record(thread)).toBe(
          layout.recordsBase(2, 0) + (thread - 1) * layout.recordWords(threads),
        );
        expect(words).toHaveLength(layout.totalWords(geometry.slots, stride, threads, 2, 0));
        expect(geometry.link.tagBits).toBe(3);
        expect(geometry.top.indexBits + geometry.top.tagBits).toBe(32);
      }),
    );
  });

  test('the constants of one kind are all different', () => {
    for (const prefix of ['H_', 'R_', 'S_', 'C_', 'OP_', 'HOLDS_', 'DAMAGE_', 'LIST_']) {
      const values = named(prefix).map(({ start }) => start);
      expect(new Set(values).size).toBe(values.length);
    }
    const { VACANT, ACTIVE, LEFT, DEAD, INHERITING, SETTLED, FREE, HELD, LINKED, RETIRED } = layout;
    expect(new Set([VACANT, ACTIVE, LEFT, DEAD, INHERITING, SETTLED]).size).toBe(6);
    expect(new Set([FREE, HELD, LINKED, RETIRED]).size).toBe(4);
    // All but the last one, which stands by itself.
    expect(named('C_').map(({ start }) => start)).toContain(layout.COUNTERS - 1);
    expect(layout.R_COUNTERS + 2 * layout.C_RESTARTS).toBe(layout.R_RESTARTS);
  });

  test('the regions know every constant that is an address', () => {
    const addresses = Object.keys(layout).filter((name) => /^[HRS]_/.test(name));
    expect([...named('H_'), ...named('R_'), ...named('S_')].map(({ name }) => name).toSorted()).toEqual(
      addresses.toSorted(),
    );
  });
});
