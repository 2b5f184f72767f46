import { ABA_POSSIBLE } from '../../src/kernel/scheme.ts';
import { underEvery } from '../../src/scenario/cases.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

/** T1 is stopped before it reads the next word of the dummy node, whose slot is free by then. */
const early = 'T1@D4; T2@A1; T1@end; T2@end';

export const scenario: Scenario = {
  number: 21,
  id: 'aba-is-not-use-after-free',
  title: 'ABA without a freed read, and a freed read without ABA',
  about:
    'The two come together so often that they are taken for one. T1 has read all that it needs, and is stopped before D13. The slot is freed, used again, and Head holds the same bits: ' +
    'ABA, and T1 has read no slot that was freed. In the other schedule T1 is stopped before D4, and reads the next word of a slot on the free list. Then D5 fails, so that ' +
    'nothing of it is used: a read of freed memory, and no ABA. On a slab such a read does no harm. Where freed memory may go back to the system it ends the ' +
    'program, so a tag, which stops ABA alone, is not enough there. Schemes that protect a slot exclude both.',
  program: '[A] d | d e d',
  schedule: 'T1@D13; T2@end; T1@end',
  slots: 6,
  until: 'end',
  watch: 'T1.op1.D13',
  teaches: 'naive',
  notes: [
    {
      at: 'T1.op1.D13',
      when: [{ damage: 'ABA' }],
      text: 'That is ABA. Reads of T1 from slots that were freed, until here: {T1.freedReads}.',
    },
    {
      at: 'T1.op1.D4',
      when: [{ life: ['T1.head', 'over'] }, { in: ['T1.head', 'free'] }],
      text: 'Slot {T1.head} is free. Reads of T1 from slots that were freed, until here: {T1.freedReads}.',
    },
    {
      at: 'T1.op1.D5',
      when: [{ check: 'fails' }, { life: ['T1.head', 'over'] }],
      text: 'D5 fails: T1 uses nothing of what it has read from slot {T1.head}, and begins again.',
    },
  ],
  cases: [
    ...underEvery(({ ABA }) =>
      ABA === ABA_POSSIBLE ? { damage: ['ABA', 'retire while reachable', 'duplicate value'] } : {},
    ),
    ...['naive', 'tagged', 'hazard-pointers:threshold=1'].map((spec) => ({
      key: `${spec.replace(/:.*/, '')}-early`,
      spec,
      damage: [],
      schedule: early,
    })),
  ],
  moral:
    'ABA is a comparison that takes another life for the same one. A use after free is a look at a life that is over. A tag stops the first, protection stops both.',
};
