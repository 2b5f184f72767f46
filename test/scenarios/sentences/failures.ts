import * as layout from '../../../src/kernel/layout.ts';
import { listOf } from '../batches.ts';
import { textOfScq } from '../chains.ts';
import { countOf, safepointOf } from './inside.ts';
import { shown, type Sentence } from './sentence.ts';

/** Why a compare-and-swap has failed: what is there, what was expected, and whose step changed it. */
export const FAILURES: readonly Sentence[] = [
  [
    /^(\w+) fails: (.+) is (.+?), not (.+?); T(\d+)'s (\w+) changed it last \(step (\d+)\)\.$/,
    ([label, name, found, hoped, by, of, at], { truth, step }) => {
      const made = truth.step(step);
      const address = truth.addressOf(name!);
      const last = truth.steps
        .slice(0, step - 1)
        .findLast((each) => each.address === address && each.before !== each.after);
      const text = (word: number): string[] => [
        shown(truth, address, word),
        `${truth.index(word)}#${truth.tag(address, word)}`,
        String(word),
        name!.endsWith(']') ? textOfScq(truth.words[0]!, word) : '',
        ['vacant', 'active', 'left', 'dead', 'inheriting', 'settled'][word] ?? '',
        truth.holds === layout.HOLDS_RESERVATIONS
          ? (['quiet', 'reading', 'writing', 'neutralized'][-word] ?? '')
          : '',
        truth.holds === layout.HOLDS_BATCHES ? listOf(word) : '',
        truth.holds === layout.HOLDS_OPERATIONS && address === layout.GLOBAL ? safepointOf(word) : '',
        truth.holds === layout.HOLDS_OPERATIONS && address === layout.GLOBAL ? safepointOf(word, true) : '',
        truth.holds === layout.HOLDS_COUNTS ? countOf(truth, address, word) : '',
        truth.isMarked(address, word) ? `${truth.index(word)} marked` : '',
      ];
      return (
        made.label === label &&
        made.address === address &&
        made.ok === false &&
        text(made.before).includes(found!) &&
        text(made.expected!).includes(hoped!) &&
        last?.step === Number(at) &&
        last.thread === Number(by) &&
        last.label === of &&
        last.thread !== made.thread
      );
    },
  ],
];
