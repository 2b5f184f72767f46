import { unreclaimedIn } from '../judge/audit/census.ts';
import { geometryOf, mark, MarkRoom } from '../judge/audit/mark.ts';
import { StandingMemory, STANDS } from '../laboratory/atomics.ts';
import { announcementOf, announcesSlots } from '../laboratory/announcements.ts';
import { type Batch, batchOf, chainsIn } from '../laboratory/batch.ts';
import { labelOf } from '../laboratory/labels.ts';
import { assemble } from '../laboratory/participant.ts';
import type { Participant } from '../laboratory/participant-view.ts';
import { boundOf, type SchemeChoice, survives } from '../laboratory/registry.ts';
import { attachWords, createBuffer, leastSlots } from '../laboratory/shared.ts';
import { cardOfStructure, structures } from '../laboratory/structures.ts';
import type { StructureClass } from '../laboratory/structure-class.ts';
import { DEAD, R_STATUS, R_UNRECLAIMED } from '../kernel/layout.ts';
import { FULL } from '../kernel/structure.ts';
import { counted, plural, withCommas } from '../counted.ts';

/**
 * A loop of one thread, T2, that puts a value in and takes one out, beside another one, T1, that makes no step any more. It stands before each
 * step of an operation that takes a value out, one after the other; or it is offline after it; or it has left; or it has died before each of
 * these steps, and its record says so. And the loop of a thread in as few slots as the scheme says that it needs, alone, and beside one that has
 * gone round before. In a laboratory with chains each operation puts in, or takes out, a chain; and beside all that T1 stands before each step of one that puts a
 * chain in, where the scheme says that it needs no more slots for that. A clock that never moves, or a pin that is never given up, does no harm to a reader: it shows in the slots alone.
 */
export interface MemoryInLoop {
  readonly slots: number;
  /** How many values an operation puts in, or takes out, at most. */
  readonly chain: number;
  /** How often T2 went round, each time. */
  readonly rounds: number;
  /** Steps before which T1 stood. */
  readonly places: number;
  /** True if T1 died before each of them as well: where the claims of the scheme say what becomes of its garbage then. */
  readonly deaths: boolean;
  /** The slots in which a thread went round alone; in which it did beside another one that had done so; and if there are caches, beside a full one. Empty for a structure that takes no slots. */
  readonly fewest: readonly number[];
  /** Steps before which T1 stood, by their labels, with which T2 found nothing free in the last third of its rounds. */
  readonly usedUp: readonly string[];
  /** Of a structure that is not lock-free: why, as its card says; else null. */
  readonly waits: string | null;
  /** What contradicts the claims of the scheme, as a sentence; null if nothing does. */
  readonly broken: string | null;
}

/** Values inside while T1 stops, slots beside those that the scheme needs, and the most slots that are looked at. */
const INSIDE = [1, 2, 3, 4];
const SPARE = 64;
const MOST_SLOTS = 2000;
/** The fewest slots that there may be, and how often a thread goes round in as few as it needs. */
const FEWEST_SLOTS = 2;
const ROUNDS_IN_FEWEST = 64;
/** So many times the slots of a magazine are more than there is room for in a cache. */
const BEYOND_CACHE = 4;
/** Steps of one operation, and of one loop: what makes more is no loop that is judged. */
const MOST_PLACES = 200;
const MOST_STEPS = 2_000_000;
/** What is unreclaimed is counted after so many rounds. */
const LOOKS = 4;

/** A round, in a sentence. */
function roundText({ chain }: Pick<Loop, 'chain'>): string {
  return chain === 1
    ? 'an operation that puts a value in and one that takes one out'
    : `an operation that puts up to ${chain} values in and one that takes up to ${chain} out`;
}

/** A loop that is judged: in which slab, and how many rounds of it. */
interface Loop {
  readonly structure: StructureClass;
  readonly choice: SchemeChoice;
  readonly slots: number;
  /** 1 where there are no chains. */
  readonly chain: number;
  readonly rounds: number;
  /** The most values and dummies inside at a time, and the most slots that may be unreclaimed with so many; null for any number. */
  readonly inUse: number;
  readonly bound: number | null;
}

/** T1 has made its last step. */
interface Absence {
  readonly words: Int32Array;
  /** As the beginning of a sentence: `While T1 is offline`. */
  readonly since: string;
  /** The label of the step before which it stands; null if it does not. */
  readonly stands: string | null;
  /** True if it is inside its operation, standing or dead. */
  readonly isInside: boolean;
}

/** What T2 came to: whether it found nothing free in the last third of its rounds, and how many slots were unreclaimed in the end and at most. */
interface Rounds {
  readonly isUsedUp: boolean;
  readonly unreclaimed: number;
  readonly most: number;
}

