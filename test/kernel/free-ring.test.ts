import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { explore } from '../../src/explore/explore.ts';
import { audit } from '../../src/judge/audit/audit.ts';
import { geometryOf } from '../../src/judge/audit/mark.ts';
import { assemble } from '../../src/laboratory/participant.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { attachWords, createBuffer, type GeometryOptions } from '../../src/laboratory/shared.ts';
import { hasRing, structureById } from '../../src/laboratory/structures.ts';
import { loadModule } from '../../src/engines/wasm/modules.ts';
import { assembleInWasm } from '../../src/engines/wasm/participant.ts';
import { createMemory } from '../../src/engines/wasm/shared-memory.ts';
import {
  C_A3,
  C_F3,
  DEAD,
  Geometry,
  GLOBAL,
  R_COUNTERS,
  R_STATUS,
  SETTLED,
} from '../../src/kernel/layout.ts';
import { Slab } from '../../src/kernel/slab.ts';
import { HEADS, RING_HEAD } from '../../src/kernel/structures/index-ring.ts';
import { RingSlab } from '../../src/kernel/structures/ring-slab.ts';
import { checkFreeListOf } from '../../src/cli/scenario-runs.ts';
import { findScenario } from '../../scenarios/index.ts';
import { model } from '../../src/model/engine.ts';
import { perform } from '../../src/scenario/perform.ts';
import { teachingCase } from '../../src/scenario/scenario.ts';
import { parseReplayLine, replayCommand } from '../../src/scenario/replay-line.ts';
import { commandOf } from '../../src/stress/stress.ts';
import { planOf } from '../../src/stress/options.ts';
import { usageOf } from '../engines/usage.ts';
import { deep, runs, some } from '../effort.ts';
import { accounted, inherit, killTwice } from './kills.ts';
import { dies, LimitedMemory, MortalMemory, schemes } from './laboratory.ts';

const choice = await chooseScheme('tagged');
const ring = { freeList: 'ring' } as const;

function wordsOf(options: Omit<GeometryOptions, 'freeList'>): Int32Array {
  return attachWords(createBuffer({ ...options, ...ring }, choice));
}

/** Moves all positions on by so many, a multiple of the entries: as if so many slots had been taken and given. */
function moveOn(words: Int32Array, by: number): void {
  const geometry = new Geometry(new LimitedMemory(words));
  for (const word of [0, 32]) words[geometry.cell(word)]! += by;
  for (let word = HEADS; word < geometry.cells; word++) words[geometry.cell(word)]! += by << 1;
}

// Before that access its heir dies too.
test.each(Array.from({ length: 40 }, (_, n) => n))(
  'a thread that died with a position where nothing was yet takes no slot with it that comes later: %i',
  (heirDies) => {
    const SLOTS = 5;
    let took = 0;
    for (let left = 0; ; left++) {
      const words = wordsOf({ slots: SLOTS, threads: 3 });
      const geometry = geometryOf(words);
      const survivor = assemble(new LimitedMemory(words), 1, choice.scheme);
      const mortal = new MortalMemory(words, Infinity);
      const victim = assemble(mortal, 2, choice.scheme);
      mortal.left = left;
      const held = Array.from({ length: SLOTS - 1 }, () => survivor.slab.take());
      const before = words[geometry.cell(RING_HEAD)]!;
      const died = dies(() => victim.slab.take());
      if (words[geometry.cell(RING_HEAD)] !== before) took++;
      if (!died) break;
      words[geometry.record(2) + R_STATUS] = DEAD;
      const its = new MortalMemory(words, Infinity);
      const heir = assemble(its, 3, choice.scheme);
      its.left = heirDies;
      if (dies(() => inherit(heir, words, false))) words[geometry.record(3) + R_STATUS] = DEAD;
      inherit(survivor, words, false);
      for (const slot of held) survivor.slab.give(slot);
      expect(accounted(words, choice.scheme).free).toBe(SLOTS - 1);
      expect(Array.from({ length: SLOTS - 1 }, () => survivor.slab.take()).toSorted()).toEqual(
        held.toSorted(),
      );
    }
    expect(took).toBeGreaterThan(2);
  },
);

