import { describe, expect, test } from 'vitest';
import { exercises } from '../../scenarios/exercises.ts';
import { scenarios } from '../../scenarios/index.ts';
import type { Exercise } from '../../src/play/exercise.ts';
import { judgeAnswer } from '../../src/play/judge-exercise.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';
import { deep } from '../effort.ts';

const scenarioOf = (exercise: Exercise): Scenario =>
  scenarios.find(({ number }) => number === exercise.number)!;
const compiledUrl = (source: string): string =>
  new URL(`../../dist/${source.replace(/ts$/, 'js')}`, import.meta.url).href;
/** What is answered: the answer of the list, or of a repair its compiled module. */
const answerOf = ({ kind, answer }: Exercise): string => (kind === 'repair' ? compiledUrl(answer) : answer);

/** To answers that are wrong, each in its own way. */
const WRONG: Readonly<Record<number, readonly (readonly [answer: string, seen: string])[]>> = {
  1: [['succeeds', 'It is not "succeeds".']],
  2: [
    ['T1@D13; T2@A1#2; T1@end', 'It comes to that, but T1 is not stopped before D5.'],
    ['T2@end; T1@end', 'The schedule does not come to that.'],
    ['T2@D3; T1@D5; T2@A1#2; T1@end', 'It comes to that with 3 preemptions, and 2 are allowed.'],
  ],
  7: [['22', 'It is not "22".']],
  10: [
    [
      compiledUrl('scenarios/10-exception/unguarded.ts'),
      'executions of [A] e e e | d are damaged: orphaned slot.',
    ],
    [
      compiledUrl('scenarios/09-forgotten-retire/variant.ts'),
      'T1.op2 is to come to "threw" as before, and comes to "ok".',
    ],
  ],
  16: [['0', 'It is not "0".']],
  25: [['T2@D13', 'The schedule does not come to that.']],
  27: [['96', 'It is not "96".']],
  20: [
    [
      compiledUrl('scenarios/20-nested-pins/variant.ts'),
      'executions of [A B] visit | d d are damaged: use after free',
    ],
  ],
};

/** Those that try every execution of a program take about a second. */
const LONG: readonly number[] = [3, 5, 17, 20, 35];

describe('the exercises', () => {
  test('are one for each scenario, in order', () => {
    expect(exercises.map(({ number }) => number)).toEqual(scenarios.map(({ number }) => number));
  });

  test.each(exercises.filter(({ number }) => deep || !LONG.includes(number)))(
    '$number is answered by its answer',
    async (exercise) => {
      const judged = await judgeAnswer(scenarioOf(exercise), exercise, answerOf(exercise));
      expect(judged).toMatchObject({ isRight: true });
    },
  );

  test.each(
    Object.entries(WRONG)
      .filter(([number]) => deep || !LONG.includes(Number(number)))
      .flatMap(([number, all]) => all.map((each) => [Number(number), ...each] as const)),
  )('%i is not answered by %s', async (number, answer, seen) => {
    const exercise = exercises[number - 1]!;
    const judged = await judgeAnswer(scenarioOf(exercise), exercise, answer);
    expect(judged.isRight).toBe(false);
    expect(judged.seen).toContain(seen);
  });
});
