import type { Exercise } from '../../play/exercise.ts';
import type { Judged } from '../../play/judge-exercise.ts';
import { hang, wrap } from './columns.ts';
import { commandLines } from './command-lines.ts';
import type { Style } from './style.ts';

/** How an exercise is answered. */
export function answerLine({ number, kind }: Pick<Exercise, 'number' | 'kind'>): string {
  const how = { predict: '--answer ANSWER', schedule: '--schedule MOVES', repair: '--variant FILE' }[kind];
  return `npx lockfree-lab run ex-${String(number).padStart(2, '0')} ${how}`;
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
