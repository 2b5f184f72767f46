import { underEvery, withWords } from '../../src/scenario/cases.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

const DAMAGE = ['ABA', 'retire while reachable', 'duplicate value'] as const;

export const scenario: Scenario = {
  number: 2,
  id: 'aba-dequeue',
  title: 'ABA at Head',
  about:
    'A dequeue is stopped one compare-and-swap from its end. Others recycle the dummy node that it read, and by the time it goes on Head holds the same bits again. The compare-and-swap succeeds and puts Head on a slot of the free list.',
  program: '[A B] d | d e d d e d',
  schedule: 'T1@D13; T2@A1#2; T1@end; T2@end',
  slots: 6,
  until: 'damage',
  watch: 'T1.op1.D13',
  teaches: 'naive',
  notes: [
    {
      at: 'T1.op1.D5',
      when: [{ check: 'passes' }, { life: ['T1.head', 'over'] }],
      text: 'The check passes and proves nothing: D5 compares the same bits as D13.',
    },
    {
      at: 'T1.op1.D13',
      when: [{ damage: 'ABA' }],
      text: 'The CAS compares bits, and it needs identity.',
    },
    {
      at: 'T1.op1.D13',
      when: [{ damage: 'ABA' }, { in: ['Head', 'free'] }],
      text: 'Head is on the free list now.',
    },
  ],
  cases: withWords(
    underEvery(({ ID }) =>
      ID === 'naive'
        ? [
            { damage: DAMAGE },
            { key: 'naive-before-D5', schedule: 'T1@D5; T2@A1#2; T1@end; T2@end', damage: DAMAGE },
          ]
        : {},
    ),
    { 'hazard-pointers:linger=on': {}, 'reference-counting:cut=on': {} },
  ),
  moral: 'Stopping T1 before its check D5 ends in damage too: D5 compares the same bits.',
};
