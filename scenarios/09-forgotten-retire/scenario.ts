import { underEvery } from '../../src/scenario/cases.ts';
import { compiled, type Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 9,
  id: 'forgotten-retire',
  title: 'A forgotten retire: the plain leak',
  about:
    'A dequeue unlinks the old dummy node and forgets to retire it. No value is lost, no two threads meet, and every history is ' +
    'right. But each dequeue loses a slot. The number of slots in use shows it: it should go down with the length of the queue, ' +
    'and does not. No scheme can help, because no scheme is told of the slot. The audit names the link that was cut and the step ' +
    'that should have taken the slot.',
  program: '[A] d d d i | e e',
  schedule: 'T2@end; T1@end',
  slots: 6,
  until: 'end',
  watch: 'T1.op1.D13',
  teaches: 'hazard-pointers',
  variant: compiled(import.meta.url, './variant'),
  variantIs: 'a queue whose dequeue forgets D19: the old dummy node is handed to nobody',
  notes: [
    {
      at: 'T2.op2.E9',
      when: [{ cas: 'succeeds' }],
      text: 'The queue has {inside:slot}, the dummy node included; in use: {inUse}.',
    },
    {
      at: 'T1.op1.D13',
      when: [{ cas: 'succeeds' }, { notIn: ['T1.head', 'structure'] }],
      text: 'Slot {T1.head} has left the queue. T1 has to retire it (D19), and this variant does not.',
    },
    {
      at: 'T1.op3.D13',
      when: [{ cas: 'succeeds' }],
      text: 'The queue has {inside:slot}, the dummy node included; in use: {inUse}, ever allocated: {everAllocated}.',
    },
  ],
  cases: underEvery(() => ({ damage: ['orphaned slot'], leaked: 3 })),
  moral:
    'A leak is an address that nobody has any more. The thread that unlinks a node has to hand it on before it forgets it.',
};
