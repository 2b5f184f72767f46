import * as layout from '../../../src/kernel/layout.ts';
import { keptBy } from './inside.ts';
import type { Truth } from '../truth.ts';
import { inUse, isOver, isState, nextLabel, numbers, type Sentence, type Under } from './sentence.ts';

const STATES: Readonly<Record<string, number>> = {
  FREE: layout.FREE,
  HELD: layout.HELD,
  LINKED: layout.LINKED,
  RETIRED: layout.RETIRED,
};

/** How often a state word went from one state to another, and with which steps. */
function ways(truth: Truth, from: number, to: number): { readonly times: number; readonly labels: string[] } {
  let times = 0;
  const labels: string[] = [];
  for (const { step, writes, label } of truth.steps) {
    const now = truth.words[step - 1]!.slice();
    for (const [address, value] of writes) {
      if (isState(truth, address) && now[address] === from && value === to) {
        times++;
        if (!labels.includes(label)) labels.push(label);
      }
      now[address] = value;
    }
  }
  return { times, labels };
}

/** What is said of a retired slot that is not on a retired list. */
const RETIRED_IS: Readonly<Record<number, string>> = {
  [layout.HOLDS_BAGS]: 'in a bag',
  [layout.HOLDS_COUNTS]: 'held by its count',
};

/** The slots of a state that are in a place at the end. */
function standing(truth: Truth, state: number, place: string): number {
  const step = truth.steps.length;
  const { reachable, free, retired, inHand, parked } = truth.owners(step);
  const lists = new Set([...retired.values()].flat());
  const isParked = (slot: number): boolean =>
    [...parked.values()].flat().includes(slot) &&
    !reachable.has(slot) &&
    !inHand.has(slot) &&
    !lists.has(slot);
  const isThere: Readonly<Record<string, (slot: number) => boolean>> = {
    'in the structure': (slot) => reachable.has(slot),
    'in hand': (slot) => inHand.has(slot) && !reachable.has(slot),
    [RETIRED_IS[truth.holds] ?? 'on a retired list']: (slot) =>
      lists.has(slot) && !reachable.has(slot) && !inHand.has(slot),
    'on the free list': (slot) =>
      free.has(slot) && !reachable.has(slot) && !inHand.has(slot) && !lists.has(slot),
    parked: isParked,
    'parked with a thread': isParked,
    'with no owner': (slot) => truth.leaked(step).includes(slot),
  };
  return Array.from({ length: truth.slots }, (_, i) => i + 1).filter(
    (slot) => truth.words[step]![truth.at(slot, layout.S_STATE)] === state && isThere[place]?.(slot) === true,
  ).length;
}

/** The slots and the pages of 4,096 bytes that steps and plain writes were in, up to a step. */
function touched(truth: Truth, step: number): { readonly slots: number; readonly pages: number } {
  const first = truth.at(1, 0);
  const addresses = truth.steps
    .slice(0, step)
    .flatMap(({ address, writes }) => [address, ...writes.map(([written]) => written)])
    .filter((address) => address >= first);
  const stride = truth.words[0]![layout.H_STRIDE]!;
  return {
    slots: new Set(addresses.map((address) => Math.floor((address - first) / stride))).size,
    pages: new Set(addresses.map((address) => Math.floor((address * 4) / 4096))).size,
  };
}

function reservedPages(truth: Truth): number {
  const last = truth.at(truth.slots + 1, 0) - 1;
  return Math.floor((last * 4) / 4096) - Math.floor((truth.at(1, 0) * 4) / 4096) + 1;
}

export function isTouched([slots, of, pages, ofPages]: readonly string[], { truth, step }: Under): boolean {
  const now = touched(truth, step);
  return (
    now.slots === Number(slots) &&
    truth.slots === Number(of) &&
    now.pages === Number(pages) &&
    reservedPages(truth) === Number(ofPages)
  );
}

function retiredCount(truth: Truth, step: number): number {
  return truth.words[step]![truth.recordAddress(2) + layout.R_COUNTERS + layout.C_RETIRED * 2]!;
}

