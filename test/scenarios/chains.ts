import * as layout from '../../src/kernel/layout.ts';
import type { StepRecord } from '../../src/observe/trace.ts';

/** What is looked at of a run: the words after each step, where a slot and a record have theirs, and the slot that a word names. */
interface Seen {
  readonly words: readonly Int32Array[];
  readonly slots: number;
  at(slot: number, word: number): number;
  recordAddress(thread: number): number;
  index(word: number): number;
}

/** The same, with who made which step. */
interface Drawing extends Seen {
  readonly steps: readonly StepRecord[];
  recordOf(thread: number): number;
}

/** The slots of the second hand of each record, but for those that are claimed: as many as it counts, by their next words. */
export function chainsOf(
  truth: Seen,
  step: number,
  claimed: ReadonlySet<number>,
): ReadonlyMap<number, readonly number[]> {
  const words = truth.words[step]!;
  const chains = new Map<number, readonly number[]>();
  for (let record = 1; record <= words[layout.H_THREADS]!; record++) {
    const base = truth.recordAddress(record);
    const status = layout.statusIn(words[base + layout.R_STATUS]!);
    if (status === layout.VACANT || status === layout.LEFT) continue;
    const chain: number[] = [];
    let at = words[base + layout.R_CHAIN]!;
    for (let left = words[base + layout.R_CHAIN_COUNT]!; left > 0 && at > 0 && at <= truth.slots; left--) {
      if (!claimed.has(at)) chain.push(at);
      at = truth.index(words[truth.at(at, layout.S_NEXT)]!);
    }
    if (chain.length > 0) chains.set(record, chain);
  }
  return chains;
}

/**
 * The slots in a free list that is a ring, at positions that its Head has not passed, and those at passed ones, which a thread has drawn. Null
 * of a stack.
 */
export function ringOf(
  words: Int32Array,
): { readonly free: readonly number[]; readonly drawn: readonly number[] } | null {
  if (words[layout.H_FREE_LIST] !== layout.FREE_LIST_RING) return null;
  const base = layout.ROOTS + words[layout.H_ROOTS]! * layout.LINE;
  const head = words[base]!;
  const entries = words[layout.H_CELLS]! - 3 * layout.LINE;
  const [free, drawn]: [number[], number[]] = [[], []];
  for (let entry = 0; entry < entries; entry++) {
    const word = words[base + 3 * layout.LINE + entry]!;
    const position = Math.floor(word / (2 * entries)) * entries + entry;
    if (word % entries !== entries - 1) (position < head ? drawn : free).push(word % entries);
  }
  return { free, drawn };
}

/** The slot that a word of a free list that is a ring names, 0 if it names none; null of a word that is no entry of it. */
export function slotInFreeRing(words: Int32Array, address: number, word: number): number | null {
  const first = layout.ROOTS + words[layout.H_ROOTS]! * layout.LINE + 3 * layout.LINE;
  const entries = words[layout.H_CELLS]! - 3 * layout.LINE;
  if (address < first || address >= first + entries) return null;
  return word % entries === entries - 1 ? 0 : word % entries;
}

/** The slot that is in the entry of a position of such a free list, put there for it; 0 if there is none. */
function slotAtPosition(words: Int32Array, position: number): number {
  const first = layout.ROOTS + words[layout.H_ROOTS]! * layout.LINE + 3 * layout.LINE;
  const entries = words[layout.H_CELLS]! - 3 * layout.LINE;
  const address = first + (position % entries);
  const word = words[address]!;
  const isOfCycle = Math.floor(word / (2 * entries)) === Math.floor(position / entries);
  return isOfCycle ? slotInFreeRing(words, address, word)! : 0;
}

/** The slot at the position of such a free list that a thread has taken (RI7), before it names the slot; 0 if there is none. */
export function drawnBy(truth: Drawing, step: number, record: number): number {
  const words = truth.words[step]!;
  const base = truth.recordAddress(record);
  const draws = words[base + layout.R_HAND_KIND] === layout.HAND_DRAWING && words[base + layout.R_HAND] === 0;
  const status = layout.statusIn(words[base + layout.R_STATUS]!);
  if (!draws || status === layout.VACANT || status === layout.LEFT) return 0;
  const own = truth.steps.slice(0, step).filter(({ thread }) => truth.recordOf(thread) === record);
  // RI12 ends the round of RI7. What is made before the next one is none of a ring, or the look at its threshold.
  const last = own.findLast(({ label }) => ['RI7', 'RI12'].includes(label) || !label.startsWith('RI'));
  return last?.label === 'RI7' ? slotAtPosition(words, last.before) : 0;
}

/** The slot of a segment whose word has such a name, `3.enq`, and which of its words it is; 0 if it is no such name. */
export function wordOfSegment(name: string, stride: number): readonly [slot: number, word: number] {
  const [, slot, word, cell] = /^(\d+)\.(deq|enq|cell\[(\d+)\])$/.exec(name) ?? [];
  if (slot === undefined) return [0, 0];
  if (word === 'enq') return [Number(slot), stride - 1];
  return [Number(slot), layout.MIN_STRIDE + (cell === undefined ? 0 : 1 + Number(cell))];
}

/** The address of an entry of one of the two rings of SCQ: they have three lines each, and then two words of each group of eight. */
export function entryOfScq(ring: number, entry: number): number {
  return layout.ROOTS + 6 * layout.LINE + 8 * (entry >> 1) + 2 * ring + (entry & 1);
}

/** The same by its name, `Filled[0]`, and of the words before its entries, `Filled.Tail`; -1 if it is none. */
export function entryNamed(name: string): number {
  const [, of, word] = /^(Filled|Emptied)\.(Head|Tail|threshold)$/.exec(name) ?? [];
  if (of !== undefined)
    return (
      layout.ROOTS + ((of === 'Filled' ? 0 : 3) + ['Head', 'Tail', 'threshold'].indexOf(word!)) * layout.LINE
    );
  const [, ring, entry] = /^(Filled|Emptied)\[(\d+)\]$/.exec(name) ?? [];
  return ring === undefined ? -1 : entryOfScq(ring === 'Filled' ? 0 : 1, Number(entry));
}

/** What an entry of SCQ holds, as stories show it: an index or none, and its cycle. */
export function textOfScq(words: Int32Array, word: number): string {
  const entries = (words[layout.H_CELLS]! - 6 * layout.LINE) / 4;
  const index = word % entries;
  return `${index === entries - 1 ? 'none' : index}@${Math.floor(word / (2 * entries))}`;
}
