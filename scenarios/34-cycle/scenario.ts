import { underEvery, withWords } from '../../src/scenario/cases.ts';
import { compiled, type Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 34,
  id: 'cycle',
  title: 'Two nodes that hold each other',
  about:
    'This queue hands its nodes over two at a time: it ties the pair to a ring, so that one address finds both, and retires the two. Every claim is kept as it should be, and each ends where its word is assigned anew. ' +
    'But the two words of the ring are never assigned again: each node is named by the other one, neither count comes to 0, and no thread can reach them to end a claim. ' +
    'A count asks who names a node, and a collector asks what the roots lead to: it takes the ring. With cut=on a node that was retired names nothing else, and the ring is open again.',
  program: '[A B C] d d | collect i',
  schedule: 'T1@end; T2@end',
  slots: 8,
  until: 'end',
  watch: 'T1.op2.D13',
  teaches: 'reference-counting',
  variant: compiled(import.meta.url, './variant'),
  variantIs: 'a queue whose threads retire their nodes in pairs, each pair tied to a ring',
  notes: [
    {
      at: 'T1.op2.X3',
      text: 'Slot {slot} is named by the first one of the pair, and now it names that one too: the two are a ring.',
    },
    {
      at: 'T2.op1.M7',
      when: [{ cas: 'succeeds' }],
      text: 'The queue has {inside:slot}, the dummy node included; in use: {inUse} of {slots}.',
      audit: true,
    },
    {
      at: 'T2.op1.return',
      text: 'The queue has {inside:slot}, the dummy node included; in use: {inUse} of {slots}.',
      audit: true,
    },
  ],
  cases: withWords(
    [
      ...underEvery(({ ID }) =>
        ID === 'reference-counting' ? { damage: ['orphaned slot'], leaked: 2 } : {},
      ),
    ],
    { 'hazard-pointers:linger=on': {}, 'reference-counting:cut=on': { damage: [], leaked: 0 } },
  ),
  moral:
    'A count frees no ring: where claims are counted, each circle has to be opened before the last way to it is gone.',
};
