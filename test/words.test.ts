import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseSync, Visitor } from 'oxc-parser';
import { describe, expect, test } from 'vitest';
import { commandsFor } from '../dist/src/cli/commands/all.js';
import { helpOf } from '../dist/src/cli/arguments/help.js';
import { plainStyle } from '../dist/src/report/text/style.js';
import { documents, root } from './examples/blocks.ts';

/** Words and shapes that a reader has to think about whose first language is another one, and what to say in their place. */
const CASUAL: readonly (readonly [shape: RegExp, instead: string])[] = [
  [/\bwho(?:m|so)?ever\b/i, 'the thread that, a caller that'],
  [/\blikewise\b/i, 'in the same way, too'],
  [/\bfor ever\b/i, 'forever, for good'],
  [/\blet(?:s|ting)? (?:\w+ )?loose\b/i, 'run freely'],
  [/\bthe like (?:of|for)\b|\bdo(?:es)? the like\b/i, 'a similar one, the same'],
  [/\b(?:no|some|any|every)body's\b/i, "no thread's, another thread's"],
  [/\bby nobody\b/i, 'by no thread'],
  [/(?<!there |nothing )\b(?:is|are) none\b/i, 'is not one, does not count'],
  [/\bone day\b/i, 'later, in the end'],
  [/\bshall\b/i, 'must, will, is to'],
  [/\bbe content\b/i, 'accept, report success'],
  [/\bby Little\b/i, "from Little's law"],
  [/\bin vain\b/i, 'without success'],
  [/\bgone on with\b/i, 'continued'],
  [/\bfrom when\b/i, 'after'],
  [/\b(?:search|strategy|run|runs|chosen) by chance\b/i, 'random'],
  [/\bthe very (?!same|first|last|next)\w+\b/i, 'the same, this'],
  [/\bas ever\b/i, 'as usual'],
  [/\bwhat comes of it\b/i, 'its consequence'],
  [/\b(?:a|of) fence too few\b/i, 'a missing fence'],
];

/** Each sentence of a text that has such a shape, with what to say instead. */
function casual(text: string, place: string): string[] {
  const plain = text.replaceAll(/\s+/g, ' ');
  return CASUAL.flatMap(([shape, instead]) => {
    const found = shape.exec(plain);
    if (!found) return [];
    return [`${place}: "${plain.slice(Math.max(0, found.index - 30), found.index + 40)}": say ${instead}`];
  });
}

/** "Which scheme shall I take?" is a question, and the one place where the word is right. */
function withoutQuestion(text: string): string {
  return text.replaceAll('Which scheme shall I take?', '').replaceAll('which-scheme-shall-i-take', '');
}

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, String(name)))
    .filter((name) => /\.m?[jt]s$/.test(name) && !name.includes('/expected/'));
}

/** What a file says to people: its strings, the text of its templates, and its comments. */
function saidIn(file: string): string {
  const text = readFileSync(join(root, file), 'utf8');
  const { program, comments } = parseSync(file, text);
  const said: string[] = comments.map(({ value }) => value.replaceAll(/\n\s*\*/g, '\n'));
  new Visitor({
    Literal: ({ value }) => {
      if (typeof value === 'string') said.push(value);
    },
    TemplateElement: ({ value }) => said.push(value.cooked ?? ''),
  }).visit(program);
  // With what stands in none of the shapes between them.
  return said.join(' | ');
}

describe('plain words', () => {
  test.each(documents().map((file) => [file]))('in %s', (file) => {
    const text = withoutQuestion(readFileSync(join(root, file), 'utf8'));
    const paragraphs = text.replaceAll(/^```\w*\n.*?^```$/gms, '').split(/\n\s*\n|\n(?=[-|#])/);
    expect(paragraphs.length).toBeGreaterThan(3);
    expect(paragraphs.flatMap((each) => casual(each, file))).toEqual([]);
  });

  test('in the help of every command', async () => {
    const commands = await commandsFor([]);
    for (const each of commands)
      expect(casual(helpOf(each, plainStyle()), `${each.name} --help`)).toEqual([]);
  });

  test.each(['src', 'workers', 'bench', 'scenarios'].map((folder) => [folder]))(
    'in the strings and comments of %s',
    (folder) => {
      const files = sources(folder).filter((file) => !file.endsWith('.as.ts'));
      expect(files.length).toBeGreaterThan(2);
      expect(files.flatMap((file) => casual(saidIn(file), file))).toEqual([]);
    },
  );

  test('and a casual one is noticed, wherever a line ends', () => {
    expect(casual('Whoever unlinks a node\nhas to let it\nloose', 'x')).toHaveLength(2);
    expect(casual('There is none, and it goes on: nothing is none.', 'x')).toEqual([]);
    expect(casual('An answer of full is none.', 'x')).toEqual([
      'x: "An answer of full is none.": say is not one, does not count',
    ]);
  });
});
