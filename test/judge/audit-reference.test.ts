import { HEAD, TAIL } from '../../src/kernel/structures/michael-scott.ts';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { audit, auditJson, equation, SLOT_CLASSES } from '../../src/judge/audit/audit.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../../src/laboratory/shared.ts';
import * as layout from '../../src/kernel/layout.ts';
import { indexBitsFor } from '../../src/kernel/words.ts';
import { Handmade, list } from './handmade.ts';
import { runs } from '../effort.ts';

const { FREE_TOP, LEFT, R_HAND, R_LOADED, R_MAGAZINE, R_SPARE, R_STATUS, S_LIMBO, S_NEXT, VACANT } = layout;

// What follows states the rules a second time, in the plainest way, and holds the auditor against it.

interface Reference {
  readonly classes: ReadonlyMap<number, readonly string[]>;
  /** The free list and the magazines may claim a slot more than once. */
  readonly freeClaims: number;
  /** And so may the retired lists and a count. */
  readonly retiredClaims: number;
  readonly wild: number;
  readonly unreclaimed: number;
}

function reference(words: Int32Array): Reference {
  const slots = words[layout.H_SLOTS];
  const threads = words[layout.H_THREADS];
  const wildWords = new Set<number>();
  const slotWord = (slot: number, word: number): number =>
    layout.slotsBase(threads, 2, 0) + slot * words[layout.H_STRIDE] + word;
  const recordWord = (thread: number, word: number): number =>
    layout.recordsBase(2, 0) + (thread - 1) * layout.recordWords(threads) + word;
  /** The slot that a word names, or null; `masked` words carry tags. */
  const named = (address: number, masked: boolean): number | null => {
    const index = masked ? words[address] % 2 ** indexBitsFor(slots) : words[address];
    const slot = masked && index < 0 ? index + 2 ** indexBitsFor(slots) : index;
    if (slot === 0) return null;
    if (slot >= 1 && slot <= slots) return slot;
    wildWords.add(address);
    return null;
  };
  const walk = (root: number, masked: boolean, word: number): { met: Set<number>; cycle: Set<number> } => {
    const met = new Set<number>();
    let at = named(root, masked);
    while (at !== null && !met.has(at)) {
      met.add(at);
      at = named(slotWord(at, word), masked);
    }
    const order = [...met];
    return { met, cycle: new Set(at === null ? [] : order.slice(order.indexOf(at))) };
  };
  /** What comes with each slot of the free list, and the magazines of the caches. */
  const magazinesOf = (free: ReadonlySet<number>): ReturnType<typeof walk>[] => [
    ...[...free].map((slot) => walk(slotWord(slot, S_LIMBO), false, S_LIMBO)),
    ...Array.from({ length: threads }, (_, i) =>
      [R_LOADED, R_SPARE].map((place) => walk(recordWord(i + 1, place), false, S_LIMBO)),
    ).flat(),
  ];
  /** True if the slot is in a state that it can be in if the thread has it, and others never took it. */
  const owns = (thread: number, slot: number): boolean => {
    const kind = words[recordWord(thread, layout.R_HAND_KIND)];
    const state = words[slotWord(slot, layout.S_STATE)];
    const hasNext = words[slotWord(slot, S_NEXT)] % 2 ** indexBitsFor(slots) !== 0;
    if (kind === layout.HAND_OWNED) return true;
    if (kind === layout.HAND_TAKING) return state === layout.FREE;
    if (kind === layout.HAND_LINKING) return state === layout.HELD || state === layout.LINKED;
    if (kind !== layout.HAND_TAKEN) return state === layout.LINKED;
    return state === layout.FREE || state === layout.HELD || (state === layout.LINKED && !hasNext);
  };
  const counts = words[layout.H_HOLDS] === layout.HOLDS_COUNTS;
  const stateOf = (slot: number): number => words[slotWord(slot, layout.S_STATE)];
  const countOf = (slot: number): number => words[slotWord(slot, layout.COUNT_WORD)];
  const isSlot = (slot: number): boolean => slot >= 1 && slot <= slots;
  /** Retired, and there are claims, so that nobody may free it: the lowest bit of a count says that somebody may. */
  const waits = (slot: number): boolean =>
    stateOf(slot) === layout.RETIRED && countOf(slot) > 0 && countOf(slot) % 2 === 0;
  /** What the claim of a thread holds back: its slot, and what is behind it, as far as these wait; or only what is behind it. */
  const heldBy = (slot: number): number[] => {
    const held: number[] = [];
    const leadsOn = [layout.RETIRED, layout.LINKED].includes(stateOf(slot));
    let at: number | null = leadsOn ? named(slotWord(slot, S_NEXT), true) : null;
    if (waits(slot)) at = slot;
    for (; at !== null && waits(at) && !held.includes(at); at = named(slotWord(at, S_NEXT), true))
      held.push(at);
    return held;
  };
  /** The second hand: no chain is longer than there are slots, whatever its count says. */
  const chainOf = (thread: number): number[] => {
    const chain: number[] = [];
    let left = Math.min(words[recordWord(thread, layout.R_CHAIN_COUNT)], slots);
    if (left <= 0) return chain;
    for (let at = named(recordWord(thread, layout.R_CHAIN), false); at !== null && left-- > 0;) {
      chain.push(at);
      at = named(slotWord(at, S_NEXT), true);
    }
    return chain;
  };
  /** The slots that the words of a thread speak of: what it announces, what is on its way, and what is in its hands. */
  const claimsOf = (thread: number): number[] => [
    ...chainOf(thread),
    ...[
      ...Array.from({ length: layout.ANNOUNCED }, (_, n) => layout.R_ANNOUNCE + n),
      ...Array.from({ length: layout.ON_ITS_WAY }, (_, n) => layout.R_OWN + n),
      R_HAND,
      layout.R_TAKES,
    ]
      .map((word) => words[recordWord(thread, word)])
      .filter(isSlot),
  ];
  /** The slot that a thread was taking, or, where slots are counted, freeing: else the first on its way of which it ended the last claim. */
  const takenBy = (thread: number): number | undefined => {
    const taken = words[recordWord(thread, layout.R_TAKES)];
    const states = counts ? [layout.RETIRED, layout.FREE] : [layout.RETIRED];
    if (isSlot(taken) && states.includes(stateOf(taken))) return taken;
    const onTheirWay = Array.from(
      { length: counts ? layout.ON_ITS_WAY : 0 },
      (_, n) => words[recordWord(thread, layout.R_OWN + n)],
    );
    return onTheirWay.find((slot) => isSlot(slot) && stateOf(slot) === layout.RETIRED && countOf(slot) === 0);
  };
  for (let slot = 1; slot <= slots; slot++) named(slotWord(slot, S_NEXT), true);
  const head = walk(HEAD, true, S_NEXT);
  const tail = walk(TAIL, true, S_NEXT);
  const free = walk(FREE_TOP, true, S_NEXT);
  const lists = [];
  const hands = new Set<number | null>();
  const parked: number[] = [];
  const byCounts = new Set<number>();
  for (let thread = 1; thread <= threads; thread++) {
    for (let n = 0; n < layout.LISTS; n++) lists.push(walk(recordWord(thread, list(n)), false, S_LIMBO));
    for (let k = 0; k < 2 && words[layout.H_HOLDS] === layout.HOLDS_PARKED; k++) {
      const slot = named(recordWord(thread, layout.R_ANNOUNCE + layout.HAND_OVER + k), false);
      if (slot !== null) parked.push(slot);
    }
    const status = words[recordWord(thread, R_STATUS)] & 7;
    if (status === VACANT || status === LEFT) continue;
    named(recordWord(thread, layout.R_TAKES), false);
    hands.add(takenBy(thread) ?? null);
    if (counts) for (const held of claimsOf(thread).flatMap(heldBy)) byCounts.add(held);
    const slot = named(recordWord(thread, R_HAND), false);
    if (slot !== null && owns(thread, slot)) hands.add(slot);
    for (const at of chainOf(thread))
      if (words[slotWord(at, layout.S_STATE)] === layout.LINKED) hands.add(at);
  }
  const magazines = words[layout.H_CACHE] === 0 ? [] : magazinesOf(free.met);
  const classes = new Map<number, string[]>();
  let [freeClaims, retiredClaims, unreclaimed] = [0, 0, 0];
  for (let slot = 1; slot <= slots; slot++) {
    const owners = [];
    if (head.met.has(slot) || tail.met.has(slot)) owners.push('reachable');
    if (lists.some(({ met }) => met.has(slot)) || byCounts.has(slot)) owners.push('retired');
    if (parked.includes(slot)) owners.push('parked');
    const inMagazines = magazines.filter(({ met }) => met.has(slot)).length;
    const runsInCircles = magazines.some(({ cycle }) => cycle.has(slot));
    const claimsAsFree = Number(free.met.has(slot)) + Math.min(2, inMagazines + Number(runsInCircles));
    freeClaims += claimsAsFree;
    if (claimsAsFree > 0) owners.push('free');
    if (owners.length === 0 && hands.has(slot)) owners.push('inHand');
    const saysRetired = words[slotWord(slot, layout.S_STATE)] === layout.RETIRED;
    const elsewhere = owners.includes('reachable') || owners.includes('free');
    if (owners.includes('retired') || owners.includes('parked') || (saysRetired && !elsewhere)) unreclaimed++;
    const overlays = [];
    if (owners.length === 0) overlays.push('leaked');
    // A slot that waits for its count is on no list.
    const isOnList = lists.some(({ met }) => met.has(slot));
    const hasTwo = owners.length > 1 || claimsAsFree > 1 || (isOnList && byCounts.has(slot));
    if (hasTwo) overlays.push('conflict');
    retiredClaims += Number(isOnList) + Number(byCounts.has(slot));
    if (tail.met.has(slot) && !head.met.has(slot)) overlays.push('stranded');
    if ([head, tail, free].some(({ cycle }) => cycle.has(slot))) overlays.push('cyclic');
    const onLists = lists.filter(({ met }) => met.has(slot)).length;
    const isParkedTwice = parked.filter((each) => each === slot).length > 1;
    if (onLists > 1 || isParkedTwice || lists.some(({ cycle }) => cycle.has(slot)))
      overlays.push('retiredTwice');
    classes.set(slot, [...owners, ...overlays]);
  }
  return { classes, freeClaims, retiredClaims, wild: wildWords.size, unreclaimed };
}

