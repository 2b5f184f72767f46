import type { Exercise } from '../../play/exercise.ts';
import type { Judged } from '../../play/judge-exercise.ts';
import { hang, wrap } from './columns.ts';
import { commandLines } from './command-lines.ts';
import type { Style } from './style.ts';

/** The option by which an exercise of a kind is answered, and what is given to it. */
export const ANSWERED_BY: Readonly<Record<Exercise['kind'], readonly [option: string, value: string]>> = {
  predict: ['answer', 'ANSWER'],
  schedule: ['schedule', 'MOVES'],
  repair: ['variant', 'FILE'],
};

/** The name by which an exercise is run. */
export function exerciseName({ number }: Pick<Exercise, 'number'>): string {
  return `ex-${String(number).padStart(2, '0')}`;
}

/** How an exercise is answered. */
export function answerLine(exercise: Pick<Exercise, 'number' | 'kind'>): string {
  const [option, value] = ANSWERED_BY[exercise.kind];
  return `npx lockfree-lab run ${exerciseName(exercise)} --${option} ${value}`;
}

/** What is asked, and how it is answered. */
export function exerciseText(exercise: Exercise, scenario: string, style: Style): string {
  const { number, task } = exercise;
  return [
    style.heading(`exercise ${String(number).padStart(2, '0')}  ${scenario}`),
    ...wrap(task, style.columns),
    ...commandLines('answer   ', answerLine(exercise), style.columns),
  ].join('\n');
}

/** Whether an answer is right, and then why. */
export function judgedText({ because }: Exercise, { isRight, seen }: Judged, style: Style): string {
  const paint = isRight ? style.ok : style.damage;
  const told = isRight ? `${seen} ${because}` : `${seen} Try again.`;
  return hang(isRight ? 'RIGHT    ' : 'WRONG    ', told, style.columns)
    .map(paint)
    .join('\n');
}

/** An exercise in Markdown, its answer folded. */
export function exerciseMarkdown(exercise: Exercise): string {
  const { number, task, because, kind, answer } = exercise;
  const shown = kind === 'predict' ? `**${answer}**` : `\`${answer}\``;
  return [
    `**Exercise.** ${task} \`${answerLine({ number, kind })}\``,
    `<details><summary>Answer</summary>`,
    `${shown}. ${because}`,
    `</details>`,
  ].join('\n\n');
}
