import type { Scenario } from '../../src/scenario/scenario.ts';

/** Slot 1 has a second life there, and D13 takes it for the first. */
const broken = ['naive', 'naive-before-D5'];

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
  notes: [
    { at: 'T1.op1.D4', text: 'T1 now believes: the dummy is slot 1, its successor is slot 2.' },
    {
      at: 'T1.op1.D12',
      text: 'T1 is stopped here, one CAS from done. Its check D5 has already passed.',
      only: ['naive', 'no-reclaim', 'tagged', 'hazard-pointers', 'epochs'],
    },
    {
      at: 'T1.op1.D4',
      text: 'It is stopped here, before it looks at Head again (D5).',
      only: ['naive-before-D5'],
    },
    { at: 'T2.op1.F3', text: 'Slot 1 is recycled while T1 still names it.', only: [...broken, 'tagged'] },
    { at: 'T2.op2.A3', text: 'LIFO: the very same slot comes straight back.', only: [...broken, 'tagged'] },
    { at: 'T2.op4.D13', text: 'Head holds 1 again: same bits, another life.', only: broken },
    {
      at: 'T1.op1.D5',
      text: 'The check passes, and proves nothing: D5 compares the same bits as D13.',
      only: ['naive-before-D5'],
    },
    {
      at: 'T1.op1.D13',
      text: 'ABA. The CAS compared bits; it needed identity. Head now walks the free list.',
      only: broken,
    },
  ],
  cases: [
    {
      key: 'naive',
      spec: 'naive',
      damage: ['ABA', 'retire while reachable', 'duplicate value'],
      verdict: 'corrupt',
    },
    {
      key: 'naive-before-D5',
      spec: 'naive',
      schedule: 'T1@D5; T2@A1#2; T1@end; T2@end',
      damage: ['ABA', 'retire while reachable', 'duplicate value'],
      verdict: 'corrupt, despite D5',
    },
    { key: 'no-reclaim', spec: 'no-reclaim', damage: [], verdict: 'ok, leaks every slot' },
    { key: 'tagged', spec: 'tagged', damage: [], verdict: 'ok until the tag wraps' },
    { key: 'hazard-pointers', spec: 'hazard-pointers:threshold=1', damage: [], verdict: 'ok' },
    { key: 'epochs', spec: 'epochs:period=1', damage: [], verdict: 'ok while T1 wakes up' },
  ],
  moral: 'Stopping T1 before its check D5 ends in damage too: D5 compares the same bits.',
};
