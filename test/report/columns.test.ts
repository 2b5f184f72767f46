import { describe, expect, test } from 'vitest';
import { hang, pad, padLeft, table, truncate, widthOf, wrap } from '../../dist/src/report/text/columns.js';
import { slotList } from '../../dist/src/report/words.js';

const red = (text: string): string => `\u001b[31m${text}\u001b[39m`;

describe('columns', () => {
  test('colours have no width, and a character has one whatever its bytes', () => {
    expect(widthOf(red('a→ᵇ'))).toBe(3);
    expect(pad(red('ab'), 4)).toBe(`${red('ab')}  `);
    expect(padLeft('7', 3)).toBe('  7');
    expect(pad('abc', 2)).toBe('abc');
  });

  test('what is too long is cut off, and its colour ends there', () => {
    expect(truncate('abcdef', 6)).toBe('abcdef');
    expect(truncate('abcdef', 5)).toBe('abcd…');
    expect(truncate('abcdef', 5, '...')).toBe('ab...');
    expect(widthOf(truncate(red('abcdef'), 4))).toBe(4);
    expect(truncate(red('abcdef'), 4)).toBe('\u001b[31mabc\u001b[0m…');
    expect(truncate('abcdef', 2, '...')).toBe('..');
  });

  test('lines are broken at spaces, and spaces within them stay', () => {
    expect(wrap('one two three', 7)).toEqual(['one two', 'three']);
    expect(wrap('  one  two three', 10, '    ')).toEqual(['  one  two', '    three']);
    expect(wrap('incomprehensible is long', 6)).toEqual(['incomprehensible', 'is', 'long']);
    expect(wrap(`${red('one')} two`, 7)).toEqual([`${red('one')} two`]);
    expect(wrap('', 7)).toEqual(['']);
  });

  test('what hangs behind a prefix goes to the left where a word has no room there', () => {
    expect(hang('said  ', 'one two three four five six seven', 26)).toEqual([
      'said  one two three four',
      '      five six seven',
    ]);
    const spec = 'hazard-pointers:threshold=1';
    expect(hang('  would stop it  ', `tagged, ${spec}, epochs`, 40)).toEqual([
      '  would stop it  tagged,',
      `            ${spec},`,
      '            epochs',
    ]);
    expect(hang('  would stop it  ', spec, 40)).toEqual(['  would stop it', `             ${spec}`]);
    // One that has room nowhere stays where it is.
    expect(hang('said  ', 'x'.repeat(60), 40)).toEqual([`said  ${'x'.repeat(60)}`]);
  });

  test('a table is as wide as its widest cells, and no line ends with spaces', () => {
    expect(
      table([
        ['a', 'b'],
        [red('long'), ''],
        ['', 'c'],
      ]),
    ).toEqual(['a     b', red('long'), '      c']);
  });
});

describe('a list of slots', () => {
  test('names neighbours from three on as a range', () => {
    expect(slotList([])).toBe('');
    expect(slotList([4, 5, 7])).toBe('4 5 7');
    expect(slotList([1, 2, 3, 5, 7, 8, 9])).toBe('1-3 5 7-9');
  });

  test('says how many are not named', () => {
    expect(slotList([1, 2, 3], { total: 10 })).toBe('1-3 … 7 more');
    expect(slotList([1], { total: 2, ellipsis: '...' })).toBe('1 ... 1 more');
  });
});
