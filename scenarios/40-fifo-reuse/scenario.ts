import { underEvery, withWords } from '../../src/scenario/cases.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 40,
  id: 'fifo-reuse',
  title: 'What is freed first is used first',
  about:
    'The free list is a ring here: the slot that was freed first is taken first, and not the one that was freed last. With a stack [A] d | d e d comes to ABA. It does no harm here (case textbook), since the enqueue takes the slot that was free before, and the dummy node that T1 read waits behind it. ' +
    'With one more enqueue and one more dequeue that slot has come round. Head holds the same bits again, and T1 moves it to a slot of the free list.',
  program: '[A] d | d e d e d',
  schedule: 'T1@D13; T2@end; T1@end',
  slots: 3,
  freeList: 'ring',
  until: 'damage',
  watch: 'T1.op1.D13',
  teaches: 'naive',
  notes: [
    {
      at: 'T1.op1.D13',
      when: [{ damage: 'ABA' }, { in: ['Head', 'free'] }],
      text: 'Head is on the free list now.',
    },
  ],
  cases: withWords(
    [
      ...underEvery(({ ID }) =>
        ID === 'naive' ? { damage: ['ABA', 'retire while reachable', 'duplicate value'] } : {},
      ),
      { key: 'textbook', spec: 'naive', program: '[A] d | d e d', damage: [] },
    ],
    { 'hazard-pointers:linger=on': {} },
  ),
  moral:
    'A free list that gives out first what came first makes the way to ABA longer, by the slots that are free. What stops ABA is a scheme.',
};
