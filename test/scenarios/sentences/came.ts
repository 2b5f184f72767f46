import * as layout from '../../../src/kernel/layout.ts';
import type { Truth } from '../truth.ts';
import { showValue } from '../../../src/laboratory/program.ts';
import { ringOf } from '../chains.ts';
import { cellsAt } from './cells.ts';
import { isHolder } from './checks.ts';
import { freedBy } from './lives.ts';
import { isTouched } from './states.ts';
import { numbers, truthOf, type Sentence, type Under } from './sentence.ts';

/** One of the words on what came of a run. */
const CAME: readonly Sentence[] = [
  [
    /^full(?: (\d+) times)?, (?:(not)|also) at the end$/,
    ([times = '1', not], { truth }) => {
      const answers = truth.events.filter(
        (event) => event.kind === 'return' && ['enqueue', 'push', 'insert'].includes(event.name),
      );
      const full = answers.filter((event) => event.kind === 'return' && event.outcome === 'full');
      const last = answers.at(-1);
      // A slot may be free again since, or a cell empty.
      const hasCells = truth.words[0]![layout.H_CELLS]! > 0 && ringOf(truth.words[0]!) === null;
      const { free } = truth.owners(truth.steps.length);
      const hasRoom = free.size > 0 || (hasCells && cellsAt(truth, truth.steps.length)[2] > 0);
      return (
        full.length === Number(times) &&
        (last?.kind === 'return' && last.outcome === 'full' && !hasRoom) === (not === undefined)
      );
    },
  ],
  [
    /^(\w+) died with T(\d+)$/,
    ([value, by], { truth, step }) =>
      truth.killed(Number(by), step) &&
      !truth.events.some(
        (event) =>
          event.kind === 'return' &&
          event.value !== null &&
          event.thread === Number(by) &&
          showValue(event.value) === value,
      ),
  ],
  [
    /^slots? ([\d ]+) recovered$/,
    ([list], { truth }) =>
      numbers(list!).every((slot) =>
        truth.events.some(
          (event) => event.kind === 'return' && event.name === 'recover' && event.value === slot,
        ),
      ),
  ],
  [
    /^leaks (\d+) by design$/,
    ([count], { truth, step, run }) => !run.claims.reclaims && truth.leaked(step).length === Number(count),
  ],
  [
    /^T(\d+)'s (pin|hazards|eras|interval|announcement|reservations|operation|list|claims) held back (\d+) of others'$/,
    ([by, what, count], { truth }) =>
      truth.words.some(
        (_, at) => isHolder(what!, Number(by), truth, at) && keptIn(truth, at, Number(by)) >= Number(count),
      ),
  ],
  [
    /^T(\d+) freed (\d+) of T(\d+)'s$/,
    ([by, count, retiredBy], { truth, step }) =>
      by !== retiredBy && freedBy(truth, step, Number(by), Number(retiredBy)) === Number(count),
  ],
  [/^touched (\d+) of (\d+) slots?, (\d+) of (\d+) pages?$/, isTouched],
  [
    /^a (tag|version) wraps after ([\d,]+) (changes|moves of the clock)$/,
    ([mark, count, unit], { truth }) =>
      2 ** truth.tagBits === Number(count!.replaceAll(',', '')) &&
      (truth.words[0]![layout.H_HOLDS] === layout.HOLDS_VERSIONS
        ? `${mark} ${unit}` === 'version moves of the clock'
        : `${mark} ${unit}` === 'tag changes'),
  ],
];

export function came(words: string | undefined, under: Under): boolean {
  return (words ?? '')
    .split('; ')
    .filter(Boolean)
    .every((each) => truthOf(each, CAME, under) === true);
}

/** How many slots are on retired lists or parked that another thread than this one has retired. */
function keptIn(truth: Truth, step: number, by: number): number {
  const { retired, parked } = truth.owners(step);
  const kept = [...new Set([...retired.values(), ...parked.values()].flat())];
  return kept.filter((slot) => {
    const state = truth.at(slot, layout.S_STATE);
    const last = truth.steps
      .slice(0, step)
      .findLast(({ writes }) => writes.some(([address, to]) => address === state && to === layout.RETIRED));
    return last === undefined || truth.recordOf(last.thread) !== by;
  }).length;
}
