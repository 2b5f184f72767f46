import * as layout from '../../../src/kernel/layout.ts';
import { isBeside, keptBy } from './inside.ts';
import { HEAD, TAIL } from '../../../src/kernel/structures/michael-scott.ts';
import type { Truth } from '../truth.ts';
import { has, isOut, isOver, isState, nextLabel, type Sentence } from './sentence.ts';

/** For each life of a slot that was retired and freed up to a step, which thread retired and which freed it. */
function freed(truth: Truth, step: number): { readonly retiredBy: number; readonly by: number }[] {
  const retired = new Map<number, number>();
  const found: { retiredBy: number; by: number }[] = [];
  for (const { thread, writes } of truth.steps.slice(0, step)) {
    for (const [address, value] of writes) {
      if (!isState(truth, address)) continue;
      if (value === layout.HELD) retired.delete(address);
      if (value === layout.RETIRED) retired.set(address, thread);
      const retiredBy = retired.get(address);
      if (value !== layout.FREE || retiredBy === undefined) continue;
      found.push({ retiredBy, by: thread });
      retired.delete(address);
    }
  }
  return found;
}

/** How many slots a thread has freed of those that another one, or any, had retired. */
export function freedBy(truth: Truth, step: number, by: number, retiredBy: number | null = null): number {
  return freed(truth, step).filter(
    (each) => each.by === by && (retiredBy === null || each.retiredBy === retiredBy),
  ).length;
}

/** How often a thread has retired a slot, by the counter of its record. */
export function retiredCount(truth: Truth, step: number, of: number): number {
  return truth.words[step]![truth.recordAddress(of) + layout.R_COUNTERS + layout.C_RETIRED * 2]!;
}

const answer = (truth: Truth, thread: number, op: number, step: number): string | null => {
  const found = truth.events.find(
    (event) => event.kind === 'return' && event.thread === thread && event.op === op && event.step === step,
  );
  return found?.kind === 'return' ? found.outcome : null;
};

/** How often a thread has made a step in its operation, up to a step. */
function times(truth: Truth, step: number): number {
  const { thread, op, label } = truth.step(step);
  return truth.steps
    .slice(0, step)
    .filter((each) => each.thread === thread && each.op === op && each.label === label).length;
}

/** How often a thread has looked at a word of a slot in whose life it had not learnt of the slot. */
function freedReads(truth: Truth, of: number, upTo: number): number {
  const looks: Readonly<Record<string, string>> = {
    D4: 'D2',
    D12: 'D4',
    E6: 'E5',
    E9: 'E5',
    Q2: 'Q1',
    A2: 'A1',
  };
  return truth.steps.slice(0, upTo).filter((step) => {
    const from = looks[step.label];
    if (from === undefined || from === 'A1' || step.thread !== of || step.ok === true) return false;
    const own = truth.steps
      .slice(0, step.step - 1)
      .filter((each) => each.thread === of && each.op === step.op);
    const first = own.findLast((each) => each.label === from);
    // A second look at a root shows that the slot is in its place now, if it finds the same word.
    const again = own.findLast((each) => each.label === 'H2' && each.address === first?.address);
    const isRenewed = truth.roots().includes(again?.address ?? -1) && again?.before === first?.before;
    const read = isRenewed ? again : first;
    if (read === undefined) return false;
    const slot = truth.index(read.before);
    // That is a wild index, and no slot.
    if (slot === 0) return false;
    const [then, now] = [truth.life(slot, read.step), truth.life(slot, step.step)];
    return !now.alive || then.life !== now.life;
  }).length;
}

