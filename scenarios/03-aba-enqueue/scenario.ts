import { underEvery, withWords } from '../../src/scenario/cases.ts';
import type { Case, Scenario } from '../../src/scenario/scenario.ts';

/** Where slot 2 is not given back, T2 finds the free list empty and never comes to a fifth E3. */
const notGivenBack = 'T1@E9; T2@end; T1@end';

/** What is not as under most schemes, which do not give it back. */
const OWN: Readonly<Record<string, Partial<Case>>> = {
  // The race: T2 owns slot 2 by then and reads its next word plainly, while T1 writes to it.
  naive: { damage: ['ABA', 'race', 'orphaned slot', 'lost value'], leaked: 1 },
  'no-reclaim': { schedule: notGivenBack, leaked: 2 },
  tagged: { leaked: 0 },
  versions: { leaked: 0 },
  neutralization: { leaked: 0 },
};

export const scenario: Scenario = {
  number: 3,
  id: 'aba-enqueue',
  title: 'ABA at a next word',
  about:
    'An enqueue has found the last node, whose next word is null, and is stopped before E9 links its own. The last node becomes the dummy, leaves the queue, and goes back to a free list that is empty: its next word is null once more. E9 succeeds on a node that another thread has just taken from there, and the new node hangs behind it, outside of the queue. ' +
    'A next word is null again only if the free list was used up, so six slots are all in use here; a scheme that holds slot 2 back answers "full" in its place and has a schedule of its own.',
  program: '[A] e | e e e d e d e',
  schedule: 'T1@E9; T2@E3#5; T1@end; T2@end',
  slots: 6,
  until: 'end',
  watch: 'T1.op1.E9',
  teaches: 'naive',
  notes: [
    {
      at: 'T1.op1.E9',
      when: [{ damage: 'ABA' }, { notIn: ['slot', 'structure'] }],
      text: 'T1 links slot {new} behind slot {slot}, which is not in the queue.',
    },
    {
      at: 'T1.op1.E17',
      when: [{ cas: 'fails' }, { notIn: ['slot', 'structure'] }],
      text: 'E17 may fail when Tail has moved on, so T1 answers ok; but its slot {slot} is not in the queue.',
    },
    {
      at: 'T1.op1.E9',
      when: [{ cas: 'fails' }, { same: ['T1.tail', 'slot'] }, { life: ['T1.tail', 'same'] }],
      text: 'Slot {T1.tail} was not reused since T1 read it.',
    },
  ],
  cases: withWords(
    underEvery(({ ID }) => OWN[ID] ?? { schedule: notGivenBack, leaked: 0 }),
    { 'hazard-pointers:linger=on': {} },
  ),
  moral:
    'Null is a value like any other: that a next word is null again does not say that it is the same end.',
};
