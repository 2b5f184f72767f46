import { underEvery, withWords } from '../../src/scenario/cases.ts';
import type { Case, Scenario } from '../../src/scenario/scenario.ts';

/** By the scheme's id, what differs. */
const OF: Readonly<Record<string, Partial<Case>>> = {
  // Where no node is deleted nothing is looked at again, and a slot is taken again with another key.
  tagged: { damage: ['order broken'], program: 'scot-list:[1 2] ?2 | -1 +3' },
};

export const scenario: Scenario = {
  number: 36,
  id: 'marked-zone',
  title: 'How a search knows that deleted nodes are still inside',
  about:
    'The same program as in the scenario before, with another search. It keeps the last node that is not deleted, or Head, and protects the first deleted one behind it, too. ' +
    'After each read among deleted nodes it looks at that word again: as long as it names the first of them, all of them are inside, since only that word can unlink them. ' +
    'T1 finds that Head does not name node 1 any more, and goes on from Head: it does not follow node 1 to a slot that is free.',
  program: 'scot-list:[1 2] ?3 | -1 -2',
  schedule: 'T1@L16; T2@end; T1@end',
  slots: 8,
  until: 'damage',
  watch: 'T1.op1.L18',
  teaches: 'hazard-pointers',
  notes: [
    {
      at: 'T1.op1.L16',
      when: [{ in: ['T1.next', 'free'] }],
      text: 'T1 has read that slot {T1.next} comes next, which is free.',
    },
    {
      at: 'T1.op1.L18',
      when: [{ check: 'fails' }],
      text: 'The look fails: T1 does not go on to slot {T1.next}.',
    },
  ],
  cases: withWords(
    [
      ...underEvery(({ ID }) => OF[ID] ?? {}),
      {
        key: 'harris',
        spec: 'hazard-pointers:threshold=1',
        damage: ['use after free'],
        program: 'harris-list:[1 2] ?3 | -1 -2',
        schedule: 'T1@L12; T2@end; T1@end',
      },
      {
        key: 'hazard-eras-born-later',
        spec: 'hazard-eras:threshold=1',
        damage: [],
        program: 'scot-list:[1 4] ?3 | -4 +2 -1 -2',
      },
    ],
    { 'hazard-pointers:linger=on': {}, 'reference-counting:cut=on': {} },
  ),
  moral:
    'One more look at one more word, and the list of Harris holds under hazards and eras, where it did not: a structure has to fit its scheme.',
};