function hasAnswered(
  { events }: Truth,
  [thread, op]: readonly [number, number],
  outcome: string,
  step: number,
): boolean {
  return events.some(
    (event) =>
      event.kind === 'return' &&
      event.thread === thread &&
      event.op === op &&
      event.outcome === outcome &&
      event.step <= step,
  );
}

/** The remarks of scenarios on states of slots, and on what keeps them from being used again. */
export const SLOT_STATES: readonly Sentence[] = [
  [
    /^The process has done its work\. In use: (\d+) of (\d+) slots, and the queue has (\d+), the dummy node included\.$/,
    ([used, slots, inside], { truth, step }) =>
      nextLabel(truth, 1, step) === 'J5' &&
      stateIsUsed(truth, step) === Number(used) &&
      truth.slots === Number(slots) &&
      truth.owners(step).reachable.size === Number(inside),
  ],
  [
    /^(?:The process has ended, and the next one begins|The third process has done its work)\. In use: (\d+) of (\d+) slots\.$/,
    ([used, slots], { truth, step }) =>
      truth.steps.some((each) => each.label === 'J5' && each.step <= step) &&
      stateIsUsed(truth, step) === Number(used) &&
      truth.slots === Number(slots),
  ],
  [
    /^T1 is refused, and this process has no end at which all would be freed\. In use: (\d+) of (\d+) slots, leaked: (\d+)\.$/,
    ([used, slots, leaked], { truth, step, run }) =>
      !run.program.threads[0]!.some(({ name }) => name === 'exit') &&
      hasAnswered(truth, [1, 9], 'full', step) &&
      stateIsUsed(truth, step) === Number(used) &&
      truth.slots === Number(slots) &&
      truth.leaked(step).length === Number(leaked),
  ],
  [
    /^Slot (\d+) is HELD: no other thread can name it\.$/,
    ([slot], { truth, step }) => {
      const words = truth.words[step]!;
      return (
        words[truth.at(Number(slot), layout.S_STATE)] === layout.HELD &&
        [...truth.owners(step).hands.values()].includes(Number(slot)) &&
        !truth.owners(step).reachable.has(Number(slot)) &&
        !truth.owners(step).free.has(Number(slot))
      );
    },
  ],
  [
    /^Slot (\d+) is LINKED, and now the queue leads to it\.$/,
    ([slot], { truth, step }) =>
      truth.words[step]![truth.at(Number(slot), layout.S_STATE)] === layout.LINKED &&
      truth.owners(step).reachable.has(Number(slot)) &&
      !truth.owners(step - 1).reachable.has(Number(slot)),
  ],
  [
    /^Slot (\d+) has left the queue by the step of T2, so T2 has to retire it\.$/,
    ([slot], { truth, step }) =>
      truth.step(step).label === 'D13' &&
      truth.step(step).thread === 2 &&
      truth.step(step).ok === true &&
      truth.owners(step - 1).reachable.has(Number(slot)) &&
      !truth.owners(step).reachable.has(Number(slot)),
  ],
  [
    /^Slot (\d+) is named by the first one of the pair, and now it names that one too: the two are a ring\.$/,
    ([slot], { truth, step }) => {
      const next = (of: number): number => truth.index(truth.words[step]![truth.at(of, layout.S_NEXT)]!);
      const first = next(Number(slot));
      return first !== Number(slot) && next(first) === Number(slot);
    },
  ],
  [
    /^T1's enqueue has thrown\. Slots with no owner: (\d+); in use: (\d+)\.$/,
    ([leaked, used], { truth, step }) =>
      hasAnswered(truth, [1, 2], 'threw', step) &&
      truth.leaked(step).length === Number(leaked) &&
      inUse(truth, step).now === Number(used),
  ],
  [
    /^T1 is to read 4 bytes of slot (\d+)\. T2 keeps (\d+) slots?(?: \(parked in its batch\))? of (\d+) bytes each, of (\d+) that it has retired\.$/,
    ([slot, kept, bytes, retired], { truth, step }) =>
      truth.operation(1, step)?.name === 'visit' &&
      truth.index(truth.read(1, 'oldest', step)!.before) === Number(slot) &&
      !isOver(truth, 1, 'oldest', step) &&
      keptBy(truth, step, 2) === Number(kept) &&
      truth.words[0]![layout.H_STRIDE]! * 4 === Number(bytes) &&
      retiredCount(truth, step) === Number(retired),
  ],
  [
    /^Nothing has kept slot (\d+): the view reads what is there now\.$/,
    ([slot], { truth, step }) =>
      truth.step(step).label === 'N4' &&
      truth.step(step).address === truth.at(Number(slot), layout.S_VALUE) &&
      isOver(truth, 1, 'oldest', step),
  ],
  [
    /^Touched until now: (\d+) of (\d+) slots, (\d+) of (\d+) pages; in use: (\d+)\.$/,
    ([slots, of, pages, ofPages, used], under) =>
      isTouched([slots!, of!, pages!, ofPages!], under) &&
      inUse(under.truth, under.step).now === Number(used),
  ],
  [
    /^T1 is refused\. The registry leads to (\d+) slots?, its dummy node included; leaked: (\d+); free: (\d+)\.$/,
    ([inside, leaked, free], { truth, step }) =>
      hasAnswered(truth, [1, 8], 'full', step) &&
      truth.owners(step).reachable.size === Number(inside) &&
      truth.leaked(step).length === Number(leaked) &&
      truth.owners(step).free.size === Number(free),
  ],
  [
    /^The collector has found (\d+) objects? that nothing refers to: each has a finalizer, which is due now\.$/,
    ([count], { truth, step }) =>
      hasAnswered(truth, [2, 1], 'value', step) &&
      // It has gone by so many next words that name a slot; the latest object is still in a variable.
      truth.steps.filter(
        ({ thread, op, label, before }) =>
          thread === 2 && op === 1 && label === 'X2' && truth.index(before) !== 0,
      ).length ===
        Number(count) + 1,
  ],
  [
    /^The collector has found no object that nothing refers to, and runs no finalizer\.$/,
    (_, { truth, step }) => hasAnswered(truth, [2, 1], 'no', step),
  ],
  [
    /^The collector has run, and T1 is refused again: (\d+) slots? in the registry, and free: (\d+)\.$/,
    ([inside, free], { truth, step }) =>
      hasAnswered(truth, [1, 9], 'full', step) &&
      hasAnswered(truth, [2, 1], 'no', step) &&
      truth.owners(step).reachable.size === Number(inside) &&
      truth.owners(step).free.size === Number(free),
  ],
];

