import type { SchemeClass } from '../../src/laboratory/scheme-class.ts';
import type { DamageKind } from '../../src/observe/trace.ts';
import { underEvery, withWords } from '../../src/scenario/cases.ts';
import { compiled, type Scenario } from '../../src/scenario/scenario.ts';

/** What follows from the second retire within this program. */
const WORSE: Readonly<Record<string, readonly DamageKind[]>> = {
  naive: ['orphaned slot', 'cycle', 'order broken', 'lost value'],
  tagged: ['orphaned slot', 'cycle', 'order broken', 'lost value'],
  versions: ['orphaned slot', 'cycle', 'order broken', 'lost value'],
  'reference-counting': ['orphaned slot'],
  'hazard-pointers': ['lost value'],
  'hazard-eras': ['lost value'],
};

export const scenario: Scenario = {
  number: 19,
  id: 'double-retire',
  title: 'Two threads retire the same slot',
  about:
    'A dequeue whose D13 fails has lost: another thread has moved Head. The old dummy node is out of the queue all the same, and this variant retires it to be on the safe side, ' +
    'as the winner does. Now two threads believe that the slot is theirs. Both put it on a list of their own, and it is freed twice. A slot that is twice on the free list is handed out ' +
    'twice, and two values are written to the same place. No scheme sees it: each of them believes the thread that says "this is mine".',
  program: '[A] d e e | d i d',
  schedule: 'T1@D13; T2@Q1; T1@end; T2@end',
  slots: 6,
  until: 'end',
  watch: 'T1.op1.D13',
  teaches: 'naive',
  variant: compiled(import.meta.url, './variant'),
  variantIs: 'a queue whose dequeue retires the old dummy node also where another dequeue was first',
  notes: [
    {
      at: 'T1.op1.D13',
      when: [{ cas: 'fails' }, { damage: 'double free' }],
      text: "D13 has failed: slot {T1.head} was never T1's to retire. T2 has retired {T2.retired:slot} by now, and this one is among them.",
    },
    {
      at: 'T1.A3',
      when: [{ cas: 'succeeds' }, { in: ['slot', 'structure'] }],
      text: 'HANDED OUT TWICE. T1 takes slot {slot} for its next value, and slot {slot} is in the queue.',
    },
  ],
  cases: withWords(
    underEvery(({ ID }: SchemeClass) => ({ damage: ['double free', 'race', ...(WORSE[ID] ?? [])] })),
    { 'hazard-pointers:linger=on': { damage: ['double free', 'race'] }, 'reference-counting:cut=on': {} },
  ),
  moral: 'The thread whose compare-and-swap unlinks a slot owns it, and no other one may retire it.',
};
