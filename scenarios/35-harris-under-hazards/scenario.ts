import { underEvery, withWords } from '../../src/scenario/cases.ts';
import type { Case, Scenario } from '../../src/scenario/scenario.ts';

const FREED: Partial<Case> = { damage: ['use after free'] };

/** A second node that is born after T1 has announced its era: a remove before that has moved the clock. */
const BORN_LATER: Partial<Case> = { ...FREED, program: 'harris-list:[1 4] ?3 | -4 +2 -1 -2' };

/** By the scheme's id, what differs. */
const OF: Readonly<Record<string, Partial<Case>>> = {
  'hazard-pointers': FREED,
  'pass-the-pointer': FREED,
  'hazard-eras': BORN_LATER,
  interval: BORN_LATER,
  // A slot is taken again with another key, and T1 goes on from there.
  tagged: { damage: ['order broken'], program: 'harris-list:[1 2] ?2 | -1 +3' },
};

export const scenario: Scenario = {
  number: 35,
  id: 'harris-under-hazards',
  title: 'A list that hazard pointers do not protect',
  about:
    'In the list of Harris a search walks over deleted nodes, and looks at none of them again. T1 stands at node 1, which it has announced. T2 removes 1 and then 2, and frees 2: nobody has announced that one. ' +
    'T1 reads what comes behind node 1, announces node 2 and looks again, as hazard pointers ask. But node 1 was unlinked, its next word will never change, and so it says the same forever: the look passes, and node 2 is free. ' +
    'Eras fail in the same way if node 2 was born after T1 announced its era. Schemes that keep all that an operation may come to, such as epochs, are safe here.',
  program: 'harris-list:[1 2] ?3 | -1 -2',
  schedule: 'T1@L12; T2@end; T1@end',
  slots: 8,
  until: 'damage',
  watch: 'T1.op1.L12#2',
  teaches: 'hazard-pointers',
  notes: [
    {
      at: 'T1.op1.L11',
      when: [{ in: ['T1.cur', 'structure'] }],
      text: 'T1 is at slot {T1.cur}, which is inside.',
    },
    {
      at: 'T1.op1.L12',
      when: [{ in: ['T1.cur', 'retired'] }, { in: ['T1.next', 'free'] }],
      text: 'Slot {T1.cur} was unlinked and is retired: its next word does not change any more, and names slot {T1.next}, which is free.',
    },
    {
      at: 'T1.op1.H2#2',
      when: [{ check: 'passes' }, { in: ['T1.next', 'free'] }],
      text: 'The second look passes: it compares the word with itself. T1 has announced slot {T1.next}, which is free.',
    },
  ],
  cases: withWords(
    underEvery(({ ID }) => OF[ID] ?? {}),
    {
      // The hazards of T2 go on naming slot 2 until its next operation, and so there are two more.
      'hazard-pointers:linger=on': { program: 'harris-list:[1 2] ?3 | -1 -2 -3 +9' },
      // A node that was retired names itself, and a search that walks over deleted nodes does not come any further.
      'reference-counting:cut=on': { damage: ['livelock'] },
      'hyaline:eras=on': { ...FREED, program: 'harris-list:[1 5 6 7] ?4 | -5 -6 +2 +3 -7 -1 -2 -3' },
    },
  ),
  moral:
    'A protection has to be validated against a word that changes when the slot is unlinked. The next word of a deleted node is not one.',
};
