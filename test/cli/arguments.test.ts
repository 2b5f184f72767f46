import { describe, expect, test } from 'vitest';
import { readArguments } from '../../dist/src/cli/arguments/arguments.js';
import { command } from '../../dist/src/cli/arguments/command.js';
import {
  choice,
  flag,
  integer,
  integerOr,
  number,
  text,
  textOr,
  texts,
} from '../../dist/src/cli/arguments/option.js';

const cook = command({
  name: 'cook',
  summary: 'Cooks.',
  positionals: [
    { name: 'dish', help: 'What.' },
    { name: 'side', help: 'With what.', optional: true, many: true },
  ],
  options: {
    hot: flag('Hot.'),
    spice: text('NAME', 'Which.'),
    pan: textOr('iron', 'NAME', 'In what.'),
    with: texts('NAME', 'And what.'),
    eggs: integer('N', 'How many.', { least: 1, most: 64 }),
    hours: integerOr(2, 'N', 'How long.', { least: 0, most: Infinity }),
    salt: number('GRAMS', 'How much.', { least: 0.5, most: 9 }),
    cut: choice(['fine', 'coarse'], 'fine', 'How.'),
  },
  examples: [['lockfree-lab cook egg', 'Cooks an egg.']],
  run: () => ({ broken: false, document: {} }),
});

const read = (...args: string[]): Readonly<Record<string, unknown>> => readArguments(cook, args).options;

describe('arguments', () => {
  test('what is not given has its default', () => {
    expect(readArguments(cook, ['egg'])).toEqual({
      positionals: ['egg'],
      options: {
        hot: false,
        spice: null,
        pan: 'iron',
        version: false,
        with: [],
        eggs: null,
        hours: 2,
        salt: null,
        cut: 'fine',
        json: false,
        ascii: false,
        'no-color': false,
        help: false,
      },
    });
  });

  test('what is given is read, before and after the positionals, with a blank or an equals sign', () => {
    const { options, positionals } = readArguments(cook, [
      '--hot',
      'egg',
      '--eggs=64',
      'rice',
      '--salt',
      '.5',
      '--cut',
      'coarse',
      '--with',
      'a',
      '--with=b=c',
      '--hours',
      '1e3',
      'peas',
      '--spice=--x',
    ]);
    expect(positionals).toEqual(['egg', 'rice', 'peas']);
    expect(options).toMatchObject({
      hot: true,
      eggs: 64,
      salt: 0.5,
      cut: 'coarse',
      with: ['a', 'b=c'],
      hours: 1000,
      spice: '--x',
    });
  });

  test('what comes after -- is no option', () => {
    expect(readArguments(cook, ['egg', '--', '--hot']).positionals).toEqual(['egg', '--hot']);
  });

  test.each([
    [['--eggs', '0'], '--eggs cannot be "0": give a whole number from 1 to 64.'],
    [['--eggs', '65'], '--eggs cannot be "65": give a whole number from 1 to 64.'],
    [['--eggs', '2.0'], '--eggs cannot be "2.0": give a whole number from 1 to 64.'],
    [['--eggs', 'two'], '--eggs cannot be "two": give a whole number from 1 to 64.'],
    [['--eggs', ' '], '--eggs cannot be " ": give a whole number from 1 to 64.'],
    [['--eggs='], '--eggs lacks its value: write --eggs N.'],
    [['--hours', '-1'], '--hours cannot be "-1": give a whole number from 0 up.'],
    [['--hours', 'Infinity'], '--hours cannot be "Infinity": give a whole number from 0 up.'],
    [['--salt', '0.4'], '--salt cannot be "0.4": give a number from 0.5 to 9.'],
    [['--salt', '1,5'], '--salt cannot be "1,5": give a number from 0.5 to 9.'],
    [['--cut', 'fin'], '--cut cannot be "fin" (did you mean "fine"?): give fine or coarse.'],
    [['--spice', '--hot'], '--spice lacks its value: write --spice NAME.'],
    [['--spice'], '--spice lacks its value: write --spice NAME.'],
    [['--no-hot'], '"cook" has no option --no-hot'],
    [['-x'], '"cook" has no option -x'],
    [['--eggs', '2', '--eggs', '3'], '--eggs is given twice, as 2 and as 3: give it once.'],
    [['--spice', 'a b', '--spice=a b'], '--spice is given twice, as "a b" and as "a b": give it once.'],
    [['--with', 'rice', '--with', 'rice'], '--with rice is given twice: give each of its values once.'],
    [['--hot=no'], '--hot takes no value, but was given "no": write --hot alone.'],
  ])('%j is refused', (args, sentence) => {
    expect(() => read('egg', ...args)).toThrow(sentence);
  });

  test('a positional that is needed is missed, but not when help is asked for', () => {
    expect(() => read()).toThrow('"cook" lacks its dish: write lockfree-lab cook <dish> [side...].');
    expect(read('--help')).toMatchObject({ help: true });
  });
});
