import { underEvery, withWords } from '../../src/scenario/cases.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

const thrice = 'T1@E7; T2@D2#2; T1@E7#2; T2@D2#3; T1@E7#3; T2@end; T1@end';

export const scenario: Scenario = {
  number: 29,
  id: 'restart',
  title: 'A reader that starts over, again and again',
  about:
    'T1 enqueues at one end of the queue, and T2 dequeues at the other. Neither writes a word of the queue that the other one writes. But under neutralization each retire of T2 makes all readers start over, ' +
    'whatever it is that they read: T1 has read Tail and what comes after, and before it may write it finds that it was neutralized. It reads the same again, three times, and succeeds when T2 has nothing more to free. ' +
    'In return T1 holds nothing back while it sleeps.',
  program: '[A B C] e | d d d',
  schedule: 'T1@E7; T2@D2#2; T1@end; T2@end',
  slots: 12,
  until: 'end',
  watch: 'T1.op1.E9',
  teaches: 'neutralization',
  notes: [
    {
      at: 'T1.op1.R4',
      when: [{ cas: 'fails' }],
      text: 'T1 may not write: it was neutralized while it read. Slot {T1.tail} is still the last node.',
    },
    {
      at: 'T1.op1.R4#2',
      when: [{ cas: 'fails' }],
      text: 'It has read the same again, and it was neutralized again. T2 has retired {T2.retired:slot} so far.',
    },
  ],
  cases: withWords(
    underEvery(({ ID }) => (ID === 'neutralization' ? { schedule: thrice } : {})),
    { 'hazard-pointers:linger=on': {}, 'epochs:region=8': {} },
  ),
  moral:
    'A scheme that makes readers start over never waits for them. Then a reader that takes long may wait for all others.',
};
