import { describe, expect, test } from 'vitest';
import { AtomicsMemory } from '../../src/laboratory/atomics.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { createBuffer } from '../../src/laboratory/shared.ts';
import { ACTIVE, Geometry, R_STATUS } from '../../src/kernel/layout.ts';
import { join } from '../../src/kernel/join.ts';
import { J1 } from '../../src/kernel/steps.ts';

async function laboratory(threads: number): Promise<Int32Array> {
  return new Int32Array(createBuffer({ slots: 8, threads }, await chooseScheme('tagged')));
}

describe('the atomics engine', () => {
  test('swaps a word whose top bit is set: words are signed on both sides', () => {
    const words = new Int32Array(new SharedArrayBuffer(4)).fill(-5);
    const memory = new AtomicsMemory(words);
    expect(memory.cas(0, 0, -5, -6)).toBe(true);
    expect(memory.cas(0, 0, -5, 7)).toBe(false);
    expect(memory.load(0, 0)).toBe(-6);
  });

  test('gives no record to two threads that join at the same moment', async () => {
    const words = await laboratory(2);
    /** Right after it was seen to be vacant, the first record is taken by somebody else. */
    class Overtaken extends AtomicsMemory {
      override load(step: number, address: number): number {
        const seen = super.load(step, address);
        if (step === J1 && address === geometry.record(1) + R_STATUS) this.poke(address, ACTIVE);
        return seen;
      }
    }
    const geometry = new Geometry(new AtomicsMemory(words));
    expect(join(new Overtaken(words), geometry)).toBe(2);
  });
});
