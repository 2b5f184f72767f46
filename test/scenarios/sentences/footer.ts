import * as layout from '../../../src/kernel/layout.ts';
import { showValue } from '../../../src/laboratory/program.ts';
import { came } from './came.ts';
import { cellsAt } from './cells.ts';
import * as checks from './checks.ts';
import { STRAYS } from './damage.ts';
import { HELD_BACK } from './held-back.ts';
import { isCount, isEquation, isMoment, lifeName, numbers, type Sentence } from './sentence.ts';
import { STATE_LINES } from './states.ts';
import type { Truth } from '../truth.ts';

/** The operations that deliver a value. */
const TAKES: readonly string[] = ['dequeue', 'pop', 'steal', 'pull'];

/** The lines that end a story, at their full width. */
export const FOOTER: readonly Sentence[] = [
  ...STATE_LINES,
  [
    /^no damage(?:; (.*))?$/,
    ([words], under) =>
      under.run.findings.length === 0 && under.run.claims.abaSafe !== 'no' && came(words, under),
  ],
  [
    /^no damage this time; (\S+) does not promise that(?:; (.*))?$/,
    ([, words], under) =>
      under.run.findings.length === 0 && under.run.claims.abaSafe === 'no' && came(words, under),
  ],
  [
    /^FIRST DAMAGE {3}(.+?)(?: at step (\d+))?(?:, T(\d+) (\w+))?(?: {3}\((\S+), label (\w+)\))?$/,
    ([kind, at, by, label, , of], { run, truth }) => {
      const [first] = run.findings;
      const all = run.findings.every((finding) => (finding.step ?? Infinity) >= (first!.step ?? Infinity));
      return (
        first!.kind === kind &&
        String(first!.step ?? undefined) === String(at) &&
        all &&
        (label === undefined || isMoment(truth, [at, by, label])) &&
        (of === undefined || of === label)
      );
    },
  ],
  [
    /^ {2}used +step +(\d+) {2}T(\d+) {2}(\w+) +expects slot (\d+) as it was at step (\d+)$/,
    ([at, by, label, slot, since], { truth }) => {
      const [made, read] = [truth.step(Number(at)), truth.step(Number(since))];
      const [then, now] = [truth.life(Number(slot), read.step), truth.life(Number(slot), made.step)];
      return (
        isMoment(truth, [at, by, label]) &&
        made.ok === true &&
        (then.life !== now.life || then.alive !== now.alive)
      );
    },
  ],
  [
    /^ {2}read +step +(\d+) {2}T(\d+) {2}(\w+) +(\S+) named it (?:in life (\S+)|before its first life) {2}\*$/,
    ([at, by, label, name, life], { truth, run }) => {
      const read = truth.step(Number(at));
      const then = truth.life(run.findings[0]!.slot!, read.step);
      return (
        isMoment(truth, [at, by, label]) &&
        truth.addressOf(name!) === read.address &&
        (life === undefined ? then.life === 0 : life === lifeName(run.findings[0]!.slot!, then.life))
      );
    },
  ],
  [
    /^ {2}(taken|taken again|freed) +step +(\d+) {2}T(\d+) {2}(\w+) +(begin|end) of life (\S+)$/,
    ([what, at, by, label, , life], { truth, run }) => {
      const slot = run.findings[0]!.slot!;
      const now = truth.lifeAfter(slot, Number(at));
      return (
        isMoment(truth, [at, by, label]) &&
        lifeName(slot, now.life) === life &&
        now.alive === (what !== 'freed')
      );
    },
  ],
  [
    /^ {2}put back +step +(\d+) {2}T(\d+) {2}(\w+) +(\S+) holds the same bits again$/,
    ([at, by, label, name], { truth, run }) => {
      const made = truth.step(Number(at));
      return (
        isMoment(truth, [at, by, label]) &&
        made.address === truth.addressOf(name!) &&
        made.after === truth.step(run.findings[0]!.step!).expected
      );
    },
  ],
  [
    /^ {2}Slots? ([\d ]+) (?:has|have) no owner: (.+)\.$/,
    ([list], { truth, run }) =>
      numbers(list!).every((slot) => truth.leaked(run.findings[0]!.step!).includes(slot)),
  ],
  [
    /^ {2}(taken|unlinked|let go|lost) +step +(\d+) {2}T(\d+) {2}(\w+) +(?:(a plain write after it )?changed (.+) from slot (\d+) to (?:slot (\d+)|null)|after that no word names slot (\d+))$/,
    ([, at, by, label, plain, name, from, to, lost], { truth }) => {
      if (!isMoment(truth, [at, by, label])) return false;
      if (lost !== undefined) return truth.leaked(Number(at)).includes(Number(lost));
      const [before, after] = [truth.words[Number(at) - 1]!, truth.words[Number(at)]!];
      const address = truth.addressOf(name!.replace('the free', 'The free'));
      return (
        address === -1 ||
        ((plain === undefined) === (truth.step(Number(at)).address === address) &&
          truth.index(before[address]!) === Number(from) &&
          truth.index(after[address]!) === Number(to ?? 0))
      );
    },
  ],
  [
    /^ {2}died +step +(\d+) {2}T(\d+) +terminated with slot (\d+) in hand$/,
    ([at, by, slot], { truth }) =>
      truth.killed(Number(by), Number(at)) &&
      truth.words[Number(at)]![truth.recordAddress(truth.recordOf(Number(by))) + layout.R_HAND] ===
        Number(slot),
  ],
  [
    /^ {2}would stop it {3}(?:(nothing that was tried): )?(.*)$/,
    ([nothing, list], { run }) => checks.areTrials(list!, nothing === undefined, run),
  ],
  [
    /^ {2}elsewhere {7}did not happen in this schedule under (.*?)(?: · (.*))?$/,
    ([list, others], { run }) =>
      checks.areTrials(`${list}: no damage`, true, run) &&
      (others === undefined || checks.areTrials(others, false, run)),
  ],
  [/^ {2}would not {7}(.*)$/, ([list], { run }) => checks.areTrials(list!, false, run)],
  [
    /^ {2}then {12}(.*)$/,
    ([list], { run }) =>
      list!.split(', ').every((each) => {
        const [, kind, count = '1'] = /^(.+?)(?: \((\d+)\))?$/.exec(each)!;
        return run.findings.slice(1).filter((finding) => finding.kind === kind).length === Number(count);
      }),
  ],
  [
    /^NOT RUN {2}(.+)$/,
    ([text], { truth, run }) => {
      const told = [
        ...text!.matchAll(
          /T(\d+) (?:was still in (\S+?\(.*?\)))?(?:, and )?(?:did not come to (.+?))?, since (.+?)\.(?: |$)/g,
        ),
      ];
      return (
        told.map(([whole]) => whole).join('') === text &&
        told.every(([, by, within, before, why]) => checks.isLeft(truth, run, { by, within, before, why }))
      );
    },
  ],
  [
    /^AUDIT at step (\d+) {2}reachable (\d+) · in hand (\d+) · retired (\d+)(?: \(held by counts \d+\))?(?: · parked (\d+))? · free (\d+) · leaked (\d+)(?: · counted (?:twice|more than once) −(\d+) \((\d+) slots? ha(?:s|ve) (two|several) owners\))? {2}= (\d+) slots(?:; holding (\d+) · claimed (\d+) · empty (\d+) {2}= (\d+) cells)?$/,
    ([at, reachable, hand, retired, parked, free, leaked, twice = '0', ...more], { truth, step }) => {
      const [owners, , slots, ...cells] = more;
      const conflicts = checks.conflictsOf(truth, step);
      return (
        Number(at) === step &&
        isEquation({ reachable, hand, retired, parked, free, leaked, twice, slots }, truth, step) &&
        (owners === undefined || conflicts.length === Number(owners)) &&
        (cells[0] === undefined || isCount(cellsAt(truth, step), cells))
      );
    },
  ],
  [
    /^ ! conflict (\d+) {3}slots? ([\d ]+)(?: …)?: (.+)$/,
    ([count, list], { truth, step }) =>
      checks.conflictsOf(truth, step).length === Number(count) &&
      numbers(list!).every((slot) => checks.conflictsOf(truth, step).includes(slot)),
  ],
  ...STRAYS,
  [
    /^ ! stranded (\d+) {3}slots? ([\d ]+)(?: …)?: reachable from Tail and not from Head$/,
    ([count, list], { truth, step }) => {
      const { reachable, queue } = truth.owners(step);
      const stranded = [...reachable].filter((slot) => !queue.includes(slot));
      return stranded.length === Number(count) && numbers(list!).every((slot) => stranded.includes(slot));
    },
  ],
  [
    /^ ! leaked {3}Slot (\d+) is leaked: (.+)$/,
    ([slot, text], { truth, step }) => {
      const moments = [...text!.matchAll(/T(\d+)'s (\w+) \(step (\d+)(?:, (\w+)#(\d+))?\)/g)];
      const alike = /The same with slots? ([\d ]+)/.exec(text!)?.[1] ?? '';
      return (
        [Number(slot), ...numbers(alike)].every((each) => truth.leaked(step).includes(each)) &&
        moments.every(([, by, label, at]) => isMoment(truth, [at, by, label]))
      );
    },
  ],
  [
    /^ {3}leaked {3}slots? ([\d ]+): retired and never freed, by design$/,
    ([list], { truth, step, run }) =>
      !run.claims.reclaims &&
      numbers(list!).every(
        (slot) =>
          truth.leaked(step).includes(slot) &&
          truth.words[step]![truth.at(slot, layout.S_STATE)] === layout.RETIRED,
      ),
  ],
  ...HELD_BACK,
  [
    /^ {12}and (\d+) more (?:(retired|parked) slots?|causes?; (\d+) slots in all)$/,
    ([more, kind, all], { truth, step }) => {
      if (kind === undefined) return truth.leaked(step).length === Number(all);
      const owned = truth.owners(step)[kind as 'retired' | 'parked'];
      return new Set([...owned.values()].flat()).size === Number(more) + 2;
    },
  ],
  [
    /^ {2}in hand {2}T(\d+) has slot (\d+) in hand( by its record alone: no operation of it goes on, and its next one on the queue forgets the slot)?\.$/,
    ([by, slot, alone], { truth, step }) =>
      isBetween(truth, Number(by), step) === (alone !== undefined) &&
      [by, -Number(by)].some((hand) => truth.owners(step).hands.get(Number(hand)) === Number(slot)),
  ],
  [
    /^ {2}in hand {2}T(\d+) has the chain of slots? ([\d, and]+) in hand\.$/,
    ([by, list], { truth, step }) =>
      String(truth.owners(step).chains.get(Number(by))) ===
      String(numbers(list!.replaceAll(/, | and /g, ' '))),
  ],
  [
    /^ {3}in use (\d+) · ever allocated (\d+) · peak unreclaimed (\d+) \((?:no bound|bound (\d+)(, and it is over it)?)\)$/,
    ([used, ever, peak, bound, over], { truth }) => {
      const most = Math.max(...truth.words.map((_, at) => checks.unreclaimedIn(truth, at)));
      const counts = checks.inUseAtEnd(truth);
      return (
        counts.now === Number(used) &&
        counts.ever === Number(ever) &&
        Number(peak) === most &&
        (bound === undefined || most > Number(bound) === (over !== undefined))
      );
    },
  ],
  [/^OVER TIME {2}step +\d.*$/, (_, { truth, step }) => truth.steps.length === step],
  [
    /^ {11}(ever allocated|in use|unreclaimed|free) .*?(\d+)$/,
    ([name, last], { truth, step }) => name !== 'free' || truth.owners(step).free.size === Number(last),
  ],
  [
    /^HISTORY {2}linearizable(?: to the model of the [^:]+: [^;]+)?(?:; not judged: .*)?$/,
    (_, { truth, run }) => {
      const delivered = truth.events.flatMap((event) =>
        event.kind === 'return' && TAKES.includes(event.name) && event.value !== null ? [event.value] : [],
      );
      const put = [
        ...run.program.initial,
        ...truth.events.flatMap((event) =>
          event.kind === 'invoke' && ['enqueue', 'push'].includes(event.name) && event.argument !== null
            ? [event.argument]
            : [],
        ),
      ];
      return new Set(delivered).size === delivered.length && delivered.every((value) => put.includes(value));
    },
  ],
  [/^HISTORY {2}not judged: .*$/, () => true],
  [
    /^(?:HISTORY {2}(?:The order is right, but|Not linearizable:)|) *(\w+) was delivered twice: (.+)\.(?: The same with \d+ more\.)?(?: \(not judged.*\))?$/,
    ([value], { truth }) =>
      truth.events.filter(
        (event) =>
          event.kind === 'return' &&
          TAKES.includes(event.name) &&
          event.value !== null &&
          showValue(event.value) === value,
      ).length >= 2,
  ],
  [
    /^(?:HISTORY {2}(?:The order is right, but|Not linearizable:)|) *(\w+) was lost: (.+)\.(?: The same with \d+ more\.)?(?: \(not judged.*\))?$/,
    ([value], { truth, step }) => {
      const words = truth.words[step]!;
      const kept = truth
        .owners(step)
        .queue.slice(1)
        .some(
          (slot) =>
            words[truth.at(slot, layout.S_STATE)] === layout.LINKED &&
            showValue(words[truth.at(slot, layout.S_VALUE)]!) === value,
        );
      return (
        !kept &&
        !truth.events.some(
          (event) =>
            event.kind === 'return' &&
            TAKES.includes(event.name) &&
            event.value !== null &&
            showValue(event.value) === value,
        )
      );
    },
  ],
  [
    /^(?:HISTORY {2}(?:The order is right, but|Not linearizable:)|) *(.+)$/,
    ([note], { run }) => run.history.wrong.some((each) => note!.startsWith(each.note)),
  ],
];

/** True of a thread that is alive and in none of its operations, by the number of its record. */
function isBetween(truth: Truth, by: number, step: number): boolean {
  const threads = truth.steps
    .filter((each) => truth.recordOf(each.thread) === by)
    .map(({ thread }) => thread);
  const last = threads.at(-1) ?? by;
  return !truth.killed(last, step) && truth.operation(last, step) === null;
}