test('slots come out in the order in which they were freed, also where positions and cycles come round', () => {
  const met = { none: 0, taken: 0 };
  fc.assert(
    fc.property(
      fc.constantFrom(3, 4, 7, 8),
      fc.constantFrom(0, 2 ** 32 - 32, 2 ** 31 - 32, 2 ** 30),
      fc.array(fc.record({ thread: fc.nat(1), isTake: fc.boolean() }), {
        minLength: 30,
        maxLength: 60,
        size: 'max',
      }),
      (slots, from, program) => {
        const words = wordsOf({ slots, threads: 2 });
        moveOn(words, from);
        const memory = new LimitedMemory(words);
        const threads = [1, 2].map((thread) => assemble(memory, thread, choice.scheme));
        // The first slot is the dummy node.
        const free = Array.from({ length: slots - 1 }, (_, i) => i + 2);
        const held: number[] = [];
        expect(audit(words).freeList()).toEqual(free);
        for (const { thread, isTake } of program) {
          const { slab } = threads[thread]!;
          if (isTake) {
            const slot = slab.take();
            expect(slot).toBe(free.shift() ?? 0);
            met[slot === 0 ? 'none' : 'taken']++;
            if (slot !== 0) held.push(slot);
          } else if (held.length > 0) {
            const slot = held.pop()!;
            slab.give(slot);
            free.push(slot);
          }
        }
        const now = audit(words);
        expect(now.freeList()).toEqual(free);
        expect([now.free, now.strayWrites()]).toEqual([free.length, []]);
      },
    ),
    { numRuns: runs(300, 30) },
  );
  expect(Math.min(...Object.values(met))).toBeGreaterThan(0);
});

const clean = { complete: true, cut: 0, deadlocks: 0, findings: [], notJudged: [] };

test.each(['[A] e | d', '[A B] d | e', 'e die | e'])(
  'each execution of %s is clean under tagged',
  async (program) => {
    expect(await explore(program, 'tagged', { slots: 3, ...ring })).toMatchObject(clean);
  },
);

// The slots that are free come first, so the same slot comes back with as many more.
test.each([
  { program: '[A] d | d e d', stack: [1], ring: [] },
  { program: '[A] d | d e d e d', stack: [2], ring: [1] },
])(
  'naive reuse of $program with three slots: preemptions to an ABA, $stack with a stack and $ring with a ring',
  async (each) => {
    for (const freeList of ['stack', 'ring'] as const) {
      const options = { slots: 3, freeList, preemptions: 2, maxExecutions: 9000 };
      const { findings, complete } = await explore(each.program, 'naive', options);
      expect(complete).toBe(true);
      const found = findings.filter(({ kind }) => kind === 'ABA').map(({ preemptions }) => preemptions);
      expect(found).toEqual(each[freeList]);
    }
  },
);

const cases = schemes.flatMap((scheme) => [0, 1, 2].map((cache) => ({ id: scheme.ID, scheme, cache })));

test.each(
  some(
    cases.filter(({ cache }, i) => deep || cache === Math.floor(i / 3) % 3),
    3,
  ),
)(
  'a thread may die, and its heir too, under $id with magazines of $cache: no slot of the ring is lost',
  ({ scheme, cache }) => {
    expect(killTwice(scheme, cache, [29, 5], undefined, undefined, 'ring')).toBeGreaterThan(25);
  },
);

test('a thread that dies when it has drawn, and does not know the slot yet, has it in hand, and the next one settles it', () => {
  let drawn = 0;
  for (let left = 0; drawn === 0; left++) {
    const words = wordsOf({ slots: 4, threads: 2 });
    const mortal = new MortalMemory(words, Infinity);
    const victim = assemble(mortal, 1, choice.scheme);
    mortal.left = left;
    if (!dies(() => void victim.slab.take())) break;
    words[victim.record.base + R_STATUS] = DEAD;
    const now = audit(words);
    expect([now.leaked, now.surplus]).toEqual([0, 0]);
    const [first] = now.drawn();
    if (first === undefined) continue;
    expect(now.slotsInHand()).toEqual([first]);
    drawn++;
    expect([first, now.inHand, now.free]).toEqual([{ thread: 1, slot: 2, counts: true }, 1, 2]);
    const heir = assemble(new LimitedMemory(words), 2, choice.scheme);
    heir.scheme.adopt();
    expect(words[victim.record.base + R_STATUS]).toBe(SETTLED);
    heir.scheme.recover(1, false, false, 0, false, 0, first.slot);
    expect(audit(words).freeList()).toEqual([3, 4, 2]);
  }
  expect(drawn).toBe(1);
});