const sizes = fc.record({
  slots: fc.integer({ min: 2, max: 9 }),
  threads: fc.integer({ min: 1, max: 3 }),
  stride: fc.constantFrom(8, 16),
});

/** Words with a sound header and anything at all behind it. Most of it is small, so that chains come about. */
const anyWords = sizes.chain(({ slots, threads, stride }) => {
  const total = layout.totalWords(slots, stride, threads, 2, 0);
  const word = fc.oneof(
    { weight: 8, arbitrary: fc.integer({ min: 0, max: slots }) },
    { weight: 1, arbitrary: fc.integer({ min: -3, max: slots + 8 }) },
    { weight: 1, arbitrary: fc.integer() },
    { weight: 4, arbitrary: fc.constant(0) },
  );
  return fc
    .array(word, { minLength: total - FREE_TOP, maxLength: total - FREE_TOP, size: 'max' })
    .chain((body) =>
      fc.record({
        body: fc.constant(body),
        holds: fc.constantFrom(0, 1, 2, layout.HOLDS_PARKED, layout.HOLDS_COUNTS),
        grace: fc.integer({ min: 0, max: 3 }),
        cache: fc.constantFrom(0, 2),
        quiet: fc.boolean(),
      }),
    )
    .map(({ body, holds, grace, cache, quiet }) => {
      const words = new Int32Array(total);
      words[layout.H_MAGIC] = layout.MAGIC;
      words[layout.H_VERSION] = layout.LAYOUT_VERSION;
      words[layout.H_WORDS] = total;
      words[layout.H_SLOTS] = slots;
      words[layout.H_STRIDE] = stride;
      words[layout.H_THREADS] = threads;
      words[layout.H_TAG_BITS] = 4;
      words[layout.H_HOLDS] = holds;
      words[layout.H_PARAM_0] = grace;
      words[layout.H_CACHE] = cache;
      words[layout.H_STRUCTURE] = 1;
      words[layout.H_ROOTS] = 2;
      words[layout.H_PROTECTIONS] = 2;
      words.set(body, FREE_TOP);
      // So many announced words name every slot.
      for (let thread = 0; thread < (quiet ? threads : 0); thread++) {
        const announced = layout.recordsBase(2, 0) + thread * layout.recordWords(threads) + layout.R_ANNOUNCE;
        words.fill(0, announced, announced + layout.ANNOUNCED);
      }
      // A magazine in hand has a test of its own.
      for (let thread = 1; thread <= threads; thread++)
        words[layout.recordsBase(2, 0) + (thread - 1) * layout.recordWords(threads) + R_MAGAZINE] = 0;
      return words;
    });
});

