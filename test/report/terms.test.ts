import { describe, expect, test } from 'vitest';
import { glossary } from '../../src/report/text/glossary-text.ts';
import { entriesIn, entryAt } from '../../src/report/terms.ts';

describe('the words of a text', () => {
  const text = 'T1 is stopped before D13; its hazards hold back two slots of the free list, e3 and 1#3.';

  test.each([
    ['D13', 'D13'],
    ['hazards', 'hazard'],
    ['slots', 'slot'],
    ['free list', 'free list'],
    // Not the list, of which nothing is said by itself.
    ['list', 'free list'],
  ])('%s is explained as %s, wherever it is pointed at', (word, entry) => {
    const at = text.indexOf(word);
    expect(entryAt(text, at + 1)?.word).toBe(entry);
    expect(entryAt(text, at + word.length - 1)?.word).toBe(entry);
  });

  test.each(['stopped', 'two', 'e3', '1#3'])('%s is no word of the glossary', (word) => {
    expect(entryAt(text, text.indexOf(word) + 1)).toBeNull();
  });

  test('each is listed once, by its singular', () => {
    expect(entriesIn(`${text} Another slot, another hazard.`).map(({ word }) => word)).toEqual([
      'D13',
      'free list',
      'hazard',
      'hold back',
      'slot',
    ]);
  });

  test('every word of more than one letter is found in a text of its own, or is one that plain sentences use', () => {
    const missed = glossary
      .map(({ word }) => word)
      .filter((word) => word.length > 2 && entryAt(`a ${word} here`, 3)?.word !== word);
    expect(missed.toSorted()).toEqual([
      'abort',
      'bad',
      'card',
      'class',
      'complete',
      'contains',
      'count',
      'empty',
      'full',
      'holding',
      'insert',
      'inside',
      'job',
      'leave',
      'remove',
      'safe',
      'sound',
      'state',
      'task',
      'told',
      'unit',
      'word',
    ]);
  });
});
