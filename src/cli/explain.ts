import { entryText, glossary, glossaryText, lookUp } from '../report/glossary-text.ts';
import { command, type Command } from './command.ts';

export const explain: Command = command({
  name: 'explain',
  summary: 'Defines a word that the lab uses, or lists all of them.',
  about: 'Output, help and documents use every word in the sense that is given here.',
  positionals: [{ name: 'word', help: 'Such as slot, "grace period" or ABA.', optional: true, many: true }],
  options: {},
  examples: [
    ['lockfree-lab explain', 'All words by subject.'],
    ['lockfree-lab explain grace period', 'One of them.'],
  ],
  run: ({ print, style }, _options, words) => {
    if (words.length === 0) {
      print(glossaryText(style));
      return { broken: false, document: { words: glossary } };
    }
    const entry = lookUp(words.join(' '));
    print(entryText(entry, style));
    return { broken: false, document: { ...entry } };
  },
});
