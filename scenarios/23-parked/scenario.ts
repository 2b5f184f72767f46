import { underEvery, withWords } from '../../src/scenario/cases.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

const freed =
  'Of the slots that T2 has retired, T1 has freed {T1.freed.T2}, T2 {T2.freed.T2} and T3 {T3.freed.T2}.';

export const scenario: Scenario = {
  number: 23,
  id: 'parked',
  title: 'A slot that waits with the thread that uses it',
  about:
    'T1 and T3 are in the middle of a dequeue, and T2 dequeues what they look at. Under hazard pointers T2 keeps the two nodes on a list of its own, and looks again some time. ' +
    'With pass-the-pointer it keeps nothing: it parks each node with the first thread that names it. When T1 ends its operation it hands them on to T3, which names them too, and T3 frees them. ' +
    'So there is no list that may become long: one slot at most is parked for each announcement. The price is that a slot may stay parked with a thread that does not name it any more, and does nothing: in the last case T1 leaves between the look of T2 and the step that parks.',
  program: '[A B C D E] d i | d d i | d',
  schedule: 'T1@D13; T3@D13; T2@Q1; T1@Q1; T3@end; T2@end; T1@end',
  slots: 16,
  until: 'end',
  watch: 'T1.op1.D13',
  teaches: 'pass-the-pointer',
  notes: [
    {
      at: 'T2.op2.return',
      when: [{ reclaims: true }],
      text: 'T2 has retired {T2.retired:slot} so far and still keeps {T2.kept}.',
      audit: true,
    },
    { at: 'T1.op1.return', when: [{ reclaims: true }], text: freed, audit: true },
    { at: 'T3.op1.return', when: [{ reclaims: true }], text: freed, audit: true },
    { at: 'T1.op2.return', when: [{ reclaims: true }], text: freed },
  ],
  cases: withWords(
    [
      ...underEvery(),
      {
        key: 'pass-the-pointer-late',
        spec: 'pass-the-pointer',
        schedule: 'T1@D13; T2@K6; T1@Q1; T2@end; T3@end; T1@end',
        damage: [],
      },
    ],
    { 'hazard-pointers:linger=on': {}, 'reference-counting:cut=on': {} },
  ),
  moral:
    'A bound that grows with the threads, and not with their square, has a price: a thread frees what others have retired, and a slot may wait with a thread that has forgotten it.',
};
