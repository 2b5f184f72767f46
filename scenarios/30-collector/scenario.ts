import { underEvery, withWords } from '../../src/scenario/cases.ts';
import { compiled, type Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 30,
  id: 'collector',
  title: 'What a collector finds',
  about:
    'Three slots are lost, each in another way. T1 dequeues and forgets to retire the node, as in scenario 09. T2 is terminated in an enqueue, and T3 is started with its record and overwrites what it says, as in scenario 12. ' +
    'T3 is terminated in turn, right after it has unlinked a node, as in scenario 08. Then T4 reclaims all that it can. A scheme frees what it was told of, and was told of none of the three; where the record of a dead thread still names the third, the audit has that one in its hand. ' +
    'A collector does not ask what was retired: it asks what the structure leads to, and what is free already, and all else is garbage.',
  program: '[A B] d i | e | e d i | collect i',
  records: [1, 2, 2, 4],
  schedule: 'T1@end; T2@E9!; T3@D13+!; T4@end',
  slots: 8,
  until: 'end',
  watch: 'T3.op2.D13',
  teaches: 'mark-sweep',
  variant: compiled(import.meta.url, '../09-forgotten-retire/variant'),
  variantIs: 'the queue of scenario 09, whose dequeue forgets D19',
  notes: [
    {
      at: 'T1.op1.D13',
      when: [{ cas: 'succeeds' }, { notIn: ['T1.head', 'structure'] }],
      text: 'Slot {T1.head} has left the queue, and T1 does not retire it. Nobody notices.',
    },
    {
      at: 'T3.op0.J5',
      when: [{ dead: 2 }],
      text: 'T3 is started with the record of T2.',
    },
    {
      at: 'T4.op1.M7',
      when: [{ cas: 'succeeds' }, { dead: 3 }],
      text: 'T4 waits for no thread that has died: it makes no step any more, so what it announces and has in hand counts for nothing.',
    },
    {
      at: 'T4.op1.M7',
      when: [{ cas: 'succeeds' }],
      text: 'The queue has {inside:slot}, the dummy node included; in use: {inUse} of {slots}.',
      audit: true,
    },
    {
      at: 'T4.op1.return',
      text: 'The queue has {inside:slot}, the dummy node included; in use: {inUse} of {slots}.',
      audit: true,
    },
  ],
  // Where a dequeue has more to do after D13, T3 dies with its slot in hand, and else between two operations.
  cases: withWords(
    underEvery(({ ID }) => ({
      damage: ['orphaned slot'],
      ...(ID === 'mark-sweep' && { leaked: 0 }),
    })),
    { 'hazard-pointers:linger=on': {} },
  ),
  moral:
    'A scheme frees what it is told of. A collector frees what nobody can name any more, however that came about; all threads stand still meanwhile.',
};
