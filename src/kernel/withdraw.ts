import { Memory } from './memory.ts';
import { Geometry, R_ANNOUNCE, R_SCRATCH, SCRATCH } from './layout.ts';

/**
 * Takes back what the thread of a record announces in so many words, at step `step`. They are the caller's own, and a plain look tells
 * whether there is anything to take back.
 */
export function withdraw(memory: Memory, record: i32, step: i32, count: i32): void {
  for (let k: i32 = 0; k < count; k++) {
    if (memory.peek(record + R_ANNOUNCE + k) != 0) memory.store(step, record + R_ANNOUNCE + k, 0);
  }
}

/** Takes back what a dead thread announced in so many words. */
export function withdrawForDead(memory: Memory, record: i32, step: i32, count: i32): void {
  for (let k: i32 = 0; k < count; k++) memory.store(step, record + R_ANNOUNCE + k, 0);
}

// What a scan copies of the words that threads announce, if they name slots. The words are copied one behind the other, where there can be
// few of them; to look one up then takes as many looks as there are words. Where there can be many the scratch is a hash table: a slot
// stands at the first place that was empty, from its home on and round the end. It is as large as all that can be announced (SCRATCH words a thread), so
// that there is a place for each; with the three protections of a list a quarter of it stays empty. Each slot stands in it once.

/** So many words are copied one behind the other. With more, a scan of as many slots as are announced would take their square. */
export const FEW: i32 = 16;

/** What was gathered is in a table. */
export const IN_TABLE: i32 = -1;

/** Begins to gather what at most so many words announce: 0, or IN_TABLE. */
export function beginGathering(memory: Memory, geometry: Geometry, record: i32, words: i32): i32 {
  if (words <= FEW) return 0;
  for (let n: i32 = 0; n < tableWords(geometry); n++) memory.poke(record + R_SCRATCH + n, 0);
  return IN_TABLE;
}

/** Adds a word to what was `gathered`, and returns what is gathered then: how many words, or IN_TABLE. */
export function gatherWord(memory: Memory, geometry: Geometry, record: i32, gathered: i32, word: i32): i32 {
  if (gathered == IN_TABLE) {
    memory.poke(placeOf(memory, geometry, record, word), word);
    return IN_TABLE;
  }
  memory.poke(record + R_SCRATCH + gathered, word);
  return gathered + 1;
}

/** True if a slot is one of those that were gathered in the scratch of a record. */
export function isAnnounced(memory: Memory, geometry: Geometry, record: i32, gathered: i32, slot: i32): bool {
  if (gathered == IN_TABLE) return memory.peek(placeOf(memory, geometry, record, slot)) == slot;
  for (let i: i32 = 0; i < gathered; i++) {
    if (memory.peek(record + R_SCRATCH + i) == slot) return true;
  }
  return false;
}

/** 2^32 over the golden ratio, as a signed word. */
const GOLDEN: i32 = -1640531527;

function tableWords(geometry: Geometry): i32 {
  return geometry.threads * SCRATCH;
}

/** The address at which a slot stands, or would: there it is, or nothing is. If all places are taken by others it is its home. */
function placeOf(memory: Memory, geometry: Geometry, record: i32, slot: i32): i32 {
  const table = record + R_SCRATCH;
  const words = tableWords(geometry);
  // The golden ratio in 32 bits, of which the upper half of the product is used, scatters slots that follow each other and those that are a
  // power of two apart. The product is exact in both languages, as long as a word is an index: of at most 20 bits.
  const home = (((slot * GOLDEN) >>> 16) * words) >>> 16;
  let n = home;
  for (let looked: i32 = 0; looked < words; looked++) {
    const found = memory.peek(table + n);
    if (found == 0 || found == slot) return table + n;
    n = n + 1 == words ? 0 : n + 1;
  }
  return table + home;
}

/** Sorts that many gathered words, which are not negative, in the order of numbers: by heaps, so that no order of theirs is a bad one. */
export function sortGathered(memory: Memory, record: i32, count: i32): void {
  const words = record + R_SCRATCH;
  for (let n: i32 = (count >> 1) - 1; n >= 0; n--) sink(memory, words, n, count);
  for (let last: i32 = count - 1; last > 0; last--) {
    const largest = memory.peek(words);
    memory.poke(words, memory.peek(words + last));
    memory.poke(words + last, largest);
    sink(memory, words, 0, last);
  }
}

/** Lets the word at place `from` of a heap of `count` words sink below those that are larger. */
function sink(memory: Memory, words: i32, from: i32, count: i32): void {
  const word = memory.peek(words + from);
  let n = from;
  while (true) {
    let child = 2 * n + 1;
    if (child >= count) break;
    let larger = memory.peek(words + child);
    if (child + 1 < count) {
      const other = memory.peek(words + child + 1);
      if (other > larger) {
        larger = other;
        child++;
      }
    }
    if (larger <= word) break;
    memory.poke(words + n, larger);
    n = child;
  }
  memory.poke(words + n, word);
}

/** Of that many sorted words the first that is not below `least`; the very first if all are below it, as where numbers go round. */
export function firstFrom(memory: Memory, record: i32, count: i32, least: i32): i32 {
  let from: i32 = 0;
  let to = count;
  while (from < to) {
    const middle = (from + to) >> 1;
    if (memory.peek(record + R_SCRATCH + middle) < least) from = middle + 1;
    else to = middle;
  }
  return memory.peek(record + R_SCRATCH + (from == count ? 0 : from));
}
