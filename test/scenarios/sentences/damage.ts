import * as layout from '../../../src/kernel/layout.ts';
import { showValue } from '../../../src/laboratory/program.ts';
import { has, isMoment, numbers, type Sentence } from './sentence.ts';

/** Damage, by the kind that stands in capitals. */
export const DAMAGE: readonly Sentence[] = [
  [
    /^ABA\. T(\d+)'s (\w+) expected slot (\d+) as it was at step (\d+) \((\w+)\); the same bits name another life now\.$/,
    ([by, label, slot, at, of], { truth, step, run }) => {
      const [made, read] = [truth.step(step), truth.step(Number(at))];
      const then = truth.life(Number(slot), read.step);
      const now = truth.life(Number(slot), step);
      return (
        has(run, 'ABA', step) &&
        made.thread === Number(by) &&
        made.label === label &&
        made.ok === true &&
        read.thread === made.thread &&
        read.op === made.op &&
        (read.label === of || truth.isPointer(read.address)) &&
        (then.life !== now.life || then.alive !== now.alive)
      );
    },
  ],
  [
    /^USE AFTER FREE\. T(\d+) (wrote to|read) (\S+), which it knew from step (\d+) \(\w+\); that life has ended\.$/,
    ([by, verb, name, at], { truth, step }) => {
      const [made, read] = [truth.step(step), truth.step(Number(at))];
      const slot = Number(name!.split('.')[0]);
      const wrote = made.access !== 'load' && made.ok !== false;
      const [then, now] = [truth.life(slot, read.step), truth.life(slot, step)];
      // A word that was read late means the slot in the life that it had when it was written there.
      const written = truth.steps
        .slice(0, read.step)
        .findLast(({ address, before, after }) => address === read.address && before !== after);
      const meant = truth.index(read.before) === slot ? truth.life(slot, written?.step ?? 0) : then;
      return (
        made.thread === Number(by) &&
        made.address === truth.addressOf(name!) &&
        wrote === (verb === 'wrote to') &&
        (then.life !== now.life || !now.alive || meant.life !== now.life)
      );
    },
  ],
  [
    /^STRAY WRITE\. T(\d+) wrote (0\.\w+) after (\w+), and the word belongs to nobody\.$/,
    ([by, name, label], { truth, step, run }) =>
      has(run, 'stray write', step) &&
      isMoment(truth, [String(step), by, label]) &&
      truth.step(step).writes.some(([address]) => address === truth.addressOf(name!)),
  ],
  [
    /^ORPHANED SLOT\. Slots? ([\d ]+) (?:has|have) no owner: (.+)\.$/,
    ([list], { truth, step }) =>
      numbers(list!).every((slot) => truth.leaked(step).includes(slot)) &&
      numbers(list!).some((slot) => !truth.leaked(step - 1).includes(slot)),
  ],
  [
    /^RETIRE WHILE REACHABLE\. T(\d+) retired slot (\d+), and the queue still leads to it\.$/,
    ([by, slot], { truth, step }) =>
      truth.step(step).thread === Number(by) &&
      truth.owners(step).reachable.has(Number(slot)) &&
      truth
        .step(step)
        .writes.some(
          ([address, value]) =>
            address === truth.at(Number(slot), layout.S_STATE) && value === layout.RETIRED,
        ),
  ],
  [
    /^DOUBLE FREE\. T(\d+) (freed|retired) slot (\d+), which had been retired or freed before\.$/,
    ([by, verb, slot], { truth, step }) =>
      truth.step(step).thread === Number(by) &&
      truth
        .step(step)
        .writes.some(
          ([address, value]) =>
            address === truth.at(Number(slot), layout.S_STATE) &&
            value === (verb === 'freed' ? layout.FREE : layout.RETIRED),
        ),
  ],
  [
    /^DUPLICATE VALUE\. (\w+) is delivered a second time, by T(\d+) dequeue#(\d+)\.$/,
    ([value, by], { truth, step }) => {
      const delivered = truth.events.filter(
        (event) =>
          event.kind === 'return' &&
          event.name === 'dequeue' &&
          event.value !== null &&
          showValue(event.value) === value &&
          event.step <= step,
      );
      return delivered.length >= 2 && delivered.at(-1)?.thread === Number(by);
    },
  ],
  [
    /^VALUE FROM NOWHERE\. T(\d+) dequeue#\d+ delivered (\w+), which nobody had enqueued\.$/,
    ([by, value], { truth, step, run }) => {
      const enqueued = [
        ...run.program.initial,
        ...truth.events.flatMap((event) =>
          event.kind === 'invoke' && event.name === 'enqueue' && event.step <= step ? [event.argument] : [],
        ),
      ];
      return (
        truth.events.some(
          (event) =>
            event.kind === 'return' &&
            event.step === step &&
            event.thread === Number(by) &&
            event.value !== null &&
            showValue(event.value) === value,
        ) && !enqueued.some((each) => each !== null && showValue(each) === value)
      );
    },
  ],
  [
    /^BROKEN INVARIANT\. T(\d+) changed Head from slot (\d+) to slot (\d+) by (\w+)\. It breaks an invariant of the queue: Head never passes Tail: following next from Head leads to the node that Tail names\. From Head, which names slot (\d+), next does not lead to slot (\d+), which Tail names\.$/,
    ([by, from, to, label, head, tail], { truth, step, run }) => {
      const made = truth.step(step);
      return (
        has(run, 'broken invariant', step) &&
        made.thread === Number(by) &&
        made.label === label &&
        made.address === truth.addressOf('Head') &&
        truth.index(made.before) === Number(from) &&
        truth.index(made.after) === Number(to) &&
        to === head &&
        truth.index(truth.words[step]![truth.addressOf('Tail')]!) === Number(tail) &&
        !truth.owners(step).queue.includes(Number(tail))
      );
    },
  ],
  [
    /^FALSE ANSWER\. T(\d+) (\w+)#\d+ answered (\w+), which is so in no order of the operations that is one of an? .+\.$/,
    ([by, name, answer], { truth, run, step }) =>
      has(run, 'false answer', step) &&
      truth.events.some(
        (event) =>
          event.kind === 'return' &&
          event.thread === Number(by) &&
          event.name === name &&
          (event.outcome === answer || (event.value !== null && showValue(event.value) === answer)),
      ),
  ],
  [
    /^(CYCLE|WILD INDEX|RACE|LIVELOCK|DEADLOCK|ORDER BROKEN|FALSE EMPTY|FALSE FULL|LOST VALUE|DUPLICATE VALUE|VALUE FROM NOWHERE|NOT LINEARIZABLE)\. .+$/,
    ([kind], { run, step }) => has(run, kind!.toLowerCase(), step),
  ],
];

/** The line of the audit on words that belong to nobody, of those that are words of slot 0. */
export const STRAYS: readonly Sentence[] = [
  [
    /^ ! stray writes? (\d+) {3}((?:0\.\w+ \(word \d+, of slot 0, which is null\)(?:, )?)+): (?:it belongs|they belong) to nobody\.$/,
    ([count, list], { truth }) => {
      const named = [...list!.matchAll(/(0\.\w+) \(word (\d+)/g)];
      const [first, last] = [truth.words[0]!, truth.words.at(-1)!];
      const from = truth.at(0, 0);
      const changed = Array.from({ length: truth.at(1, 0) - from }, (_, i) => from + i).filter(
        (address) => first[address] !== last[address],
      );
      return (
        changed.length === Number(count) &&
        named.every(
          ([, name, address], i) =>
            truth.addressOf(name!) === Number(address) && changed[i] === Number(address),
        )
      );
    },
  ],
];
