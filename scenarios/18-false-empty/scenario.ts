import { ABA_POSSIBLE } from '../../src/kernel/scheme.ts';
import { underEvery, withWords } from '../../src/scenario/cases.ts';
import { compiled, type Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 18,
  id: 'false-empty',
  title: 'An answer of "empty" that was never true',
  about:
    'isEmpty reads Head (Q1), then the next word of that node (Q2), and then looks at Head again (Q3). T1 is stopped twice on this way. Meanwhile ' +
    'the slot of the node leaves the queue, comes back as its last node, and becomes the dummy node. Q2 finds null, Q3 finds the same bits, and T1 ' +
    'answers that the queue is empty. At no moment was it so. No compare-and-swap took part, and nothing was written to a wrong place: the answer alone is wrong. ' +
    'The last case has tags and leaves Q3 out: a tag helps only a thread that looks again.',
  program: '[A B] i | d e e d d',
  schedule: 'T1@Q2; T2@A1#2; T1@Q3; T2@end; T1@end',
  slots: 6,
  until: 'end',
  watch: 'T1.op1.Q3',
  teaches: 'naive',
  notes: [
    {
      at: 'T1.op1.Q2',
      when: [{ life: ['T1.head', 'over'] }, { in: ['T1.head', 'structure'] }],
      text: 'T1 reads the next word of slot {T1.head}, which is in the queue again, in another life than at Q1.',
    },
    {
      at: 'T1.op1.Q3',
      when: [{ check: 'fails' }],
      text: 'Q3 fails: T1 does not use what Q2 has read, and looks again.',
    },
    {
      at: 'T1.op1.return',
      when: [{ answers: 'yes' }],
      text: 'T1 answers that the queue is empty. At this moment it has {inside:slot}, the dummy node included.',
    },
  ],
  cases: withWords(
    [
      ...underEvery(({ ABA }) => (ABA === ABA_POSSIBLE ? { damage: ['false empty'] } : {})),
      {
        key: 'tagged-unvalidated',
        spec: 'tagged',
        damage: ['false empty'],
        schedule: 'T1@Q2; T2@A1#2; T1@end; T2@end',
        variant: compiled(import.meta.url, './variant'),
        variantIs: 'a queue whose isEmpty leaves out Q3',
      },
    ],
    { 'hazard-pointers:linger=on': {}, 'reference-counting:cut=on': {} },
  ),
  moral:
    '"Empty" is true of a moment. A thread that has read two words has to show that there was a moment at which both were so.',
};
