import { underEvery } from '../../src/scenario/cases.ts';
import { compiled, type Scenario } from '../../src/scenario/scenario.ts';

export const scenario: Scenario = {
  number: 6,
  id: 'unvalidated-hazard',
  title: 'A hazard that is published too late',
  about:
    'A hazard protects a slot from the moment at which other threads can see it. Between the read of Head (D2) and the announcement (H1) there is a gap. If a thread pauses there, another thread can retire the slot, not find it among the hazards, and free it. Then the first thread announces a slot that is free already. Hazard pointers close the gap by reading Head again (H2). The variant leaves this out, and then it is no safer than naive reuse.',
  program: '[A B] d | d e d d',
  schedule: 'T1@D2+; T2@A1; T1@D5; T2@end; T1@end',
  slots: 6,
  until: 'damage',
  watch: 'T1.op1.D5',
  teaches: 'unvalidated-hazard',
  notes: [
    {
      at: 'T1.op1.D2',
      when: [{ next: 'H1' }],
      text: 'T1 is between its read and its announcement (H1): it knows slot {T1.head}, and no other thread can see that.',
    },
    {
      at: 'T1.op1.H1',
      when: [{ same: ['slot', 'T1.head'] }, { life: ['T1.head', 'over'] }],
      text: 'T1 announces slot {slot}, too late: the slot has been freed since T1 read it.',
    },
    {
      at: 'T1.op1.H2',
      when: [{ check: 'fails' }],
      text: 'The second look finds another Head: the announcement may have come too late, and T1 starts again.',
    },
    {
      at: 'T1.op1.D5',
      when: [{ check: 'passes' }, { life: ['T1.head', 'over'] }],
      text: 'D5 passes, since it compares bits: slot {T1.head} is in another life than at D2.',
    },
    {
      at: 'T1.op1.D13',
      when: [{ damage: 'ABA' }, { in: ['Head', 'free'] }],
      text: 'Head names slot {Head} now, which is free.',
    },
  ],
  cases: [
    {
      key: 'unvalidated-hazard',
      spec: `${compiled(import.meta.url, './unvalidated')}:threshold=1`,
      damage: ['use after free', 'ABA', 'retire while reachable', 'value from nowhere'],
      variantIs: 'hazard pointers without H2: what was announced is used without a second look at Head',
    },
    ...underEvery(({ ID }) =>
      ID === 'naive' ? { damage: ['ABA', 'retire while reachable', 'value from nowhere'] } : {},
    ),
  ],
  moral: 'To announce is not enough: only a look after the announcement shows that it came in time.',
};
