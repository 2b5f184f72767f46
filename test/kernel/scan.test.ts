import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { audit } from '../../src/judge/audit/audit.ts';
import { announcing, TIME_MASK } from '../../src/kernel/clock.ts';
import { isWithin } from '../../src/kernel/eras.ts';
import { R_ANNOUNCE, RETIRED, S_BIRTH, S_DEATH } from '../../src/kernel/layout.ts';
import { HazardEras } from '../../src/kernel/schemes/hazard-eras.ts';
import { HazardPointers } from '../../src/kernel/schemes/hazard-pointers.ts';
import { Neutralization } from '../../src/kernel/schemes/neutralization.ts';
import { VALUE } from '../../src/kernel/structure.ts';
import { beginGathering, gatherWord, IN_TABLE, isAnnounced } from '../../src/kernel/withdraw.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import type { Participant } from '../../src/laboratory/participant-view.ts';
import type { SchemeClass } from '../../src/laboratory/scheme-class.ts';
import { createBuffer } from '../../src/laboratory/shared.ts';
import { upTo } from './counted-steps.ts';
import { choiceOf, type Laboratory, LimitedMemory, slotsInState } from './laboratory.ts';

/** Counts all accesses: plain ones, loads and stores. */
class CountedMemory extends LimitedMemory {
  accesses = 0;

  override load(step: number, address: number): number {
    this.accesses++;
    return super.load(step, address);
  }

  override store(step: number, address: number, value: number): void {
    this.accesses++;
    super.store(step, address, value);
  }

  override peek(address: number): number {
    this.accesses++;
    return super.peek(address);
  }

  override poke(address: number, value: number): void {
    this.accesses++;
    super.poke(address, value);
  }
}

interface Scanning extends Laboratory {
  readonly memory: CountedMemory;
  readonly first: Participant;
}

/** A queue whose first thread has retired the slots from 1 to `retired`; none was looked at, and nothing is announced. */
function labOf(scheme: SchemeClass, threads: number, retired: number): Scanning {
  const choice = choiceOf(scheme, retired + 1);
  const sizes = { slots: 128 * threads, threads, initial: upTo(retired), cache: 0 };
  const memory = new CountedMemory(new Int32Array(createBuffer(sizes, choice)));
  const all = upTo(threads).map((thread) => assemble(memory, thread, scheme));
  const first = all[0]!;
  for (const _ of upTo(retired)) expect(first.queue.dequeue()).toBe(VALUE);
  return { memory, geometry: first.geometry, threads: all, first };
}

/** The first `words` announced words of each other thread, from the `from`-th on, get the next one of these. */
function announce({ memory, geometry, threads }: Scanning, of: readonly number[], words = 2, from = 0): void {
  const left = [...of];
  for (const { thread } of threads.slice(1)) {
    for (let k = 0; k < words && left.length > 0; k++)
      memory.poke(geometry.record(thread) + R_ANNOUNCE + from + k, left.shift()!);
  }
}

/** What a scan costs where each thread announces two words and the first has as many slots on its list, and what it keeps. */
function scanAmong(scheme: SchemeClass, threads: number, word: (n: number) => number) {
  const lab = labOf(scheme, threads, 2 * threads);
  announce(
    lab,
    Array.from({ length: 2 * (threads - 1) }, (_, n) => word(n)),
  );
  lab.memory.accesses = 0;
  lab.first.scheme.collect();
  return { accesses: lab.memory.accesses, kept: slotsInState(lab, RETIRED) };
}

