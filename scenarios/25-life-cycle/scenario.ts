import type { Case, Scenario } from '../../src/scenario/scenario.ts';
import { underEvery, withWords } from '../../src/scenario/cases.ts';
import { compiled } from '../../src/scenario/scenario.ts';

/** A case under hazard pointers whose slots go another way. */
const otherWay = (key: string, more: Partial<Case>): Case => ({
  key,
  spec: 'hazard-pointers:threshold=1',
  damage: [],
  ...more,
});

export const scenario: Scenario = {
  number: 25,
  id: 'life-cycle',
  title: 'The states of a slot, and the ways that end elsewhere',
  about:
    'A slot goes from FREE to HELD when a thread takes it, to LINKED before the structure leads to it, to RETIRED when it has been unlinked and handed to the scheme, and is FREE again. ' +
    'A way that ends at any other place is a leak, and each has its own cause. The last cases go four other ways: a slot stays LINKED though nothing leads to it, stays HELD after an exception, goes from HELD back to FREE as it should after one, ' +
    'and is HELD by a thread that was killed, which its record still says. `run` looks ahead, too: the explorer tries all orders of the steps with at most one preemption, and says whether a slot can end up with no owner.',
  program: '[A] e e d | d e',
  schedule: 'T1@A1#2; T2@end; T1@end',
  slots: 7,
  until: 'end',
  watch: 'T2.op1.D13',
  teaches: 'hazard-pointers',
  lifeCycle: true,
  notes: [
    {
      at: 'T1.op1.A3',
      when: [{ cas: 'succeeds' }, { in: ['slot', 'hand'] }],
      text: 'Slot {slot} is HELD: no other thread can name it.',
    },
    {
      at: 'T1.op1.E9',
      when: [{ cas: 'succeeds' }, { in: ['new', 'structure'] }],
      text: 'Slot {new} is LINKED, and now the queue leads to it.',
    },
    {
      at: 'T2.op1.D13',
      when: [{ cas: 'succeeds' }, { notIn: ['T2.head', 'structure'] }],
      text: 'Slot {T2.head} has left the queue by the step of T2, so T2 has to retire it.',
    },
    {
      at: 'T1.op2.return',
      when: [{ answers: 'threw' }],
      text: "T1's enqueue has thrown. Slots with no owner: {leaked}; in use: {inUse}.",
    },
  ],
  cases: withWords(
    [
      ...underEvery(),
      otherWay('forgotten', {
        damage: ['orphaned slot'],
        leaked: 1,
        variant: compiled(import.meta.url, '../09-forgotten-retire/variant'),
        variantIs: 'the queue of scenario 09, whose dequeue forgets D19',
      }),
      otherWay('thrown', {
        damage: ['orphaned slot'],
        leaked: 1,
        variant: compiled(import.meta.url, '../10-exception/unguarded'),
        variantIs: 'the queue of scenario 10, whose enqueue of C throws, without a guard',
      }),
      otherWay('guarded', {
        variant: compiled(import.meta.url, '../10-exception/guarded'),
        variantIs:
          'the queue of scenario 10, whose enqueue of C throws, with a guard that gives the slot back',
      }),
      otherWay('killed', { schedule: 'T1@E3!; T2@end' }),
    ],
    { 'hazard-pointers:linger=on': {} },
  ),
  moral:
    'Write down the states of a resource and who takes it from one to the next. A way that can be left in the middle is where it will leak.',
};
