import { compiled } from '../../src/scenario/compiled.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

const before = 'T1@D13!; T2@end';

export const scenario: Scenario = {
  number: 8,
  id: 'dead-worker',
  title: 'A worker that dies in the middle',
  about:
    'The worker of T1 is terminated, really, in the middle of a dequeue: right after D13, with slot 1 off the queue and on no list, or right before it, with nothing taken. (Without reclamation D13 is the last step of a dequeue, and T1 dies between two.) All that it had is in its record in shared memory: its slot in hand, its hazards or its pin. T2 goes on, and what the dead thread announced holds slots back for ever: two under hazard pointers, all that come under epochs. Then T2 adopts the record, an audit says whether anyone else has a claim on the slot in hand, and the slot is recovered. What cannot be recovered is the value that T1 had taken.',
  program: '[A B] d d | (e d)x5 adopt recover(1) (e d)x2',
  schedule: 'T1@D13+!; T2@end',
  slots: 14,
  until: 'end',
  watch: 'T1.op1.D13',
  variant: compiled(import.meta.url, './variant'),
  variantIs:
    'recover(1) audits the words, and takes back the slot in the hand of T1 if nothing else claims it.',
  notes: [
    {
      at: 'T1.stop',
      text: 'T1 dies. Slot 1 is off the queue and not on the free list, and A, which it carried, is gone.',
      only: ['naive', 'tagged'],
      audit: true,
    },
    {
      at: 'T1.stop',
      text: 'T1 dies. Slot 1 is off the queue and not yet retired, and A, which it carried, is gone.',
      only: ['hazard-pointers', 'epochs'],
      audit: true,
    },
    {
      at: 'T1.stop',
      text: 'T1 dies with nothing in hand: slot 1 is leaked already, as the scheme claims.',
      only: ['no-reclaim'],
      audit: true,
    },
    {
      at: 'T1.stop',
      text: 'T1 dies one CAS from done. It took nothing: its intent on slot 1 yields to the queue.',
      only: ['hazards-only', 'pin-only'],
      audit: true,
    },
    {
      at: 'T2.op11.J1',
      text: 'T2 went on well, but slot 1 is out of its reach.',
      only: ['naive', 'tagged'],
      audit: true,
    },
    {
      at: 'T2.op11.J1',
      text: "A dead thread's hazard holds back slot 2, and no other: the garbage is bounded.",
      only: ['hazard-pointers'],
      audit: true,
    },
    {
      at: 'T2.op11.J1',
      text: "A dead thread's hazards hold back slots 1 and 2, and no others.",
      only: ['hazards-only'],
      audit: true,
    },
    {
      at: 'T2.op11.J1',
      text: "A dead thread's pin holds back all that T2 retires: the garbage grows.",
      only: ['epochs', 'pin-only'],
      audit: true,
    },
    {
      at: 'T2.op11.H5',
      text: 'The heir clears the hazards of the dead.',
      only: ['hazard-pointers', 'hazards-only'],
    },
    { at: 'T2.op11.P10', text: 'The heir unpins the dead.', only: ['epochs', 'pin-only'] },
    {
      at: 'T2.op12.return',
      text: 'The audit found no other claim on slot 1: it is recovered.',
      only: ['naive', 'tagged', 'hazard-pointers', 'epochs'],
      audit: true,
    },
    {
      at: 'T2.op12.return',
      text: 'Slot 1 has another owner: only the intent is forgotten.',
      only: ['hazards-only', 'pin-only'],
      audit: true,
    },
  ],
  cases: [
    { key: 'naive', spec: 'naive', damage: [], verdict: 'slot back, A is lost', leaked: 0 },
    { key: 'no-reclaim', spec: 'no-reclaim', damage: [], verdict: 'leaks every slot' },
    { key: 'tagged', spec: 'tagged', damage: [], verdict: 'slot back, A is lost', leaked: 0 },
    {
      key: 'hazard-pointers',
      spec: 'hazard-pointers:threshold=1',
      damage: [],
      verdict: 'slot back, A is lost',
      leaked: 0,
    },
    { key: 'epochs', spec: 'epochs:period=1', damage: [], verdict: 'grows until adopted', leaked: 0 },
    {
      key: 'hazards-only',
      spec: 'hazard-pointers:threshold=1',
      schedule: before,
      damage: [],
      verdict: 'ok, nothing lost',
      leaked: 0,
    },
    {
      key: 'pin-only',
      spec: 'epochs:period=1',
      schedule: before,
      damage: [],
      verdict: 'grows until adopted',
      leaked: 0,
    },
  ],
  moral: 'What a dead thread has in hand and announces is on record, and so it can be found and taken over.',
};