describe('a scan of as many slots as are announced', () => {
  test.each([
    ['keeps all that are named', (n: number) => n + 1, (slot: number) => slot <= 126],
    ['frees all', (n: number) => n + 1001, () => false],
    [
      'keeps every second one',
      (n: number) => (n % 2) * 1000 + n + 1,
      (slot: number) => slot <= 126 && slot % 2 === 1,
    ],
  ])('costs 64 threads no more than 8 times what it costs 8, where it %s', (_, slot, isKept) => {
    const [few, many] = [8, 64].map((threads) => scanAmong(HazardPointers, threads, slot));
    expect(many!.kept).toEqual(upTo(128).filter(isKept));
    expect(many!.accesses).toBeLessThanOrEqual(8 * few!.accesses);
  });

  test('costs more than that with eras only by what a search in a sorted list does', () => {
    // The n-th slot lived from era 0 to n - 1, and the eras from 50 on are announced, in no order.
    const [few, many] = [16, 64].map((threads) =>
      scanAmong(HazardEras, threads, (n) => announcing(50 + ((37 * n) % 126))),
    );
    expect(many!.kept).toEqual(upTo(128).filter((slot) => slot > 50));
    expect(many!.accesses).toBeLessThanOrEqual(((4 * Math.log2(128)) / Math.log2(32)) * few!.accesses);
  });
});

describe('a scan where many words are announced keeps what the words hold back, and nothing else', () => {
  const RETIRES = 24;
  /** With the first one no power of two, so that a line of the scratch is not used up. */
  const OTHERS = 12;
  const slots = fc.array(fc.integer({ min: 1, max: 60 }), { maxLength: 3 * OTHERS });

  test.each([
    ['hazards', HazardPointers as SchemeClass, 2, 0],
    ['reservations', Neutralization as SchemeClass, 3, 1],
  ])('%s', (_, scheme, words, from) => {
    fc.assert(
      fc.property(slots, (announced) => {
        const lab = labOf(scheme, OTHERS + 1, RETIRES);
        const named = announced.slice(0, words * OTHERS);
        announce(lab, named, words, from);
        lab.first.scheme.collect();
        expect(slotsInState(lab, RETIRED)).toEqual(upTo(RETIRES).filter((slot) => named.includes(slot)));
        expect(audit(lab.memory.words).strayWrites()).toEqual([]);
        // The next scan knows nothing of this one.
        announce(lab, named.fill(0), words, from);
        lab.first.scheme.collect();
        expect(slotsInState(lab, RETIRED)).toEqual([]);
      }),
      { numRuns: 20 },
    );
  });

  test('eras, where the clock goes round as well', () => {
    const era = fc.integer({ min: -60, max: 60 }).map((time) => time & TIME_MASK);
    const life = fc.tuple(era, fc.nat({ max: 4 }));
    fc.assert(
      fc.property(
        fc.array(era, { minLength: 17, maxLength: 2 * OTHERS }),
        fc.array(life, { minLength: RETIRES, maxLength: RETIRES }),
        (eras, lives) => {
          const lab = labOf(HazardEras, OTHERS + 1, RETIRES);
          announce(lab, eras.map(announcing));
          const deaths = lives.map(([birth, age]) => (birth + age) & TIME_MASK);
          for (const slot of upTo(RETIRES)) {
            lab.memory.poke(lab.geometry.slot(slot, S_BIRTH), lives[slot - 1]![0]);
            lab.memory.poke(lab.geometry.slot(slot, S_DEATH), deaths[slot - 1]!);
          }
          lab.first.scheme.collect();
          const isHeld = (slot: number): boolean =>
            eras.some((each) => isWithin(each, lives[slot - 1]![0], deaths[slot - 1]!));
          expect(slotsInState(lab, RETIRED)).toEqual(upTo(RETIRES).filter(isHeld));
        },
      ),
      { numRuns: 20 },
    );
  });

  test('a table that is full, of a structure that protects four slots', () => {
    const { memory, geometry, first } = labOf(HazardPointers, 8, 1);
    const base = first.record.base;
    const named = upTo(32).map((n) => 7 * n);
    expect(beginGathering(memory, geometry, base, named.length)).toBe(IN_TABLE);
    for (const slot of [...named, ...named]) gatherWord(memory, geometry, base, IN_TABLE, slot);
    const found = upTo(300).filter((slot) => isAnnounced(memory, geometry, base, IN_TABLE, slot));
    expect(found).toEqual(named);
  });
});
