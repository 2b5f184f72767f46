import type { Scenario } from '../../src/scenario/scenario.ts';

/** T1 wakes up after two changes of Head, not after four. */
const early = 'T1@D13; T2@A1#2; T1@end; T2@end';
const wrapped = ['ABA', 'retire while reachable', 'duplicate value'] as const;

export const scenario: Scenario = {
  number: 5,
  id: 'tag-wrap',
  title: 'The tag comes round',
  about:
    'A tag counts the changes of a word, modulo 2^bits. A dequeue is stopped before D13 while Head goes from slot 1 to slot 2 and back, twice: four changes. Two bits count them as none, and D13 succeeds; after two changes it fails, and with three bits it fails. ' +
    'That is what the scheme claims: safe until the tag wraps.',
  program: '[A] d | d e d e d e d',
  schedule: 'T1@D13; T2@end; T1@end',
  slots: 6,
  until: 'damage',
  watch: 'T1.op1.D13',
  notes: [
    {
      at: 'T1.op1.D12',
      text: 'T1 read slot 1 and tag 0 in Head. It is stopped here, one CAS from done.',
      only: ['tagged-2-bits', '2-bits-early', 'tagged-1-bit', 'tagged-3-bits', 'tagged'],
    },
    {
      at: 'T2.op3.D13',
      text: 'Head names slot 1 again, with tag 2: T1 would fail now.',
      only: ['tagged-2-bits'],
    },
    {
      at: 'T2.op3.D13',
      text: 'Head names slot 1 again, after two changes, with tag 2.',
      only: ['2-bits-early', 'tagged-3-bits', 'tagged'],
    },
    {
      at: 'T2.op3.D13',
      text: 'Head names slot 1 again, after two changes: one bit counts them as none.',
      only: ['tagged-1-bit'],
    },
    {
      at: 'T2.op7.D13',
      text: 'The fourth change: slot 1 and tag 0, bit by bit the word that T1 read.',
      only: ['tagged-2-bits'],
    },
    {
      at: 'T2.op7.D13',
      text: 'The fourth change: slot 1 and tag 4. There is room for it in this tag.',
      only: ['tagged-3-bits', 'tagged'],
    },
    { at: 'T2.op7.D13', text: 'Head names slot 1 again. There is no tag to tell.', only: ['naive'] },
    {
      at: 'T1.op1.D13',
      text: 'ABA, in spite of the tag. It has come round, and D13 compares bits.',
      only: ['tagged-2-bits', 'tagged-1-bit'],
    },
    {
      at: 'T1.op1.D13',
      text: 'The tag has not come round: D13 fails.',
      only: ['2-bits-early', 'tagged-3-bits', 'tagged'],
    },
    { at: 'T1.op1.D13', text: 'ABA. Any return of slot 1 will do.', only: ['naive'] },
    {
      at: 'T1.op1.D13',
      text: 'Slot 1 has not come back, and cannot: D13 fails, however long T1 sleeps.',
      only: ['no-reclaim', 'hazard-pointers', 'epochs'],
    },
  ],
  cases: [
    { key: 'tagged-2-bits', spec: 'tagged:bits=2', damage: wrapped, verdict: 'corrupt: wrapped' },
    {
      key: '2-bits-early',
      spec: 'tagged:bits=2',
      schedule: early,
      damage: [],
      verdict: 'ok, not yet round',
    },
    {
      key: 'tagged-1-bit',
      spec: 'tagged:bits=1',
      schedule: early,
      damage: wrapped,
      verdict: 'corrupt: wrapped',
    },
    { key: 'tagged-3-bits', spec: 'tagged:bits=3', damage: [], verdict: 'ok until 8 changes' },
    { key: 'tagged', spec: 'tagged', damage: [], verdict: 'ok until 65536' },
    { key: 'naive', spec: 'naive', damage: wrapped, verdict: 'corrupt' },
    { key: 'no-reclaim', spec: 'no-reclaim', damage: [], leaked: 4, verdict: 'ok, leaks each slot' },
    { key: 'hazard-pointers', spec: 'hazard-pointers:threshold=1', damage: [], verdict: 'ok' },
    { key: 'epochs', spec: 'epochs:period=1', damage: [], verdict: 'ok while T1 wakes' },
  ],
  moral:
    'A tag makes ABA rare, not impossible: 2^bits changes of one word within one pause undo it. At 10 million changes a second 16 bits last 6.6 ms, less than a preempted thread may sleep.',
};