describe('the auditor agrees with a plain one', () => {
  test('on any words', () => {
    let corrupt = 0;
    fc.assert(
      fc.property(anyWords, (words) => {
        const before = words.slice();
        const now = audit(words);
        const { classes, freeClaims, retiredClaims, wild, unreclaimed } = reference(words);
        for (const [slot, expected] of classes)
          expect(now.classesOf(slot).toSorted()).toEqual(expected.toSorted());
        const count = (of: string): number =>
          [...classes.values()].filter((each) => each.includes(of)).length;
        for (const of of SLOT_CLASSES.filter((each) => each !== 'free' && each !== 'retired'))
          expect(now[of === 'conflict' ? 'conflicts' : of]).toBe(count(of));
        expect([now.free, now.retired]).toEqual([freeClaims, retiredClaims]);
        expect(now.wild).toBe(wild);
        expect(now.unreclaimed).toBe(unreclaimed);
        expect(
          now.reachable + now.free + now.retired + now.parked + now.inHand + now.leaked - now.surplus,
        ).toBe(now.slots);
        const written = [
          ...equation(now)
            .replaceAll(/ \([^)]*\)/g, '')
            .matchAll(/(−?)(\d+)/g),
        ].map(([, minus, digits]) => Number(digits) * (minus ? -1 : 1));
        expect(written.slice(0, -1).reduce((a, b) => a + b)).toBe(written.at(-1));
        JSON.stringify(auditJson(now));
        now.slotsInHand();
        now.values();
        expect(words).toEqual(before);
        if (now.cyclic > 0 && now.wild > 0 && now.retiredTwice > 0 && now.conflicts > 0) corrupt++;
      }),
      { numRuns: runs(1500, 4) },
    );
    // The words were as bad as they should be.
    expect(corrupt).toBeGreaterThan(runs(20, 4));
  });

  test('on sound words in any order: no leak, no surplus, and every list as it was made', async () => {
    const deal = fc.integer({ min: 3, max: 12 }).chain((slots) =>
      fc.record({
        order: fc.shuffledSubarray(
          Array.from({ length: slots }, (_, i) => i + 1),
          { minLength: slots },
        ),
        cuts: fc.array(fc.nat(slots - 1), { minLength: 3, maxLength: 3 }),
      }),
    );
    await fc.assert(
      fc.asyncProperty(deal, async ({ order, cuts }) => {
        const slots = order.length;
        const [a, b, c] = cuts.toSorted((x, y) => x - y);
        const queue = order.slice(0, Math.max(1, a));
        const free = order.slice(queue.length, Math.max(b, queue.length));
        const retired = order.slice(queue.length + free.length, Math.max(c, queue.length + free.length));
        const leaked = order.slice(queue.length + free.length + retired.length);
        const made = new Handmade(
          attachWords(createBuffer({ slots, threads: 2 }, await chooseScheme('naive'))),
        );
        for (const chain of [queue, free, leaked]) {
          for (const [i, slot] of chain.entries()) made.slot(slot, S_NEXT, chain[i + 1] ?? 0);
        }
        for (const [i, slot] of retired.entries()) made.slot(slot, S_LIMBO, retired[i + 1] ?? 0);
        made
          .root(HEAD, queue[0])
          .root(TAIL, queue.at(-1)!)
          .root(FREE_TOP, free[0] ?? 0)
          .record(2, list(1), retired[0] ?? 0);
        const now = audit(made.words);
        expect(now.inside()).toEqual(queue);
        expect(now.freeList()).toEqual(free);
        expect(now.retiredLists().flatMap((each) => each.slots)).toEqual(retired);
        expect(now.slotsOf('leaked')).toEqual(leaked.toSorted((x, y) => x - y));
        expect(now).toMatchObject({ surplus: 0, stranded: 0, cyclic: 0, wild: 0, retiredTwice: 0 });
      }),
      { numRuns: 300 },
    );
  });
});
