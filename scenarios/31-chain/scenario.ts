import { underEvery, withWords } from '../../src/scenario/cases.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 31,
  id: 'chain',
  title: 'A node that is held pins all that came after it',
  about:
    'T1 stops in the middle of a dequeue, and has a claim on two nodes. T2 passes values through the queue. Under reference counting the next word of a node is a claim as well: ' +
    'the node that T1 uses keeps the one behind it, that one the next, and so on to the dummy node of now. Nothing is lost: when T1 ends its operation, it frees the whole chain at once. ' +
    'But until then no node that came after the first two can be freed, though nobody will ever look at it. ' +
    'With cut=on a node that was retired names itself in place of what came after it, and T1 holds back what it has a claim on and no more.',
  program: '[A B] d | (e d)x10 i',
  schedule: 'T1@D13; T2@Q1; T1@end; T2@end',
  slots: 24,
  until: 'end',
  watch: 'T1.op1.D13',
  teaches: 'reference-counting',
  series: true,
  notes: [
    {
      at: 'T2.op20.return',
      when: [{ protects: [1, 'T1.head'] }],
      text: 'T2 has retired {T2.retired:slot} so far and still keeps {T2.kept}.',
      audit: true,
    },
  ],
  cases: withWords([...underEvery()], {
    'hazard-pointers:linger=on': {},
    'reference-counting:cut=on': {},
    'hyaline:eras=on': {},
  }),
  moral:
    'A count says that something is named, and not that it is needed. What is retired should name nothing.',
};
