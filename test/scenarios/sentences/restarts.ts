import { retiredCount } from './lives.ts';
import { isOut, type Sentence } from './sentence.ts';

/** Remarks on what a check has found: another version, a neutralized reader, a dead thread. */
export const RESTARTS: readonly Sentence[] = [
  [
    /^Slot (\d+) is in the stack again, and the word that names it is another one\.$/,
    ([slot], { truth, step }) => {
      const made = truth.step(step);
      const read = truth.steps
        .slice(0, step - 1)
        .findLast(({ thread, label }) => thread === 1 && label === 'S4');
      const since = truth.steps.slice(read?.step ?? 0, step);
      return (
        made.label === 'S6' &&
        made.ok === false &&
        read?.address === made.address &&
        [made.before, read.before].every((word) => truth.index(word) === Number(slot)) &&
        made.before !== read.before &&
        since.some((each) => isOut(truth, Number(slot), each.step)) &&
        !isOut(truth, Number(slot), step)
      );
    },
  ],
  [
    /^(?:T1 may not write: it was neutralized while it read\. Slot (\d+) is still the last node|It has read the same again, and it was neutralized again\. T2 has retired (\d+) slots? so far)\.$/,
    ([slot, retired], { truth, step }) => {
      const made = truth.step(step);
      const own = truth.steps.slice(0, step).filter(({ thread, op }) => thread === 1 && op === made.op);
      const reads = own.filter(({ label }) => label === 'E5').map(({ before }) => before);
      const failed = own.filter(({ label }) => label === 'R4').slice(retired === undefined ? -1 : -2);
      const isNeutralized = failed.every(({ ok, before }) => ok === false && before === -3);
      if (made.thread !== 1 || made.label !== 'R4' || !isNeutralized) return false;
      return retired === undefined
        ? truth.index(reads.at(-1)!) === Number(slot) && truth.owners(step).queue.at(-1) === Number(slot)
        : failed.length === 2 &&
            reads.at(-1) === reads.at(-2) &&
            retiredCount(truth, step, 2) === Number(retired);
    },
  ],
  [
    /^T4 waits for no thread that has died: it makes no step any more, so what it announces and has in hand counts for nothing\.$/,
    (_, { truth, step }) => {
      const { thread, label, ok } = truth.step(step);
      const dead = [2, 3].filter((each) => truth.killed(each, step));
      const later = truth.steps.slice(step).filter((each) => dead.includes(each.thread));
      return thread === 4 && label === 'M7' && ok === true && dead.includes(3) && later.length === 0;
    },
  ],
];