/** Slots whose state does not say that they are free. */
function stateIsUsed(truth: Truth, step: number): number {
  const words = truth.words[step]!;
  return Array.from({ length: truth.slots }, (_, i) => i + 1).filter(
    (slot) => words[truth.at(slot, layout.S_STATE)] !== layout.FREE,
  ).length;
}

/** The lines below a story that tell of the states of slots. */
export const STATE_LINES: readonly Sentence[] = [
  [
    /^STATES {3}(.+)$/,
    ([text], { truth }) =>
      (text === 'no state has changed' ? [] : text!.split(' · ')).every((each) => {
        const [, from, to, times, labels] = /^([A-Z]+)→([A-Z]+) (\d+) times? \(after ([\w, ]+)\)$/.exec(
          each,
        )!;
        const found = ways(truth, STATES[from!]!, STATES[to!]!);
        return found.times === Number(times) && found.labels.join(', ') === labels;
      }) &&
      truth.steps.some(({ writes }) => writes.some(([address]) => isState(truth, address))) ===
        (text !== 'no state has changed'),
  ],
  [
    /^AT END {3}(.+)$/,
    ([text], { truth }) => {
      const parts = text!.split(' · ').map((each) => /^(?:! )?([A-Z]+) ([a-z ]+) (\d+) slots?$/.exec(each)!);
      return (
        parts.every(
          ([, state, place, count]) => standing(truth, STATES[state!]!, place!) === Number(count),
        ) && numbers(text!).reduce((sum, count) => sum + count, 0) === truth.slots
      );
    },
  ],
];
