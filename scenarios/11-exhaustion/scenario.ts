import { underEvery, withWords } from '../../src/scenario/cases.ts';
import { compiled, type Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 11,
  id: 'exhaustion',
  title: 'Leaks add up until an innocent thread is refused',
  about:
    'T1 consumes and leaks a slot with every dequeue, as in scenario 09. Nothing fails. T2 produces and does everything right, and ' +
    'in the end its enqueue answers "full", although the queue is empty. The failure is far from its cause, in time and in the code: ' +
    'a stack trace of T2 does not lead there. The audit does, because it asks of every slot which thread had it last.',
  program: '[A] d d d d d i | e e e e e',
  schedule: 'T2@A1#3; T1@D2#4; T2@A1#5; T1@end; T2@end',
  slots: 6,
  until: 'end',
  watch: 'T2.op5.A1',
  teaches: 'hazard-pointers',
  variant: compiled(import.meta.url, '../09-forgotten-retire/variant'),
  variantIs: 'the queue of scenario 09, whose dequeue forgets D19',
  notes: [
    {
      at: 'T1.op1.D13',
      when: [{ cas: 'succeeds' }, { notIn: ['T1.head', 'structure'] }],
      text: 'Slot {T1.head} has left the queue, and T1 does not retire it. Nobody notices.',
    },
    {
      at: 'T1.op5.D13',
      when: [{ cas: 'succeeds' }],
      text: 'The queue has {inside:slot}, the dummy node included; in use: {inUse} of {slots}.',
    },
    {
      at: 'T2.op5.return',
      when: [{ answers: 'full' }],
      text: 'T2 did nothing wrong and is refused. The queue has {inside:slot}; retired, for a scheme to free: {retired}.',
    },
  ],
  cases: withWords(
    // Under mark-sweep a thread that finds nothing free collects what was lost.
    underEvery(({ ID }) => ({ damage: ['orphaned slot'], leaked: ID === 'mark-sweep' ? 0 : 5 })),
    { 'hazard-pointers:linger=on': {} },
  ),
  moral: '"Full" is answered to a thread that did nothing wrong. The audit names the thread that leaked.',
};