/** What becomes of the slab in the loop; null where a scheme frees nothing by design, or one that is not the lab's goes on for too long. */
export function loopWithin(
  choice: SchemeChoice,
  structure: StructureClass,
  cache: number,
  chain = 1,
): MemoryInLoop | null {
  try {
    return loopUnder(choice, structure, cache, Math.max(1, chain));
  } catch (thrown) {
    if (thrown !== STANDS) throw thrown;
    return null;
  }
}

/** The same. Throws if a loop takes too many steps. */
function loopUnder(
  choice: SchemeChoice,
  structure: StructureClass,
  cache: number,
  chain: number,
): MemoryInLoop | null {
  const card = cardOfStructure(structure);
  const isUsual = structures.includes(structure) && card.operations.every(({ keyed, end }) => !keyed && !end);
  if (!choice.scheme.RECLAIMS || !isUsual) return null;
  // Beside those inside the chain of each thread that is on its way in or out.
  const inUse = structure.DUMMIES + INSIDE.length + 1 + 2 * (chain - 1);
  const bound = boundOf(choice, 2, structure, inUse);
  const slots = 2 * leastSlots(choice, 2, 0, structure, chain) + inUse + (bound ?? 0) + SPARE;
  if (slots > MOST_SLOTS) return null;
  const loop = { structure, choice, slots, chain, rounds: 2 * slots, inUse, bound };
  const places = MOST_PLACES - takes(wordsOf(loop), loop, MOST_PLACES).left;
  if (places > MOST_PLACES) return null;
  const usedUp: string[] = [];
  let broken: string | null = null;
  for (const absence of absences(loop, places)) {
    // A structure that takes no slots retires none.
    const seen = goesRound(absence.words, loop, bound !== null && structure.ROOTS > 0);
    const { stands } = absence;
    if (seen.isUsedUp && stands !== null && !usedUp.includes(stands)) usedUp.push(stands);
    broken ??= brokenBy(seen, absence, loop);
  }
  const few = [inFewest(loop, 1), inFewest(loop, 2)];
  if (cache > 0 && structure.ROOTS > 0) few.push(besideCache(loop, cache));
  broken ??= growthWithSlab(loop) ?? few.find((each) => each[1] !== null)?.[1] ?? besideChain(loop);
  const fewest = structure.ROOTS === 0 ? [] : few.map(([least]) => least);
  const { waits = null } = card;
  return {
    slots,
    chain,
    rounds: loop.rounds,
    places,
    deaths: tellsOfDeath(choice),
    fewest,
    usedUp,
    waits,
    broken,
  };
}

function wordsOf({ slots, structure, choice, chain }: Loop): Int32Array {
  return attachWords(
    createBuffer({ slots, threads: 2, cache: 0, initial: INSIDE, structure, chain }, choice),
  );
}

/** T1 takes a value out, or makes so many steps on the way and stands. Its memory, which says where. */
function takes(words: Int32Array, loop: Loop, steps: number): StandingMemory {
  return makes(words, loop, steps, ({ takeMany }) => takeMany(loop.chain));
}

/** The same for what T1 does with values, by chains where the laboratory has them. */
function makes(
  words: Int32Array,
  { choice, chain }: Loop,
  steps: number,
  does: (batch: Batch) => unknown,
): StandingMemory {
  const memory = new StandingMemory(words, steps);
  try {
    does(batchIn(assemble(memory, 1, choice.scheme), chain));
  } catch (thrown) {
    if (thrown !== STANDS) throw thrown;
  }
  return memory;
}

/** Everything that T1 may do in place of a next step, each in words of its own. */
function* absences(loop: Loop, places: number): Generator<Absence> {
  for (let steps = 0; steps < places; steps++) {
    const [words, stands] = stoppedAfter(steps, loop);
    yield { words, since: `While T1 stands before ${stands}`, stands, isInside: true };
  }
  const gone = { stands: null, isInside: false };
  yield { words: goneBy('offline', loop), since: 'While T1 is offline', ...gone };
  yield { words: goneBy('depart', loop), since: 'After T1 has left', ...gone };
  if (!tellsOfDeath(loop.choice)) return;
  for (let steps = 0; steps < places; steps++) {
    const [words, before] = stoppedAfter(steps, loop);
    words[geometryOf(words).record(1) + R_STATUS] = DEAD;
    yield { words, since: `After T1 has died before ${before}`, stands: null, isInside: true };
  }
}

/** T1 has made so many steps of an operation that takes a value out, with the label of the next one. */
function stoppedAfter(steps: number, loop: Loop): readonly [Int32Array, string] {
  const words = wordsOf(loop);
  return [words, labelOf(takes(words, loop, steps).before)];
}

/** T1 has taken a value out, and has gone then. */
function goneBy(way: 'offline' | 'depart', loop: Loop): Int32Array {
  const words = wordsOf(loop);
  assemble(takes(words, loop, MOST_STEPS), 1, loop.choice.scheme).scheme[way]();
  return words;
}

