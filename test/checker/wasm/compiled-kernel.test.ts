import { expect, test } from 'vitest';
import { bounded, deep } from '../../effort.ts';
import { exploredAsBinary, exploredAsText } from './compiled-kernel.ts';

const HAZARDS = 'hazard-pointers:threshold=1';
const EPOCHS = 'epochs:period=1';

/** With how many executions each comes to, of which the words at the end differ in so many. */
const short = [['[A] d | e', HAZARDS, 8, 5]] as const;
const longer = [...short, ['[A] d | e', EPOCHS, 8, 1]] as const;

// No two plain accesses race in either; the words are those of the whole laboratory, answers and all.
test.each(bounded || deep ? longer : short)(
  'the compiled queue does on %s under %s what its text does on the model',
  async (program, scheme, executions, ends) => {
    const text = await exploredAsText(program, scheme);
    expect([text.executions, text.complete, text.ends.length]).toEqual([executions, true, ends]);
    expect(await exploredAsBinary(program, scheme)).toEqual(text);
  },
);

const whole = [
  ['e | d', EPOCHS, 7],
  ['e | d', HAZARDS, 11],
  ['[A] d | d', HAZARDS, 46],
  ['[A] d | d', EPOCHS, 20],
  ['[A] d | d e d', HAZARDS, 6698],
  ['[A] d | d e d', EPOCHS, 3356],
] as const;

test.runIf(deep && !bounded).each(whole)(
  'it does so on %s under %s, whose threads pause for thousands of loads',
  async (program, scheme, executions) => {
    const text = await exploredAsText(program, scheme);
    expect([text.executions, text.complete]).toEqual([executions, true]);
    expect(await exploredAsBinary(program, scheme)).toEqual(text);
  },
  3_600_000,
);
