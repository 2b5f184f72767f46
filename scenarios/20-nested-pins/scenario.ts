import { announcementOf } from '../../src/laboratory/announcements.ts';
import { underEvery, withWords } from '../../src/scenario/cases.ts';
import { compiled, type Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 20,
  id: 'nested-pins',
  title: 'An operation inside of another one',
  about:
    'A visit finds the oldest node, calls code of the user, and reads the value of the node after that. The code asks the queue whether it is empty, which is an operation of its own. ' +
    'When that ends it takes back what it has announced. Where each thread counts the operations that it is inside of, only the outermost one unpins, and the visit is safe. ' +
    'Where the inner one uses the same words, the visit goes on with nothing announced, and reads a slot that was freed; or it finds each time that it has to start over, and never ends. A variant of epochs shows what the count is for.',
  program: '[A B C D] visit | d d d d e',
  schedule: 'T1@N4; T2@end; T1@end',
  slots: 9,
  until: 'end',
  watch: 'T1.op1.N4',
  teaches: 'hazard-pointers',
  variant: compiled(import.meta.url, './variant'),
  variantIs: 'a queue with a visit, which calls code of the user in the middle: it asks isEmpty',
  notes: [
    ...['H3', 'G4', 'I7', 'P4', 'K5', 'C3'].map((label) => ({
      at: `T1.${label}`,
      when: [{ next: 'N4' }],
      text: 'isEmpty has ended, and T1 announces nothing any more. The visit still needs slot {T1.oldest}.',
    })),
    {
      at: 'T1.op1.Q3',
      when: [{ pinned: 1 }, { next: 'N4' }],
      text: 'isEmpty has ended, and T1 is still pinned: the visit around it has not.',
    },
    {
      at: 'T1.op1.Q3',
      when: [{ online: 1 }, { next: 'N4' }],
      text: 'isEmpty has ended, and T1 announces no quiescent state: the visit around it goes on.',
    },
    {
      at: 'T1.op1.R5',
      when: [{ next: 'N4' }],
      text: 'isEmpty has ended, and T1 is quiet in the middle of its visit. What it has read does not count: it is going to start over, and to call isEmpty again.',
    },
    {
      at: 'T1.op1.N5',
      when: [{ check: 'fails' }, { life: ['T1.oldest', 'over'] }],
      text: 'The visit looks again, and does not use what it has read: slot {T1.oldest} was freed meanwhile.',
    },
  ],
  cases: withWords(
    [
      ...underEvery(({ HOLDS, ID }) => {
        if (ID === 'neutralization') return { damage: ['livelock'] };
        return announcementOf({ holds: HOLDS })?.replacedWithin === true
          ? { damage: ['use after free'] }
          : {};
      }),
      {
        key: 'flat-epochs',
        spec: `${compiled(import.meta.url, './flat-epochs')}:period=1`,
        damage: ['use after free'],
        variantIs: 'epochs that unpin at the end of every operation, and a queue whose visit calls isEmpty',
      },
    ],
    { 'hazard-pointers:linger=on': { damage: [] } },
  ),
  moral:
    'What a thread announces, it announces once. Before you call code that you do not know, copy what you need and let go, or count.',
};