/** True if the claims of a scheme say what becomes of its garbage after a thread has died: it stays within the bound, or is collected. */
function tellsOfDeath(choice: SchemeChoice): boolean {
  return survives(choice).death || collects(choice);
}

/** True of a scheme that frees nothing before no slot is free. */
function collects({ scheme }: SchemeChoice): boolean {
  return announcementOf({ holds: scheme.HOLDS })?.collects === true;
}

/** What T2 came to and the scheme promises that it does not, as a sentence; null if nothing is. */
function brokenBy({ isUsedUp, unreclaimed, most }: Rounds, absence: Absence, loop: Loop): string | null {
  const { since, stands, isInside } = absence;
  const { choice, structure, slots, rounds, bound, inUse } = loop;
  const mayWait = isInside && cardOfStructure(structure).waits !== undefined;
  if (isUsedUp && !mayWait && (stands === null || survives(choice).stall))
    return `${since}, T2 finds nothing free in the end: ${unreclaimed} of ${counted(slots, 'slot')} were retired and are not free, after ${withCommas(rounds)} rounds of ${roundText(loop)}`;
  if (bound === null || most <= bound) return null;
  return `${since}, ${counted(most, 'slot was', 'slots were')} unreclaimed at once, and the scheme promises at most ${withCommas(bound)} with two threads and ${counted(inUse, 'slot')} in use`;
}

/**
 * Where no thread holds anything back, what waits to be freed has nothing to do with the slots that there are: in a slab of twice as many it
 * is no more. A sentence if it is; null if not, and of schemes that free nothing before no slot is free.
 */
function growthWithSlab(loop: Loop): string | null {
  const { structure, bound, choice, slots, rounds } = loop;
  if (bound !== null || structure.ROOTS === 0 || collects(choice)) return null;
  const larger = { ...loop, slots: 2 * slots, rounds: 2 * rounds };
  const [most, inLarger] = [loop, larger].map((each) => goesRound(goneBy('offline', each), each, true).most);
  if (inLarger <= most) return null;
  return `While T1 is offline, ${counted(most, 'slot was', 'slots were')} unreclaimed at once of ${slots}, and ${inLarger} of ${2 * slots}: what waits to be freed grows with the slab, and no thread holds it back`;
}

/** Counts the slots that are retired and not free, as often as it is asked. */
function counterOf(words: Int32Array): () => number {
  const geometry = geometryOf(words);
  const room = new MarkRoom(geometry.slots);
  return () => unreclaimedIn(mark(words, geometry, room)).unreclaimed;
}

/** A thread of a loop, which may make as many steps as a loop that is judged. */
function partOf(thread: number, words: Int32Array, { scheme }: SchemeChoice): Participant {
  return assemble(new StandingMemory(words, MOST_STEPS), thread, scheme);
}

/** T2 goes round. Throws if it takes too many steps. */
function goesRound(words: Int32Array, { choice, rounds, chain }: Loop, looks: boolean): Rounds {
  const second = batchIn(partOf(2, words, choice), chain);
  const unreclaimed = counterOf(words);
  let [isUsedUp, most] = [false, 0];
  for (let round = 1; round <= rounds; round++) {
    if (!goesOnce(second, chain, round) && 3 * round > 2 * rounds) isUsedUp = true;
    if (looks && round % LOOKS === 0) most = Math.max(most, unreclaimed());
  }
  return { isUsedUp, unreclaimed: isUsedUp ? unreclaimed() : 0, most };
}

/** The slots of loops in no more of them than the scheme says that it needs, and a sentence if it needs more. */
type Fewest = readonly [slots: number, broken: string | null];

/**
 * The last of so many threads goes round, in as few slots as the scheme says that it needs for them; the other one has gone round before, as
 * often as there are slots at most, and is offline: so it has as much for itself as it may have. Nobody holds anything back, and the last
 * thread always finds a slot free. With a sentence if it does not. Throws if it takes too many steps.
 */
function inFewest({ choice, structure, chain }: Loop, threads: 1 | 2): Fewest {
  const slots = Math.max(FEWEST_SLOTS, leastSlots(choice, threads, 0, structure, chain));
  let broken: string | null = null;
  for (let before = 0; before <= (threads === 1 ? 0 : slots) && broken === null; before++) {
    const words = attachWords(
      createBuffer({ slots, threads, cache: 0, initial: [], structure, chain }, choice),
    );
    const first = partOf(1, words, choice);
    for (let round = 1; round <= before; round++) goesOnce(batchIn(first, chain), chain, round);
    if (before > 0) first.scheme.offline();
    const last = batchIn(partOf(threads, words, choice), chain);
    for (let round = 1; round <= ROUNDS_IN_FEWEST && broken === null; round++) {
      if (goesOnce(last, chain, round)) continue;
      const unreclaimed = counterOf(words)();
      const since = before === 0 ? '' : `After ${counted(before, 'round')} of T1, which is offline then, `;
      broken = `${since}T${threads} finds nothing free in round ${round} of ${roundText({ chain })}, in ${counted(slots, 'slot')}, which are as many as the scheme says that ${threads === 1 ? 'one thread needs' : 'two threads need'}: ${counted(unreclaimed, 'slot was', 'slots were')} retired and ${plural(unreclaimed, 'is', 'are')} not free`;
    }
  }
  return [slots, broken];
}

