import { HEAD } from '../../../src/kernel/structures/michael-scott.ts';
import * as layout from '../../../src/kernel/layout.ts';
import { isBeside, keptBy } from './inside.ts';
import { has, inUse, isOut, isOver, isState, latest, nextLabel, type Sentence } from './sentence.ts';

/** The remarks of the scenarios. */
export const NOTES: readonly Sentence[] = [
  [
    /^Slot (\d+) is on top again\. Slot (\d+), which T1 takes for the next free one, is in use\.$/,
    ([slot, next], { truth, step }) =>
      truth.index(truth.words[step]![layout.FREE_TOP]!) === Number(slot) &&
      truth.index(truth.read(1, 'top', step)!.before) === Number(slot) &&
      truth.index(truth.read(1, 'next', step)!.before) === Number(next) &&
      !truth.owners(step).free.has(Number(next)),
  ],
  [
    /^The free list begins with slot (\d+) now, which is in the queue\.$/,
    ([slot], { truth, step }) =>
      truth.index(truth.words[step]![layout.FREE_TOP]!) === Number(slot) && !isOut(truth, Number(slot), step),
  ],
  [
    /^HANDED OUT TWICE\. T2 takes slot (\d+) for its next value, and slot (\d+) is in the queue\.$/,
    ([slot, again], { truth, step }) =>
      slot === again &&
      truth.step(step).thread === 2 &&
      truth.index(truth.step(step).expected!) === Number(slot) &&
      truth.step(step).ok === true &&
      !isOut(truth, Number(slot), step),
  ],
  [
    /^T2 clears the next word of slot (\d+), as its owner may\. The queue ends there from now on\.$/,
    ([slot], { truth, step }) =>
      truth.step(step).address === truth.at(Number(slot), layout.S_NEXT) &&
      truth.index(truth.step(step).after) === 0 &&
      !isOut(truth, Number(slot), step),
  ],
  [
    /^The check passes and proves nothing: D5 compares the same bits as D13\.$/,
    (_, { truth, step }) =>
      truth.step(step).label === 'D5' &&
      truth.read(1, 'head', step)!.before === truth.step(step).before &&
      isOver(truth, 1, 'head', step),
  ],
  [
    /^D5 passes, since it compares bits: slot (\d+) is in another life than at D2\.$/,
    ([slot], { truth, step }) =>
      truth.step(step).label === 'D5' &&
      truth.index(truth.step(step).before) === Number(slot) &&
      truth.read(1, 'head', step)!.before === truth.step(step).before &&
      isOver(truth, 1, 'head', step),
  ],
  [/^The CAS compares bits, and it needs identity\.$/, (_, { step, run }) => has(run, 'ABA', step)],
  [
    /^(Head|Top) is on the free list now\.$/,
    ([root], { truth, step }) =>
      truth.owners(step).free.has(truth.index(truth.words[step]![truth.addressOf(root!)]!)),
  ],
  [
    /^Head names slot (\d+) now, which is free\.$/,
    ([slot], { truth, step }) =>
      truth.index(truth.words[step]![HEAD]!) === Number(slot) && truth.owners(step).free.has(Number(slot)),
  ],
  [
    /^T1 links slot (\d+) behind slot (\d+), which is not in the queue\.$/,
    ([slot, behind], { truth, step }) =>
      truth.step(step).ok === true &&
      truth.index(truth.step(step).desired!) === Number(slot) &&
      truth.step(step).address === truth.at(Number(behind), layout.S_NEXT) &&
      isOut(truth, Number(behind), step),
  ],
  [
    /^E17 may fail when Tail has moved on, so T1 answers ok; but its slot (\d+) is not in the queue\.$/,
    ([slot], { truth, step }) =>
      truth.step(step).label === 'E17' &&
      truth.step(step).ok === false &&
      truth.index(truth.step(step).desired!) === Number(slot) &&
      isOut(truth, Number(slot), step),
  ],
  [
    /^Slot (\d+) was not reused since T1 read it\.$/,
    ([slot], { truth, step }) =>
      ['head', 'tail'].some((variable) => {
        const read = latest(truth, 1, variable, step);
        return (
          read !== undefined &&
          truth.index(read.before) === Number(slot) &&
          truth.life(Number(slot), read.step).life === truth.lifeAfter(Number(slot), step).life
        );
      }),
  ],
  [
    /^If D13 fails, this dequeue will clear the next word of slot (\d+) \(X1\)\.$/,
    ([slot], { truth, step }) =>
      nextLabel(truth, 1, step) === 'D13' &&
      truth.index(truth.read(1, 'head', step)!.before) === Number(slot),
  ],
  [
    /^The write hits slot (\d+), which is in the queue again\.$/,
    ([slot], { truth, step }) =>
      truth.step(step).address === truth.at(Number(slot), layout.S_NEXT) &&
      !isOut(truth, Number(slot), step) &&
      isOver(truth, 1, 'head', step),
  ],
  [
    /^The write does no harm: slot (\d+) has left the queue and was not reused\.$/,
    ([slot], { truth, step }) =>
      truth.step(step).address === truth.at(Number(slot), layout.S_NEXT) &&
      isOut(truth, Number(slot), step) &&
      !isOver(truth, 1, 'head', step),
  ],
  [
    /^T1 announces slot (\d+), and it has not been freed\.$/,
    ([slot], { truth, step }) =>
      truth.announced(1, step).includes(Number(slot)) && truth.lifeAfter(Number(slot), step).alive,
  ],
  [
    /^T1 is pinned, and slot (\d+) has not been freed\.$/,
    ([slot], { truth, step }) =>
      truth.announced(1, step).length > 0 && truth.lifeAfter(Number(slot), step).alive,
  ],
  [
    /^Under this scheme no slot is ever reused\.$/,
    (_, { truth, run }) =>
      !run.claims.reclaims && truth.steps.every((each) => each.label !== 'F3' || each.ok !== true),
  ],
  [
    /^There is no tag that could tell(?:, and no version)?\.$/,
    (_, { truth, run, step }) => truth.tagBits === 0 && has(run, 'ABA', step),
  ],
  [
    /^T1 is between its read and its announcement \(H1\): it knows slot (\d+), and no other thread can see that\.$/,
    ([slot], { truth, step }) =>
      nextLabel(truth, 1, step) === 'H1' &&
      truth.index(truth.step(step).before) === Number(slot) &&
      !truth.announced(1, step).includes(Number(slot)),
  ],
  [
    /^T1 announces slot (\d+), too late: the slot has been freed since T1 read it\.$/,
    ([slot], { truth, step }) => truth.step(step).after === Number(slot) && isOver(truth, 1, 'head', step),
  ],
  [
    /^The second look finds another Head: the announcement may have come too late, and T1 starts again\.$/,
    (_, { truth, step }) =>
      truth.step(step).label === 'H2' &&
      truth.step(step).address === HEAD &&
      truth.steps.slice(0, step - 1).findLast((each) => each.thread === 1 && each.label === 'D2')!.before !==
        truth.step(step).before,
  ],
  [
    /^T2 has retired (\d+) slots? so far and still keeps (\d+)( \(parked in its batch\))?(?:, beside (.+))?\.$/,
    ([retired, kept, batch, beside], { truth, step }) =>
      isBeside(batch, beside, truth, step, 2) &&
      truth.steps
        .slice(0, step)
        .reduce(
          (sum, each) =>
            sum +
            (truth.recordOf(each.thread) === 2
              ? each.writes.filter(
                  ([address, value]) =>
                    value === layout.RETIRED && isState(truth, address) && address > truth.at(0, 0),
                ).length
              : 0),
          0,
        ) === Number(retired) &&
      keptBy(truth, step, 2) === Number(kept),
  ],
  [
    /^T1 unpins: it holds the epoch back no more\.$/,
    (_, { truth, step }) => truth.announced(1, step).length === 0 && truth.announced(1, step - 1).length > 0,
  ],
  [
    /^T2 takes a slot again; (\d+) slots? still free\.$/,
    ([free], { truth, step }) =>
      truth.step(step).label === 'A3' &&
      truth.step(step).ok === true &&
      truth.owners(step).free.size === Number(free),
  ],
  [/^All that T1 had is in its record in shared memory\.$/, (_, { truth, step }) => truth.killed(1, step)],
  [
    /^The heir clears a hazard of the dead thread\.$/,
    (_, { truth, step }) =>
      truth.step(step).label === 'H5' && truth.step(step).after === 0 && truth.killed(1, step),
  ],
  [
    /^The heir unpins the dead thread\.$/,
    (_, { truth, step }) =>
      truth.step(step).label === 'P10' && truth.step(step).after === 0 && truth.killed(1, step),
  ],
  [
    /^The audit found no other claim on slot (\d+): it is recovered\.$/,
    ([slot], { truth, step }) =>
      truth.events.some(
        (event) =>
          event.kind === 'return' &&
          event.step === step &&
          event.name === 'recover' &&
          event.value === Number(slot),
      ) && !truth.leaked(step).includes(Number(slot)),
  ],
  [
    /^There was no slot to recover: T1 had none of its own in hand\.$/,
    (_, { truth, step }) =>
      truth.events.some(
        (event) =>
          event.kind === 'return' &&
          event.step === step &&
          event.name === 'recover' &&
          event.outcome === 'no',
      ),
  ],
  [
    /^The queue has (\d+) slots?, the dummy node included; in use: (\d+)(?:, ever allocated: (\d+)| of (\d+))?\.$/,
    ([queue, used, ever, slots], { truth, step }) =>
      truth.owners(step).reachable.size === Number(queue) &&
      inUse(truth, step).now === Number(used) &&
      (ever === undefined || inUse(truth, step).ever === Number(ever)) &&
      (slots === undefined || truth.slots === Number(slots)),
  ],
  [
    /^The queue has (\d+) slots?, the dummy node included; free: (\d+), leaked: (\d+)\.$/,
    ([queue, free, leaked], { truth, step }) =>
      truth.owners(step).reachable.size === Number(queue) &&
      truth.owners(step).free.size === Number(free) &&
      truth.leaked(step).length === Number(leaked),
  ],
  [
    /^Slot (\d+) has left the queue(?:\. T1 has to retire it \(D19\), and this variant does not\.|, and T1 does not retire it\. Nobody notices\.)$/,
    ([slot], { truth, step }) =>
      isOut(truth, Number(slot), step) &&
      truth.step(step).ok === true &&
      truth.steps.every((each) =>
        each.writes.every(
          ([address, value]) =>
            value !== layout.RETIRED || address !== truth.at(Number(slot), layout.S_STATE),
        ),
      ),
  ],
  [
    /^T1 has taken slot (\d+)\. The code of the user that serialises C comes next, and throws\.$/,
    ([slot], { truth, step }) =>
      truth.index(truth.step(step).expected!) === Number(slot) &&
      truth.events.some(
        (event) => event.kind === 'invoke' && event.thread === 1 && event.op === 2 && event.argument === 67,
      ) &&
      truth.events.every(
        (event) =>
          event.kind !== 'return' || event.thread !== 1 || event.op !== 2 || event.outcome === 'threw',
      ),
  ],
  [
    /^The guard caught the exception, and slot (\d+) is free again before it goes on\.$/,
    ([slot], { truth, step }) => {
      const later = truth.events.filter((event) => event.thread === 1 && event.step >= step);
      // It may be stopped for good before the exception goes on.
      const end = later.findIndex((event) => event.kind === 'return' || event.kind === 'stop');
      const [last, between] = [later[end], later.slice(0, end)];
      return (
        truth.owners(step).free.has(Number(slot)) &&
        (last?.kind === 'stop' || (last?.kind === 'return' && last.outcome === 'threw')) &&
        between.every((event) => event.kind === 'step' && (event.step === step || event.label === 'M3'))
      );
    },
  ],
  [
    /^The caller caught the exception and goes on\.$/,
    (_, { truth, step }) =>
      truth.events.some(
        (event) =>
          event.kind === 'return' && event.thread === 1 && event.outcome === 'threw' && event.step < step,
      ),
  ],
  [
    /^T2 did nothing wrong and is refused\. The queue has (\d+) slots?; retired, for a scheme to free: (\d+)\.$/,
    ([queue, retired], { truth, step }) =>
      truth.owners(step).reachable.size === Number(queue) &&
      new Set([...truth.owners(step).retired.values()].flat()).size === Number(retired) &&
      truth.events.some(
        (event) =>
          event.kind === 'return' && event.thread === 2 && event.step === step && event.outcome === 'full',
      ),
  ],
  [
    /^T3 is started with the record of T2\.$/,
    (_, { truth, step }) =>
      truth.step(step).label === 'J5' &&
      truth.step(step).thread === 3 &&
      truth.recordOf(3) === truth.recordOf(2),
  ],
  [
    /^T5 inherited the pin of T2, takes it for an outer one, and does not unpin\.$/,
    (_, { truth, step }) =>
      truth.announced(5, step).length > 0 &&
      truth.recordOf(5) === truth.recordOf(2) &&
      truth.operation(5, step) === null,
  ],
  [
    /^T1 has seen the worker end, and makes itself its heir before it starts the next\.$/,
    (_, { truth, step }) => truth.step(step).label === 'J1' && truth.killed(2, step),
  ],
];
