import { underEvery, withWords } from '../../src/scenario/cases.ts';
import type { Scenario } from '../../src/scenario/scenario.ts';

/** T1 stands still while T2 pops and pushes the only node four times: eight changes of Top. */
const four = 'T1@S6; T2@S4#5; T1@end; T2@end';
/** T1 comes when the node has been at the bottom for seven moves of the clock, and stands still for one more. */
const old = 'treiber-stack:[A] pop | (push pop)x7 pop push';

export const scenario: Scenario = {
  number: 22,
  id: 'version-clock',
  title: 'A version is a clock, and a tag a counter',
  about:
    'A tag counts the changes of a word. A version says when the slot was born that the word names, and the clock moves only when a slot is taken that was retired at the present time. ' +
    'T1 is stopped in a pop while T2 pops and pushes the same node four times: Top changes eight times, and the clock moves four times. A tag of three bits has come round, and a version of three bits has not; after eight moves of the clock it has. ' +
    'But a tag begins to count when T1 reads it, and a version when the slot is born: a node that has been at the bottom for long may come back with the same version at once.',
  program: 'treiber-stack:[A] pop | (pop push)x7',
  schedule: four,
  slots: 6,
  until: 'damage',
  watch: 'T1.op1.S6',
  teaches: 'versions-3-bits',
  notes: [
    {
      at: 'T1.op1.S6',
      when: [{ damage: 'ABA' }, { tags: false }],
      text: 'There is no tag that could tell, and no version.',
    },
    {
      at: 'T1.op1.S6',
      when: [{ cas: 'fails' }, { same: ['Top', 'T1.oldTop'] }, { life: ['T1.oldTop', 'over'] }],
      text: 'Slot {T1.oldTop} is in the stack again, and the word that names it is another one.',
    },
  ],
  cases: withWords(
    [
      { key: 'naive', spec: 'naive', damage: ['ABA'] },
      { key: 'tagged-3-bits', spec: 'tagged:bits=3', damage: ['ABA'] },
      { key: 'versions-3-bits', spec: 'versions:bits=3', damage: [] },
      {
        key: 'versions-wrapped',
        spec: 'versions:bits=3',
        schedule: 'T1@S6; T2@end; T1@end',
        damage: ['ABA'],
      },
      {
        key: 'tagged-not-wrapped',
        spec: 'tagged:bits=3',
        schedule: 'T1@S6; T2@end; T1@end',
        damage: [],
      },
      {
        key: 'versions-old',
        spec: 'versions:bits=3',
        program: old,
        schedule: 'T2@S4#8; T1@S6; T2@end; T1@end',
        damage: ['ABA'],
      },
      {
        key: 'tagged-old',
        spec: 'tagged:bits=3',
        program: old,
        schedule: 'T2@S4#8; T1@S6; T2@end; T1@end',
        damage: [],
      },
      ...underEvery().filter(({ key }) => key !== 'naive'),
    ],
    { 'hazard-pointers:linger=on': {}, 'hyaline:eras=on': {} },
  ),
  moral:
    'A clock that moves seldom comes round late. But it matters where a number begins to count: at the read, or at the birth of what it names.',
};
