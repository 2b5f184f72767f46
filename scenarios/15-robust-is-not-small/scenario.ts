import { underEvery, withWords } from '../../src/scenario/cases.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 15,
  id: 'robust-is-not-small',
  title: 'A bound that no stall exceeds, and that is large',
  about:
    'There are 20 values in the queue, and T1 stops in the middle of a dequeue. Under hazard pointers it has named two nodes, and two are held back. ' +
    'Under schemes of eras it has named a time: all that was in the queue at that time is held back, though T1 looks at two nodes of it, and hardly anything that comes later. ' +
    'Both are robust: however long T1 sleeps, it becomes no more. Under epochs it becomes more with every dequeue.',
  program: '[A B C D E F G H I J K L M N O P Q R S T] d | (e d)x32 i d d',
  schedule: 'T1@D13; T2@Q1; T1@end; T2@end',
  slots: 64,
  until: 'end',
  watch: 'T1.op1.D13',
  teaches: 'hazard-eras',
  series: true,
  notes: [
    {
      at: 'T2.op2.return',
      when: [{ reclaims: true }],
      text: 'T2 has retired {T2.retired:slot} so far and still keeps {T2.kept}.',
    },
    {
      at: 'T2.op64.return',
      when: [{ reclaims: true }],
      text: 'T2 has retired {T2.retired:slot} so far and still keeps {T2.kept}.',
      audit: true,
    },
    {
      at: 'T2.op67.return',
      when: [{ reclaims: true }],
      text: 'T2 has retired {T2.retired:slot} so far and still keeps {T2.kept}.',
    },
  ],
  cases: withWords(underEvery(), {
    'hazard-pointers:linger=on': {},
    'reference-counting:cut=on': {},
    'hyaline:eras=on': {},
  }),
  moral:
    'Robust is not small: what a stalled thread holds back under eras does not grow, but it is about all that was in use when it stopped.',
};
