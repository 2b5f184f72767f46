import { underEvery, withWords } from '../../src/scenario/cases.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 16,
  id: 'which-thread-frees',
  title: 'The thread that frees need not be the one that retired',
  about:
    'Where nothing protects a slot, the thread that retires it frees it at once. A scheme that waits leaves that to the thread that looks at the right moment. ' +
    'T1 retires three slots while T2 is in the middle of a dequeue, and leaves with those that it could not free. T2 makes itself the heir of ' +
    'the record and frees them, beside its own. So the work of freeing falls on a thread that need not have retired anything: a destructor ' +
    'that runs then runs there, and one that needs its own thread must not wait for the scheme.',
  program: '[A B C D E F] d d d leave | d d adopt d d d d',
  schedule: 'T2@D5; T1@end; T2@end',
  slots: 8,
  until: 'end',
  watch: 'T2.op1.D5',
  teaches: 'hazard-pointers',
  notes: [
    {
      at: 'T1.op4.return',
      when: [{ reclaims: true }],
      text: 'T1 leaves. It has retired {T1.retired:slot} and freed {T1.freed.T1} of them; its record keeps {T1.kept}.',
    },
    {
      at: 'T2.op3.return',
      when: [{ reclaims: true }],
      text: 'T2 has adopted what threads left that are gone: it keeps {T2.kept:slot} now, and has freed {T2.freed}.',
    },
    {
      at: 'T2.op7.return',
      text: 'Of the slots that T1 has retired, T1 has freed {T1.freed.T1} and T2 {T2.freed.T1}; of its own T2 has freed {T2.freed.T2}.',
      audit: true,
    },
  ],
  cases: withWords(underEvery(), { 'hazard-pointers:linger=on': {}, 'reference-counting:cut=on': {} }),
  moral:
    'To retire a slot is to hand it over. Which thread frees it, and when, is up to the scheme, and no thread may rely on it.',
};
