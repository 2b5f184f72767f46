import type { SchemeClass } from '../../src/laboratory/scheme-class.ts';
import { underEvery, withWords } from '../../src/scenario/cases.ts';
import { type Case, compiled, type Scenario } from '../../src/scenario/scenario.ts';

/** Without the guard and with it. Under no-reclaim the three slots that were retired are leaked as well, as it claims. */
const both = ({ ID }: SchemeClass): Partial<Case>[] => {
  const retired = ID === 'no-reclaim' ? 3 : 0;
  return [
    { damage: ['orphaned slot'], leaked: retired + 1 },
    {
      key: `${ID}-guarded`,
      variant: compiled(import.meta.url, './guarded'),
      variantIs: 'the same queue with a guard: a catch around the serialisation gives the slot back',
      damage: [],
      leaked: retired,
    },
  ];
};

export const scenario: Scenario = {
  number: 10,
  id: 'exception',
  title: 'An exception between allocate and publish',
  about:
    'An enqueue takes a slot and calls code of the user to fill it, and that code throws. The exception leaves the enqueue, and ' +
    'the slot is not given back: it is no longer on the free list and not yet in the queue. The caller catches the ' +
    'exception, and everything goes on with one slot less. A guard that gives the slot back ends the leak. Reclamation has no part in it: ' +
    'a slot that was never published never comes to the scheme.',
  program: '[A] e e e d | d d',
  schedule: 'T1@A1#3; T2@end; T1@end',
  slots: 6,
  until: 'end',
  watch: 'T1.op2.F3',
  teaches: 'hazard-pointers',
  variant: compiled(import.meta.url, './unguarded'),
  variantIs: 'a queue that serialises a value once it has a slot for it, and C cannot be serialised',
  notes: [
    {
      at: 'T1.op2.A3',
      when: [{ cas: 'succeeds' }],
      text: 'T1 has taken slot {slot}. The code of the user that serialises C comes next, and throws.',
    },
    // The step that gives the slot back is the last one of the operation, or the last but one where each says that it has ended.
    ...[{ answers: 'threw' }, { next: 'M3' }].map((last) => ({
      at: 'T1.op2.F3',
      when: [{ cas: 'succeeds' } as const, last],
      text: 'The guard caught the exception, and slot {slot} is free again before it goes on.',
    })),
    {
      at: 'T1.op3.E9',
      when: [{ cas: 'succeeds' }, { answered: ['T1.op2', 'threw'] }],
      text: 'The caller caught the exception and goes on.',
    },
    {
      at: 'T1.op4.D13',
      when: [{ cas: 'succeeds' }],
      text: 'The queue has {inside:slot}, the dummy node included; free: {free}, leaked: {leaked}.',
    },
  ],
  cases: withWords(underEvery(both), { 'hazard-pointers:linger=on': {}, 'epochs:region=8': {} }),
  moral:
    'Between taking a slot and publishing it, every statement that can throw needs something that gives the slot back.',
};