/** The remarks of scenarios on lives of slots: who ends them, and who believes that they go on. */
export const LIVES: readonly Sentence[] = [
  [
    /^T1 leaves\. It has retired (\d+) slots? and freed (\d+) of them; its record keeps (\d+)( \(parked in its batch\))?(?:, beside (.+))?\.$/,
    ([retired, free, kept, batch, beside], { truth, step }) =>
      truth.step(step).label === 'J4' &&
      isBeside(batch, beside, truth, step, 1) &&
      retiredCount(truth, step, 1) === Number(retired) &&
      freedBy(truth, step, 1, 1) === Number(free) &&
      keptBy(truth, step, 1) === Number(kept),
  ],
  [
    /^T2 has adopted what threads left that are gone: it keeps (\d+) slots?(?: \(parked in its batch\))? now, and has freed (\d+)\.$/,
    ([kept, free], { truth, step }) =>
      truth.events.some(
        (event) =>
          event.kind === 'return' && event.name === 'adopt' && event.thread === 2 && event.step === step,
      ) &&
      keptBy(truth, step, 2) === Number(kept) &&
      freedBy(truth, step, 2) === Number(free),
  ],
  [
    /^Of the slots that T1 has retired, T1 has freed (\d+) and T2 (\d+); of its own T2 has freed (\d+)\.$/,
    ([own, others, second], { truth, step }) =>
      freedBy(truth, step, 1, 1) === Number(own) &&
      freedBy(truth, step, 2, 1) === Number(others) &&
      freedBy(truth, step, 2, 2) === Number(second),
  ],
  [
    /^Of the slots that T2 has retired, T1 has freed (\d+), T2 (\d+) and T3 (\d+)\.$/,
    (counts, { truth, step }) =>
      [1, 2, 3].every((by, i) => freedBy(truth, step, by, 2) === Number(counts[i])),
  ],
  [
    /^T1's slot (\d+) is in the queue, and Tail still names slot (\d+), the one before it\.$/,
    ([slot, tail], { truth, step }) =>
      !isOut(truth, Number(slot), step) &&
      truth.index(truth.words[step]![TAIL]!) === Number(tail) &&
      truth.index(truth.words[step]![truth.at(Number(tail), layout.S_NEXT)]!) === Number(slot),
  ],
  [
    /^(?:T2 does not wait for T1: it moves Tail to slot (\d+) for it|An enqueue helps, too: T2 moves Tail to slot (\d+), and looks for the last node again)\.$/,
    ([one, other], { truth, step }) => {
      const made = truth.step(step);
      return (
        made.thread === 2 &&
        made.ok === true &&
        made.address === TAIL &&
        truth.index(made.after) === Number(one ?? other)
      );
    },
  ],
  [
    /^E17 may fail: Tail has been moved for T1, and names slot (\d+) now\.$/,
    ([slot], { truth, step }) => {
      const made = truth.step(step);
      const moved = truth.steps
        .slice(0, step - 1)
        .findLast((each) => each.address === TAIL && each.before !== each.after);
      return (
        made.label === 'E17' &&
        made.ok === false &&
        moved?.thread !== 1 &&
        truth.index(truth.words[step]![TAIL]!) === Number(slot)
      );
    },
  ],
  [
    /^T2 is here for the 8th time in this dequeue, and has found Tail at slot (\d+) again, although slot (\d+) comes after it\.$/,
    ([tail, next], { truth, step }) =>
      truth.step(step).label === 'D5' &&
      times(truth, step) === 8 &&
      truth.index(truth.read(2, 'tail', step)!.before) === Number(tail) &&
      truth.index(truth.words[step]![truth.at(Number(tail), layout.S_NEXT)]!) === Number(next),
  ],
  [
    /^T1 reads the next word of slot (\d+), which is in the queue again, in another life than at Q1\.$/,
    ([slot], { truth, step }) =>
      truth.step(step).address === truth.at(Number(slot), layout.S_NEXT) &&
      truth.step(step).label === 'Q2' &&
      !isOut(truth, Number(slot), step) &&
      isOver(truth, 1, 'head', step),
  ],
  [
    /^Q3 fails: T1 does not use what Q2 has read, and looks again\.$/,
    (_, { truth, step }) =>
      truth.step(step).label === 'Q3' &&
      truth.read(1, 'head', step)!.before !== truth.step(step).before &&
      answer(truth, 1, 1, step) === null,
  ],
  [
    /^T1 answers that the queue is empty\. At this moment it has (\d+) slots?, the dummy node included\.$/,
    ([slots], { truth, step }) =>
      answer(truth, 1, 1, step) === 'yes' && truth.owners(step).reachable.size === Number(slots),
  ],
  [
    /^D13 has failed: slot (\d+) was never T1's to retire\. T2 has retired (\d+) slots? by now, and this one is among them\.$/,
    ([slot, count], { truth, step }) =>
      truth.step(step).label === 'D13' &&
      truth.step(step).ok === false &&
      retiredCount(truth, step, 2) === Number(count) &&
      truth.steps
        .slice(0, step - 1)
        .some(
          (each) =>
            each.thread === 2 &&
            each.writes.some(
              ([address, value]) =>
                address === truth.at(Number(slot), layout.S_STATE) && value === layout.RETIRED,
            ),
        ),
  ],
  [
    /^HANDED OUT TWICE\. T1 takes slot (\d+) for its next value, and slot (\d+) is in the queue\.$/,
    ([slot, again], { truth, step }) =>
      slot === again &&
      truth.step(step).thread === 1 &&
      truth.step(step).ok === true &&
      truth.index(truth.step(step).expected!) === Number(slot) &&
      !isOut(truth, Number(slot), step),
  ],
  [
    /^isEmpty has ended, and T1 announces nothing any more\. The visit still needs slot (\d+)\.$/,
    ([slot], { truth, step }) =>
      truth.announced(1, step).length === 0 &&
      nextLabel(truth, 1, step) === 'N4' &&
      truth.index(
        truth.steps.slice(0, step).findLast((each) => each.thread === 1 && each.label === 'N2')!.before,
      ) === Number(slot),
  ],
  [
    /^isEmpty has ended, and T1 (?:is still pinned: the visit around it has not|announces no quiescent state: the visit around it goes on)\.$/,
    (_, { truth, step }) =>
      truth.step(step).label === 'Q3' &&
      nextLabel(truth, 1, step) === 'N4' &&
      truth.announced(1, step).length > 0 &&
      truth.operation(1, step)?.name === 'visit',
  ],
  [
    /^isEmpty has ended, and T1 is quiet in the middle of its visit\. What it has read does not count: it is going to start over, and to call isEmpty again\.$/,
    (_, { truth, step }) =>
      truth.step(step).label === 'R5' &&
      truth.step(step).thread === 1 &&
      nextLabel(truth, 1, step) === 'N4' &&
      truth.operation(1, step)?.name === 'visit' &&
      ['R1', 'R2', undefined].includes(
        truth.steps.slice(step).find((each) => each.thread === 1 && !['N4', 'N5'].includes(each.label))
          ?.label,
      ),
  ],
  [
    /^The (?:visit|view) looks again, and does not use what it has read: slot (\d+) was freed meanwhile\.$/,
    ([slot], { truth, step }) => {
      const made = truth.step(step);
      const read = truth.steps.slice(0, step).findLast((each) => each.thread === 1 && each.label === 'N2')!;
      const [then, now] = [truth.life(Number(slot), read.step), truth.lifeAfter(Number(slot), step)];
      return (
        made.label === 'N5' &&
        truth.index(read.before) === Number(slot) &&
        (then.life !== now.life || !now.alive) &&
        made.address === HEAD &&
        truth.steps.slice(0, step).findLast((each) => each.thread === 1 && each.label === 'N1')!.before !==
          made.before
      );
    },
  ],
  [
    /^(?:That is ABA|Slot (\d+) is free)\. Reads of T1 from slots that were freed, until here: (\d+)\.$/,
    ([slot, count], { truth, step, run }) =>
      freedReads(truth, 1, step) === Number(count) &&
      (slot === undefined ? has(run, 'ABA', step) : truth.owners(step).free.has(Number(slot))),
  ],
  [
    /^D5 fails: T1 uses nothing of what it has read from slot (\d+), and begins again\.$/,
    ([slot], { truth, step }) =>
      truth.step(step).label === 'D5' &&
      truth.index(truth.read(1, 'head', step)!.before) === Number(slot) &&
      truth.read(1, 'head', step)!.before !== truth.step(step).before &&
      isOver(truth, 1, 'head', step),
  ],
  [
    /^T1 has ended its operation and uses nothing any more\. It is (?:online|pinned) all the same\.$/,
    (_, { truth, step }) => truth.operation(1, step) === null && truth.announced(1, step).length > 0,
  ],
  [
    /^T1 goes offline, and is not pinned any more\.$/,
    (_, { truth, step }) =>
      truth.step(step).thread === 1 &&
      truth.step(step).label === 'P4' &&
      // It may be the last step of that operation.
      truth.events.some(
        (event) =>
          event.kind === 'invoke' &&
          event.thread === 1 &&
          event.op === truth.step(step).op &&
          event.name === 'offline',
      ) &&
      truth.announced(1, step).length === 0,
  ],
  [
    /^T1 goes offline: nobody waits for it any more\.$/,
    (_, { truth, step }) =>
      truth.step(step).thread === 1 &&
      truth.step(step).label === 'U5' &&
      truth.announced(1, step).length === 0,
  ],
];
