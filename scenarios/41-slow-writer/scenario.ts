import { underEvery } from '../../src/scenario/cases.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 41,
  id: 'slow-writer',
  title: 'A ring waits for a slow writer',
  about:
    'A cell of this ring has a sequence, which says whether its value is written. T1 has had position 0 by VR3, and stands still before VR4 writes the sequence: no other thread can write it for T1. B is inside behind that cell, and its put has ended; the pull of T2 comes to no other cell first, and goes round its loop for as long as T1 stands still. ' +
    'A dequeue answers empty there (case early), and where it is a reader that is slow, an enqueue answers full (case slow-reader). In SCQ a reader leaves word in an entry that is not written, and goes by: T1 finds that and takes another position (case scq). In the ring of Shann, Huang and Chen a thread has no position before its value is in: T1 has put A in by SH3, and stands still before SH4 moves Tail on, which T2 does for it; and it takes A out (case shann).',
  program: 'vyukov-ring:e | e pull',
  schedule: 'T1@VR4; T2@VR5#22',
  slots: 2,
  until: 'end',
  watch: 'T2.op2.VR6',
  teaches: 'tagged',
  notes: [
    {
      at: 'T2.op2.VR9',
      when: [{ next: 'VR5' }],
      text: 'A put has had this position, and VR6 found the cell not written: T2 begins its round again.',
    },
    {
      at: 'T2.op2.return',
      when: [{ answers: 'empty' }, { answered: ['T2.op1', 'ok'] }],
      text: 'B is inside, and its put has ended. The put that had the position before it has not.',
    },
    {
      at: 'T2.op1.return',
      when: [{ answers: 'full' }],
      text: 'The cell of this position held a value a round ago, and the take that had it has not given it back.',
    },
    {
      at: 'T2.op2.RI9',
      when: [{ cas: 'succeeds' }],
      text: 'No index is put there for this position any more, and T2 goes on to the next one.',
    },
    {
      at: 'T2.op1.SH5',
      when: [{ cas: 'succeeds' }],
      text: 'T1 has put its value in and not moved Tail on. T2 does that, and waits for nobody.',
    },
  ],
  cases: [
    ...underEvery(() => ({ damage: ['livelock'] })),
    {
      key: 'early',
      spec: 'tagged',
      program: 'vyukov-ring:e | e d',
      schedule: 'T1@VR4; T2@end; T1@end',
      damage: [],
    },
    {
      key: 'slow-reader',
      spec: 'tagged',
      program: 'vyukov-ring:[A B] d | e',
      schedule: 'T1@VR8; T2@end; T1@end',
      damage: [],
    },
    { key: 'scq', spec: 'tagged', program: 'scq:e | e d', schedule: 'T1@RI4; T2@end; T1@end', damage: [] },
    {
      key: 'shann',
      spec: 'tagged',
      program: 'shann-ring:e | e d',
      schedule: 'T1@SH4; T2@end; T1@end',
      damage: [],
    },
  ],
  moral:
    'From the step that takes a position to the one that writes its sequence all others wait for one thread, or answer too early. Lock-free is a ring in which they can go by, or finish what it has begun.',
};
