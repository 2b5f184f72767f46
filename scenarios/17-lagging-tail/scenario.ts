import { underEvery, withWords } from '../../src/scenario/cases.ts';
import { compiled, type Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 17,
  id: 'lagging-tail',
  title: 'Tail lags behind, and no thread waits for it',
  about:
    'An enqueue links its node (E9), and moves Tail to it after that (E17). In between Tail lags one node behind, and T1 is stopped there, ' +
    'twice. A dequeue that finds Tail so moves it for T1 (D10) before Head passes it, and an enqueue does the same (E13). When T1 wakes up its E17 ' +
    'fails, and that is as good. The last case leaves the help out. Every answer is still right, but T2 goes round and round until T1 has woken up: ' +
    'the queue is not lock-free any more.',
  program: 'e e | d e d',
  schedule: 'T1@E17; T2@A1; T1@E17#2; T2@end; T1@end',
  slots: 8,
  until: 'end',
  watch: 'T2.op1.D10',
  teaches: 'hazard-pointers',
  notes: [
    {
      at: 'T1.op1.E9',
      when: [{ cas: 'succeeds' }, { same: ['Tail', 'slot'] }, { in: ['new', 'structure'] }],
      text: "T1's slot {new} is in the queue, and Tail still names slot {Tail}, the one before it.",
    },
    {
      at: 'T2.op1.D10',
      when: [{ cas: 'succeeds' }],
      text: 'T2 does not wait for T1: it moves Tail to slot {Tail} for it.',
    },
    {
      at: 'T1.op1.E17',
      when: [{ cas: 'fails' }],
      text: 'E17 may fail: Tail has been moved for T1, and names slot {Tail} now.',
    },
    {
      at: 'T2.op2.E13',
      when: [{ cas: 'succeeds' }],
      text: 'An enqueue helps, too: T2 moves Tail to slot {Tail}, and looks for the last node again.',
    },
    {
      at: 'T2.op1.D5#8',
      when: [{ check: 'passes' }, { same: ['T2.head', 'T2.tail'] }, { in: ['T2.next', 'structure'] }],
      text: 'T2 is here for the 8th time in this dequeue, and has found Tail at slot {T2.tail} again, although slot {T2.next} comes after it.',
    },
  ],
  cases: withWords(
    [
      ...underEvery(),
      {
        key: 'unhelpful',
        spec: 'hazard-pointers:threshold=1',
        damage: [],
        schedule: 'T1@E17; T2@D2#9; T1@end; T2@end',
        variant: compiled(import.meta.url, './variant'),
        variantIs: 'a queue whose threads do not help: T2 leaves D10 and E13 out',
      },
    ],
    { 'epochs:region=8': {} },
  ),
  moral:
    'Where each thread can do the rest of the work of another one, none has to wait. That is what lock-free asks for.',
};
