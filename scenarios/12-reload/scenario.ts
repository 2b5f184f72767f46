import type { SchemeClass } from '../../src/laboratory/scheme-class.ts';
import { underEvery, withWords } from '../../src/scenario/cases.ts';
import { type Case, compiled, type Scenario } from '../../src/scenario/scenario.ts';

const RELOADS = 3;

/** Without a parent that adopts and with one. Under no-reclaim what was retired is leaked as well, as it claims. */
const both = ({ ID }: SchemeClass): Partial<Case>[] => {
  const never = ID === 'no-reclaim';
  return [
    {
      damage: ['orphaned slot'],
      leaked: RELOADS + (never ? 1 : 0),
    },
    {
      key: `${ID}-adopting`,
      variantIs: 'recover(2), as in scenario 08, takes back what a dead thread had in hand',
      program: '[A] (adopt recover(2))x3 d | e | e | e | e',
      schedule: 'T2@E9!; T1@J1#3; T3@E9!; T1@J1#5; T4@E9!; T1@D2; T5@end; T1@end',
      damage: [],
      leaked: never ? 1 : 0,
    },
  ];
};

export const scenario: Scenario = {
  number: 12,
  id: 'reload',
  title: 'A worker that is reloaded leaves an orphan each time',
  about:
    'A worker is terminated in the middle of an enqueue, as a hot reload does, and started again under the same number: no ' +
    'destructor and no "finally" ever ran. The new worker takes up the record of the old one and overwrites what it says, the slot ' +
    'in hand above all. T2 to T5 are four such workers one after the other; every reload leaves one orphan. Under epochs the pin of ' +
    'the dead thread is inherited too, and nothing is reclaimed any more. The cure is to look at the record before it is taken over: T1, which ' +
    'sees the worker end, adopts what it left and recovers what it had in hand.',
  program: '[A] d | e | e | e | e',
  records: [1, 2, 2, 2, 2],
  schedule: 'T2@E9!; T3@E9!; T4@E9!; T5@end; T1@end',
  slots: 8,
  until: 'end',
  watch: 'T5.op0.J5',
  teaches: 'epochs',
  variant: compiled(import.meta.url, '../08-dead-worker/variant'),
  notes: [
    {
      at: 'T3.op0.J5',
      when: [{ dead: 2 }],
      text: 'T3 is started with the record of T2.',
    },
    {
      at: 'T5.op1.return',
      when: [{ pinned: 2 }],
      text: 'T5 inherited the pin of T2, takes it for an outer one, and does not unpin.',
    },
    {
      at: 'T1.op1.J1',
      when: [{ dead: 2 }],
      text: 'T1 has seen the worker end, and makes itself its heir before it starts the next.',
    },
  ],
  cases: withWords(underEvery(both), { 'hazard-pointers:linger=on': {} }),
  moral:
    'A worker that is terminated cleans up nothing. The thread that restarts it must first take over what it left.',
};
