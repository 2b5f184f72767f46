import { scenarios } from '../../scenarios/index.ts';
import { UsageError } from '../errors.ts';
import type { Exercise } from '../play/exercise.ts';
import { type Judged, judgeAnswer } from '../play/judge-exercise.ts';
import {
  ANSWERED_BY,
  answerLine,
  exerciseName,
  exerciseText,
  judgedText,
} from '../report/text/exercise-text.ts';
import type { Context, Options, Result } from './arguments/command.ts';
import { moduleOf } from './arguments/module-url.ts';

/**
 * Asks an exercise, or judges an answer to it.
 *
 * @param values of the options of the command, most of which are for scenarios
 */
export async function runExercise(
  exercise: Exercise,
  values: Readonly<Record<string, unknown>>,
  options: Options,
  { print, style, progress }: Context,
): Promise<Result> {
  const name = exerciseName(exercise);
  const scenario = scenarios.find(({ number }) => number === exercise.number);
  if (scenario === undefined) throw new Error(`${name} has no scenario.`);
  const [by] = ANSWERED_BY[exercise.kind];
  const other = Object.keys(options).find((each) => each !== by && values[each] !== options[each].fallback);
  if (other !== undefined) {
    throw new UsageError(`--${other} does not answer ${name}: write ${answerLine(exercise)}.`);
  }
  const given = values[by];
  let judged: Judged | null = null;
  if (typeof given === 'string') {
    progress.show(`the answer to ${name}`);
    judged = await judgeAnswer(scenario, exercise, exercise.kind === 'repair' ? moduleOf(given) : given);
    progress.clear();
  }
  print(exerciseText(exercise, scenario.id, style));
  if (judged !== null) print(judgedText(exercise, judged, style));
  return {
    broken: judged?.isRight === false,
    document: {
      verdict: judged && (judged.isRight ? 'right' : 'wrong'),
      exercise: name,
      scenario: scenario.id,
      task: exercise.task,
      seen: judged?.seen ?? null,
      findings: [],
      audit: null,
      seed: null,
    },
  };
}