describe('a ring as the free list', () => {
  test('is what the header says, and refused where it cannot be', async () => {
    const words = wordsOf({ slots: 8, threads: 2 });
    const geometry = new Geometry(new LimitedMemory(words));
    expect(hasRing(geometry)).toBe(true);
    const make = (options: object): Promise<string> =>
      usageOf(async () => createBuffer({ slots: 8, threads: 2, ...options }, choice));
    expect(await make({ structure: 'scq', ...ring })).toBe(
      'The SCQ ring has an array of its own, where a ring would lie: leave the free list out.',
    );
    expect(await make({ freeList: 'rong' })).toBe('There is no free list "rong": give stack or ring.');
    const memory = createMemory({ slots: 8, threads: 2, ...ring }, choice);
    expect(await usageOf(async () => assembleInWasm(memory, 1, loadModule(choice)))).toBe(
      'The compiled kernel has a stack as its free list, and none that is a ring: take the engine atomics.',
    );
    const other = class extends Slab {};
    expect(
      await usageOf(async () => assemble(new LimitedMemory(words), 1, choice.scheme, { slab: other })),
    ).toMatch(/ is of another free list than this laboratory: extend RingSlab\.$/);
    const own = class extends RingSlab {};
    expect(assemble(new LimitedMemory(words), 1, choice.scheme, { slab: own }).slab.take()).toBe(2);
  });

  test.each([
    [
      'aba-free-list',
      undefined,
      'The scenario aba-free-list has a slab of its own, whose free list is a stack, and cannot be run with a ring: leave the free list out.',
    ],
    [
      'exception',
      undefined,
      'The schedule of the scenario exception stops T1 at A1, a step of a free list that is a stack, and no thread makes it where that is a ring: leave the free list out, or give a schedule without that step.',
    ],
    [
      'stalled-reader',
      'T2@F3; T1@end',
      'The schedule stops T2 at F3, a step of a free list that is a stack, and no thread makes it where that is a ring: leave the free list out, or give a schedule without that step.',
    ],
  ])(
    'is refused in the scenario %s, which is about its own, with the schedule %s',
    async (id, schedule, said) => {
      const scenario = findScenario(id);
      const check = (more: object): Promise<void> =>
        checkFreeListOf(scenario, teachingCase(scenario), { ...more, ...(schedule && { schedule }) });
      expect(await usageOf(() => check(ring))).toBe(said);
      // With its own it is run.
      await check({ freeList: 'stack' });
    },
  );

  test('takes the place of the free list of a scenario that does not depend on which it is', async () => {
    const scenario = findScenario('aba-stack');
    const { audit: at, trace } = await perform(model, scenario, teachingCase(scenario), ring);
    expect([hasRing(at.geometry), trace.header.freeList]).toEqual([true, 'ring']);
    expect(trace.events.some((event) => event.kind === 'step' && event.label === 'RI8')).toBe(true);
  });

  test('stands in the line that makes a run again', async () => {
    const request = {
      subject: '[A] d | e',
      scheme: 'epochs:period=1',
      slots: 8,
      cache: 1,
      ...ring,
      schedule: '1x2',
    };
    const line = replayCommand(request);
    expect(line).toContain('epochs:period=1,slots=8,cache=1,free=ring');
    expect(parseReplayLine(line)).toEqual(request);
    const options = { scheme: 'tagged', slots: 16, threads: 2, ...ring };
    expect(commandOf(await planOf(options), options, null)).toContain(' --free-list ring ');
  });

  // A slot is free for the time in which all others are taken, and not taken again at once, at the time at which it was retired.
  test.each([
    ['stack', 1],
    ['ring', 15],
  ] as const)(
    'of 15 free slots that are a %s the clock of versions moves once in %i rounds',
    async (freeList, rounds) => {
      const versions = await chooseScheme('versions');
      const words = attachWords(createBuffer({ slots: 16, threads: 1, freeList }, versions));
      const { structure } = assemble(new LimitedMemory(words), 1, versions.scheme);
      const moves = 8;
      const from = words[GLOBAL]!;
      let made = 0;
      for (; words[GLOBAL]! - from < moves; made++) {
        structure.put(1);
        structure.take();
      }
      // The first slots that are taken have not been retired yet.
      expect(made).toBe(moves * rounds + 1);
    },
  );
});

test('failures of a ring of indices are told by its own steps, be it the structure or the free list', () => {
  for (const each of [{ structure: 'scq' }, { freeList: 'ring' }] as const) {
    const structure = structureById('structure' in each ? each.structure : undefined);
    const words = attachWords(createBuffer({ slots: 6, threads: 1, ...each, structure }, choice));
    const counters = geometryOf(words).record(1) + R_COUNTERS;
    words[counters + 2 * C_F3] = 4;
    words[counters + 2 * C_A3] = 9;
    const { failures } = audit(words).totals;
    expect(failures).toMatchObject({ RI4: 4, RI9: 9 });
    expect(failures).not.toHaveProperty('A3');
    expect(failures).not.toHaveProperty('F3');
  }
});
