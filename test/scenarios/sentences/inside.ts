import * as layout from '../../../src/kernel/layout.ts';
import type { Truth } from '../truth.ts';
import { batchesOf, collectedBy } from '../batches.ts';
import { isSince } from './checks.ts';
import { numbers } from './sentence.ts';

// What is said of threads that are inside of operations, and of what waits for them: retired lists, collections and batches.

/** `nobody has collected`, `nobody collects, after 2 collections`, `T1 collects`, or `T1 is inside of an operation`. */
export function isAtSafepoint(text: string, truth: Truth, step: number): boolean {
  const word = truth.words[step]![layout.GLOBAL]!;
  const [, by, does] = /^T(\d+) (collects|is inside of an operation)$/.exec(text) ?? [];
  if (does === undefined || does === 'collects') return text === safepointOf(word);
  return truth.words[step]![truth.recordAddress(Number(by)) + layout.R_ANNOUNCE] === 1;
}

/** What a count says beside the claims that it counts; empty of any other word. */
export function countOf(truth: Truth, address: number, word: number): string {
  const offset = address - truth.at(0, 0);
  if (offset < 0 || offset % truth.words[0]![layout.H_STRIDE]! !== layout.COUNT_WORD) return '';
  return `${Math.floor(word / 2)} (${word % 2 === 0 ? 'retired' : 'not retired'})`;
}

/** What the word of the safepoint says; and of which collection, where two are told apart. */
export function safepointOf(word: number, apart = false): string {
  const collector = word % 2 ** layout.COLLECTOR_BITS;
  const collections = Math.floor(word / 2 ** layout.COLLECTOR_BITS);
  if (apart) return `T${collector} collects (collection ${collections})`;
  if (collector !== 0) return `T${collector} collects`;
  if (collections === 0) return 'nobody has collected';
  return `nobody collects, after ${collections} collection${collections === 1 ? '' : 's'}`;
}

/** That a slot waits for a collection, and which threads hold that back: all that are inside of an operation, but for the one that collects. */
export function isWaiting(why: string, truth: Truth, step: number): boolean {
  const words = truth.words[step]!;
  const [says, ...since] = why.split('; ');
  const named =
    /which (T\d+(?:(?:, | and )T\d+)*) holds? back until/.exec(says!)?.[1]?.split(/, | and /) ?? [];
  const inside = Array.from({ length: words[layout.H_THREADS]! }, (_, i) => i + 1).filter((by) => {
    const record = truth.recordAddress(by);
    if (words[record + layout.R_STATUS] === layout.VACANT) return false;
    return (
      words[record + layout.R_ANNOUNCE] === 1 && words[layout.GLOBAL]! % 2 ** layout.COLLECTOR_BITS !== by
    );
  });
  return (
    String(named) === String(inside.map((by) => `T${by}`)) &&
    since.every((each) => isSince(each, truth, step))
  );
}

/** What is said of a slot in a batch: how many there are, who has it, and on whose lists it is. */
export function isInBatch(slot: number, size: number, why: string, truth: Truth, step: number): boolean {
  const batch = batchesOf(truth, step).get(slot);
  const [says, ...since] = why.split('; ');
  const holders = [...says!.matchAll(/T(\d+)'s(?=,| (?:and|lists?))/g)].map(([, by]) => Number(by));
  const owner = /^that T(\d+)/.exec(says!)?.[1];
  return (
    batch?.size === size &&
    String(holders) === String(batch.holders) &&
    (owner === undefined || batch.owner === Number(owner)) &&
    since.every((each) => isSince(each, truth, step))
  );
}

/** True if these are the words of a thread that is inside of an operation; under Hyaline with a list that begins with this slot. */
export function isInside(words: readonly number[], list: string | undefined, truth: Truth): boolean {
  if (truth.holds === layout.HOLDS_OPERATIONS) return list === undefined && words[0] === 1;
  return truth.holds === layout.HOLDS_BATCHES && words[0] === 2 * Number(list ?? 0) + 1;
}

/** `T2 is inside, with a list from slot 3 on`, by the record. */
export function hasList(text: string, truth: Truth, step: number): boolean {
  const [, by, slot] =
    /^T(\d+) is inside, with (?:an empty list|a list from slot (\d+) on)$/.exec(text) ?? [];
  return isInside([truth.words[step]![truth.recordAddress(Number(by)) + layout.R_ANNOUNCE]!], slot, truth);
}

/** How many slots a thread keeps that were retired: on its lists, and in the batch that it collects. */
export function keptBy(truth: Truth, step: number, by: number): number {
  return (truth.owners(step).retired.get(by) ?? []).length + collectedBy(truth, step, by).length;
}

/** What a thread does not keep itself: parked, but for what it collects, and held by counts. What it collects is said to be parked. */
export function isBeside(
  batch: string | undefined,
  beside: string | undefined,
  truth: Truth,
  step: number,
  by: number,
): boolean {
  const { retired, parked } = truth.owners(step);
  const collected = collectedBy(truth, step, by);
  if ((batch !== undefined) !== collected.length > 0) return false;
  const counts = {
    parked: new Set([...parked.values()].flat().filter((slot) => !collected.includes(slot))).size,
    'held by counts': retired.get(0)?.length ?? 0,
  };
  const said = Object.entries(counts).flatMap(([what, count]) => (count > 0 ? [`${count} ${what}`] : []));
  return (beside ?? '') === said.join(' and ');
}

/** `T1 collects slots 3 2`, `slots 5 4 are on the lists of T1 and T2`: a batch, all of it. */
export function isBatch(text: string, truth: Truth, step: number): boolean {
  const [, list] = /slots? (\d[\d ]*)/.exec(text)!;
  const slots = list!.trim().split(' ').map(Number);
  const who = [...text.matchAll(/T(\d+)/g)].map(([, by]) => Number(by));
  const batches = batchesOf(truth, step);
  return slots.every((slot) => {
    const batch = batches.get(slot);
    if (batch?.size !== slots.length) return false;
    return text.includes(' on the list')
      ? String(batch.holders) === String(who)
      : batch.owner === who[0] && batch.holders.length === 0;
  });
}

/** `slots 3 2 of epoch 1, slot 4 of epoch 2`, or `slot 5 on list 2`: what a thread has retired, all of it, each with its own stamp. */
export function areRetired(text: string, by: number, truth: Truth, step: number): boolean {
  const words = truth.words[step]!;
  const told = text
    .split(', ')
    .map((each) => /^slots? ([\d ]+)(?: of epoch (\d+)| on list \d+)?$/.exec(each));
  const all = told.flatMap((each) => numbers(each?.[1] ?? ''));
  const retired = truth.owners(step).retired.get(by) ?? [];
  return (
    told.every((each) => {
      if (each === null) return false;
      const [, slots, epoch] = each;
      return (
        epoch === undefined ||
        numbers(slots!).every((slot) => words[truth.at(slot, layout.S_STAMP)] === Number(epoch))
      );
    }) && String(all.toSorted((a, b) => a - b)) === String(retired.toSorted((a, b) => a - b))
  );
}
