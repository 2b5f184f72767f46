import { underEvery, withWords } from '../../src/scenario/cases.ts';
import { compiled, type Scenario } from '../../src/scenario/scenario.ts';

const before = 'T1@D13!; T2@end';

export const scenario: Scenario = {
  number: 8,
  id: 'dead-worker',
  title: 'A worker that dies in the middle',
  about:
    'The worker of T1 is really terminated in the middle of a dequeue: right after D13, with slot 1 off the queue and on no list, or right before it, with nothing taken. (Without reclamation D13 is the last step of a dequeue, and T1 dies between two.) All that it had is in its record in shared memory: its slot in hand, its hazards or its pin. T2 goes on, and what the dead thread has announced holds slots back: two slots under hazard pointers, and under epochs every slot that is retired from then on. Then T2 adopts the record, an audit says whether anything else has a claim on the slot in hand, and the slot is recovered. What cannot be recovered is the value that T1 had taken.',
  program: '[A B] d d | (e d)x5 adopt recover(1) (e d)x2',
  schedule: 'T1@D13+!; T2@end',
  slots: 14,
  until: 'end',
  watch: 'T1.op1.D13',
  teaches: 'epochs',
  variant: compiled(import.meta.url, './variant'),
  variantIs:
    'recover(1) audits the words, and takes back the slot in the hand of T1 if nothing else claims it.',
  notes: [
    {
      at: 'T1.stop',
      when: [{ dead: 1 }],
      text: 'All that T1 had is in its record in shared memory.',
      audit: true,
    },
    {
      at: 'T2.op11.J1',
      when: [{ dead: 1 }],
      text: 'T2 has retired {T2.retired:slot} so far and still keeps {T2.kept}.',
      audit: true,
    },
    { at: 'T2.op11.H5', when: [{ dead: 1 }], text: 'The heir clears a hazard of the dead thread.' },
    { at: 'T2.op11.P10', when: [{ dead: 1 }], text: 'The heir unpins the dead thread.' },
    {
      at: 'T2.op12.return',
      when: [{ dead: 1 }, { answers: 'value' }, { reclaims: true }],
      text: 'The audit found no other claim on slot {answer}: it is recovered.',
      audit: true,
    },
    {
      at: 'T2.op12.return',
      when: [{ dead: 1 }, { answers: 'no' }],
      text: 'There was no slot to recover: T1 had none of its own in hand.',
      audit: true,
    },
  ],
  cases: withWords(
    [
      ...underEvery(({ ID }) => (ID === 'no-reclaim' ? {} : { leaked: 0 })),
      {
        key: 'hazards-only',
        spec: 'hazard-pointers:threshold=1',
        schedule: before,
        damage: [],
        leaked: 0,
      },
      {
        key: 'pin-only',
        spec: 'epochs:period=1',
        schedule: before,
        damage: [],
        leaked: 0,
      },
    ],
    { 'hazard-pointers:linger=on': {}, 'epochs:region=8': {}, 'reference-counting:cut=on': {} },
  ),
  moral: 'What a dead thread has in hand and announces is on record, and so it can be found and taken over.',
};
