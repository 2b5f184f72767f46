import * as layout from '../../../src/kernel/layout.ts';
import * as checks from './checks.ts';
import * as inside from './inside.ts';
import * as pins from './pins.ts';
import type { Sentence } from './sentence.ts';

/** Who holds a retired slot back, and since when. */
export const HELD_BACK: readonly Sentence[] = [
  [
    /^ {3}retired {2}Slot (\d+) is retired and has (\d+) claims?: (.+)\.$/,
    ([slot, claims, why], { truth, step }) =>
      truth.owners(step).retired.get(0)!.includes(Number(slot)) &&
      checks.areClaims(why!, [Number(slot), Number(claims)], truth, step),
  ],
  [
    /^ {3}parked {3}Slot (\d+) is parked with T(\d+), at its hazard (\d+): (.+)\.$/,
    ([slot, by, hazard, why], { truth, step }) => {
      const handOver =
        truth.recordAddress(Number(by)) + layout.R_ANNOUNCE + layout.HAND_OVER + Number(hazard);
      return (
        truth.words[step]![handOver] === Number(slot) && checks.areHazards(why!, Number(slot), truth, step)
      );
    },
  ],
  [
    /^ {3}retired {2}Slot (\d+) is on T(\d+)'s retired list, and T\d+ has retired (\d+|none) since: (.+)\.$/,
    ([slot, by, , why], { truth, step }) =>
      truth.owners(step).retired.get(Number(by))!.includes(Number(slot)) &&
      checks.areHazards(why!, Number(slot), truth, step),
  ],
  [
    /^ {3}retired {2}Slot (\d+) is on T(\d+)'s retired list: (no thread holds it back, and it waits for a collection.*|it waits for a collection, which .+)\.$/,
    ([slot, by, why], { truth, step }) =>
      truth.owners(step).retired.get(Number(by))!.includes(Number(slot)) &&
      inside.isWaiting(why!, truth, step),
  ],
  [
    /^ {3}parked {3}Slot (\d+) is in a batch of (\d+) (that .+)\.$/,
    ([slot, size, why], { truth, step }) => inside.isInBatch(Number(slot), Number(size), why!, truth, step),
  ],
  [
    /^ {3}retired {2}Slot (\d+) lived (?:from era (\d+) to|in era) (\d+) and is on T(\d+)'s retired list, and T\d+ has retired (\d+|none) since: (.+)\.$/,
    ([slot, birth, death, by, , why], { truth, step }) =>
      birth !== death &&
      truth.owners(step).retired.get(Number(by))!.includes(Number(slot)) &&
      checks.areEras(why!, Number(slot), [Number(birth ?? death), Number(death)], truth, step),
  ],
  [
    /^ {3}retired {2}Slot (\d+) is on T(\d+)'s retired list with the stamp of epoch (\d+) \((\d+) epochs? ago\), and may be freed from epoch (\d+) on: (.+)\.$/,
    ([slot, by, stamp, age, due, why], { truth, step }) => {
      const words = truth.words[step]!;
      const isOnline = words[layout.H_HOLDS] === layout.HOLDS_ONLINE;
      const grace = isOnline ? layout.ONLINE_GRACE : words[layout.H_PARAM_0]!;
      return (
        truth.owners(step).retired.get(Number(by))!.includes(Number(slot)) &&
        words[truth.at(Number(slot), layout.S_STAMP)] === Number(stamp) &&
        words[layout.GLOBAL]! - Number(stamp) === Number(age) &&
        Number(stamp) + grace === Number(due) &&
        pins.arePins(why!, { stamp: Number(stamp), grace }, truth, step)
      );
    },
  ],
  [
    /^ {3}retired {2}Slot (\d+) is in T(\d+)'s (?:current bag|bag of (\d) rotations? ago|(oldest bag)), (?:and can be freed after (\d) more rotations?|which can be freed): (.+)\.$/,
    ([slot, by, ago = '0', oldest, more = '0', why], { truth, step }) =>
      pins.areBags(
        why!,
        { slot: Number(slot), by: Number(by), ago: oldest ? 3 : Number(ago), more: Number(more) },
        truth,
        step,
      ),
  ],
];
