import { compiled } from '../../src/scenario/compiled.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 6,
  id: 'unvalidated-hazard',
  title: 'A hazard that is published too late',
  about:
    'A hazard protects a slot from the moment it can be seen. Between the read of Head (D2) and the announcement (H1) there is a gap, and a thread that is paused there announces a slot that others have retired, looked for in vain among the hazards, and freed. Hazard pointers close the gap by a second look at Head (H2); the variant leaves it out, and is naive reuse again.',
  program: '[A B] d | d e d d',
  schedule: 'T1@D2+; T2@A1; T1@D5; T2@end; T1@end',
  slots: 6,
  until: 'damage',
  watch: 'T1.op1.D5',
  notes: [
    {
      at: 'T1.op1.D2',
      text: 'T1 is stopped between read and announcement: it names slot 1, and nobody sees it.',
      only: ['unvalidated-hazard', 'hazard-pointers'],
    },
    {
      at: 'T2.op1.H4',
      text: 'T2 has retired slot 1; no hazard names it: free.',
      only: ['unvalidated-hazard', 'hazard-pointers'],
    },
    {
      at: 'T1.op1.H1',
      text: 'T1 announces slot 1, too late. It ought to look at Head again, and does not.',
      only: ['unvalidated-hazard'],
    },
    {
      at: 'T1.op1.H2',
      text: 'The second look: Head has moved. What T1 announced is worthless, and it starts over.',
      only: ['hazard-pointers'],
    },
    {
      at: 'T1.op1.D4',
      text: 'USE AFTER FREE. T1 follows the next word of a free slot: it leads along the free list.',
      only: ['unvalidated-hazard'],
    },
    {
      at: 'T2.op4.D13',
      text: 'Head names slot 1 again, in another life.',
      only: ['unvalidated-hazard', 'naive'],
    },
    {
      at: 'T1.op1.D5',
      text: 'So D5 passes: it compares bits. What T1 read at D4 was of the free list.',
      only: ['unvalidated-hazard', 'naive'],
    },
    {
      at: 'T1.op1.D13',
      text: 'ABA. Head goes to a free slot, and T1 delivers what that slot happens to hold.',
      only: ['unvalidated-hazard', 'naive'],
    },
    {
      at: 'T1.op1.D5',
      text: 'Head names slot 1 again, and its tag tells that it is not the same.',
      only: ['tagged'],
    },
  ],
  cases: [
    {
      key: 'unvalidated-hazard',
      spec: `${compiled(import.meta.url, './unvalidated')}:threshold=1`,
      damage: ['use after free', 'ABA', 'retire while reachable', 'value from nowhere'],
      verdict: 'corrupt',
      variantIs: 'hazard pointers without H2: what was announced is used without a second look at Head.',
    },
    {
      key: 'naive',
      spec: 'naive',
      damage: ['ABA', 'retire while reachable', 'value from nowhere'],
      verdict: 'corrupt',
    },
    { key: 'no-reclaim', spec: 'no-reclaim', damage: [], verdict: 'ok, leaks every slot' },
    { key: 'tagged', spec: 'tagged', damage: [], verdict: 'ok until the tag wraps' },
    {
      key: 'hazard-pointers',
      spec: 'hazard-pointers:threshold=1',
      damage: [],
      verdict: 'ok: H2 looks again',
    },
    { key: 'epochs', spec: 'epochs:period=1', damage: [], verdict: 'ok while T1 wakes up' },
  ],
  moral: 'To announce is not enough: only a look after the announcement shows that it came in time.',
};