/**
 * T1 takes values out, up to more than its cache has room for slots, and is offline. T2 puts in as many, and one more, in as few slots as the
 * scheme and the caches need beside these values, and finds a slot free for each.
 */
function besideCache({ choice, structure }: Loop, cache: number): Fewest {
  const least = leastSlots(choice, 2, cache, structure);
  const most = BEYOND_CACHE * cache;
  for (let taken = 1; taken <= most; taken++) {
    const slots = least + taken;
    const initial = Array.from({ length: taken }, (_, i) => i + 1);
    const words = attachWords(createBuffer({ slots, threads: 2, cache, initial, structure }, choice));
    const [first, last] = [1, 2].map((thread) => partOf(thread, words, choice));
    for (const _ of initial) first.structure.take();
    first.scheme.offline();
    const full = [0, ...initial].findIndex((value) => last.structure.put(value) === FULL);
    if (full >= 0)
      return [
        slots,
        `After T1 has taken ${counted(taken, 'value')} out, with magazines of ${counted(cache, 'slot')}, and is offline, T2 finds nothing free with ${full} inside, in ${counted(slots, 'slot')}, which are as many as the scheme and the caches of two threads need`,
      ];
  }
  return [least + most, null];
}

/**
 * While T2 puts a chain in, T1 begins to put one in as well, and stands before each of its steps, after each step of T2: it keeps as many retired slots as it can,
 * has its chain in hand and announces what it can, for one that helps T2 announces the most. T2 ends its operation, takes out all that is inside and puts another chain in, in
 * as few slots as the scheme says that it needs, and finds one free. A sentence if it does not; null as well where there are no chains, or where the
 * scheme says nothing of threads that stand, or its threads do not announce slots.
 */
function besideChain(loop: Loop): string | null {
  const { choice, structure, chain } = loop;
  if (chain < 2 || !survives(choice).stall || !announcesSlots(choice.scheme)) return null;
  const slots = leastSlots(choice, 2, 0, structure, chain);
  const size = { slots, threads: 2, cache: 0, initial: [], structure, chain };
  const full = fullest(attachWords(createBuffer(size, choice)), loop);
  for (let after = 0, isWithin = true; isWithin; after++) {
    isWithin = false;
    for (let steps = 0, stands = true; stands; steps++) {
      const words = full.slice();
      let first: StandingMemory | null = null;
      const memory = new StandingMemory(words, after, () => {
        isWithin = true;
        first ??= makes(words, loop, steps, ({ putMany }) => putMany(chain));
      });
      const second = batchIn(assemble(memory, 2, choice.scheme), chain);
      second.putMany(chain);
      if (first === null) break;
      const { left, before } = first as StandingMemory;
      while (second.takeMany(chain) > 0);
      if (second.putMany(chain) === 0)
        return `While T1 stands before ${labelOf(before)}, with a chain of up to ${chain} slots in hand, T2 finds nothing free for another one, with nothing inside, in ${counted(slots, 'slot')}, which are as many as the scheme says that two threads need with such chains`;
      stands = left < 0;
    }
  }
  return null;
}

/** The words when T1 has gone round with single values, as often as it takes to keep as many retired slots as it ever does. */
function fullest(words: Int32Array, loop: Loop): Int32Array {
  const first = partOf(1, words, loop.choice);
  const kept = first.record.base + R_UNRECLAIMED;
  let full = words.slice();
  for (let round = 1; round <= loop.rounds; round++) {
    goesOnce(batchOf(first.structure, 1), 1, round);
    if (words[kept] > full[kept]) full = words.slice();
  }
  return full;
}

/** Puts a value in and takes one out, or a chain. False if it finds nothing free. */
function goesOnce({ values, putMany, takeMany }: Batch, chain: number, value: number): boolean {
  values.fill(value);
  const isIn = putMany(chain) > 0;
  takeMany(chain);
  return isIn;
}

/** The operations of a thread on values: on chains, where there are some, else one by one. */
function batchIn({ structure }: Pick<Participant, 'structure'>, chain: number): Batch {
  return chainsIn(structure, chain) ?? batchOf(structure, chain);
}
