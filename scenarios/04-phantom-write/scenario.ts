import { underEvery, withWords } from '../../src/scenario/cases.ts';
import { type Case, compiled, type Scenario } from '../../src/scenario/scenario.ts';

const cut: Partial<Case> = { damage: ['use after free', 'orphaned slot', 'lost value'], leaked: 3 };

/** What is not as under most schemes. */
const OWN: Readonly<Record<string, Partial<Case>>> = {
  naive: cut,
  'no-reclaim': { leaked: 4 },
  tagged: cut,
  versions: cut,
  // The word that is cleared had a claim, which nobody gives up any more.
  'reference-counting': { damage: ['orphaned slot'], leaked: 2 },
};

export const scenario: Scenario = {
  number: 4,
  id: 'phantom-write',
  title: 'The phantom write',
  about:
    'A dequeue that lost the race cleans up: the node that it read has left the queue, so it clears the next word of that node. Meanwhile the slot was freed and allocated again. The write cuts the queue behind a node that is in use, and everything that follows is unreachable from then on. ' +
    'A tag does not help, since a store compares nothing; a hazard or a pin does, since the slot cannot come back while the thread may still write. (The clean-up is wrong in any case: to an enqueue that was stopped before E9, a cleared next word looks like the end of the queue; and where words are counted, one that is cleared without a word to the count is a claim that never ends.)',
  program: '[A B C] d | d d d e e e e e e',
  schedule: 'T2@D2#2; T1@D13; T2@A1#6; T1@end; T2@end',
  slots: 10,
  until: 'end',
  watch: 'T1.op1.X1',
  teaches: 'tagged',
  notes: [
    {
      at: 'T1.op1.D12',
      when: [{ next: 'D13' }],
      text: 'If D13 fails, this dequeue will clear the next word of slot {T1.head} (X1).',
    },
    {
      at: 'T1.op1.X1',
      when: [{ life: ['T1.head', 'over'] }, { in: ['slot', 'structure'] }],
      text: 'The write hits slot {slot}, which is in the queue again.',
    },
    {
      at: 'T1.op1.X1',
      when: [{ life: ['T1.head', 'same'] }, { notIn: ['slot', 'structure'] }],
      text: 'The write hits no node of the queue: slot {slot} has left it and was not reused.',
    },
    {
      at: 'T1.op1.X1',
      when: [{ protects: [1, 'slot'] }, { life: ['T1.head', 'same'] }],
      text: 'T1 announces slot {slot}, and it has not been freed.',
    },
    {
      at: 'T1.op1.X1',
      when: [{ pinned: 1 }, { life: ['T1.head', 'same'] }],
      text: 'T1 is pinned, and slot {slot} has not been freed.',
    },
    {
      at: 'T1.op1.X1',
      when: [{ reclaims: false }],
      text: 'Under this scheme no slot is ever reused.',
    },
  ],
  cases: withWords(
    underEvery(({ ID }) => OWN[ID] ?? { leaked: 0 }),
    { 'hazard-pointers:linger=on': {}, 'reference-counting:cut=on': { damage: [], leaked: 0 } },
  ),
  variant: compiled(import.meta.url, './unclean'),
  variantIs: 'a queue whose dequeue, outrun by another one, clears the next word of the node it read (X1)',
  moral:
    'A store cannot be validated. Write to a slot only while you own it, or while nobody can take it from under you.',
};
