import { HEAD, TAIL } from '../../src/kernel/structures/michael-scott.ts';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { audit, auditJson, equation, SLOT_CLASSES } from '../../src/judge/audit/audit.ts';
import { chooseScheme } from '../../src/laboratory/registry.ts';
import { attachWords, createBuffer } from '../../src/laboratory/shared.ts';
import * as layout from '../../src/kernel/layout.ts';
import { indexBitsFor } from '../../src/kernel/words.ts';
import { anyWords } from './any-words.ts';
import { Handmade, list } from './handmade.ts';
import { runs } from '../effort.ts';

const { FREE_TOP, LEFT, R_HAND, R_LOADED, R_SPARE, R_STATUS, S_LIMBO, S_NEXT, VACANT } = layout;

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
    layout.slotsBase(threads, 2, words[layout.H_CELLS]) + slot * words[layout.H_STRIDE] + word;
  const recordWord = (thread: number, word: number): number =>
    layout.recordsBase(2, words[layout.H_CELLS]) + (thread - 1) * layout.recordWords(threads) + word;
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
    if (kind === layout.HAND_TAKING || kind === layout.HAND_DRAWING) return state === layout.FREE;
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
  const ring = words[layout.H_FREE_LIST] === 1 ? ringOf(words) : null;
  const free =
    ring === null ? walk(FREE_TOP, true, S_NEXT) : { met: new Set<number>(), cycle: new Set<number>() };
  const listed = (ring?.coming ?? []).flatMap(({ address, slot }) => {
    if (isSlot(slot)) return [slot];
    wildWords.add(address);
    return [];
  });
  for (const slot of listed) free.met.add(slot);
  const lists: ReturnType<typeof walk>[] = [];
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
  /** What nothing leads to that slots lead to. */
  const isLedTo = (slot: number): boolean =>
    [head, tail, free, ...lists, ...magazines].some(({ met }) => met.has(slot)) ||
    byCounts.has(slot) ||
    parked.includes(slot);
  /** A magazine that is whole: free slots, to which nothing leads, as many as the first one says. */
  const wholeFrom = (first: number): number[] => {
    const whole: number[] = [];
    const many = words[slotWord(first, layout.S_STAMP)] + 1;
    for (let at = first; at !== 0; at = words[slotWord(at, S_LIMBO)]) {
      if (!isSlot(at) || isLedTo(at) || stateOf(at) !== layout.FREE || whole.length >= many) return [first];
      whole.push(at);
    }
    return whole.length === many ? whole : [first];
  };
  const drawers = Array.from({ length: threads }, (_, i) => i + 1).filter((thread) => {
    const status = words[recordWord(thread, R_STATUS)] & 7;
    const isDrawing = words[recordWord(thread, layout.R_HAND_KIND)] === layout.HAND_DRAWING;
    return isDrawing && status !== VACANT && status !== LEFT && words[recordWord(thread, R_HAND)] === 0;
  });
  const nobodys = (ring?.gone ?? []).filter((slot) => isSlot(slot) && !isLedTo(slot) && !hands.has(slot));
  const drawn = new Set(
    nobodys
      .slice(0, drawers.length)
      .flatMap((slot) => (words[layout.H_CACHE] === 0 ? [slot] : wholeFrom(slot))),
  );
  const classes = new Map<number, string[]>();
  let [freeClaims, retiredClaims, unreclaimed] = [0, 0, 0];
  for (let slot = 1; slot <= slots; slot++) {
    const owners = [];
    if (head.met.has(slot) || tail.met.has(slot)) owners.push('reachable');
    if (lists.some(({ met }) => met.has(slot)) || byCounts.has(slot)) owners.push('retired');
    if (parked.includes(slot)) owners.push('parked');
    const inMagazines = magazines.filter(({ met }) => met.has(slot)).length;
    const runsInCircles = magazines.some(({ cycle }) => cycle.has(slot));
    const isTwice = listed.filter((each) => each === slot).length > 1;
    const claimsAsFree =
      Number(free.met.has(slot)) + Number(isTwice) + Math.min(2, inMagazines + Number(runsInCircles));
    freeClaims += claimsAsFree;
    if (claimsAsFree > 0) owners.push('free');
    if (owners.length === 0 && (hands.has(slot) || drawn.has(slot))) owners.push('inHand');
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

/** The slots in a ring, entry by entry: those that are still to come out, and those that Head has passed. */
function ringOf(words: Int32Array): { coming: { address: number; slot: number }[]; gone: number[] } {
  const first = layout.ROOTS + 2 * layout.LINE;
  const [entries, head] = [words[layout.H_CELLS] - 3 * layout.LINE, words[first] >>> 0];
  const rounds = 2 ** 32 / (2 * entries);
  const [coming, gone] = [[] as { address: number; slot: number }[], [] as number[]];
  for (let entry = 0; entry < entries; entry++) {
    const address = first + 3 * layout.LINE + entry;
    const content = words[address] >>> 0;
    const slot = content % entries;
    if (slot === entries - 1) continue;
    // How many rounds later than Head it was written, in the shorter way round.
    const apart =
      (Math.floor(content / (2 * entries)) + rounds - (Math.floor(head / entries) % rounds)) % rounds;
    const later = apart >= rounds / 2 ? apart - rounds : apart;
    if (later * entries + entry >= head % entries) coming.push({ address, slot });
    else gone.push(slot);
  }
  return { coming, gone };
}

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
