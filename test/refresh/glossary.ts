import { GLOSSARY } from '../../src/report/glossary.ts';
import { type Entry, lookUp, subjects } from '../../src/report/text/glossary-text.ts';

/** The words of some subjects, or of all, as Markdown: a list under a heading for each subject. */
export function glossaryMarkdown(level: number, only: readonly string[] = Object.keys(GLOSSARY)): string {
  return subjects()
    .filter(([subject]) => only.includes(subject))
    .map(
      ([subject, words]) =>
        `${'#'.repeat(level)} ${subject}\n\n${words.map((each) => line(each)).join('\n')}`,
    )
    .join('\n\n');
}

/** Some words as a list in Markdown, in the order given. */
export function definitions(words: readonly string[]): string {
  return words.map((word) => line(lookUp(word))).join('\n');
}

function line({ word, means }: Entry): string {
  return `- **${word}**: ${means}`;
}
