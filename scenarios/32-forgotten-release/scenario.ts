import { underEvery, withWords } from '../../src/scenario/cases.ts';
import { compiled, type Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 32,
  id: 'forgotten-release',
  title: 'An assignment that does not let go of what the word held',
  about:
    'An assignment to a word that is counted has two halves: the word has a claim on what it names now, and what it named before loses one. This queue forgets the second half where Tail moves on. ' +
    'Every answer is right, and each node is retired as it should be. But its count does not come to 0, since a claim is left that no word has and no thread: ' +
    'nobody can give it up any more, and so nobody frees the node. Where claims are not counted the same code does no harm.',
  program: '[A] e d e d e d | i',
  schedule: 'T1@end; T2@end',
  slots: 8,
  until: 'end',
  watch: 'T1.op2.D13',
  teaches: 'reference-counting',
  variant: compiled(import.meta.url, './variant'),
  variantIs: 'a queue that moves Tail on and does not give up the claim on the node that it named',
  notes: [],
  cases: withWords(
    underEvery(({ ID }) => (ID === 'reference-counting' ? { damage: ['orphaned slot'], leaked: 2 } : {})),
    { 'hazard-pointers:linger=on': {} },
  ),
  moral: 'Each claim needs one place where it ends. Write both halves of an assignment in one function.',
};
