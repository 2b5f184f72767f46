import { withWords } from '../../src/scenario/cases.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

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
    [
      {
        key: 'naive',
        spec: 'naive',
        damage: ['ABA', 'retire while reachable', 'duplicate value'],
      },
      {
        key: 'naive-before-D5',
        spec: 'naive',
        schedule: 'T1@D5; T2@A1#2; T1@end; T2@end',
        damage: ['ABA', 'retire while reachable', 'duplicate value'],
      },
      { key: 'no-reclaim', spec: 'no-reclaim', damage: [] },
      { key: 'tagged', spec: 'tagged', damage: [] },
      { key: 'hazard-pointers', spec: 'hazard-pointers:threshold=1', damage: [] },
      { key: 'epochs', spec: 'epochs:period=1', damage: [] },
      { key: 'hazard-eras', spec: 'hazard-eras:threshold=1', damage: [] },
      { key: 'qsbr', spec: 'qsbr:period=1', damage: [] },
      { key: 'interval', spec: 'interval:threshold=1,period=1', damage: [] },
      { key: 'debra', spec: 'debra:period=1', damage: [] },
      { key: 'versions', spec: 'versions', damage: [] },
      { key: 'pass-the-pointer', spec: 'pass-the-pointer', damage: [] },
      { key: 'reference-counting', spec: 'reference-counting', damage: [] },
      { key: 'neutralization', spec: 'neutralization:threshold=1', damage: [] },
      { key: 'mark-sweep', spec: 'mark-sweep:patience=1', damage: [] },
      { key: 'hyaline', spec: 'hyaline:batch=1', damage: [] },
    ],
    { 'hazard-pointers:linger=on': {}, 'reference-counting:cut=on': {} },
  ),
  moral: 'Stopping T1 before its check D5 ends in damage too: D5 compares the same bits.',
};
