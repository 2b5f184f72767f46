import * as layout from '../../../src/kernel/layout.ts';
import type { Truth } from '../truth.ts';
import { isSince } from './checks.ts';
import { numbers } from './sentence.ts';

/** The threads whose pins or announcements hold a slot of this stamp back, and in what they are. */
export function arePins(
  why: string,
  { stamp, grace }: { stamp: number; grace: number },
  truth: Truth,
  step: number,
): boolean {
  const [says, ...since] = why.split('; ');
  return (
    [...says!.matchAll(/T(\d+) \((idle|in an operation|dead)\)/g)].every(([, by, what]) => {
      const record = truth.recordAddress(Number(by));
      const [status, operation] = [layout.R_STATUS, layout.R_OPERATION].map(
        (word) => truth.words[step]![record + word]!,
      );
      if (what === 'dead') return status! >= layout.DEAD && isEndedByHeir(says!, by!);
      return status! < layout.DEAD && (operation === layout.OP_NONE) === (what === 'idle');
    }) &&
    [...says!.matchAll(/T(\d+)'s (?:pin|announcement) of epoch (\d+)/g)].every(
      ([, by, epoch]) =>
        truth.words[step]![truth.recordAddress(Number(by)) + layout.R_ANNOUNCE] === Number(epoch) * 2 + 1 &&
        Number(epoch) + 1 - stamp < grace,
    ) &&
    since.every((each) => isSince(each, truth, step))
  );
}

/** True if it is said of a dead thread what will end its hold: it will not do that itself. */
function isEndedByHeir(says: string, by: string): boolean {
  return new RegExp(String.raw`an heir ends what (?:T\d+ \(dead\)(?:, | and ))*T${by} \(dead\)`).test(says);
}

/** What is said of a slot in a bag: which bag it is, and who holds the epoch back that its rotations wait for. */
export function areBags(
  why: string,
  { slot, by, ago, more }: { slot: number; by: number; ago: number; more: number },
  truth: Truth,
  step: number,
): boolean {
  const words = truth.words[step]!;
  const record = truth.recordAddress(by);
  const bag = words[record + layout.BAG_WORD]!;
  const list = (of: number): number => record + layout.R_LISTS + of * layout.LIST_WORDS;
  const inBag: number[] = [];
  let next = words[list((bag - ago + layout.BAGS) % layout.BAGS) + layout.LIST_TOP]!;
  for (; next !== 0 && !inBag.includes(next); next = words[truth.at(next, layout.S_LIMBO)]!) inBag.push(next);
  const [says, ...since] = why.split('; ');
  const pins = [...says!.matchAll(/T(\d+)'s pin of epoch (\d+)/g)].map(([, thread, epoch]) => [
    Number(thread),
    Number(epoch),
  ]);
  const isNew = words[list(bag) + layout.LIST_STAMP] !== words[layout.GLOBAL];
  // Each pin with the epoch that it stops at: one clause for all that stop at the same one.
  const [, clauses = ''] = /since the epoch (cannot pass .+)$/.exec(says!) ?? [];
  const stops = clauses.split(/, (?=nor )/).flatMap((clause) => {
    const [, furthest, threads = ''] =
      /^(?:cannot pass|nor) (\d+) until (T\d+'s pin(?:(?:, | and )T\d+'s pin)* ends?|(?:T\d.* and )?an heir ends what T\d+ \(dead\).* announced)$/.exec(
        clause,
      ) ?? [];
    return numbers(threads).map((thread) => `${thread} ${furthest}`);
  });
  return (
    inBag.includes(slot) &&
    ago + more === layout.BAGS - 1 &&
    String(stops.toSorted()) ===
      String(pins.map(([thread, epoch]) => `${thread} ${epoch! + 1}`).toSorted()) &&
    pins.every(
      ([thread, epoch]) =>
        words[truth.recordAddress(thread!) + layout.R_ANNOUNCE] === epoch! * 2 + 1 &&
        epoch! + 1 - words[layout.GLOBAL]! < more - (isNew ? 1 : 0),
    ) &&
    since.every((each) => isSince(each, truth, step))
  );
}
